"""Lists in pages that begin after a key: the millionth page costs what the first does.

A key that names what its reader may not see goes sealed into the address.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from cryptography.exceptions import InvalidTag
from flask import request

from app.secrets import vault

Row = TypeVar("Row")

USUAL: Final = 50
MOST: Final = 100
MOST_KEY: Final = 2**63 - 1
_LONG: Final = len(str(MOST_KEY))


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a page of a list begins, and how many rows it has."""

    after: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page; `following` is the key the next one begins after."""

    rows: list[Row]
    following: int | None


def asked() -> Asked:
    """What the address asks for; nonsense is the usual, too much is the most."""
    size = _number(request.args.get("size"), 1) or USUAL
    return Asked(_number(request.args.get("after"), 0), min(size, MOST))


def sealed_key(key: int, what: str, number: int) -> str:
    """A key of one list (`what`, `number`) as its address names it, telling nothing: long or short
    it is of one length."""
    return sealed_keys((key,), what, number)


def sealed_key_asked(what: str, number: int) -> int:
    """The key of this list that the address names; nonsense, or another list's, is 0."""
    (key,) = sealed_keys_asked(1, what, number) or (0,)
    return key


def sealed_keys(keys: Sequence[int], what: str, number: int) -> str:
    """The same of a key that has several parts."""
    said = "".join(f"{key:0{_LONG}d}" for key in keys)
    return base64.urlsafe_b64encode(vault().seal(said, what, number)).rstrip(b"=").decode()


def sealed_keys_asked(parts: int, what: str, number: int) -> tuple[int, ...]:
    """The parts of this list's key that the address names; of nonsense none."""
    said = request.args.get("after", "")
    try:
        sealed = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
        found = vault().open(sealed, what, number)
        return tuple(int(found[at * _LONG : (at + 1) * _LONG]) for at in range(parts))
    except (InvalidTag, binascii.Error, ValueError):
        return ()


def number_asked(name: str) -> int:
    """A number that the address names; nonsense is 0."""
    return _number(request.args.get(name), 0) or 0


def number_sent(name: str) -> int:
    """A number that the form sends; nonsense, a negative one as well, is 0, which is nobody's."""
    return _number(request.form.get(name), 0) or 0


def _number(text: str | None, least: int) -> int | None:
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    # Longer than any key: int() of a long text takes quadratic time.
    found = int(text) if len(text) <= _LONG else MOST_KEY
    return min(found, MOST_KEY) if found >= least else None
