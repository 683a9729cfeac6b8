"""Signed notes: whose line holds, with a time or without, and what is no note."""

from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.evidence.note import (
    NotAKey,
    NotANote,
    Note,
    SigningKey,
    cosigns,
    is_of,
    new_key,
    read_note,
    read_public,
    signs,
)

NOTE = Note("huzhu", 7, bytes(range(32)))
SEED = bytes(range(1, 33))


def _cosigned(name: str, seconds: int, said: Note = NOTE) -> tuple[str, bytes]:
    """A line as C2SP tlog-cosignature writes it, made here by the words of that text."""
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    public = private.public_key().public_bytes_raw()
    signature = private.sign(f"cosignature/v1\ntime {seconds}\n{said.body}".encode())
    hint = sha256(name.encode() + b"\n\4" + public).digest()[:4]
    told = hint + seconds.to_bytes(8, "big") + signature
    return f"— {name} {b64encode(told).decode()}", public


def test_a_witness_signs_with_a_time_or_without() -> None:
    line, public = _cosigned("witness.example/one", 1_700_000_000)
    assert cosigns(line, NOTE, public)
    assert not signs(line, NOTE, "witness.example/one", public), "no signature of the log's own"
    plain = SigningKey(new_key("x", SEED)[0], "x").sign("witness", NOTE).lines[0]
    assert cosigns(plain, NOTE, public)


def test_no_other_note_name_time_or_key() -> None:
    line, public = _cosigned("witness", 1_700_000_000)
    other, _ = _cosigned("witness", 1_700_000_000, Note("huzhu", 8, NOTE.root))
    assert not cosigns(other, NOTE, public)
    assert not cosigns(line.replace("witness", "another"), NOTE, public)
    assert not cosigns(line, NOTE, new_key("x", bytes(32))[1])
    later = b64encode(b"\0" * 12 + bytes(64)).decode()
    assert not cosigns(f"— witness {later}", NOTE, public)


def test_a_line_says_whose_it_is_be_it_or_not() -> None:
    key = SigningKey(new_key("x", SEED)[0], "x")
    line = key.sign("huzhu", NOTE).lines[0]
    spoilt = key.sign("huzhu", Note("huzhu", 8, NOTE.root)).lines[0]
    assert is_of(line, "huzhu", key.public)
    assert is_of(spoilt, "huzhu", key.public)
    assert not signs(spoilt, NOTE, "huzhu", key.public)
    assert not is_of(line, "another", key.public)


@pytest.mark.parametrize("told", ["QUJDREVGR0hJSktMT", "QUJDRA==", "A" * 3])
def test_a_line_that_is_no_base64_is_no_note(told: str) -> None:
    with pytest.raises(NotANote):
        read_note(f"{NOTE.body}\n— witness {told}\n")


SM2 = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEVfKhTzl1KY+1zj1rCP/W8SJKfF1n
D3sXuUMVYuIQTwj616QD8qBxeTNQ/OHgagcbLKJe4ipoU3GNwQtzA/vX+A==
-----END PUBLIC KEY-----
"""


@pytest.mark.parametrize("content", [SM2, SM2[:100] + SM2[-30:], b"", b"no key"])
def test_a_key_of_another_kind_is_none(content: bytes) -> None:
    with pytest.raises(NotAKey):
        read_public(content)
    with pytest.raises(NotAKey):
        SigningKey(content.replace(b"PUBLIC", b"PRIVATE"), "x")
