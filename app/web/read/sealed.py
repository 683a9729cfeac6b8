"""What is sealed and what is signed of it, for the audit administrator's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.evidence.note import fingerprint
from app.jobs import SEAL

MOST: Final = 20
_SO_FAR: Final = text(
    """
    SELECT (SELECT max(until) FROM seal) AS until,
           coalesce((SELECT max(no) + 1 FROM seal_leaf), 0) AS size,
           EXISTS (SELECT FROM job WHERE kind = :kind) AS going
    """
)
_SEALS: Final = text(
    """
    SELECT s.id, s.until, x.leaves, x.rows
    FROM (SELECT id, until FROM seal ORDER BY id DESC LIMIT :most) s
    CROSS JOIN LATERAL (SELECT count(*) AS leaves, sum(rows)::bigint AS rows
                        FROM seal_leaf WHERE seal_id = s.id) x
    ORDER BY s.id DESC
    """
)
_CHECKPOINTS: Final = text(
    """
    SELECT c.id, c.size, c.recorded_at, a.name, k.name AS key_name, k.public,
           (SELECT count(*) FROM checkpoint_witness w WHERE w.checkpoint_id = c.id) AS witnesses
    FROM (SELECT * FROM checkpoint ORDER BY id DESC LIMIT :most) c
    JOIN checkpoint_key k ON k.id = c.key_id JOIN account a ON a.id = c.signed_by
    ORDER BY c.id DESC
    """
)
_KEYS: Final = text(
    """
    SELECT k.id, k.name, k.public, a.name AS by, k.recorded_at FROM checkpoint_key k
    JOIN account a ON a.id = k.registered_by ORDER BY k.id DESC LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class SealSeen:
    """One seal: everything before `until` that was not sealed before."""

    id: int
    until: datetime
    leaves: int
    rows: int


@dataclass(frozen=True, slots=True)
class CheckpointSeen:
    """One signed checkpoint, and how many others signed it, too."""

    id: int
    size: int
    at: datetime
    by: str
    fingerprint: str
    witnesses: int


@dataclass(frozen=True, slots=True)
class KeySeen:
    """A key that checkpoints are or were signed with."""

    id: int
    name: str
    fingerprint: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far the log has come; the first of `keys` is in use."""

    until: datetime | None
    size: int
    going: bool
    seals: list[SealSeen]
    checkpoints: list[CheckpointSeen]
    keys: list[KeySeen]

    @property
    def all_signed(self) -> bool:
        """Whether the last checkpoint signs all that is sealed, with the key in use."""
        last, key = self.checkpoints[:1], self.keys[:1]
        return bool(
            last and key and last[0].size == self.size and last[0].fingerprint == key[0].fingerprint
        )


def sealed_seen(session: Session) -> Sealed:
    """The latest of each."""
    most = {"most": MOST}
    until, size, going = session.execute(_SO_FAR, {"kind": SEAL}).one()
    return Sealed(
        until,
        size,
        going,
        [SealSeen(*row) for row in session.execute(_SEALS, most)],
        [
            CheckpointSeen(x.id, x.size, x.recorded_at, x.name, fingerprint(x.public), x.witnesses)
            for x in session.execute(_CHECKPOINTS, most)
        ],
        [
            KeySeen(x.id, x.name, fingerprint(x.public), x.by, x.recorded_at)
            for x in session.execute(_KEYS, most)
        ],
    )
