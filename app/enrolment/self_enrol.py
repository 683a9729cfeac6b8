"""A gig worker enrols alone, without an account: a roster of one head, filled by its own money.

Whoever knows a number can write it here, so nothing of what is known is told or changed. The answer
is the same for somebody covered, dead, or unknown: an amount and a reference. Name, bank account
and telephone are recorded only of somebody the fund has never heard of; of others they stay as an
officer recorded them. Who is covered already when the money comes gets it credited back, by the
rule for everybody.
"""

from dataclasses import dataclass
from hashlib import sha256
from secrets import choice
from typing import Final, LiteralString, NamedTuple

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from app.accounts.check import place_of
from app.clock import today
from app.contributions.assess import dues
from app.contributions.receive import COVERS
from app.cover.place import in_force
from app.db import copy_in, fetched, one_at_a_time
from app.enrolment.enrol import NoScheme
from app.enrolment.reach import check_confirmer, check_reaches
from app.enrolment.window import check_window
from app.errors import Refusal
from app.evidence.append import record
from app.jobs import LOOK_AGAIN, promise
from app.notices.address import mobile
from app.roster.gig import LONGEST, OCCUPATIONS, Gig
from app.roster.gig_models import GigUnit, SelfEnrolment, SelfEnrolmentTry
from app.roster.members import (
    add_members,
    certno_index,
    members_by_index,
    set_accounts,
    set_names,
)
from app.roster.models import Roster
from app.roster.now import check_stands, unit_now
from app.roster.person import Refused, read_account, read_certno, read_name
from app.roster.record_gig import record_gig
from app.schemes.publish import published_schemes
from app.secrets import vault

MOST_AN_HOUR: Final = 10
"""From one address; a family may share one."""
MOST_OF_ALL: Final = 1_000
_PATIENCE_S: Final = 10
_LETTERS: Final = "ACDEFGHJKLMNPQRTUVWXY34679"
"""Of references: nothing that is read as something else."""
_REFERENCE: Final = 8
_RECENT: Final = SelfEnrolmentTry.at > func.transaction_timestamp() - text("interval '1 hour'")
# The same person again, not paid yet, has the same reference again.
_WAITING: LiteralString = """
SELECT r.id, s.reference, r.unit_due_fen + r.worker_due_fen
FROM self_enrolment s JOIN roster r ON r.id = s.roster_id
JOIN roster_line l ON l.roster_id = r.id
WHERE l.member_id = %(member)s AND r.unit_id = %(unit)s AND r.benefit_year = %(year)s
      AND NOT EXISTS (SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id)
      AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
ORDER BY r.id LIMIT 1
"""
# A unit that has gone into another, or pays a part since, enrols nobody alone any more.
_OPEN: LiteralString = """
SELECT u.id, u.name FROM gig_unit g JOIN unit_now u ON u.id = g.unit_id
WHERE u.stands_id = u.id AND u.unit_percent = 0 ORDER BY u.id
"""
_UNPAID: LiteralString = """
SELECT r.id, s.reference, r.unit_due_fen + r.worker_due_fen
FROM self_enrolment s JOIN roster r ON r.id = s.roster_id
WHERE NOT EXISTS (SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id)
      AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
ORDER BY r.id
"""
_SENT: LiteralString = """
SELECT r.id, s.reference, r.unit_due_fen + r.worker_due_fen, s.content
FROM self_enrolment s JOIN roster r ON r.id = s.roster_id WHERE s.request_key = %(key)s
"""


class EntryWrong(Refusal):
    """Something typed is not what it should be; `why` is a key of the texts."""


class NoConsent(Refusal):
    """Without consent nothing is kept."""


class JoinFormUsed(Refusal):
    """The same form came before with other words: it cannot be told which are meant."""


class GigUnitClosed(Refusal):
    """Nobody can enrol alone with this union now."""


class TooManyEnrolments(Refusal):
    """So many came from this address, or from everywhere, in the last hour."""


class GigUnitShares(Refusal):
    """A unit that gig workers enrol with pays no part: the worker pays all of it."""


class SelfEnrolled(NamedTuple):
    """What to pay, under which reference."""

    roster_id: int
    reference: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class SelfAsked:
    """What a gig worker gives; `request_key` is the form's own, `address` where it came from."""

    unit_id: int
    name: str
    certno: str
    occupation: str
    platform: str
    phone: str
    account: str
    consent: bool
    request_key: str
    address: str


def open_gig_unit(session: Session, unit_id: int, *, by: int) -> None:
    """Let gig workers enrol themselves with a union's own unit. Said twice, once.

    Raises GigUnitShares, UnitNotReached, ConfirmerMayNot, UnitMerged.
    """
    check_reaches(session, unit_id, by=by)
    check_confirmer(session, unit_id, by=by)
    if check_stands(session, unit_id).unit_percent:
        raise GigUnitShares
    if session.get(GigUnit, unit_id) is None:
        session.execute(insert(GigUnit).values(unit_id=unit_id, recorded_by=by))
        record(session, "unit.gig_opened", by=by, about=unit_id)


def gig_units(session: Session) -> list[tuple[int, str]]:
    """The units gig workers can enrol themselves with, by number and name, as they are today."""
    return [(number, name) for number, name in fetched(session, _OPEN, {})]


def unpaid(session: Session) -> list[SelfEnrolled]:
    """Whose money has not come, or not all of it, oldest first."""
    return [SelfEnrolled(*row) for row in fetched(session, _UNPAID, {})]


def self_enrol(session: Session, asked: SelfAsked) -> SelfEnrolled:
    """Enrol one gig worker. A form sent twice is one enrolment.

    Raises EntryWrong, NoConsent, JoinFormUsed, GigUnitClosed, TooManyEnrolments, NoScheme,
    OutsideWindow, TurnTaken.
    """
    certno, name, account = _checked(asked)
    one_at_a_time(session, COVERS, patience_s=_PATIENCE_S)
    for *made, content in fetched(session, _SENT, {"key": asked.request_key}):
        # On a phone that goes round, the page before is filled in by the next rider.
        if content is not None and bytes(content) != _digest(asked):
            raise JoinFormUsed
        return SelfEnrolled(*made)
    _count_try(session, asked.address)
    if asked.unit_id not in {number for number, _ in gig_units(session)}:
        raise GigUnitClosed
    # Of everybody the same, before anything is looked up of the person.
    day = today()
    of_unit = (asked.unit_id, day.year, day)
    check_window(session, *of_unit, published_schemes(session), on=day, alone=True)
    index = certno_index(certno)
    member_id = members_by_index(session, [index]).get(index)
    if member_id is None:
        member_id = _add(session, asked, certno, name, account)
    waiting = {"member": member_id, "unit": asked.unit_id, "year": today().year}
    for row in fetched(session, _WAITING, waiting):
        return SelfEnrolled(*row)
    return _enrol(session, asked, member_id)


def _digest(asked: SelfAsked) -> bytes:
    """Of all that was typed; keyed, since a number could be guessed from a bare one."""
    typed = (asked.unit_id, asked.name, asked.certno, asked.occupation, asked.platform)
    said = "\x1f".join(map(str, (*typed, asked.phone, asked.account)))
    return vault().index("self_enrolment", said)


def _checked(asked: SelfAsked) -> tuple[str, str, str]:
    """ID, name and account as they are kept."""
    if not asked.consent:
        raise NoConsent
    try:
        certno = read_certno(asked.certno, today(), lambda reason: None)
        name = read_name(asked.name, lambda reason: None)
        account = read_account(asked.account, lambda reason: None)
    except Refused as refused:
        raise EntryWrong(field=refused.field, why=refused.reason, **refused.facts) from None
    if account is None:
        raise EntryWrong(field="account", why="AccountFormat")
    if mobile(asked.phone) is None:
        raise EntryWrong(field="phone", why="MobileWrong")
    if asked.occupation not in OCCUPATIONS or not _is_line(asked.platform):
        raise EntryWrong(field="platform", why="PlatformWrong")
    return certno, name, account


def _is_line(platform: str) -> bool:
    return len(platform) <= LONGEST and (not platform or platform.isprintable())


def _count_try(session: Session, address: str) -> None:
    session.execute(delete(SelfEnrolmentTry).where(~_RECENT))
    index = vault().index("address", place_of(address))
    tries = select(func.count()).select_from(SelfEnrolmentTry)
    mine = session.scalar(tries.where(SelfEnrolmentTry.address_index == index)) or 0
    if mine >= MOST_AN_HOUR or (session.scalar(tries) or 0) >= MOST_OF_ALL:
        raise TooManyEnrolments
    session.execute(insert(SelfEnrolmentTry).values(address_index=index))


def _add(session: Session, asked: SelfAsked, certno: str, name: str, account: str) -> int:
    """Somebody the fund has never heard of."""
    member_id = add_members(session, [certno])[certno]
    set_names(session, {member_id: name}, {}, by=None)
    set_accounts(session, {member_id: account}, {}, by=None)
    gig = Gig(asked.occupation, asked.platform.strip())
    record_gig(session, {member_id: gig}, by=None, phones={member_id: mobile(asked.phone) or ""})
    return member_id


def _enrol(session: Session, asked: SelfAsked, member_id: int) -> SelfEnrolled:
    day = today()
    scheme = in_force(published_schemes(session), day)
    if scheme is None:
        raise NoScheme(starts_on=day.isoformat())
    each = dues(scheme.contribution, unit_now(session, asked.unit_id).unit_percent)
    digest = sha256(asked.request_key.encode()).hexdigest()
    roster = insert(Roster).values(
        unit_id=asked.unit_id,
        benefit_year=day.year,
        scheme_id=scheme.id,
        starts_on=day,
        confirmed_on=day,
        heads=1,
        unit_due_fen=each.unit_fen,
        worker_due_fen=each.worker_fen,
        union_due_fen=each.union_fen,
        file_sha256=digest,
        own_money=True,
    )
    roster_id = session.execute(roster.returning(Roster.id)).scalar_one()
    columns = ("member_id", "roster_id", "line", "starts_on")
    copy_in(session, "roster_line", columns, [(member_id, roster_id, 1, day)])
    reference = "G" + "".join(choice(_LETTERS) for _ in range(_REFERENCE))
    made = {"roster_id": roster_id, "reference": reference, "request_key": asked.request_key}
    session.execute(insert(SelfEnrolment).values(**made, content=_digest(asked)))
    promise(session, LOOK_AGAIN, roster_id, [(0, [])])
    record(
        session,
        "roster.imported",
        by=None,
        about=roster_id,
        years=[day.year],
        unit_id=asked.unit_id,
        enrolled=1,
        unchanged=0,
        refused=0,
        due_fen=each.from_unit_fen,
        file_sha256=digest,
    )
    return SelfEnrolled(roster_id, reference, each.from_unit_fen)
