"""Identified editions of a bundle, for the auditor's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

# Whoever lost the right, or has another key now, fetches nothing with the one that had it.
_HAS_RIGHT: Final = """(SELECT s.given FROM auditor_key_step s WHERE s.key_id = e.key_id
    ORDER BY s.seq DESC LIMIT 1)"""
_EDITIONS: Final = text(
    f"""
    SELECT e.id, e.state, e.purpose, e.file_id, e.sha256, e.size, e.asked_by, a.name, e.recorded_at,
           {_HAS_RIGHT}
    FROM identified_edition e JOIN account a ON a.id = e.asked_by
    WHERE e.order_id = :order ORDER BY e.id DESC LIMIT 20
    """  # noqa: S608 - put together from constants
)
_FILE: Final = text(
    f"""
    SELECT e.file_id FROM identified_edition e
    WHERE e.id = :id AND e.asked_by = :by AND {_HAS_RIGHT}
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class EditionSeen:
    """One edition; it can be opened with its auditor's key alone, and fetched while that has the
    right."""

    id: int
    state: str
    purpose: str
    file_id: int | None
    sha256: str | None
    size: int | None
    asked_by: int
    by: str
    at: datetime
    right: bool


def editions_of(session: Session, order_id: int) -> list[EditionSeen]:
    """The latest."""
    return [EditionSeen(*row) for row in session.execute(_EDITIONS, {"order": order_id})]


def edition_file(session: Session, edition_id: int, *, by: int) -> int | None:
    """The file of somebody's own edition, while its key has the right."""
    found: int | None = session.scalar(_FILE, {"id": edition_id, "by": by})
    return found
