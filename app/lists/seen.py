"""SQL of what an officer sees: the units below the officer's own union, and their members."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.unions.tree import reach_of_union


@dataclass(frozen=True, slots=True)
class Scope:
    """`whole`: the city federation's, so that nothing needs to be asked of each row."""

    unions: list[int]
    whole: bool

    @property
    def asked(self) -> dict[str, object]:
        """The values that `UNIT`, `MEMBER` and `SEEN` ask for."""
        return {"whole": self.whole, "unions": self.unions}


def scope_below(session: Session, union_id: int) -> Scope:
    """What an account of this union sees."""
    below = reach_of_union(session, union_id)
    return Scope(below or [], whole=below is None)


UNIT = "(:whole OR u.union_id = ANY(CAST(:unions AS bigint[])))"
"""SQL: unit `u` lies in the scope."""

_GIFT_GONE = """
    FROM cover_change gone
    JOIN cover was ON was.member_id = gone.member_id AND was.id = gone.cover_id
    WHERE gone.why = 'gift_ended' AND gone.ends_on < was.starts_on
"""
_NOTHING_LEFT = f"SELECT gone.cover_id {_GIFT_GONE}"

MEMBER = f"""(:whole OR EXISTS (
    SELECT FROM cover v JOIN roster r ON r.id = v.roster_id
    LEFT JOIN unit_now u ON u.id = unit_of_line(v.member_id, v.roster_id, r.unit_id)
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE v.member_id = c.member_id
          AND coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))
          AND v.id NOT IN ({_NOTHING_LEFT})))"""
"""SQL: the member of `c` has or had a cover from a unit, or a campaign, in the scope.

A roster line alone is not enough: anybody's number can be written into a roster. Nor is a gift of
which a paid cover has left nothing (`app.claims.scope` says the same for one member): those are
few, and are looked up once a query, not with each cover's term.
"""

MOVED = """moved AS MATERIALIZED (
        SELECT DISTINCT ON (x.member_id, x.roster_id) x.member_id, x.roster_id, x.unit_id
        FROM line_move x
        WHERE x.from_on <= (transaction_timestamp() AT TIME ZONE INTERVAL '8 hours')::date
        ORDER BY x.member_id, x.roster_id, x.seq DESC
    )"""
"""SQL, in WITH: the lines of rosters that a split has put at another unit; as `unit_of_line`."""

SEEN = f"""{MOVED}, here AS MATERIALIZED (
        SELECT r.id FROM roster r
        LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
        WHERE coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))
    ), odd AS MATERIALIZED (
        SELECT member_id FROM moved
        UNION SELECT gone.member_id {_GIFT_GONE}
    ), odd_seen AS MATERIALIZED (
        SELECT v.member_id FROM odd JOIN cover v ON v.member_id = odd.member_id
        LEFT JOIN moved x ON x.member_id = v.member_id AND x.roster_id = v.roster_id
        JOIN roster r ON r.id = v.roster_id
        LEFT JOIN unit_now u ON u.id = coalesce(x.unit_id, r.unit_id)
        LEFT JOIN campaign g ON g.id = r.campaign_id
        WHERE coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))
              AND v.id NOT IN ({_NOTHING_LEFT})
    ), seen AS (
        SELECT v.member_id FROM cover v WHERE v.roster_id = ANY(ARRAY(SELECT id FROM here))
    )"""  # noqa: S608
"""SQL, in WITH: whose covers come from the scope's rosters (`seen`), and of members with whom it is
not as simple, because a line was moved or a gift has left nothing, of whom `MEMBER` is true
(`odd_seen`). Not looked at where the scope is whole.
"""
_SEEN_ODD = """WHEN c.member_id IN (SELECT member_id FROM odd)
    THEN c.member_id IN (SELECT member_id FROM odd_seen)"""
OF_SEEN = f"""CASE WHEN :whole THEN true {_SEEN_ODD}
    ELSE c.member_id IN (SELECT member_id FROM seen) END"""  # noqa: S608
"""SQL: `MEMBER`, `SEEN` being given: all members of the scope are gathered before the first is
looked for among them. Asking of each claim as it comes reads every claim of the city for the page
of a unit that has few.
"""
ONE_BY_ONE = f"""CASE WHEN :whole THEN true {_SEEN_ODD} ELSE (
        SELECT true FROM cover v
        WHERE v.member_id = c.member_id AND (v.roster_id IN (SELECT id FROM here)) IS TRUE LIMIT 1
    ) IS TRUE END"""  # noqa: S608
"""SQL: `MEMBER`, `SEEN` being given, asked of each row as it comes. One value, so that the planner
never makes a join of it: that would read all covers there are to find fifty people of a district.
Nor of the scope's rosters, which are looked up, not compared with each of them.
"""


_ASKS, _GATHERS = 12, 1
"""What it takes to ask of a row, and to gather a cover: about 3 and 0.25 microseconds."""
_LONG = 5_000
"""So many rows of a list are counted."""
_HEADS = """
    SELECT coalesce(sum(r.heads) FILTER (
               WHERE coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))), 0),
           sum(r.heads), ({rows})
    FROM roster r
    LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
"""


def among(
    session: Session,
    scope: Scope,
    most: int,
    *,
    of: str = "",
    asked: Mapping[str, object] | None = None,
) -> str:
    """Which condition of `c` finds `most` of the scope's members in a long list sooner, `SEEN`
    being given unless the scope is whole.

    Of few members a list may hold none for long: they are gathered first. A large district's turn
    up at once, and a short list (`of`: FROM and WHERE of one that may be, which ask `asked`) is
    soon gone through.
    """
    if scope.whole:
        return "true"
    rows = f"SELECT count(*) FROM (SELECT {of} LIMIT :enough) x" if of else "NULL::bigint"  # noqa: S608 - the code's own
    here, all_heads, short = session.execute(
        text(_HEADS.format(rows=rows)),
        {**(asked or {}), **scope.asked, "enough": _LONG},
    ).one()
    if not here:
        return OF_SEEN
    through = most * all_heads // here
    if short is not None and short < _LONG:
        through = min(through, short)
    return ONE_BY_ONE if _ASKS * through < _GATHERS * here else OF_SEEN
