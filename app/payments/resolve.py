"""Two people say what became of a payment of which the bank does not know, or contradicts itself.

One proposes with what shows it (a line of the bank's statement, a later return file), another
approves. Of a payment without an outcome theirs becomes the outcome. Where the bank gave a word
first and another later, theirs stands above both: money that came back is payable again, money that
arrived after all is paid. Nothing else ever sends such a payment again.

Their own word is corrected the same way, by two people who say the other: a reversal beside it, and
the last word stands. A statement's line may be what shows it. One that brought the money back lay
in suspense: it leaves that with their word, also where nobody was in doubt before. Then the bank
moved twice, and 1001 with it: what the books have there is the batch, whole, and the line. One that
brought several back is said of them together (`bring_back`), and taken off them (`take_off`).
"""

from datetime import date
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.payments.answer import Sent
from app.payments.doubt import Says, check_word, doubtful
from app.payments.drafts import ResolutionDraft
from app.payments.models import PaymentResolution
from app.payments.standing import lock
from app.payments.take import OnePerson, members_of_officers
from app.payments.write_word import Word, use_line, write_word

_LONGEST: Final = 200


class NotProposed(Refusal):
    """Nobody has proposed what became of it, or it was approved or dropped meanwhile."""


class EvidenceWanted(Refusal):
    """What shows it must be said: the bank's reference, in plain characters."""


refuses("payment_resolution_two_people_check", OnePerson)


def propose_resolution(
    session: Session,
    batch: str,
    line: int,
    says: Says,
    booked_on: date,
    evidence: str,
    *,
    by: int,
    line_id: int | None = None,
) -> None:
    """One officer says what became of a payment, and what shows it; `line_id`: a statement's line.

    Raises NoSuchBatch, NoSuchPayment, NothingToResolve, EvidenceWanted, ResolvedInFuture,
    ResolvedBeforeSent, LineShowsNothing, OnePerson and what accounts refuse.
    """
    found = doubtful(session, batch, line)
    one_at_a_time(session, f"payments.return {found.batch_id}")
    if found.sent.member_id in members_of_officers(session, by):
        raise OnePerson
    found = doubtful(session, batch, line)
    check_word(session, found, says, booked_on, line_id)
    shown = evidence.strip()
    if not shown or not shown.isprintable() or len(shown) > _LONGEST:
        raise EvidenceWanted
    session.execute(delete(ResolutionDraft).where(_of(found.sent)))
    session.add(
        ResolutionDraft(
            member_id=found.sent.member_id,
            grant_no=found.sent.grant_no,
            attempt=found.sent.attempt,
            says=says,
            booked_on=booked_on,
            evidence=shown,
            line_id=line_id,
            decided_by=by,
        )
    )
    session.flush()


def drop_resolution(session: Session, batch: str, line: int, *, by: int) -> None:
    """Take the proposal away. Raises as `approve_resolution`."""
    members_of_officers(session, by)
    draft = _draft(session, doubtful(session, batch, line).sent)
    session.delete(draft)
    session.flush()


def seal_of(
    says: str, booked_on: date, evidence: str, decided_by: int, line_id: int | None = None
) -> str:
    """What a proposal says, in short: who approves, approves that and no other."""
    said = (says, booked_on.isoformat(), evidence, decided_by, line_id)
    return sha256(repr(said).encode()).hexdigest()


def approve_resolution(
    session: Session, batch: str, line: int, *, by: int, looked_at: str | None = None
) -> PaymentResolution:
    """Another officer approves it, and it is written and booked.

    `looked_at`: the `seal_of` what was looked at; who proposed may have written another since, and
    would be deciding alone. Raises as `propose_resolution`, and NotProposed, ClaimAtBank.
    """
    found = doubtful(session, batch, line)
    waits = _draft(session, found.sent, held=False).line_id
    if waits:
        one_at_a_time(session, f"line {waits}")
    one_at_a_time(session, f"payments.return {found.batch_id}")
    key = (found.sent.member_id, found.sent.claim_id)
    lock(session, [key])
    found = doubtful(session, batch, line)
    draft = _draft(session, found.sent)
    if draft.line_id != waits or looked_at not in (None, seal_of(*_said(draft))):
        raise NotProposed
    if found.sent.member_id in members_of_officers(session, draft.decided_by, by):
        raise OnePerson
    says: Says = "paid" if draft.says == "paid" else "failed"
    back = check_word(session, found, says, draft.booked_on, draft.line_id)
    word = Word(says, draft.booked_on, draft.evidence, draft.decided_by, by, draft.line_id)
    session.delete(draft)
    session.flush()
    made = write_word(session, found, word, came_back=back is not None)
    if back:
        use_line(session, back, made)
    return made


def _draft(session: Session, sent: Sent, *, held: bool = True) -> ResolutionDraft:
    asked = select(ResolutionDraft).where(_of(sent))
    fresh = (asked.with_for_update() if held else asked).execution_options(populate_existing=True)
    draft = session.scalars(fresh).one_or_none()
    if draft is None:
        raise NotProposed
    return draft


def _said(draft: ResolutionDraft) -> tuple[str, date, str, int, int | None]:
    return draft.says, draft.booked_on, draft.evidence, draft.decided_by, draft.line_id


def _of(sent: Sent) -> ColumnElement[bool]:
    return and_(
        ResolutionDraft.member_id == sent.member_id,
        ResolutionDraft.grant_no == sent.grant_no,
        ResolutionDraft.attempt == sent.attempt,
    )
