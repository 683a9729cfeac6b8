"""Public lists (公示): what a batch paid, for everybody to see for some days, then gone.

An officer or operator of the city federation proposes the days, another officer approves. What is
shown is read from the payments that arrived: the first sign of the name, the unit, the kind of
care, the amount.
Nothing of the ID number, of the illness, the hospital or the account: a neighbour who knows the
person may recognise the line, a stranger cannot find out who it is (Personal Information Protection
Law, art. 6: no more than the purpose wants).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.payments.models import PaymentBatch
from app.payments.public_models import PublicList, PublicListApproval, PublicListEnd
from app.payments.take import OnePerson, members_of_officers

LONGEST: Final = timedelta(days=60)


class PublicDaysWrong(Refusal):
    """It is shown from today or a later day on, for at most so many days."""


class NoSuchPublicList(Refusal):
    """No such list waits, or is shown."""


refuses("public_list_approval_two_people_check", OnePerson)
refuses("public_list_approval_pkey", NoSuchPublicList)
refuses("public_list_end_pkey", NoSuchPublicList)


@dataclass(frozen=True, slots=True)
class Line:
    """What everybody may see of a payment; `no` is its line in the batch."""

    no: int
    name: str
    unit: str
    care: str
    amount_fen: int


# Of a claim that grants nothing is paid what a member had paid back: no benefit, and not shown.
_LINES: Final = text(
    """
    SELECT p.line, n.name, coalesce(u.name, g.name, ''), d.care, p.amount_fen
    FROM payment p
    JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now w USING (member_id, grant_no, attempt)
    JOIN determination d ON d.member_id = p.member_id AND d.grant_no = p.grant_no
    JOIN cover v ON v.member_id = d.member_id AND v.id = d.cover_id
    JOIN roster r ON r.id = v.roster_id
    LEFT JOIN unit_now u ON u.id = unit_of_line(v.member_id, v.roster_id, r.unit_id)
    LEFT JOIN campaign g ON g.id = r.campaign_id
    CROSS JOIN LATERAL (SELECT x.name FROM member_name x WHERE x.member_id = p.member_id
                        ORDER BY x.seq DESC LIMIT 1) n
    WHERE p.batch_id = :batch AND p.line > :after AND coalesce(w.says, o.outcome) = 'paid'
    ORDER BY p.line LIMIT :size
    """
)
_WAITS: Final = text(
    """
    SELECT l.id FROM public_list l
    LEFT JOIN public_list_approval a ON a.list_id = l.id
    LEFT JOIN public_list_end e ON e.list_id = l.id
    WHERE l.batch_id = :batch AND l.from_on = :from_on AND l.until_on = :until_on
          AND a.list_id IS NULL AND e.list_id IS NULL
    """
)


def propose_list(session: Session, batch_id: int, *, from_on: date, until_on: date, by: int) -> int:
    """An officer, or an operator who prepares it, wants the batch shown.

    Proposed twice for the same days it waits once: both approved, everybody would see it twice.
    Raises PublicDaysWrong, NoSuchPublicList, and what accounts refuse.
    """
    members_of_officers(session, prepared_by=by)
    if session.get(PaymentBatch, batch_id) is None:
        raise NoSuchPublicList
    if not today() <= from_on <= until_on <= from_on + LONGEST:
        raise PublicDaysWrong(days=LONGEST.days)
    one_at_a_time(session, f"public list of {batch_id}")
    days = {"batch": batch_id, "from_on": from_on, "until_on": until_on}
    if (same := session.scalar(_WAITS, days)) is not None:
        return int(same)
    made = PublicList(batch_id=batch_id, from_on=from_on, until_on=until_on, proposed_by=by)
    session.add(made)
    session.flush()
    record(
        session,
        "publication.proposed",
        by=by,
        about=made.id,
        batch_id=batch_id,
        from_on=from_on.isoformat(),
        until_on=until_on.isoformat(),
    )
    return made.id


def approve_list(session: Session, list_id: int, *, by: int) -> None:
    """Another officer approves. Raises NoSuchPublicList, OnePerson, and as accounts."""
    held = _open(session, list_id)
    members_of_officers(session, by, prepared_by=held.proposed_by)
    if session.get(PublicListApproval, list_id) is not None or held.until_on < today():
        raise NoSuchPublicList
    two = {"proposed_by": held.proposed_by, "approved_by": by}
    session.add(PublicListApproval(list_id=list_id, **two))
    session.flush()
    record(session, "publication.approved", by=by, about=list_id, batch_id=held.batch_id)


def end_list(session: Session, list_id: int, *, by: int) -> None:
    """Drop it, or take it down at once. Raises NoSuchPublicList, and as accounts."""
    held = _open(session, list_id)
    members_of_officers(session, by)
    session.add(PublicListEnd(list_id=list_id, ended_by=by))
    session.flush()
    record(session, "publication.ended", by=by, about=list_id, batch_id=held.batch_id)


def public_lines(session: Session, batch_id: int, *, after: int, size: int) -> list[Line]:
    """What the batch paid, from behind a line on."""
    rows = session.execute(_LINES, {"batch": batch_id, "after": after, "size": size})
    return [Line(no, masked_name(name), *rest) for no, name, *rest in rows]


def masked_name(name: str) -> str:
    """张*: the first sign; how many follow is nobody's business."""
    return f"{name[:1]}*"


def _open(session: Session, list_id: int) -> PublicList:
    held = session.get(PublicList, list_id)
    if held is None or session.get(PublicListEnd, list_id) is not None:
        raise NoSuchPublicList
    return held
