"""Which union a unit, and a line of a roster, stood under on a day: SQL, in one place.

Two questions are asked of a unit that has gone to another district. Who may see it and act for it
goes by where it stands today (`unit_now`, `unit_of_line`). A figure counts where the unit stood on
the day of what is counted: that is asked here, of a unit's history and, where a split has put
somebody at another unit, of the line's. So what a district brought in and cost stays its own when
a unit goes, and districts together are always the city. What is told late counts as money does that
comes late: from the first day that was open when it was told, for what is closed stays as it is.

Of many rows by joins (`STOOD`, `moved_on`, `under_on`), of few by keys (`unit_on`, `union_on`), of
all covers there are by roster (`ROSTERS`, `line_on`). The names are not of a schema: as it was
known at another time, the same is asked of `as_of`.
"""

from datetime import date
from typing import Final, LiteralString

_OF_NO_DAY: Final[LiteralString] = "1900-01-01"
OF_NO_DAY: Final = date.fromisoformat(_OF_NO_DAY)
"""From when on a unit is what it is whatever day is asked of: its own union, under its district."""


def counts_from(row: LiteralString) -> LiteralString:
    """SQL: the day from which on figures go by a row of a history."""
    return f"""CASE WHEN {row}.from_on <= date '{_OF_NO_DAY}' THEN date '-infinity' ELSE greatest(
        {row}.from_on, (SELECT max(k.last_on) + 1 FROM ledger_close k
                        WHERE k.recorded_at <= {row}.recorded_at)) END"""  # noqa: S608


# A history runs forward, so that each of its rows holds until the day of the next.
_UNDER: Final[LiteralString] = f"""(
    SELECT * FROM (
        SELECT u.id AS unit_id, u.union_id, date '-infinity' AS from_on,
               coalesce({counts_from("n")}, date 'infinity') AS to_on
        FROM unit u LEFT JOIN unit_change n ON n.unit_id = u.id AND n.seq = 1
        UNION ALL
        SELECT c.unit_id, c.union_id, {counts_from("c")},
               coalesce({counts_from("n")}, date 'infinity')
        FROM unit_change c
        LEFT JOIN unit_change n ON n.unit_id = c.unit_id AND n.seq = c.seq + 1
    ) x WHERE from_on < to_on
)"""  # noqa: S608 - put together from constants
UNDER: Final[LiteralString] = f"under AS MATERIALIZED {_UNDER}"
"""SQL, in WITH: every unit's unions, each from a day to before another."""

# Of a line the last word whose day has come holds, and one may begin earlier than that before it.
MOVES: Final[LiteralString] = f"""moves AS MATERIALIZED (
    SELECT l.member_id, l.roster_id, l.unit_id, {counts_from("l")} AS from_on, coalesce((
        SELECT min({counts_from("n")}) FROM line_move n
        WHERE n.member_id = l.member_id AND n.roster_id = l.roster_id AND n.seq > l.seq
    ), date 'infinity') AS to_on
    FROM line_move l
)"""  # noqa: S608
"""SQL, in WITH: the units at which splits have put lines of rosters, each from a day to before
another; before the first of them a line stood at its roster's unit."""

_SEVERAL: Final[LiteralString] = """
    SELECT unit_id FROM {under} u GROUP BY unit_id HAVING count(DISTINCT union_id) > 1
"""
OFTEN: Final[LiteralString] = f"""often AS MATERIALIZED (
    SELECT id AS roster_id FROM roster WHERE unit_id IN ({_SEVERAL.format(under="under")})
    UNION SELECT roster_id FROM moves
)"""  # noqa: S608 - put together from constants
"""SQL, in WITH after both: the few rosters that may have stood under more than one union."""

STOOD: Final[LiteralString] = f"{UNDER}, {MOVES}"

ROSTERS: Final[LiteralString] = f"""(
    SELECT r.id AS roster_id, r.unit_id, coalesce(w.union_id, g.union_id) AS union_id,
           r.unit_id IS NOT NULL AND r.unit_id IN ({_SEVERAL.format(under=_UNDER)})
           OR r.id IN (SELECT roster_id FROM line_move) AS often
    FROM roster r
    LEFT JOIN {_UNDER} w ON w.unit_id = r.unit_id AND w.from_on = date '-infinity'
    LEFT JOIN campaign g ON g.id = r.campaign_id
)"""  # noqa: S608
"""SQL: every roster with the union it has stood under all along; where `often`, the first."""


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
        WHERE l.member_id = {member} AND l.roster_id = {roster} AND {counts_from("l")} <= {day}
        ORDER BY l.seq DESC LIMIT 1
    ), {unit})"""  # noqa: S608


def union_on(unit: LiteralString, day: LiteralString) -> LiteralString:
    """SQL: the union that a unit stood under on a day; by keys."""
    return f"""coalesce((
        SELECT x.union_id FROM unit_change x
        WHERE x.unit_id = {unit} AND {counts_from("x")} <= {day} ORDER BY x.seq DESC LIMIT 1
    ), (SELECT x.union_id FROM unit x WHERE x.id = {unit}))"""  # noqa: S608


def line_on(roster: LiteralString, member: LiteralString, day: LiteralString) -> LiteralString:
    """SQL: the union that a line of one of the `ROSTERS` stood under on a day.

    By keys, and only where that must be asked: for who reads the covers of a whole city.
    """
    unit = unit_on(member, f"{roster}.roster_id", f"{roster}.unit_id", day)
    at_unit = f"SELECT {unit} AS unit_id"
    return f"""CASE WHEN NOT {roster}.often THEN {roster}.union_id ELSE (
        SELECT {union_on("y.unit_id", day)} FROM ({at_unit} OFFSET 0) y
    ) END"""  # noqa: S608
