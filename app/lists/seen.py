"""SQL of what an officer sees: the units below the officer's own union, and their members."""

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

_NOTHING_LEFT = """
    SELECT gone.cover_id FROM cover_change gone
    JOIN cover was ON was.member_id = gone.member_id AND was.id = gone.cover_id
    WHERE gone.why = 'gift_ended' AND gone.ends_on < was.starts_on
"""

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

ONE_BY_ONE = f"CASE WHEN :whole THEN true ELSE {MEMBER} END"
"""SQL: `MEMBER`, asked of each row as it comes, and never made a join of: that would read all
covers there are to find fifty people of a district."""

MOVED = """moved AS MATERIALIZED (
        SELECT DISTINCT ON (x.member_id, x.roster_id) x.member_id, x.roster_id, x.unit_id
        FROM line_move x
        WHERE x.from_on <= (transaction_timestamp() AT TIME ZONE INTERVAL '8 hours')::date
        ORDER BY x.member_id, x.roster_id, x.seq DESC
    )"""
"""SQL, in WITH: the lines of rosters that a split has put at another unit; as `unit_of_line`."""

SEEN = f"""{MOVED}, seen AS MATERIALIZED (
        SELECT v.member_id FROM roster r
        LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
        CROSS JOIN LATERAL (
            SELECT x.member_id FROM cover x
            WHERE x.roster_id = r.id AND x.id NOT IN ({_NOTHING_LEFT})
                  AND (x.member_id, x.roster_id) NOT IN (SELECT member_id, roster_id FROM moved)
            OFFSET 0
        ) v
        WHERE coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))
        UNION
        SELECT x.member_id FROM moved x JOIN unit_now u ON u.id = x.unit_id
        JOIN cover v ON v.member_id = x.member_id AND v.roster_id = x.roster_id
        WHERE u.union_id = ANY(CAST(:unions AS bigint[])) AND v.id NOT IN ({_NOTHING_LEFT})
    )"""  # noqa: S608
"""SQL, in WITH: all members of whom `MEMBER` is true; not looked at where the scope is whole.

Gathered first, for lists and counts: asking of each claim as it comes reads every claim of the
city for the page of a unit that has few. OFFSET 0: roster by roster from the index; the planner
would read all covers there are for a district's.
"""
OF_SEEN = "(:whole OR c.member_id IN (SELECT member_id FROM seen))"
"""SQL: `MEMBER`, by what `SEEN` gathered."""


_MOST_GATHERED = 100_000
_HEADS = text(
    """
    SELECT coalesce(sum(r.heads), 0) FROM roster r
    LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))
    """
)


def among(session: Session, scope: Scope) -> str:
    """Which condition of `c` finds the scope's members in a long list sooner, `SEEN` being given.

    Of few members a list may hold none for long: they are gathered first. A large district's turn
    up at once.
    """
    if scope.whole:
        return OF_SEEN
    few = session.execute(_HEADS, scope.asked).scalar_one() <= _MOST_GATHERED
    return OF_SEEN if few else ONE_BY_ONE
