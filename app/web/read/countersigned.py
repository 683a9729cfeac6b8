"""What others signed beside checkpoints and bundles, checked anew each time somebody looks."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.beside import checkpoint_of
from app.audit.models import BundleOrder
from app.audit.seal_models import BundleStamp, Checkpoint, CheckpointSm2, CheckpointWitness
from app.audit.sm2 import sm2_signs
from app.audit.stamped import Stamped, StampUnfit, digest_file, name_of, read_stamp
from app.evidence.note import Note, fingerprint, named, read_note, signs
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
    notes = {
        x.id: read_note(x.note)
        for x in session.scalars(select(Checkpoint).where(Checkpoint.id.in_(of)))
    }
    witnesses = defaultdict(list)
    kept = select(CheckpointWitness).where(CheckpointWitness.checkpoint_id.in_(of))
    for each in session.scalars(kept.order_by(CheckpointWitness.id)):
        witnesses[each.checkpoint_id].append(_witness(notes[each.checkpoint_id], each))
    signed = select(CheckpointSm2).where(CheckpointSm2.checkpoint_id.in_(of))
    sm2 = {x.checkpoint_id: _sm2(notes[x.checkpoint_id], x) for x in session.scalars(signed)}
    return {number: Countersigned(witnesses[number], sm2.get(number)) for number in notes}


def bundles_seen(session: Session) -> list[BundleSeen]:
    """The latest that are ready, the last one first."""
    ready = select(BundleOrder).where(BundleOrder.state == READY).order_by(BundleOrder.id.desc())
    orders = session.scalars(ready.limit(MOST)).all()
    sizes = {size for each in orders if (size := checkpoint_of(each)) is not None}
    newest = select(Checkpoint.size, Checkpoint.id).where(Checkpoint.size.in_(sizes))
    found = session.execute(newest.order_by(Checkpoint.id))
    of_size = {each.size: each.id for each in found}
    others = countersigned(session, of_size.values())
    return [_bundle(session, each, others, of_size) for each in orders]


def _bundle(
    session: Session,
    order: BundleOrder,
    others: dict[int, Countersigned],
    of_size: dict[int, int],
) -> BundleSeen:
    size, sha256, name = checkpoint_of(order), order.sha256 or "", name_of(order)
    kept, stamped = session.get(BundleStamp, order.id), None
    if kept:
        try:
            stamped = read_stamp(bytes(kept.stamp), kept.roots.encode(), digest_file(sha256, name))
        except StampUnfit:
            stamped = None
    beside = others.get(of_size.get(size or 0, 0))
    broken = kept is not None and stamped is None
    return BundleSeen(order.id, name, sha256, order.recorded_at, size, stamped, broken, beside)


def _witness(note: Note, kept: CheckpointWitness) -> Other:
    name = named(kept.signature)
    if kept.public is None:
        return Other(name, None, None)
    public = bytes(kept.public)
    return Other(name, fingerprint(public), signs(kept.signature, note, name, public))


def _sm2(note: Note, kept: CheckpointSm2) -> Other:
    public = bytes(kept.public)
    holds = sm2_signs(public, note.body.encode(), bytes(kept.signature))
    return Other("SM2", fingerprint(public), holds)
