"""Load a city into an empty fund, in one transaction: whole, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.books.keep_spent import keep_spent
from app.config import LOCAL_HOSTS, Settings
from app.demo.accounts import (
    MEMBER,
    SECOND_MEMBER,
    add_administrators,
    add_member,
    add_staff,
)
from app.demo.asking import ask_and_help
from app.demo.checkpoint import register_demo_key
from app.demo.contact import name_contact
from app.demo.desks import fill_desks
from app.demo.filing import file_by_hand
from app.demo.live import Office, happen, open_office
from app.demo.plan import city
from app.demo.reading import read_ahead
from app.demo.riders import COVERS, UNITS, take_riders
from app.demo.scale import SCALES
from app.demo.timeline import FeedComes, Happening, MoneyComes, RosterComes, timeline
from app.demo.totals import Totals, totals
from app.desks.keep_months import keep_months
from app.errors import Refusal
from app.evidence.append import record
from app.roster.models import Member, Unit


class FundNotEmpty(Refusal):
    """The database holds units or members: a demonstration never mixes with a real fund."""


class ServesOthers(Refusal):
    """The system answers to names on a network: it gets no accounts that anybody may use."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: of `all` steps `done` are done; the day the city has come to."""

    day: date
    done: int
    all: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was planned and what is stored."""

    scale: str
    planned_covers: int
    planned_paid: int
    planned_units: int
    stored: Totals

    @property
    def as_planned(self) -> bool:
        """Whether the counts agree."""
        stored = (self.stored.units, self.stored.covers, self.stored.paid)
        return stored == (self.planned_units, self.planned_covers, self.planned_paid)


def refuse_where_real(session: Session, settings: Settings) -> None:
    """Raises ServesOthers and FundNotEmpty."""
    if settings.trusted_hosts != LOCAL_HOSTS:
        raise ServesOthers(hosts=", ".join(settings.trusted_hosts))
    if session.scalar(select(Unit.id).limit(1)) or session.scalar(select(Member.id).limit(1)):
        raise FundNotEmpty


def load(
    session: Session, settings: Settings, scale: str, watch: Callable[[Progress], None]
) -> Loaded:
    """Load the city of a scale. Raises ServesOthers and FundNotEmpty."""
    refuse_where_real(session, settings)
    with read_ahead(scale) as rosters:
        planned = city(SCALES[scale])
        office = open_office(session, planned, add_staff(session))
        days = timeline(planned)
        done, whole = 0, sum(_weight(what) for _, what in days)
        for day, what in days:
            happen(session, office, what, next(rosters) if isinstance(what, RosterComes) else None)
            done += _weight(what)
            watch(Progress(day, done, whole))
    _add_members(session, office)
    file_by_hand(session, office)
    ask_and_help(session, office)
    fill_desks(session, office)
    name_contact(session, office)
    take_riders(session, office)
    add_administrators(session)
    register_demo_key(session)
    keep_months(session)
    keep_spent(session)
    stored = totals(session)
    counts = (planned.covers + COVERS, len(planned.will_be_paid), len(planned.employers) + UNITS)
    loaded = Loaded(scale, *counts, stored)
    said = {"units": stored.units, "members": stored.members, "covers": stored.covers}
    record(session, "demo.loaded", by=None, scale=scale, counts=said)
    return loaded


def _weight(what: Happening) -> int:
    """How long something takes, measured in people enrolled."""
    match what:
        case RosterComes(roster) | MoneyComes(roster, _):
            return 5 + len(roster.people) // 2
        case FeedComes(_, bills):
            return 20 + len(bills)
        case _:
            return 20


def _add_members(session: Session, office: Office) -> None:
    planned = office.city
    for login, person in zip((MEMBER, SECOND_MEMBER), planned.protagonists, strict=True):
        names, certnos = planned.people.names, planned.people.certnos
        add_member(session, login, names[person], certnos[person])
