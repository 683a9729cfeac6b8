"""Checkpoints as signed notes: C2SP signed-note and tlog-checkpoint, Ed25519.

    huzhu                           whose log it is
    1234                            how many leaves it has
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — huzhu Az3grl…                 signed by: the key's first four bytes, then the signature

A witness may sign the same three lines in that way, too, or as C2SP tlog-cosignature has it, with
the time at which it saw them; this is how the witnesses sign that others run.

Pure. The private key lies in a file of its owner's, sealed by a passphrase, and nowhere else.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from app.errors import Refusal

_ED25519: Final = b"\1"
_COSIGNED: Final = b"\4"
_HINT: Final = 4
_TIME: Final = 8
_SAID: Final = 3
_LINE: Final = re.compile(r"— (\S+) ([A-Za-z0-9+/]{16,}={0,2})")


class NotAKey(Refusal):
    """The file holds no such private key, or the passphrase does not open it."""


class NotANote(Refusal):
    """The file is no checkpoint in the form of a signed note."""


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint: what it says, and the lines that sign it."""

    origin: str
    size: int
    root: bytes
    lines: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @property
    def text(self) -> str:
        return self.body + "\n" + "".join(f"{line}\n" for line in self.lines)


def read_note(text: str) -> Note:
    """A note as it is written. Raises NotANote."""
    body, _, signed = text.partition("\n\n")
    said, lines = body.split("\n"), signed.splitlines()
    whole = len(said) == _SAID and re.fullmatch("0|[1-9][0-9]{0,17}", said[1])
    if not whole or not lines or not all(map(_LINE.fullmatch, lines)):
        raise NotANote
    try:
        note = Note(said[0], int(said[1]), b64decode(said[2], validate=True), tuple(lines))
        short = any(len(_told(line)) <= _HINT for line in lines)
    except ValueError:
        raise NotANote from None
    if short or len(note.root) != sha256().digest_size or note.text != text:
        raise NotANote
    return note


def new_key(passphrase: str, seed: bytes | None = None) -> tuple[bytes, bytes]:
    """A new key: its private half as PEM sealed by the passphrase, and its public half.

    `seed`: 32 bytes that it follows from; drawn by chance where there are none.
    """
    made = Ed25519PrivateKey
    private = made.generate() if seed is None else made.from_private_bytes(seed)
    sealed = BestAvailableEncryption(passphrase.encode())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)
    return pem, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class SigningKey:
    """A private key, for as long as something is signed."""

    def __init__(self, pem: bytes, passphrase: str) -> None:
        """Raises NotAKey."""
        try:
            private = load_pem_private_key(pem, passphrase.encode())
        except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it is not sealed at all
            raise NotAKey from None
        if not isinstance(private, Ed25519PrivateKey):
            raise NotAKey
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, name: str, note: Note) -> Note:
        """The note with this key's line."""
        line = line_of(name, self.public, self._private.sign(note.body.encode()))
        return Note(note.origin, note.size, note.root, (*note.lines, line))


def line_of(name: str, public: bytes, signature: bytes) -> str:
    """A signature as a note's line."""
    return f"— {name} {b64encode(_hint(name, public) + signature).decode()}"


def read_public(content: bytes) -> bytes:
    """The public half of a key from its file (PEM). Raises NotAKey."""
    try:
        public = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):  # an SM2 key's curve is unknown there
        raise NotAKey from None
    if not isinstance(public, Ed25519PublicKey):
        raise NotAKey
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def signs(line: str, note: Note, name: str, public: bytes) -> bool:
    """Whether a line is this key's signature of the note."""
    told = _told(line) if named(line) == name else b""
    hinted = told[:_HINT] == _hint(name, public)
    return hinted and _holds(public, told[_HINT:], note.body)


def cosigns(line: str, note: Note, public: bytes) -> bool:
    """Whether a line is this witness's signature of the note, with a time or without."""
    name, told = named(line), _told(line)
    if told[:_HINT] != _hint(name, public, _COSIGNED):
        return signs(line, note, name, public)
    at, signature = told[_HINT : _HINT + _TIME], told[_HINT + _TIME :]
    said = f"cosignature/v1\ntime {int.from_bytes(at, 'big')}\n{note.body}"
    return _holds(public, signature, said)


def is_of(line: str, name: str, public: bytes) -> bool:
    """Whether a line says that it is this key's, be it or not."""
    return named(line) == name and _told(line)[:_HINT] == _hint(name, public)


def named(line: str) -> str:
    """Who a line says it is of; empty where it is none."""
    found = _LINE.fullmatch(line)
    return found[1] if found else ""


def fingerprint(public: bytes) -> str:
    """What people compare: SHA-256 of the public key."""
    return sha256(public).hexdigest()


def _told(line: str) -> bytes:
    found = _LINE.fullmatch(line)
    return b64decode(found[2]) if found else b""


def _holds(public: bytes, signature: bytes, said: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, said.encode())
    except InvalidSignature:
        return False
    return True


def _hint(name: str, public: bytes, way: bytes = _ED25519) -> bytes:
    return sha256(name.encode() + b"\n" + way + public).digest()[:_HINT]
