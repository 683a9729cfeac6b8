"""Erase what is personal once nothing requires it: asked by one officer, approved by another.

The application cannot: facts are append-only for it. `erase`, a function of the database's owner,
is the one way, checks the two people and how long things are kept (`retention`, data), and writes
the event itself, so that nothing is erased without one. The proof keeps: a bundle's rows hold
pseudonyms (keyed hashes of numbers, and of indexes that stay), the log holds digests of salted
texts. Without the text and its salt a digest says nothing; with the row as it was sealed, every
bundle made before or after still verifies against a checkpoint somebody kept.

Of an erased member's ID the year of birth stays. Vouchers are kept for 30 years, statements for
ten, the yearly report for ever (Measures for the Administration of Accounting Archives, 2015).
Phone and correspondence are no vouchers and can go when the person asks (Personal Information
Protection Law, art. 47). Who is owed money, owes some or is being paid is not forgotten, however
long ago it was: whom would the fund pay, or ask?
"""

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import exists, insert, select, text
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.accounts.models import Account
from app.audit.erasure_models import Erasure, ErasureAsked
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.money import yuan
from app.roster.identity import birth_date
from app.roster.models import Member
from app.secrets import INDEX_BYTES, vault
from app.unions.tree import reach_of_union

Scope = Literal["reached_by", "person", "statements"]
Why = Literal["kept_long_enough", "person_asks", "no_reason_to_keep"]
ERASED: Final = "member.erased"
"""The event that the function itself writes."""
NOBODY: Final = "000000{}01010000"
"""Stands where an erased member's ID stood. The year of birth stays in it: reports count age groups
by it, and a year's must say the same for ever."""
_ERASE: Final = text("SELECT erase(:asked, :by, :certno, :nobody)")
_KEPT_UNTIL: Final = text("SELECT kept_until(:member)")
_OPEN: Final = text(
    "SELECT owed_fen, owing_fen, sent_fen, others_fen, undecided FROM open_with(:member)"
)

# As the trigger `erasure_kept_until` asks it, which has the last word.
_KEPT: Final = text(
    """
    SELECT coalesce(CASE CAST(:scope AS text) WHEN 'person' THEN kept_until(:member)
        WHEN 'statements' THEN (SELECT make_date(CAST(:before AS int) - 1 + t.years, 12, 31)
                                FROM retention t WHERE t.kind = 'statement')
        END >= current_date, false)
    """
)
_SEEN: Final = text(
    """
    SELECT q.id, q.scope, q.member_id, q.before_year, q.why, a.name, q.recorded_at,
           b.name, e.erased, e.recorded_at, q.asked_by
    FROM erasure_asked q JOIN account a ON a.id = q.asked_by
    LEFT JOIN erasure e ON e.asked_id = q.id LEFT JOIN account b ON b.id = e.approved_by
    WHERE CAST(:before AS bigint) IS NULL OR q.id < :before
    ORDER BY q.id DESC LIMIT :most
    """
)


class NotToErase(Refusal):
    """A person by a number, or statements before a year: one of them, and no more."""


class NobodyToErase(Refusal):
    """No member has that number (facts: member)."""


class ErasureOfWhole(Refusal):
    """What is erased is the whole fund's to decide."""


class NoSuchErasure(Refusal):
    """Nobody asked for that (facts: erasure)."""


class AlreadyErased(Refusal):
    """It was approved and done."""


class ErasureNotByTwo(Refusal):
    """Two officers of the whole fund, two people, and neither is the member."""


class StillKept(Refusal):
    """Vouchers or statements must be kept longer."""


class StillOpen(Refusal):
    """Money is owed to the member or by him, or on its way (facts: owed, owing, sent, others,
    undecided)."""


class OpenMeanwhile(Refusal):
    """Something is open with the member that was not a moment ago."""


refuses("erasure_two_people", ErasureNotByTwo)
refuses("erasure_kept_until", StillKept)
refuses("erasure_settled", OpenMeanwhile)
refuses("erasure_pkey", AlreadyErased)


def kept_until(session: Session, member_id: int) -> date | None:
    """Until when vouchers that name a member are kept; None: none does."""
    found: date | None = session.scalar(_KEPT_UNTIL, {"member": member_id})
    return found


class Open(NamedTuple):
    """What is open between the fund and a member.

    Owed to him, owed by him, at the bank without an answer, owed by others who are liable for his
    claims; and how many claims nobody has decided yet, or of which the bank contradicts itself.
    """

    owed_fen: int
    owing_fen: int
    sent_fen: int
    others_fen: int
    undecided: int


def open_with(session: Session, member_id: int) -> Open:
    """What is open with a member, by the facts of all claims."""
    return Open(*session.execute(_OPEN, {"member": member_id}).one())


def ask_erasure(
    session: Session,
    scope: Scope,
    why: Why,
    *,
    by: int,
    member_id: int | None = None,
    before_year: int | None = None,
) -> int:
    """Ask to have something erased; what was asked.

    Raises NotToErase, NobodyToErase, StillOpen, StillKept, ErasureOfWhole, NotAnOfficer.
    """
    _of_the_fund(session, by)
    of_member = scope != "statements"
    if of_member != (member_id is not None) or of_member == (before_year is not None):
        raise NotToErase
    if member_id is not None and session.get(Member, member_id) is None:
        raise NobodyToErase(member=member_id)
    _check_settled(session, scope, member_id)
    of = {"scope": scope, "member": member_id, "before": before_year}
    if session.scalar(_KEPT, of):
        raise StillKept
    values = {"scope": scope, "member_id": member_id, "before_year": before_year, "why": why}
    asked = insert(ErasureAsked).values(**values, asked_by=by).returning(ErasureAsked.id)
    number: int = session.execute(asked).scalar_one()
    record(session, "member.erasure_asked", by=by, about=number, scope=scope, why=why)
    return number


def approve_erasure(session: Session, asked_id: int, *, by: int) -> dict[str, Any]:
    """Have it erased: how many rows of which table.

    Raises NoSuchErasure, AlreadyErased, ErasureOfWhole, ErasureNotByTwo, StillOpen, OpenMeanwhile,
    StillKept.
    """
    approver = _of_the_fund(session, by)
    one_at_a_time(session, f"erasure {asked_id}")
    asked = session.get(ErasureAsked, asked_id)
    done = select(exists().where(Erasure.asked_id == asked_id))
    if asked is None:
        raise NoSuchErasure(erasure=asked_id)
    if session.scalar(done):
        raise AlreadyErased
    asker = session.get_one(Account, asked.asked_by)
    people = {asker.member_id or f"account {asker.id}", approver.member_id or f"account {by}"}
    if len(people) == 1 or asker.id == by or asked.member_id in people:
        raise ErasureNotByTwo
    _check_settled(session, asked.scope, asked.member_id)
    certno = vault().seal(_nobody(session, asked.member_id), "member", asked.member_id or 0)
    values = {"asked": asked_id, "by": by, "certno": certno, "nobody": os.urandom(INDEX_BYTES)}
    erased: dict[str, Any] = session.execute(_ERASE, values).scalar_one()
    return erased


def _check_settled(session: Session, scope: str, member_id: int | None) -> None:
    """Raise StillOpen where all of a member is to go, and something is open with him."""
    if scope != "person" or member_id is None:
        return
    found = open_with(session, member_id)
    if any(found):
        *sums, undecided = found
        named = zip(("owed", "owing", "sent", "others"), map(yuan, sums), strict=True)
        raise StillOpen(**dict(named), undecided=undecided)


def _nobody(session: Session, member_id: int | None) -> str:
    """What stands for the ID of a member of whom only the year of birth is known any more."""
    if member_id is None:
        return ""
    cipher = session.scalars(select(Member.certno_cipher).where(Member.id == member_id)).one()
    return NOBODY.format(birth_date(vault().open(cipher, "member", member_id)).year)


@dataclass(frozen=True, slots=True)
class ErasureSeen:
    """What was asked, and what came of it."""

    id: int
    scope: str
    member_id: int | None
    before_year: int | None
    why: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None
    erased: dict[str, Any] | None
    erased_at: datetime | None
    asker: int


def erasures(session: Session, *, before: int | None, most: int) -> list[ErasureSeen]:
    """What was asked to be erased, the last first."""
    return [ErasureSeen(*row) for row in session.execute(_SEEN, {"before": before, "most": most})]


def _of_the_fund(session: Session, by: int) -> Account:
    account = officer(session, by)
    if reach_of_union(session, account.union_id) is not None:
        raise ErasureOfWhole
    return account
