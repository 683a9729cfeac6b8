"""Which members an officer reaches: those covered by units or gifts below the own union.

A cover that has ended counts, for claims come late. A roster line alone does not, for it can hold
anybody's number; nor does a gift of which a paid cover has left nothing.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.unions.tree import Reach, reach_of_union

_COVERED: Final = """EXISTS (
        SELECT FROM cover l
        JOIN cover_term t
            ON t.member_id = l.member_id AND t.cover_id = l.id AND NOT isempty(t.term)
        JOIN roster r ON r.id = l.roster_id
        LEFT JOIN unit_now u
            ON u.id = unit_of_line(l.member_id, l.roster_id, r.unit_id)
        LEFT JOIN campaign g ON g.id = r.campaign_id
        WHERE l.member_id = {member}
              AND coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[])))"""
_COVERED_ONE: Final = text(f"SELECT {_COVERED.format(member=':member')}")
_COVERED_AMONG: Final = text(
    f"""
    SELECT m FROM unnest(CAST(:members AS bigint[])) m WHERE {_COVERED.format(member="m")}
    """  # noqa: S608 - put together from constants
)
_HELPS: Final = text("SELECT helps(:account, :member)")
_HAS_HELPED: Final = text("SELECT has_helped(:account, :member)")
_EXISTS: Final = text("SELECT EXISTS (SELECT FROM member WHERE id = :member)")


def reaches(session: Session, union_id: int, member_id: int) -> bool:
    """Whether an officer of this union may act for the member; the city federation's for all."""
    return within(session, reach_of_union(session, union_id), member_id)


def within(session: Session, reach: Reach, member_id: int) -> bool:
    """The same, for who knows the unions already."""
    if reach is None:
        return bool(session.scalar(_EXISTS, {"member": member_id}))
    return bool(session.scalar(_COVERED_ONE, {"member": member_id, "unions": reach}))


def reached(session: Session, reach: Reach, member_ids: Collection[int]) -> set[int]:
    """Of these members, those for whom somebody of this reach may act."""
    if reach is None or not member_ids:
        return set(member_ids)
    asked = {"members": list(member_ids), "unions": reach}
    return set(session.scalars(_COVERED_AMONG, asked))


def acts_for(session: Session, account: Account, member_id: int) -> bool:
    """Whether a member's or helper's account acts for the member: its own, or who lets it help."""
    if account.role == Role.MEMBER and account.member_id == member_id:
        return True
    return bool(session.scalar(_HELPS, {"account": account.id, "member": member_id}))


def has_helped(session: Session, account_id: int, member_id: int) -> bool:
    """Whether the person of this account helps the member or ever did (`app.helping`)."""
    return bool(session.scalar(_HAS_HELPED, {"account": account_id, "member": member_id}))
