"""Feeds of settlements in a list: how far each has come, and how fast."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.paging import Asked, Page

# A part takes some seconds. What came over a minute after the one before had been interrupted: how
# long it took itself, nobody knows, and neither its rows nor that time count for the speed. The
# parts of a file that a program sent are one transaction, in which no time passes.
_FEEDS: Final = """
    SELECT f.id, f.source, f.name, f.state, f.run_id, f.recorded_at, f.fault, a.name,
           p.rows_in, p.new, p.sums_differ, p.rows_timed,
           nullif(extract(epoch FROM p.took), 0)::double precision
    FROM feed f JOIN account a ON a.id = f.recorded_by
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(rows_in), 0) AS rows_in, coalesce(sum(new), 0) AS new,
               coalesce(sum(sums_differ), 0) AS sums_differ,
               coalesce(sum(rows_in) FILTER (WHERE took <= interval '1 minute'), 0) AS rows_timed,
               sum(took) FILTER (WHERE took <= interval '1 minute') AS took
        FROM (SELECT x.*, recorded_at - lag(recorded_at, 1, f.recorded_at) OVER (ORDER BY seq)
                     AS took
              FROM feed_part x WHERE feed_id = f.id) x
    ) p
"""
_LATEST: Final = text(
    f"{_FEEDS} WHERE CAST(:after AS bigint) IS NULL OR f.id < :after ORDER BY f.id DESC LIMIT :size"
)
_ONE: Final = text(f"{_FEEDS} WHERE f.id = :feed")


PIPE: Final = "pipe"


@dataclass(frozen=True, slots=True)
class FeedTold:
    """A feed. `rows_timed` of its rows were taken in so many `seconds` of work, interruptions left
    out; None where no part tells.
    """

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
    rows_timed: int
    seconds: float | None

    @property
    def called(self) -> str:
        """Its file or its day; its number where it came by a pipe."""
        return str(self.id) if self._nameless else self.name

    @property
    def came_by(self) -> str:
        """Its source, or a pipe: that has no name to look for."""
        return PIPE if self._nameless else self.source

    @property
    def _nameless(self) -> bool:
        return self.name in {"", "-"}

    @property
    def going(self) -> bool:
        return self.state == "open"

    @property
    def a_second(self) -> int:
        """Rows a second of work so far."""
        return int(self.rows_timed / self.seconds) if self.seconds else 0


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
