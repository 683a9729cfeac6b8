"""What waits for a unit that goes into another: closed with it, for a reason that the asker reads.

None of it is carried over. A name, a share, an account or a contact was meant for the unit that is
no more, and the other has its own; another merger or a split named that unit, or its people of
then; a roster or a list of joiners is handed in for the other. Money is carried: what a unit is
owed goes along, with the refunds and online orders that wait of it.
"""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.enrolment.hand_in import WAITING, refuse_list
from app.enrolment.models import ChangeList, RosterUpload
from app.enrolment.upload import discard_upload
from app.enrolment.upload_state import State as Uploaded
from app.evidence.append import record
from app.roster.now import unit_now
from app.texts import LANGUAGES, word
from app.units.asked import State
from app.units.models import UnitRequest


def close_gone(session: Session, unit_id: int, into_id: int, *, by: int) -> None:
    """Refuse what waits of a unit, in the turn of units."""
    names = {"name": unit_now(session, unit_id).name, "into": unit_now(session, into_id).name}
    reason = word("request_of_gone_unit", LANGUAGES[0], **names)
    waits = (
        select(UnitRequest)
        .where(UnitRequest.state == State.WAITING.value)
        .where(or_(UnitRequest.unit_id == unit_id, UnitRequest.other_id == unit_id))
    )
    for request in session.scalars(waits.order_by(UnitRequest.id).with_for_update()).all():
        said = {"state": State.REFUSED.value, "decided_by": by, "reason": reason}
        session.execute(update(UnitRequest).where(UnitRequest.id == request.id).values(**said))
        record(session, "unit.refused", by=by, about=request.unit_id, request=request.id)
    lists = select(ChangeList.id).where(
        ChangeList.unit_id == unit_id, ChangeList.state == WAITING, ChangeList.recorded_by != by
    )
    for list_id in session.scalars(lists.order_by(ChangeList.id)).all():
        refuse_list(session, list_id, reason=reason, by=by)
    checked = select(RosterUpload.id).where(
        RosterUpload.unit_id == unit_id, RosterUpload.state == Uploaded.CHECKED.value
    )
    for upload_id in session.scalars(checked.order_by(RosterUpload.id).with_for_update()).all():
        discard_upload(session, upload_id, by=by)
