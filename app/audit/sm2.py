"""An SM2 signature (GM/T 0003) of a checkpoint, beside the Ed25519 one, where a city must have it.

Made where the key is, by a certified device or by openssl, over the checkpoint's three lines, with
SM3 and the usual identity; kept here only once it verifies. The verifier in a bundle asks for
Ed25519 alone: anybody checks this one with openssl, or with what the city uses.
"""

import re
from base64 import b64decode, b64encode
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from gmalg import SM2  # type: ignore[import-untyped]
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.checkpoint import NothingSigned
from app.audit.log import Signed, checkpoints
from app.audit.seal_models import CheckpointSm2
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.evidence.note import fingerprint

IDENTITY: Final = b"1234567812345678"
"""What GM/T 0009 has signers say who they are, where nothing else was agreed."""
_BEGINS: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""A public key's file up to the point: an elliptic curve's, SM2."""
_POINT: Final = 65
_NUMBER: Final = 32
_PEM: Final = re.compile(rb"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----")


class NotAnSm2Key(Refusal):
    """The file is no public key of SM2."""


class NotSm2Signed(Refusal):
    """The file is no SM2 signature of the last checkpoint by this key."""


def read_sm2_public(content: bytes) -> bytes:
    """The point of a public key's file (PEM). Raises NotAnSm2Key."""
    found = _PEM.search(content)
    der = b64decode(b"".join(found[1].split())) if found else b""
    if not der.startswith(_BEGINS) or len(der) != len(_BEGINS) + _POINT:
        raise NotAnSm2Key
    return der[-_POINT:]


def public_file(point: bytes) -> bytes:
    """A public key as the file it came in."""
    text = b64encode(_BEGINS + point)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    body = b"\n".join((b"-----BEGIN PUBLIC KEY-----", *lines, b"-----END PUBLIC KEY-----"))
    return body + b"\n"


def sm2_signs(point: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature (DER) is this key's of the message."""
    try:
        r, s = decode_dss_signature(signature)
        numbers = r.to_bytes(_NUMBER), s.to_bytes(_NUMBER)
        return bool(SM2(pk=point, uid=IDENTITY).verify(message, *numbers))
    except (ValueError, OverflowError):
        return False


def keep_sm2(session: Session, public: bytes, signature: bytes, *, by: int) -> Signed:
    """Keep the SM2 signature of the last checkpoint. Kept already: nothing new.

    Raises NotAnSm2Key, NotSm2Signed, NothingSigned.
    """
    one_at_a_time(session, "checkpoint")
    point, found = read_sm2_public(public), checkpoints(session)
    if not found:
        raise NothingSigned
    last = found[-1]
    if not sm2_signs(point, last.note.body.encode(), signature):
        raise NotSm2Signed
    if sm2_of(session, last.id) is None:
        values = {"checkpoint_id": last.id, "public": point, "signature": signature}
        session.execute(insert(CheckpointSm2).values(**values, kept_by=by))
        known = fingerprint(point)
        record(session, "checkpoint.countersigned", by=by, about=last.id, fingerprint=known)
    return last


def sm2_of(session: Session, checkpoint_id: int) -> tuple[bytes, bytes] | None:
    """Key and signature beside a checkpoint."""
    asked = select(CheckpointSm2.public, CheckpointSm2.signature)
    row = session.execute(asked.where(CheckpointSm2.checkpoint_id == checkpoint_id)).first()
    return (bytes(row.public), bytes(row.signature)) if row else None
