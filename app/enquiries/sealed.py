"""Texts of enquiries, sealed for their row, and the digest that commits to one. Pure.

A salt is sealed with the text and hashed with it: the digest stands in the log, and a short text
would be guessed from a bare one.
"""

import hashlib
import os
from typing import Final, NamedTuple

from app.secrets import vault

_SALT: Final = 16
_MESSAGE, _DRAFT, _RATING = "enquiry_message", "enquiry_draft", "enquiry_rating"


class Sealed(NamedTuple):
    """What is stored of a text."""

    cipher: bytes
    sha256: str


def seal_message(text: str, enquiry_id: int, seq: int) -> Sealed:
    """A message of a thread."""
    salted = os.urandom(_SALT) + text.encode()
    cipher = vault().seal_bytes(salted, _MESSAGE, enquiry_id, seq)
    return Sealed(cipher, hashlib.sha256(salted).hexdigest())


def open_message(cipher: bytes, enquiry_id: int, seq: int) -> str:
    """The text again."""
    if not cipher:  # erased
        return ""
    return vault().open_bytes(bytes(cipher), _MESSAGE, enquiry_id, seq)[_SALT:].decode()


def seal_draft(text: str, enquiry_id: int) -> bytes:
    """An answer nobody has sent yet."""
    return vault().seal(text, _DRAFT, enquiry_id)


def open_draft(cipher: bytes, enquiry_id: int) -> str:
    """The draft again."""
    return vault().open(bytes(cipher), _DRAFT, enquiry_id)


def seal_line(text: str, enquiry_id: int) -> bytes:
    """The line beside a rating."""
    return vault().seal(text, _RATING, enquiry_id)


def open_line(cipher: bytes, enquiry_id: int) -> str:
    """The line again."""
    return vault().open(bytes(cipher), _RATING, enquiry_id)
