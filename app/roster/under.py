"""Which union a unit, and a line of a roster, stood under on a day: SQL, in one place.

Two questions are asked of a unit that has gone to another district. Who may see it and act for it
goes by where it stands today (`unit_now`, `unit_of_line`). A figure counts where the unit stood on
the day of what is counted: that is asked here, of a unit's history and, where a split has put
somebody at another unit, of the line's. So what a district brought in and cost stays its own when
a unit goes, and districts together are always the city.

Of many rows by joins (`STOOD`, `moved_on`, `under_on`), of few by keys (`unit_on`, `union_on`). The
names are not of a schema: as it was known at another time, the same is asked of `as_of`.
"""

from datetime import date
from typing import Final, LiteralString

OF_NO_DAY: Final = date(1900, 1, 1)
"""From when on a unit is what it is whatever day is asked of: its own union, under its district."""
# A history runs forward, so that each of its rows holds until the day of the next.
UNDER: Final[LiteralString] = """under AS MATERIALIZED (
    SELECT u.id AS unit_id, u.union_id, date '-infinity' AS from_on,
           coalesce(n.from_on, date 'infinity') AS to_on
    FROM unit u LEFT JOIN unit_change n ON n.unit_id = u.id AND n.seq = 1
    WHERE n.from_on IS NULL OR n.from_on > date '1900-01-01'
    UNION ALL
    SELECT c.unit_id, c.union_id,
           CASE WHEN c.from_on > date '1900-01-01' THEN c.from_on ELSE date '-infinity' END,
           coalesce(n.from_on, date 'infinity')
    FROM unit_change c
    LEFT JOIN unit_change n ON n.unit_id = c.unit_id AND n.seq = c.seq + 1
    WHERE c.from_on < coalesce(n.from_on, date 'infinity')
)"""
"""SQL, in WITH: every unit's unions, each from a day to before another."""

# Of a line the last word whose day has come holds, and one may begin earlier than that before it.
MOVES: Final[LiteralString] = """moves AS MATERIALIZED (
    SELECT l.member_id, l.roster_id, l.unit_id, l.from_on, coalesce((
        SELECT min(n.from_on) FROM line_move n
        WHERE n.member_id = l.member_id AND n.roster_id = l.roster_id AND n.seq > l.seq
    ), date 'infinity') AS to_on
    FROM line_move l
)"""
"""SQL, in WITH: the units at which splits have put lines of rosters, each from a day to before
another; before the first of them a line stood at its roster's unit."""

OFTEN: Final[LiteralString] = """often AS MATERIALIZED (
    SELECT id AS roster_id FROM roster WHERE unit_id IN (
        SELECT unit_id FROM under GROUP BY unit_id HAVING count(DISTINCT union_id) > 1)
    UNION SELECT roster_id FROM moves
)"""
"""SQL, in WITH after both: the few rosters that may have stood under more than one union."""

STOOD: Final[LiteralString] = f"{UNDER}, {MOVES}"


def under_on(unit: LiteralString, day: LiteralString) -> LiteralString:
    """SQL: joins `w`, whose `union_id` a unit stood under on a day; `UNDER` being given."""
    return f"LEFT JOIN under w ON w.unit_id = {unit} AND {day} >= w.from_on AND {day} < w.to_on"


def moved_on(member: LiteralString, roster: LiteralString, day: LiteralString) -> LiteralString:
    """SQL: joins `m`, whose `unit_id` a split had put a line at by a day; `MOVES` being given."""
    return (
        f"LEFT JOIN moves m ON m.member_id = {member} AND m.roster_id = {roster}"
        f" AND {day} >= m.from_on AND {day} < m.to_on"
    )


def unit_on(
    member: LiteralString, roster: LiteralString, unit: LiteralString, day: LiteralString
) -> LiteralString:
    """SQL: the unit at which a line of a roster, itself a unit's, stood on a day; by keys."""
    return f"""coalesce((
        SELECT l.unit_id FROM line_move l
        WHERE l.member_id = {member} AND l.roster_id = {roster} AND l.from_on <= {day}
        ORDER BY l.seq DESC LIMIT 1
    ), {unit})"""  # noqa: S608 - put together from constants


def union_on(unit: LiteralString, day: LiteralString) -> LiteralString:
    """SQL: the union that a unit stood under on a day; by keys."""
    return f"""coalesce((
        SELECT x.union_id FROM unit_change x
        WHERE x.unit_id = {unit} AND x.from_on <= {day} ORDER BY x.seq DESC LIMIT 1
    ), (SELECT x.union_id FROM unit x WHERE x.id = {unit}))"""  # noqa: S608
