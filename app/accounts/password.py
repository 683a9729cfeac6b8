"""Passwords as argon2id hashes, and which passwords are taken.

19 MiB and two passes (OWASP's first recommendation) instead of the library's 64 MiB: a verification
takes some 30 ms, and sixteen at once stay below the memory of a small machine. Full-width letters
and digits, as a Chinese input method writes them, count as the narrow ones (NFKC).
"""

import unicodedata
from functools import cache
from secrets import token_urlsafe
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Refusal

SHORTEST: Final = 10
LONGEST: Final = 200

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class PasswordTooShort(Refusal):
    """Fewer than ten characters."""


class PasswordTooLong(Refusal):
    """More than anybody types: refused before it costs anything."""


class PasswordUnreadable(Refusal):
    """Holds what is no character, so that nobody could type it again."""


def hashed(password: str) -> str:
    """What is stored of a new password. Raises one of the refusals above."""
    if len(password) < SHORTEST:
        raise PasswordTooShort(shortest=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong(longest=LONGEST)
    typed = _typed(password)
    if typed is None:
        raise PasswordUnreadable
    return _HASHER.hash(typed)


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one stored. What is too long is wrong, without hashing it."""
    typed = _typed(password) if len(password) <= LONGEST else None
    if typed is None:
        return False
    try:
        return _HASHER.verify(stored, typed)
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return _HASHER.check_needs_rehash(stored)


def made_up() -> str:
    """A random password of 128 bits."""
    return token_urlsafe(16)


@cache
def nobodys() -> str:
    """A hash no password matches: checking it costs what checking an account's costs."""
    return _HASHER.hash(token_urlsafe(32))


def _typed(password: str) -> bytes | None:
    try:
        return unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        return None
