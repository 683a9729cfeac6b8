"""Ask, go on asking, and rate: what a member or a unit's contact does."""

from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled
from app.accounts.models import Account, Role
from app.clock import today
from app.db import numbers, one_at_a_time
from app.enquiries.lifecycle import Kind
from app.enquiries.models import Enquiry, EnquiryMessage, EnquiryRating
from app.enquiries.policy import policy
from app.enquiries.sealed import open_message, seal_line
from app.enquiries.thread import NoSuchEnquiry, add, first, fit, locked, refuse_flood, said_before
from app.errors import Refusal
from app.evidence.append import record
from app.units.may import district_of

LONGEST_KEY: Final = 100
LONGEST_LINE: Final = 200
_BEST: Final = 5


class MayNotAskAnything(Refusal):
    """Members and units' contacts ask; others answer or look."""


class EnquiryCategoryUnknown(Refusal):
    """The list has no such category."""


class EnquiryClaimUnknown(Refusal):
    """An enquiry is about a claim of the asker's own, or about none."""


class EnquiryKeyMalformed(Refusal):
    """A form's key is a short text of plain characters."""


class EnquiryFormUsed(Refusal):
    """The same form came before with other words: what is written now was not sent."""


class TooManyEnquiries(Refusal):
    """So many of one asker's are not answered yet."""


class NotAnsweredYet(Refusal):
    """Only an answer is rated."""


class RatedAlready(Refusal):
    """It was rated before, and is rated once."""


class RatingUnfit(Refusal):
    """A rating is 1 to 5."""


def ask(
    session: Session, category: str, said: str, *, by: int, request_key: str, claim_id: int | None
) -> int:
    """Ask something; the enquiry's id. The same form sent again is the same enquiry.

    Raises MayNotAskAnything, EnquiryCategoryUnknown, EnquiryClaimUnknown, EnquiryTextUnfit,
    EnquiryKeyMalformed, EnquiryFormUsed, TooManyEnquiries, TooManyTexts.
    """
    asking = _asker(session, by)
    if not (request_key.isascii() and request_key.isprintable() and request_key.strip()) or (
        len(request_key) > LONGEST_KEY
    ):
        raise EnquiryKeyMalformed
    if category not in policy().categories:
        raise EnquiryCategoryUnknown
    kept = fit(said, longest=policy().longest_text)
    one_at_a_time(session, f"enquiries {by}")
    mine = (Enquiry.asked_by == by) & (Enquiry.request_key == request_key)
    before = session.scalar(select(Enquiry).where(mine))
    if before is not None:
        if not _same(session, before, category, kept, claim_id):
            raise EnquiryFormUsed
        return before.id
    _refuse_many(session, by)
    refuse_flood(session, by)
    return _new(session, asking, category, kept, request_key, claim_id)


def ask_on(session: Session, enquiry_id: int, said: str, *, by: int, seen: int) -> None:
    """Go on asking, or answer what an officer asked back.

    `seen`: the newest message on the page. Raises NoSuchEnquiry, EnquiryTextUnfit, EnquiryMoved,
    TooManyTexts.
    """
    asking = _asker(session, by)
    enquiry, queued = locked(session, enquiry_id)
    _refuse_others(enquiry, asking)
    kept = fit(said, longest=policy().longest_text)
    if not said_before(session, queued, Kind.QUESTION, kept, seen, by=by):
        add(session, enquiry, queued, Kind.QUESTION, kept, by=by)


def rate(session: Session, enquiry_id: int, rating: int, line: str, *, by: int) -> None:
    """Say once what the answer was worth. Raises NoSuchEnquiry, RatingUnfit, NotAnsweredYet,
    RatedAlready, EnquiryTextUnfit."""
    asking = _asker(session, by)
    enquiry, _queued = locked(session, enquiry_id)
    _refuse_others(enquiry, asking)
    if not 1 <= rating <= _BEST:
        raise RatingUnfit
    kept = fit(line, longest=LONGEST_LINE) if line.strip() else ""
    if not session.scalar(_ANSWERED, {"enquiry": enquiry_id}):
        raise NotAnsweredYet
    if session.get(EnquiryRating, enquiry_id) is not None:
        raise RatedAlready
    row = {"enquiry_id": enquiry_id, "rating": rating, "rated_by": by}
    sealed = seal_line(kept, enquiry_id) if kept else None
    session.execute(insert(EnquiryRating).values(**row, text_cipher=sealed))
    record(session, "enquiry.rated", by=by, about=enquiry_id, rating=rating)


def belongs_to(enquiry: Enquiry, account_id: int, member_id: int | None) -> bool:
    """Whether this account may read it as its own: the member's, or who asked for a unit."""
    if enquiry.member_id is not None:
        return enquiry.member_id == member_id
    return enquiry.asked_by == account_id


def _asker(session: Session, by: int) -> Account:
    account = session.get(Account, by, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise AccountDisabled
    if account.role not in {Role.MEMBER, Role.CONTACT}:
        raise MayNotAskAnything
    return account


def _refuse_others(enquiry: Enquiry, asking: Account) -> None:
    if not belongs_to(enquiry, asking.id, asking.member_id):
        raise NoSuchEnquiry


def _refuse_many(session: Session, by: int) -> None:
    most = policy().most_open
    if session.execute(_OPEN, {"by": by}).scalar_one() >= most:
        raise TooManyEnquiries(most=most)


def _same(
    session: Session, before: Enquiry, category: str, said: str, claim_id: int | None
) -> bool:
    """Whether an enquiry was asked in these words. One whose words were erased says nothing."""
    first_of = session.get_one(EnquiryMessage, (before.id, 1))
    words = open_message(first_of.text_cipher, before.id, 1)
    return (before.category, before.claim_id, words or said) == (category, claim_id, said)


def _new(
    session: Session,
    asking: Account,
    category: str,
    said: str,
    request_key: str,
    claim_id: int | None,
) -> int:
    own = {"member": asking.member_id, "claim": claim_id}
    member_id = asking.member_id if asking.role == Role.MEMBER else None
    if claim_id is not None and (member_id is None or not session.scalar(_OWN_CLAIM, own)):
        raise EnquiryClaimUnknown
    unit_id = None if member_id else session.scalar(_UNIT, {"union": asking.union_id})
    if member_id is None and unit_id is None:
        raise MayNotAskAnything
    [number] = numbers(session, "enquiry_id_seq", 1)
    enquiry = Enquiry(
        id=number,
        number=f"Q{today():%Y}-{number:06d}",
        category=category,
        member_id=member_id,
        unit_id=unit_id,
        claim_id=claim_id,
        union_id=union_of(session, asking),
        request_key=request_key,
        asked_by=asking.id,
    )
    session.add(enquiry)
    session.flush()
    first(session, enquiry, said)
    return number


def union_of(session: Session, asking: Account) -> int:
    """Whom an account's enquiries come to: the district of its unit; nobody's, the federation."""
    if asking.role == Role.CONTACT:
        return district_of(session, asking.union_id)
    covered = session.scalar(_COVERED_BY, {"member": asking.member_id})
    return district_of(session, covered or asking.union_id)


def moved_to(session: Session, asked_by: int, union_id: int) -> int | None:
    """The union of the asker's unit, where the enquiry waits for another: moved or sent on."""
    today_of = union_of(session, session.get_one(Account, asked_by))
    return None if today_of == union_id else today_of


_OPEN: Final = text(
    """
    SELECT count(*) FROM enquiry e JOIN enquiry_queue q ON q.enquiry_id = e.id
    WHERE e.asked_by = :by AND q.state <> 'answered'
    """
)
_ANSWERED: Final = text(
    "SELECT EXISTS (SELECT FROM enquiry_message WHERE enquiry_id = :enquiry AND kind = 'answer')"
)
_OWN_CLAIM: Final = text(
    "SELECT EXISTS (SELECT FROM claim WHERE member_id = :member AND id = :claim)"
)
_UNIT: Final = text(
    "SELECT id FROM unit_now WHERE union_id = :union AND stands_id = id ORDER BY id LIMIT 1"
)
_COVERED_BY: Final = text(
    """
    SELECT coalesce(u.union_id, g.union_id) FROM cover v
    JOIN roster r ON r.id = v.roster_id
    LEFT JOIN unit_now u ON u.id = unit_of_line(v.member_id, v.roster_id, r.unit_id)
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE v.member_id = :member ORDER BY v.starts_on DESC, v.id DESC LIMIT 1
    """
)
