"""Let what is planned happen to the fund, by the very calls an office makes. One step, one call."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.adjudication.drain import drain
from app.claims.again import look_again
from app.claims.settlement import read_settlements
from app.claims.submit import take_feed
from app.contributions.receive import receive
from app.contributions.subsidise import receive_subsidy, subsidy_due
from app.demo.accounts import add_union, federation, third_officer
from app.demo.files import people_lines, settlement_file, written
from app.demo.payments import Bank
from app.demo.places import DISTRICTS
from app.demo.plan import City
from app.demo.reading import RosterRead, read
from app.demo.rosters import PlannedRoster
from app.demo.timeline import (
    BankAnswers,
    BatchGoes,
    FeedComes,
    GiftsAreGiven,
    Happening,
    MoneyComes,
    RosterComes,
    UnionPays,
)
from app.enrolment.enrol import Asked, enrol
from app.enrolment.gift_enrol import GiftAsked, give
from app.enrolment.gift_open import open_gift
from app.jobs import LOOK_AGAIN, Job, forget
from app.payments.batch import NothingToPay, prepare_batch
from app.payments.returns import take_return
from app.payments.send import ThirdPersonNeeded
from app.roster.units import Registered, add_unit
from app.units.write import own_union

_OWN_UNION = 120
"""From so many people on a unit has a node of its own in the tree of unions."""


@dataclass(slots=True)
class Office:
    """Those who act, and what they remember from one step to the next."""

    city: City
    bank: Bank
    officers: tuple[int, int]
    top: int
    districts: list[int]
    units: dict[int, Registered] = field(default_factory=dict)
    due_fen: dict[int, int] = field(default_factory=dict)
    at_bank: dict[int, list[bytes]] = field(default_factory=dict)


def open_office(session: Session, city: City, officers: tuple[int, int]) -> Office:
    """The tree of unions, and a bank."""
    top = federation(session)
    districts = [add_union(session, f"{name}总工会", top) for name in DISTRICTS]
    closed = {
        person
        for roster in city.rosters
        for person in roster.people[city.cards.closed(roster.people) == 1].tolist()
    } | {
        person
        for _, people in city.gifted
        for person in people[city.cards.closed(people) == 1].tolist()
    }
    return Office(city, Bank(closed), officers, top, districts)


def happen(session: Session, office: Office, what: Happening, roster: RosterRead | None) -> None:
    """One thing happens."""
    match what:
        case RosterComes(planned) if roster:
            _take_roster(session, office, planned, roster)
        case MoneyComes(planned, part):
            _take_money(session, office, planned, part)
        case GiftsAreGiven():
            _give(session, office, what)
        case UnionPays(day):
            _take_subsidies(session, office, day)
        case FeedComes():
            _take_feed(session, office, what)
        case BatchGoes():
            _send(session, office, what)
        case BankAnswers():
            for answer in office.at_bank.pop(what.batch.month, []):
                take_return(session, answer, by=office.officers[0])
        case _:
            raise AssertionError(what)


def drain_fully(session: Session, run_id: int | None) -> None:
    """Determine everything of a run."""
    if run_id is not None:
        while drain(session, run_id):
            pass


def _take_roster(
    session: Session, office: Office, planned: PlannedRoster, roster: RosterRead
) -> None:
    unit = _unit(session, office, planned)
    asked = Asked(
        unit=unit,
        year=planned.year,
        starts_on=planned.starts_on,
        confirmed_on=planned.confirmed_on,
        unit_percent=unit.unit_percent,
        file_sha256=roster.sha256,
        unreadable=roster.unreadable,
    )
    enrolled = enrol(session, asked, roster.rows, by=office.officers[0])
    office.due_fen[planned.number] = enrolled.due_fen


def _unit(session: Session, office: Office, planned: PlannedRoster) -> Registered:
    """The unit, registered with its first roster."""
    known = office.units.get(planned.unit)
    if known:
        return known
    employer = office.city.employers[planned.unit]
    union_id = office.districts[employer.district]
    if len(planned.people) >= _OWN_UNION:
        union_id = own_union(session, f"{employer.name}工会委员会", union_id)
    facts = {"uscc": employer.uscc, "name": employer.name, "unit_percent": employer.unit_percent}
    unit_id = add_unit(session, union_id=union_id, by=office.officers[0], **facts)  # type: ignore[arg-type]
    known = Registered(unit_id, employer.uscc, employer.name, employer.unit_percent)
    office.units[planned.unit] = known
    return known


def _take_money(session: Session, office: Office, planned: PlannedRoster, part: int) -> None:
    """A part of what the unit was told to pay; the last part is what is left."""
    due_fen = office.due_fen[planned.number]
    place = [share for _, share in planned.payments].index(part)
    before = sum(share for _, share in planned.payments[:place])
    amount_fen = due_fen * (before + part) // 1_000 - due_fen * before // 1_000
    received_on = planned.payments[place][0]
    if amount_fen:
        receive(
            session,
            unit_id=office.units[planned.unit].id,
            year=planned.year,
            amount_fen=amount_fen,
            received_on=received_on,
            reference=f"{received_on:%Y%m%d}-{planned.number:06d}-{place + 1}",
            by=office.officers[0],
        )


def _take_subsidies(session: Session, office: Office, day: date) -> None:
    """The federation pays what stands due: its part of contributions, and the gifts."""
    for year, due_fen in subsidy_due(session).items():
        if due_fen > 0:
            receive_subsidy(
                session,
                union_id=office.top,
                year=year,
                amount_fen=due_fen,
                received_on=day,
                reference=f"{day:%Y%m%d}-GH-{year}",
                by=office.officers[0],
            )


def _give(session: Session, office: Office, what: GiftsAreGiven) -> None:
    gift, by = what.gift, office.officers[0]
    opened = open_gift(
        session,
        name=gift.name,
        union_id=office.top,
        quota=gift.places,
        term_months=gift.term_months,
        opens_on=gift.opens_on,
        closes_on=gift.closes_on,
        by=by,
    )
    lines = people_lines(office.city, what.people, gift.starts_on.year)
    file = read(written(lines, "xlsx", gift.starts_on.year), gift.starts_on)
    confirmed_on = gift.starts_on - timedelta(days=5)
    asked = GiftAsked(opened, gift.starts_on, confirmed_on, file.sha256, file.unreadable)
    give(session, asked, file.rows, by=by)


def _take_feed(session: Session, office: Office, what: FeedComes) -> None:
    catch_up(session)
    content = settlement_file(office.city, what.bills)
    sha256 = hashlib.sha256(content).hexdigest()
    taken = take_feed(session, read_settlements(content), file_sha256=sha256, by=office.officers[0])
    drain_fully(session, taken.run_id)


def catch_up(session: Session) -> None:
    """What a worker does when rosters or covers have come."""
    promised = list(session.scalars(select(Job.id).where(Job.kind == LOOK_AGAIN)))
    if promised:
        drain_fully(session, look_again(session))
        forget(session, promised)


def _send(session: Session, office: Office, what: BatchGoes) -> None:
    one, other = office.officers
    for year in what.batch.years:
        asked = {"prepared_by": one, "approved_by": other, "made_on": what.batch.made_on}
        try:
            batch = prepare_batch(session, year, **asked)  # type: ignore[arg-type]
        except NothingToPay:
            continue
        except ThirdPersonNeeded:
            third = third_officer(session)
            batch = prepare_batch(session, year, third_by=third, **asked)  # type: ignore[arg-type]
        if what.batch.answered_on:
            answer = office.bank.answer(batch.file, what.batch.answered_on)
            office.at_bank.setdefault(what.batch.month, []).append(answer)
