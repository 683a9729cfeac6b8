"""Whoever acts as the second person at a terminal gives a password of their own."""

from typing import Final

from app.cli.passwords import asked, from_descriptor
from app.errors import Refusal

_TERMINAL: Final = "terminal"


def password_of(login: str, descriptor: int | None, lang: str) -> int:
    """The account whose password is given; a wrong one counts as a try to sign in."""
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
