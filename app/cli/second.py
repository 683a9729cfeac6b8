"""The second and the third person of a command: named by account, proven by password."""

from collections.abc import Callable
from typing import Any

import click

from app.cli.passwords import asked, from_descriptor
from app.errors import Refusal

_TERMINAL = "terminal"
password_option = click.option(
    "--approve-password-fd",
    "descriptor",
    type=click.IntRange(0),
    metavar="N",
    help="Read the second officer's password from there instead of asking.",
)


class SecondUnsigned(Refusal):
    """One officer wants it; the other is named by `--approve` and gives the password."""


def second_person(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--approve ACCOUNT` and where the password is read."""
    named = click.option("--approve", required=True, metavar="ACCOUNT", help="The second officer.")
    return named(password_option(function))


def by_signed(help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--by ACCOUNT` of who has the second word, and where the password is read."""
    named = click.option("--by", "login", required=True, metavar="ACCOUNT", help=help_text)
    read = click.option(
        "--password-fd",
        "descriptor",
        type=click.IntRange(0),
        metavar="N",
        help="Read that officer's password from there instead of asking.",
    )
    return lambda function: named(read(function))


def third_person(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--third ACCOUNT`, for what is too large for two."""
    named = click.option("--third", metavar="ACCOUNT", help="The third officer, for large sums.")
    read = click.option(
        "--third-password-fd",
        "third_descriptor",
        type=click.IntRange(0),
        metavar="N",
        help="Read the third officer's password from there instead of asking.",
    )
    return named(read(function))


def signed(login: str, descriptor: int | None, lang: str) -> int:
    """Another officer, who gives a password: a wrong one counts as a try to sign in."""
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
