"""What lies beside a bundle and not in it: its digest, a stamp of the time, others' signatures.

A bundle is a function of its rows and its checkpoint; these come later, or from outside.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.audit.keep_stamp import digest_file, name_of
from app.audit.log import checkpoints, witnessed
from app.audit.models import BundleOrder
from app.audit.seal_models import BundleStamp
from app.audit.sm2 import public_file, sm2_of
from app.audit.stamp import stamp
from app.outside import Tsa


def beside(
    session: Session, name: str, sha256: str, checkpoint: int | None, tsa: Tsa | None
) -> Iterator[tuple[str, bytes]]:
    """Names and contents, for a bundle's file of this name. Raises NotStamped."""
    digest = digest_file(sha256, name)
    yield f"{name}.sha256", digest
    if tsa:
        yield f"{name}.sha256.tsr", stamp(digest, tsa)
    signed = [x for x in checkpoints(session) if x.note.size == checkpoint]
    for each in signed[-1:]:
        note, sm2 = witnessed(session, each), sm2_of(session, each.id)
        if len(note.lines) > len(each.note.lines):
            yield f"{name}.witnesses.txt", note.text.encode()
        if sm2:
            yield f"{name}.checkpoint.txt", each.note.body.encode()
            yield f"{name}.checkpoint.sm2.pub", public_file(sm2[0])
            yield f"{name}.checkpoint.sm2.sig", sm2[1]


def beside_order(session: Session, order: BundleOrder) -> Iterator[tuple[str, bytes]]:
    """The same of a bundle that was asked for, with the stamp that came by file."""
    name = name_of(order)
    yield from beside(session, name, order.sha256 or "", checkpoint_of(order), None)
    kept = session.get(BundleStamp, order.id)
    if kept:
        yield f"{name}.sha256.tsr", bytes(kept.stamp)
        yield f"{name}.sha256.roots.pem", kept.roots.encode()


def checkpoint_of(order: BundleOrder) -> int | None:
    """How many leaves the checkpoint in it signs, by its verifier's word."""
    point = (order.verdict or {}).get("checkpoint")
    return int(point["size"]) if point else None
