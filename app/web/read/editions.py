"""Identified editions of a bundle, for the auditor's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_EDITIONS: Final = text(
    """
    SELECT e.id, e.state, e.purpose, e.file_id, e.sha256, e.size, e.asked_by, a.name, e.recorded_at
    FROM identified_edition e JOIN account a ON a.id = e.asked_by
    WHERE e.order_id = :order ORDER BY e.id DESC LIMIT 20
    """
)


@dataclass(frozen=True, slots=True)
class EditionSeen:
    """One edition; it can be opened with its auditor's key alone."""

    id: int
    state: str
    purpose: str
    file_id: int | None
    sha256: str | None
    size: int | None
    asked_by: int
    by: str
    at: datetime


def editions_of(session: Session, order_id: int) -> list[EditionSeen]:
    """The latest."""
    return [EditionSeen(*row) for row in session.execute(_EDITIONS, {"order": order_id})]


def edition_file(session: Session, edition_id: int, *, by: int) -> int | None:
    """The file of somebody's own edition."""
    asked = text("SELECT file_id FROM identified_edition WHERE id = :id AND asked_by = :by")
    found: int | None = session.scalar(asked, {"id": edition_id, "by": by})
    return found
