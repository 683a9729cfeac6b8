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
    SELECT FROM roster_line seen JOIN roster seen_r ON seen_r.id = seen.roster_id
    JOIN unit seen_u ON seen_u.id = seen_r.unit_id
    WHERE seen.member_id = c.member_id AND seen_u.union_id = ANY(CAST(:unions AS bigint[]))))"""
"""SQL: the member of `c` has been on a roster of a unit in the scope."""


def scope_of(session: Session, union_id: int) -> Scope:
    """What an account of this union sees."""
    top = session.scalar(select(Union.parent_id.is_(None)).where(Union.id == union_id))
    return Scope([], whole=True) if top else Scope(subtree(session, union_id), whole=False)
