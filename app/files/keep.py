"""Keep a file until it is fetched or old: in parts, each sealed for its place."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from app.db import copy_in
from app.files.models import StoredFile, StoredPart
from app.files.names import without_ids
from app.secrets import vault

PART: Final = 1 << 20
"""Bytes a part: every one but the last has just as many."""
DAYS_KEPT: Final = 30
_TABLE: Final = "stored_part"


class Kept(NamedTuple):
    """A file that can be fetched; `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


def keep(session: Session, blocks: Iterable[bytes], *, name: str, media_type: str, by: int) -> Kept:
    """Store a file, given in blocks of any length; its name without what looks like an ID."""
    name = without_ids(name)
    added = insert(StoredFile).values(
        name=name, media_type=media_type, size=0, sha256="", recorded_by=by
    )
    file_id = session.execute(added.returning(StoredFile.id)).scalar_one()
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[tuple[int, int, bytes]]:
        nonlocal size
        for seq, part in enumerate(_parts(blocks)):
            digest.update(part)
            size += len(part)
            yield file_id, seq, vault().seal_bytes(part, _TABLE, file_id, seq)

    copy_in(session, _TABLE, ("file_id", "seq", "sealed"), counted())
    known = {"size": size, "sha256": digest.hexdigest()}
    session.execute(update(StoredFile).where(StoredFile.id == file_id).values(known))
    return Kept(file_id, name, media_type, size, digest.hexdigest())


def keep_file(session: Session, path: Path, *, name: str, media_type: str, by: int) -> Kept:
    """Store what lies at `path`, in blocks."""
    with path.open("rb") as stream:
        blocks = iter(lambda: stream.read(PART), b"")
        return keep(session, blocks, name=name, media_type=media_type, by=by)


def kept(session: Session, file_id: int) -> Kept | None:
    """A file that is still there."""
    columns = (
        StoredFile.id,
        StoredFile.name,
        StoredFile.media_type,
        StoredFile.size,
        StoredFile.sha256,
    )
    row = session.execute(select(*columns).where(StoredFile.id == file_id)).one_or_none()
    return Kept(*row) if row else None


def kept_in_a_day(session: Session, *, by: int) -> int:
    """How many files an account has had kept in the last 24 hours and are still there."""
    since = func.transaction_timestamp() - text("interval '1 day'")
    asked = select(func.count()).where(StoredFile.recorded_by == by)
    return session.execute(asked.where(StoredFile.recorded_at > since)).scalar_one()


def read(session: Session, file: Kept, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes from `start` up to `end` (not included), a part at a time."""
    end = file.size if end is None else min(end, file.size)
    for seq in range(start // PART, -(-end // PART)):
        asked = select(StoredPart.sealed).where(
            StoredPart.file_id == file.id, StoredPart.seq == seq
        )
        part = vault().open_bytes(session.execute(asked).scalar_one(), _TABLE, file.id, seq)
        yield part[max(start - seq * PART, 0) : end - seq * PART]


def let_go(session: Session, file_id: int) -> None:
    """Forget a file; what speaks of it is left without."""
    session.execute(text("DELETE FROM stored_file WHERE id = :id"), {"id": file_id})


def let_old_go(session: Session) -> None:
    """Forget files that nobody fetched for so long."""
    session.execute(
        text("DELETE FROM stored_file WHERE recorded_at < now() - make_interval(days => :days)"),
        {"days": DAYS_KEPT},
    )


def _parts(blocks: Iterable[bytes]) -> Iterator[bytes]:
    pending = bytearray()
    for block in blocks:
        pending += block
        while len(pending) >= PART:
            yield bytes(pending[:PART])
            del pending[:PART]
    if pending:
        yield bytes(pending)
