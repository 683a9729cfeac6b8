"""What others signed beside checkpoints and bundles, checked anew each time somebody looks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.beside import checkpoint_of
from app.audit.keep_stamp import Stamped, StampUnfit, digest_file, name_of, read_stamp
from app.audit.models import BundleOrder
from app.audit.seal_models import BundleStamp, Checkpoint, CheckpointSm2, CheckpointWitness
from app.audit.sm2 import sm2_signs
from app.evidence.note import Note, cosigns, fingerprint, named, read_note
from app.ordered import READY

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody's signature: whose, by which key; `holds` is None where the key is not known."""

    name: str
    fingerprint: str | None
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Countersigned:
    """What stands beside one checkpoint."""

    witnesses: list[Other]
    sm2: Other | None


@dataclass(frozen=True, slots=True)
class BundleSeen:
    """A bundle that is ready, and what lies beside it; `broken`: its stamp holds no more."""

    id: int
    name: str
    sha256: str
    at: datetime
    leaves: int | None
    stamped: Stamped | None
    broken: bool
    others: Countersigned | None


def countersigned(session: Session, of: Collection[int]) -> dict[int, Countersigned]:
    """By checkpoint, of these."""
    asked = (
        select(Checkpoint, CheckpointWitness, CheckpointSm2)
        .outerjoin(CheckpointWitness, CheckpointWitness.checkpoint_id == Checkpoint.id)
        .outerjoin(CheckpointSm2, CheckpointSm2.checkpoint_id == Checkpoint.id)
        .where(Checkpoint.id.in_(of))
        .order_by(Checkpoint.id, CheckpointWitness.id)
    )
    found: dict[int, Countersigned] = {}
    for checkpoint, witness, sm2 in session.execute(asked):
        note = read_note(checkpoint.note)
        if checkpoint.id not in found:
            found[checkpoint.id] = Countersigned([], _sm2(note, sm2) if sm2 else None)
        if witness:
            found[checkpoint.id].witnesses.append(_witness(note, witness))
    return found


def bundles_seen(session: Session) -> list[BundleSeen]:
    """The latest that are ready, the last one first."""
    ready = (
        select(BundleOrder, BundleStamp)
        .outerjoin(BundleStamp, BundleStamp.order_id == BundleOrder.id)
        .where(BundleOrder.state == READY)
        .order_by(BundleOrder.id.desc())
    )
    orders = session.execute(ready.limit(MOST)).all()
    sizes = {size for each, _ in orders if (size := checkpoint_of(each)) is not None}
    newest = select(Checkpoint.size, Checkpoint.id).where(Checkpoint.size.in_(sizes))
    found = session.execute(newest.order_by(Checkpoint.id))
    of_size = {each.size: each.id for each in found}
    others = countersigned(session, of_size.values())
    return [
        _bundle(each, kept, others.get(of_size.get(checkpoint_of(each) or 0, 0)))
        for each, kept in orders
    ]


def _bundle(
    order: BundleOrder, kept: BundleStamp | None, beside: Countersigned | None
) -> BundleSeen:
    size, sha256, name = checkpoint_of(order), order.sha256 or "", name_of(order)
    stamped = None
    if kept:
        try:
            stamped = read_stamp(bytes(kept.stamp), kept.roots.encode(), digest_file(sha256, name))
        except StampUnfit:
            stamped = None
    broken = kept is not None and stamped is None
    return BundleSeen(order.id, name, sha256, order.recorded_at, size, stamped, broken, beside)


def _witness(note: Note, kept: CheckpointWitness) -> Other:
    name = named(kept.signature)
    if kept.public is None:
        return Other(name, None, None)
    public = bytes(kept.public)
    return Other(name, fingerprint(public), cosigns(kept.signature, note, public))


def _sm2(note: Note, kept: CheckpointSm2) -> Other:
    public = bytes(kept.public)
    holds = sm2_signs(public, note.body.encode(), bytes(kept.signature))
    return Other("SM2", fingerprint(public), holds)
