"""Write a message into a thread, and keep the queue in step. Who may is checked by the callers."""

from datetime import date
from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.clock import today
from app.enquiries.lifecycle import MOVES, Kind, State
from app.enquiries.models import Enquiry, EnquiryMessage, EnquiryQueue
from app.enquiries.policy import due_on, policy
from app.enquiries.sealed import open_message, seal_message
from app.errors import Refusal
from app.evidence.append import record

ACTS: Final = {
    Kind.QUESTION: "enquiry.asked",
    Kind.ANSWER: "enquiry.answered",
    Kind.ASK_BACK: "enquiry.asked_back",
}


class NoSuchEnquiry(Refusal):
    """There is no such enquiry for this account."""


class EnquiryTextUnfit(Refusal):
    """A text is empty, too long, or has signs that no keyboard makes."""


class EnquiryMoved(Refusal):
    """Somebody has written meanwhile: what was looked at is not the newest."""


class TooManyTexts(Refusal):
    """One person has written more than anybody reads in a day."""


def fit(said: str, *, longest: int) -> str:
    """A text as it is kept. Raises EnquiryTextUnfit."""
    kept = said.strip().replace("\r\n", "\n").replace("\r", "\n")
    plain = all(sign.isprintable() or sign in "\n\t" for sign in kept)
    if not 0 < len(kept) <= longest or not plain:
        raise EnquiryTextUnfit(longest=longest)
    return kept


def locked(session: Session, enquiry_id: int) -> tuple[Enquiry, EnquiryQueue]:
    """An enquiry that nobody else writes to until this transaction ends. Raises NoSuchEnquiry."""
    queued = session.get(EnquiryQueue, enquiry_id, with_for_update=True, populate_existing=True)
    if queued is None:
        raise NoSuchEnquiry
    return session.get_one(Enquiry, enquiry_id), queued


def first(session: Session, enquiry: Enquiry, said: str) -> None:
    """The question it begins with."""
    day = due_on(today(), policy().answer_within_days)
    queued = EnquiryQueue(
        enquiry_id=enquiry.id,
        state=State.OPEN.value,
        category=enquiry.category,
        union_id=enquiry.union_id,
        due_on=day,
        seq=0,
    )
    session.add(queued)
    session.flush()
    _write(session, enquiry, queued, Kind.QUESTION, said, day, by=enquiry.asked_by)


def add(
    session: Session, enquiry: Enquiry, queued: EnquiryQueue, kind: Kind, said: str, *, by: int
) -> None:
    """Add to the thread. Raises EnquiryMoved, TooManyTexts."""
    if (State(queued.state), kind) not in MOVES:
        raise EnquiryMoved
    if kind is Kind.QUESTION:
        refuse_flood(session, by)
    day = None
    if kind is Kind.QUESTION:
        # Who adds to a question that waits does not put its answer off.
        waits = queued.state == State.OPEN
        day = queued.due_on if waits else due_on(today(), policy().answer_within_days)
    _write(session, enquiry, queued, kind, said, day, by=by)


def said_before(
    session: Session, queued: EnquiryQueue, kind: Kind, said: str, seen: int, *, by: int
) -> bool:
    """Whether the newest message is this text: a second click. Raises EnquiryMoved.

    `seen`: the number of the newest message on the page that was looked at.
    """
    if queued.seq == seen:
        return False
    last = session.get(EnquiryMessage, (queued.enquiry_id, queued.seq))
    if (
        last is not None
        and queued.seq == seen + 1
        and (last.written_by, last.kind) == (by, kind.value)
        and open_message(last.text_cipher, last.enquiry_id, last.seq) == said
    ):
        return True
    raise EnquiryMoved


def refuse_flood(session: Session, by: int) -> None:
    """Raise TooManyTexts where this account has written too much today."""
    most = policy().most_texts_a_day
    if session.execute(_TODAY, {"by": by}).scalar_one() >= most:
        raise TooManyTexts(most=most)


def _write(
    session: Session,
    enquiry: Enquiry,
    queued: EnquiryQueue,
    kind: Kind,
    said: str,
    day: date | None,
    *,
    by: int,
) -> None:
    seq = queued.seq + 1
    sealed = seal_message(said, enquiry.id, seq)
    message = insert(EnquiryMessage).values(
        enquiry_id=enquiry.id,
        seq=seq,
        kind=kind.value,
        text_cipher=sealed.cipher,
        sha256=sealed.sha256,
        due_on=day,
        written_by=by,
    )
    session.execute(message)
    queued.state = MOVES[State(queued.state), kind].value
    queued.seq = seq
    if day is not None:
        queued.due_on = day
    session.flush()
    record(
        session,
        ACTS[kind],
        by=by,
        about=enquiry.id,
        seq=seq,
        category=enquiry.category,
        sha256=sealed.sha256,
    )


_TODAY: Final = text(
    """
    SELECT count(*) FROM enquiry_message
    WHERE written_by = :by AND recorded_at > transaction_timestamp() - interval '1 day'
    """
)
