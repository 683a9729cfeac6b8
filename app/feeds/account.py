"""What became of every row of a feed, as it stands today; each class can be listed whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.claims.sort_out import TAKEN, TWICE
from app.errors import Refusal
from app.feeds.models import Feed

DETERMINED: Final = ("matched", "no_cover", "not_payable", "held", "waiting")
"""What a new bill of a member is today; `waiting`: for its determination."""
PARTS: Final = ("no_member", "duplicate", "changed", "refund", "faulty")
CLASSES: Final = (*DETERMINED, *PARTS)
_AT_ONCE: Final = 5_000
_NOT_FAULTY: Final = sorted(TAKEN | TWICE)
_TWICE: Final = sorted(TWICE)

_CLASS: Final = """
CASE WHEN d.seq IS NULL THEN 'waiting' WHEN d.refusal IS NULL THEN 'matched'
     WHEN d.refusal = 'no_cover' THEN 'no_cover'
     WHEN d.refusal IN ('held', 'unknown_med_type', 'date_missing') THEN 'held'
     ELSE 'not_payable' END
"""
_NEW: Final = f"""
SELECT s.line, s.setl_id, c.id AS claim_id, coalesce(d.refusal, '') AS why, {_CLASS} AS class
FROM settlement s
JOIN claim c ON c.member_id = s.member_id AND c.setl_id = s.setl_id
LEFT JOIN LATERAL (
    SELECT seq, refusal FROM determination d
    WHERE d.member_id = c.member_id AND d.claim_id = c.id ORDER BY d.seq DESC LIMIT 1
) d ON true
WHERE s.run_id = :run AND s.version = 1
"""  # noqa: S608 - put together from constants
_COUNTS: Final = text(f"SELECT class, count(*) FROM ({_NEW}) x GROUP BY class")  # noqa: S608
_SUMS: Final = text(
    """
    SELECT coalesce(sum(rows_in), 0), coalesce(sum(new), 0), coalesce(sum(no_member), 0),
           coalesce(sum(duplicate), 0), coalesce(sum(changed), 0), coalesce(sum(refund), 0),
           coalesce(sum(faulty), 0), coalesce(sum(sums_differ), 0)
    FROM feed_part WHERE feed_id = :feed
    """
)
_LATEST: Final = text(
    """
    SELECT f.id, f.source, f.name, f.state, f.run_id, f.recorded_at, f.fault, f.cursor,
           (SELECT coalesce(sum(rows_in), 0) FROM feed_part p WHERE p.feed_id = f.id)
    FROM feed f WHERE CAST(:feed AS bigint) IS NULL OR f.id = :feed
    ORDER BY f.id DESC LIMIT :most
    """
)
_OF_CLASS: Final = f"SELECT line, setl_id, claim_id, why FROM ({_NEW}) x WHERE class = :class"  # noqa: S608
_LISTS: Final = {
    **dict.fromkeys(DETERMINED, f"{_OF_CLASS} ORDER BY line"),
    "changed": """
        SELECT s.line, s.setl_id, c.id, '' FROM settlement s
        JOIN claim c ON c.member_id = s.member_id AND c.setl_id = s.setl_id
        WHERE s.run_id = :run AND s.version > 1 ORDER BY s.line
    """,
    # A refund that had come before a bill was joined counts for the own number too: no other row.
    "refund": """
        SELECT line, setl_id, NULL, undone_setl_id FROM refund r
        WHERE run_id = :run AND NOT EXISTS (
            SELECT FROM joined_settlement j
            JOIN refund o ON o.setl_id = r.setl_id AND o.undone_setl_id = j.setl_id
            WHERE j.own_setl_id = r.undone_setl_id AND j.run_id = r.run_id AND o.line = r.line)
        ORDER BY line
    """,
    "no_member": """
        SELECT line, setl_id, NULL, '' FROM unmatched_settlement WHERE run_id = :run ORDER BY line
    """,
    "faulty": """
        SELECT line, setl_id, NULL, field || ' ' || reason FROM feed_fault
        WHERE feed_id = :feed AND reason <> ALL(CAST(:others AS text[])) ORDER BY line, field
    """,
    "duplicate": """
        SELECT known.line, coalesce(f.setl_id, ''), NULL, coalesce(f.field || ' ' || f.reason, '')
        FROM feed_part p
        CROSS JOIN LATERAL (SELECT generate_series(lower(r), upper(r) - 1) AS line
                            FROM unnest(p.duplicate_lines) r) known
        LEFT JOIN feed_fault f ON f.feed_id = p.feed_id AND f.line = known.line
                               AND f.reason = ANY(CAST(:twice AS text[]))
        WHERE p.feed_id = :feed
    """,
}


class UnknownFeed(Refusal):
    """No feed has this number."""


class RowTold(NamedTuple):
    """A row of one class. `why`: a refusal, a reason, or the number that a refund undoes."""

    line: int
    setl_id: str
    claim_id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Accounted:
    """A feed and its rows by class. `off`: rows that no class has; it must be none."""

    id: int
    source: str
    name: str
    state: str
    run_id: int | None
    at: Any
    fault: dict[str, Any] | None
    rows_in: int
    sums_differ: int
    classes: dict[str, int]

    @property
    def off(self) -> int:
        return self.rows_in - sum(self.classes.values())


class FeedSeen(NamedTuple):
    """A feed in the list of feeds."""

    id: int
    source: str
    name: str
    state: str
    run_id: int | None
    at: Any
    fault: dict[str, Any] | None
    cursor: str | None
    rows_in: int


def feeds(session: Session, most: int = 20) -> list[FeedSeen]:
    """The latest feeds, the newest first."""
    return [FeedSeen(*row) for row in session.execute(_LATEST, {"feed": None, "most": most})]


def accounted(session: Session, feed_id: int) -> Accounted:
    """What became of a feed's rows. Raises UnknownFeed."""
    seen = session.execute(_LATEST, {"feed": feed_id, "most": 1}).one_or_none()
    if seen is None:
        raise UnknownFeed(number=feed_id)
    feed = FeedSeen(*seen)
    sums = session.execute(_SUMS, {"feed": feed_id}).one()
    rows_in, _, *parts, odd = map(int, sums)
    new = {name: int(count) for name, count in session.execute(_COUNTS, {"run": feed.run_id})}
    classes = {x: new.get(x, 0) for x in DETERMINED} | dict(zip(PARTS, parts, strict=True))
    return Accounted(*feed[:7], rows_in, odd, classes)


def parts_counted(session: Session, feed_id: int) -> dict[str, int]:
    """How many rows of a feed are of each of PARTS: told when they were taken, at any size."""
    _, _, *parts, _ = map(int, session.execute(_SUMS, {"feed": feed_id}).one())
    return dict(zip(PARTS, parts, strict=True))


def rows_of_class(
    session: Session, feed_id: int, name: str, *, after: int = 0, most: int | None = None
) -> Iterator[RowTold]:
    """The rows of one class in the file's order, as they are fetched. Raises UnknownFeed.

    `after` this line, and so many at most.
    """
    feed = session.scalar(select(Feed).where(Feed.id == feed_id))
    if feed is None:
        raise UnknownFeed(number=feed_id)
    asked = {"feed": feed_id, "run": feed.run_id, "class": name, "others": _NOT_FAULTY}
    asked["twice"] = _TWICE
    wanted = {x: y for x, y in asked.items() if f":{x}" in _LISTS[name]}
    query = text(
        f"SELECT * FROM ({_LISTS[name]}) x (line, setl_id, claim_id, why)"  # noqa: S608 - constants
        " WHERE line > :after ORDER BY line, why LIMIT :most"
    )
    options = {"stream_results": True, "yield_per": _AT_ONCE}
    facts = wanted | {"after": after, "most": most}
    for row in session.execute(query, facts, execution_options=options):
        yield RowTold(*row)
