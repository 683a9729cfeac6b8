"""Take, send on, draft, answer and ask back: what the officers of a union do with an enquiry.

Everybody acts within the own subtree, and nobody on what the same person asked. An operator's staff
may send on and draft; what the asker reads an officer has sent.
"""

from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled, NoSuchAccount, NotAnOfficer
from app.accounts.models import Account, Role
from app.enquiries.lifecycle import Kind, State
from app.enquiries.models import Enquiry, EnquiryDispatch, EnquiryDraft, EnquiryQueue
from app.enquiries.policy import policy
from app.enquiries.sealed import seal_draft
from app.enquiries.thread import EnquiryMoved, NoSuchEnquiry, add, fit, locked, said_before
from app.errors import Refusal
from app.evidence.append import record
from app.notices.write import write
from app.unions.models import Union
from app.unions.tree import reach_of_union

PREPARES: Final = frozenset(role for role in Role if role.value in {"officer", "operator"})
"""Who may send on and draft."""


class OwnEnquiry(Refusal):
    """Nobody answers what they asked themselves."""


class EnquiryTaken(Refusal):
    """Another officer is at it."""


class DispatchNowhere(Refusal):
    """An enquiry goes to another union of the tree."""


def take(session: Session, enquiry_id: int, *, by: int, over: bool = False) -> None:
    """Say that one answers this one; `over`: although somebody else had taken it.

    Raises NoSuchEnquiry, OwnEnquiry, EnquiryTaken, and as `app.accounts.change.officer`.
    """
    enquiry, queued, acting = _for_officer(session, enquiry_id, by)
    if queued.taken_by == acting.id:
        return
    if queued.taken_by is not None and not over:
        raise EnquiryTaken
    queued.taken_by = acting.id
    session.flush()
    record(session, "enquiry.taken", by=by, about=enquiry.id)


def dispatch(session: Session, enquiry_id: int, union_id: int, *, by: int) -> None:
    """Send it on to another union of the tree, whose officers then see it.

    Raises NoSuchEnquiry, OwnEnquiry, DispatchNowhere, EnquiryMoved, NotAnOfficer.
    """
    enquiry, queued, _acting = _for_staff(session, enquiry_id, by)
    there = session.get(Union, union_id)
    if there is None or there.kind != "union":
        raise DispatchNowhere
    if queued.union_id == union_id:  # a second click
        return
    if queued.state == State.ANSWERED:
        raise EnquiryMoved
    gone = select(func.count()).where(EnquiryDispatch.enquiry_id == enquiry_id)
    row = {"enquiry_id": enquiry_id, "seq": session.execute(gone).scalar_one() + 1}
    ways = {"from_union_id": queued.union_id, "union_id": union_id, "dispatched_by": by}
    session.execute(insert(EnquiryDispatch).values(**row, **ways))
    queued.union_id = union_id
    queued.taken_by = None
    session.flush()
    record(session, "enquiry.dispatched", by=by, about=enquiry.id, union_id=union_id)


def draft(session: Session, enquiry_id: int, said: str, *, by: int) -> None:
    """Keep an answer for an officer to send. Raises as `answer`, and NotAnOfficer."""
    enquiry, _queued, _acting = _for_staff(session, enquiry_id, by)
    kept = seal_draft(fit(said, longest=policy().longest_text), enquiry.id)
    stored = upsert(EnquiryDraft).values(enquiry_id=enquiry.id, text_cipher=kept, drafted_by=by)
    changed = {
        "text_cipher": kept,
        "drafted_by": by,
        "recorded_at": func.transaction_timestamp(),
    }
    session.execute(stored.on_conflict_do_update(index_elements=["enquiry_id"], set_=changed))


def answer(session: Session, enquiry_id: int, said: str, *, by: int, seen: int) -> None:
    """Answer; the asker is told that there is an answer.

    Raises NoSuchEnquiry, OwnEnquiry, EnquiryTextUnfit, EnquiryMoved, and as
    `app.accounts.change.officer`.
    """
    _send(session, enquiry_id, Kind.ANSWER, said, by, seen)


def ask_back(session: Session, enquiry_id: int, said: str, *, by: int, seen: int) -> None:
    """Ask the asker something; the time to answer runs again when that is answered. As `answer`."""
    _send(session, enquiry_id, Kind.ASK_BACK, said, by, seen)


def _send(session: Session, enquiry_id: int, kind: Kind, said: str, by: int, seen: int) -> None:
    enquiry, queued, acting = _for_officer(session, enquiry_id, by)
    kept = fit(said, longest=policy().longest_text)
    if said_before(session, queued, kind, kept, seen, by=by):
        return
    add(session, enquiry, queued, kind, kept, by=by)
    queued.taken_by = queued.taken_by or acting.id
    session.execute(delete(EnquiryDraft).where(EnquiryDraft.enquiry_id == enquiry_id))
    session.flush()
    told = "enquiry_answered" if kind is Kind.ANSWER else "enquiry_asked_back"
    write(
        session,
        told,
        dedupe=f"{told} {enquiry_id} {queued.seq}",
        member_id=enquiry.member_id,
        unit_id=enquiry.unit_id,
        number=enquiry.number,
    )


def _for_officer(
    session: Session, enquiry_id: int, by: int
) -> tuple[Enquiry, EnquiryQueue, Account]:
    enquiry, queued, acting = _for_staff(session, enquiry_id, by)
    if acting.role != Role.OFFICER:
        raise NotAnOfficer(account=acting.login)
    return enquiry, queued, acting


def _for_staff(session: Session, enquiry_id: int, by: int) -> tuple[Enquiry, EnquiryQueue, Account]:
    acting = session.get(Account, by, populate_existing=True)
    if acting is None:
        raise NoSuchAccount
    if acting.disabled_at is not None:
        raise AccountDisabled(account=acting.login)
    if acting.role not in PREPARES:
        raise NotAnOfficer(account=acting.login)
    enquiry, queued = locked(session, enquiry_id)
    reach = reach_of_union(session, acting.union_id)
    if reach is not None and queued.union_id not in reach:
        raise NoSuchEnquiry
    asker = session.get_one(Account, enquiry.asked_by)
    same = acting.member_id is not None and acting.member_id in (enquiry.member_id, asker.member_id)
    if same or acting.id == asker.id:
        raise OwnEnquiry
    return enquiry, queued, acting
