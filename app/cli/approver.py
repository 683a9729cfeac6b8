"""The second officer of a command that wants two: named, and known by the password."""

from collections.abc import Callable
from typing import Any

import click


def approve_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--approve ACCOUNT`; the password is asked for, or read from a descriptor."""
    named = click.option("--approve", required=True, metavar="ACCOUNT", help="The second officer.")
    password = click.option(
        "--approve-password-fd", "descriptor", type=int, help="Read it from there."
    )
    return named(password(function))


def approver(login: str, descriptor: int | None, lang: str) -> int:
    """The account whose password was given."""
    from app.cli.payments import _approver

    return _approver(login, descriptor, lang)
