"""What there is to see for each member the demonstration offers: how many claims."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.claims.models import Claim
from app.db import any_of


def claims_of(session: Session, members: Iterable[int]) -> dict[int, int]:
    """Claims by member; who has none is not in it."""
    counted = select(Claim.member_id, func.count().label("claims")).where(
        Claim.member_id == any_of(members)
    )
    rows = session.execute(counted.group_by(Claim.member_id))
    return {row.member_id: row.claims for row in rows}
