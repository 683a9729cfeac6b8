"""The second person of an act that takes two: named on the command line, proven by a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from app.cli.passwords import asked, from_descriptor
from app.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_TERMINAL = "terminal"


def approve_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--approve ACCOUNT` and where its password comes from."""
    descriptor = click.option(
        "--approve-password-fd",
        "descriptor",
        type=click.IntRange(0),
        metavar="N",
        help="Read the second officer's password from there instead of asking.",
    )
    named = click.option("--approve", required=True, metavar="ACCOUNT", help="The second officer.")
    return named(descriptor(function))


def second_officer(login: str, descriptor: int | None, lang: str) -> int:
    """Who approves. A wrong password counts as a try to sign in."""
    from app.accounts.check import authenticate
    from app.db import transaction

    if descriptor is not None:
        password = from_descriptor(descriptor)
    else:
        password = asked(f"Password of {login}" if lang == "en" else f"{login} 的密码", lang)
    with transaction() as session:
        found = authenticate(session, login, password, _TERMINAL)
        if not isinstance(found, Refusal):
            return found.id
    raise found  # after the commit, so that the try is counted
