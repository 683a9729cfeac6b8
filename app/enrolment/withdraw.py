"""Take a roster back that no money has filled: nothing of it is due any more."""

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from app.contributions.models import ReceiptShare
from app.contributions.receive import COVERS, NoSuchRoster
from app.db import one_at_a_time
from app.enrolment.reach import check_confirmer
from app.errors import Refusal
from app.evidence.append import record
from app.roster.models import Roster, RosterWithdrawn


class RosterFilled(Refusal):
    """Money has filled this roster, wholly or in part."""


def withdraw_roster(session: Session, roster_id: int, *, by: int) -> None:
    """Withdraw a unit's roster. Said twice, once.

    Its people can be enrolled again, also on another roster. Raises NoSuchRoster, RosterFilled,
    ConfirmerMayNot.
    """
    one_at_a_time(session, COVERS)
    roster = session.get(Roster, roster_id)
    if roster is None or roster.unit_id is None:
        raise NoSuchRoster
    check_confirmer(session, roster.unit_id, by=by)
    if session.get(RosterWithdrawn, roster_id):
        return
    if session.scalar(select(exists().where(ReceiptShare.roster_id == roster_id))):
        raise RosterFilled
    withdrawn = {"roster_id": roster_id, "recorded_by": by}
    session.execute(insert(RosterWithdrawn).values(withdrawn))
    record(
        session,
        "roster.withdrawn",
        by=by,
        about=roster_id,
        years=[roster.benefit_year],
        heads=roster.heads,
    )
