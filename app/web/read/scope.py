"""What of the fund an officer sees: the units below the officer's own union."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.unions.models import Union
from app.unions.tree import subtree


@dataclass(frozen=True, slots=True)
class Scope:
    """`whole`: the city federation's, so that nothing needs to be asked of each row."""

    unions: list[int]
    whole: bool

    @property
    def asked(self) -> dict[str, object]:
        """The values that `UNIT` and `MEMBER` ask for."""
        return {"whole": self.whole, "unions": self.unions}


UNIT = "(:whole OR u.union_id = ANY(CAST(:unions AS bigint[])))"
"""SQL: unit `u` lies in the scope."""

MEMBER = """(:whole OR EXISTS (
    SELECT FROM cover seen
    JOIN roster seen_r ON seen_r.id = seen.roster_id
    LEFT JOIN unit seen_u ON seen_u.id = seen_r.unit_id
    LEFT JOIN campaign seen_g ON seen_g.id = seen_r.campaign_id
    WHERE seen.member_id = c.member_id
          AND coalesce(seen_u.union_id, seen_g.union_id) = ANY(CAST(:unions AS bigint[]))
          AND seen.id NOT IN (
              SELECT x.cover_id FROM cover_change x
              JOIN cover v ON v.member_id = x.member_id AND v.id = x.cover_id
              WHERE x.ends_on < v.starts_on)
    OFFSET 0))"""
"""SQL: the member of `c` has or had a cover from a unit, or a campaign, in the scope.

A roster line alone is not enough: anybody's number can be written into a roster. Nor is a gift of
which a paid cover has left nothing (`app.claims.scope` says the same for one member): those are
few, and are looked up once a query, not with each cover's term.

OFFSET 0: asked of each row as it comes; a list takes the first few, not all members of a district.
"""

ALL_MEMBERS = MEMBER.replace("\n    OFFSET 0", "")
"""The same where every row is counted: then it is cheaper to gather the members first."""


def scope_of(session: Session, union_id: int) -> Scope:
    """What an account of this union sees."""
    top = session.scalar(select(Union.parent_id.is_(None)).where(Union.id == union_id))
    return Scope([], whole=True) if top else Scope(subtree(session, union_id), whole=False)
