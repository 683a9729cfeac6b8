"""The log as it is read: its leaves, its tree, and the checkpoints that sign it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.audit.seal_models import Checkpoint, CheckpointKey, CheckpointWitness, Seal, SealLeaf
from app.evidence.note import Note, read_note
from app.evidence.tree import Tree

EVER: Final = "-infinity"
"""Before the first seal."""
_UNTIL: Final = func.to_char(func.timezone("UTC", Seal.until), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of the log: a chunk and its root."""

    no: int
    seal: int
    until: str
    table: str
    years: str
    rows: int
    root: bytes

    @property
    def entry(self) -> bytes:
        """Its bytes, which the tree is made of."""
        told = {
            "root": self.root.hex(),
            "rows": self.rows,
            "seal": self.seal,
            "table": self.table,
            "until": self.until,
            "years": self.years,
        }
        return json.dumps(told, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint, and the key that signed it."""

    id: int
    note: Note
    name: str
    public: bytes
    at: datetime


def sealed_lately(session: Session) -> bool:
    """Whether a seal was made within the last day; seals of nothing are not made."""
    day_ago = func.transaction_timestamp() - text("interval '23 hours'")
    return bool(session.scalar(select(select(Seal.id).where(Seal.recorded_at > day_ago).exists())))


def leaves(session: Session, size: int | None = None) -> list[Leaf]:
    """The first `size` leaves of the log, or all."""
    found = (
        select(
            *(SealLeaf.no, SealLeaf.seal_id, _UNTIL, SealLeaf.table_name),
            *(SealLeaf.years, SealLeaf.rows, SealLeaf.root),
        )
        .join(Seal, Seal.id == SealLeaf.seal_id)
        .order_by(SealLeaf.no)
        .limit(size)
    )
    return [Leaf(*row) for row in session.execute(found)]


def root_of(log: list[Leaf]) -> bytes:
    """The root of the log's tree."""
    tree = Tree()
    tree.add(*(leaf.entry for leaf in log))
    return tree.root()


def checkpoints(session: Session) -> list[Signed]:
    """Every checkpoint that was signed, the last one last."""
    of_key = (CheckpointKey.name, CheckpointKey.public)
    found = (
        select(Checkpoint.id, Checkpoint.note, *of_key, Checkpoint.recorded_at)
        .join(CheckpointKey, CheckpointKey.id == Checkpoint.key_id)
        .order_by(Checkpoint.id)
    )
    return [
        Signed(number, read_note(note), name, public, at.astimezone(UTC))
        for number, note, name, public, at in session.execute(found)
    ]


def witnessed(session: Session, signed: Signed) -> Note:
    """A checkpoint with what witnesses signed of it."""
    of_it = CheckpointWitness.checkpoint_id == signed.id
    found = select(CheckpointWitness.signature).where(of_it).order_by(CheckpointWitness.id)
    return replace(signed.note, lines=(*signed.note.lines, *session.scalars(found)))
