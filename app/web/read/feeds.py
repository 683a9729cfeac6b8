"""Feeds of settlements in a list: how far each has come, and how fast."""

from collections.abc import Iterable
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
# What a cut file had brought is known when the whole one comes under the same name: its lines, up
# to where the cut one ended, are repeats. Another file of that name repeats nothing.
_CAME_WHOLE: Final = text(
    """
    SELECT DISTINCT ON (f.id) f.id AS cut, w.id AS whole FROM feed f
    CROSS JOIN LATERAL (SELECT max(through_line) AS last, sum(rows_in) AS rows_in,
                               sum(new + changed) AS taken
                        FROM feed_part WHERE feed_id = f.id) was
    JOIN feed w ON w.source = 'file' AND w.name = f.name AND w.id > f.id AND w.state = 'whole'
    CROSS JOIN LATERAL (
        SELECT sum(p.rows_in) AS rows_in,
               sum((SELECT coalesce(sum(upper(r) - lower(r)), 0)
                    FROM unnest(p.duplicate_lines
                                * int4multirange(int4range(0, was.last::int + 1))) r)) AS repeated
        FROM feed_part p WHERE p.feed_id = w.id) came
    WHERE f.id = ANY(CAST(:stopped AS bigint[])) AND f.source = 'file' AND f.name NOT IN ('', '-')
          AND was.taken > 0 AND came.repeated >= was.taken AND came.rows_in > was.rows_in
    ORDER BY f.id, w.id
    """
)
_CLAIMS: Final = text(
    """
    SELECT k.number, c.member_id, c.id
    FROM (SELECT setl_id, setl_id AS number, member_id FROM settlement_key
          WHERE setl_id = ANY(CAST(:bills AS text[]))
          UNION SELECT own_setl_id, setl_id, member_id FROM joined_settlement
          WHERE setl_id = ANY(CAST(:bills AS text[]))) k
    JOIN claim c ON c.member_id = k.member_id AND c.setl_id = k.setl_id
    """
)


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


def came_whole(session: Session, feeds: Iterable[FeedTold]) -> dict[int, int]:
    """By a file's feed that stopped, the feed in which the whole of it came later."""
    stopped = [feed.id for feed in feeds if feed.state == "stopped"]
    if not stopped:
        return {}
    rows = session.execute(_CAME_WHOLE, {"stopped": stopped})
    return {row.cut: row.whole for row in rows}


def claims_of(session: Session, bills: Iterable[str]) -> dict[str, tuple[int, int]]:
    """By the bureau's number of a bill that is a claim now: its member, and the claim."""
    numbers = sorted({*bills} - {""})
    rows = session.execute(_CLAIMS, {"bills": numbers}) if numbers else ()
    return {number: (member_id, claim_id) for number, member_id, claim_id in rows}
