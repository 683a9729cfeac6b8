"""Feeds of settlements in a list: how far each has come, and how fast."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.paging import Asked, Page

_FEEDS: Final = """
    SELECT f.id, f.source, f.name, f.state, f.run_id, f.recorded_at, f.fault, a.name,
           p.rows_in, p.new, p.sums_differ,
           greatest(extract(epoch FROM p.last_at - f.recorded_at), 0.001)::double precision
    FROM feed f JOIN account a ON a.id = f.recorded_by
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(rows_in), 0) AS rows_in, coalesce(sum(new), 0) AS new,
               coalesce(sum(sums_differ), 0) AS sums_differ, max(recorded_at) AS last_at
        FROM feed_part WHERE feed_id = f.id
    ) p
"""
_LATEST: Final = text(
    f"{_FEEDS} WHERE CAST(:after AS bigint) IS NULL OR f.id < :after ORDER BY f.id DESC LIMIT :size"
)
_ONE: Final = text(f"{_FEEDS} WHERE f.id = :feed")


@dataclass(frozen=True, slots=True)
class FeedTold:
    """A feed; `seconds` from its beginning to its last part, None before the first."""

    id: int
    source: str
    name: str
    state: str
    run_id: int | None
    at: datetime
    fault: dict[str, Any] | None
    by: str
    rows_in: int
    new: int
    sums_differ: int
    seconds: float | None

    @property
    def called(self) -> str:
        """Its file or its day; its number where it came by a pipe."""
        return self.name if self.name not in {"", "-"} else str(self.id)

    @property
    def going(self) -> bool:
        return self.state == "open"

    @property
    def a_second(self) -> int:
        """Rows a second so far."""
        return int(self.rows_in / self.seconds) if self.seconds else 0


def latest_feeds(session: Session, asked: Asked) -> Page[FeedTold]:
    """A page of feeds, the newest first."""
    wanted = {"after": asked.after, "size": asked.size + 1}
    rows = [FeedTold(*row) for row in session.execute(_LATEST, wanted)]
    more = rows[asked.size - 1].id if len(rows) > asked.size else None
    return Page(rows[: asked.size], more)


def feed_told(session: Session, feed_id: int) -> FeedTold | None:
    """One feed, or None."""
    row = session.execute(_ONE, {"feed": feed_id}).one_or_none()
    return FeedTold(*row) if row else None
