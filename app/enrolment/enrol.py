"""Enrol a roster's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import filterfalse

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.clock import today
from app.collector import nothing_collected
from app.contributions.assess import dues
from app.contributions.begin import Begun
from app.contributions.fill import fill
from app.contributions.receive import COVERS
from app.cover.place import in_force
from app.cover.placing import Placing
from app.db import one_at_a_time
from app.enrolment.confirmed import check_confirmed
from app.enrolment.difference import Gone, gone_how, moved_from, on_rosters
from app.enrolment.elsewhere import waiting_elsewhere, without_others_days
from app.enrolment.identify import (
    add_unknown,
    identify,
    members_with,
    take_names_and_accounts,
    take_phones,
)
from app.enrolment.reach import giver_of, reach_of
from app.enrolment.sort_out import sort_out
from app.enrolment.to_write import ToWrite
from app.enrolment.window import check_window
from app.errors import Refusal, RowFault
from app.evidence.append import record
from app.jobs import LOOK_AGAIN, promise
from app.roster.fates import DIED, RETIRED, fates
from app.roster.gig import Gig
from app.roster.models import Roster
from app.roster.now import check_stands
from app.roster.person import RosterRow
from app.roster.record_gig import record_gig
from app.roster.sheet import Note
from app.roster.units import Registered
from app.schemes.publish import published_schemes
from app.unions.tree import Reach, reach_of_union


class StartOutsideYear(Refusal):
    """The covers' start does not lie in the benefit year."""


class NoScheme(Refusal):
    """No published scheme is in force on the day the covers start."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a unit asks for: its roster of a benefit year."""

    unit: Registered
    year: int
    starts_on: date
    confirmed_on: date
    unit_percent: int
    file_sha256: str
    unreadable: int = 0
    """Rows that were refused when the file was read; they count in the event."""
    refused_certnos: Sequence[str] = ()
    """The IDs among those: whoever is in the file has not left the unit."""
    gig: Mapping[int, Gig] = field(default_factory=dict)
    """What gig workers among them do, by line."""
    read_in: int | None = None
    """The union whose officers may all read what comes of it; None: only who acts."""
    sent_by: int | None = None
    """Who sent the file; None: who acts."""
    entered_on: date | None = None
    """The day that the enrolment window goes by; None: today."""
    phones: Mapping[int, str] = field(default_factory=dict)
    """By line, where the file has them."""


@dataclass(slots=True)
class Enrolled:
    """What became of the rows, by their lines; the difference is against last year's roster."""

    scheme_id: str
    enrolled: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    starts_later: dict[int, date | None] = field(default_factory=dict)
    """When the cover starts where that is later than asked; None: another union's is in its way."""
    joined: int = 0
    left: int = 0
    gone: Gone = field(default_factory=lambda: Gone(set(), set(), set()))
    moved: dict[int, str] = field(default_factory=dict)
    """Lines of people another unit covered last year or covers now; its name, where it is told."""
    retired: list[int] = field(default_factory=list)
    died: list[int] = field(default_factory=list)
    """Lines of people who were on the roster before and have died since."""
    renamed: list[int] = field(default_factory=list)
    account_changed: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    own_cards: list[int] = field(default_factory=list)
    phones: list[int] = field(default_factory=list)
    waiting: dict[int, str] = field(default_factory=dict)
    """Lines of people on another unit's unpaid roster of the year; its name, where it is told."""
    due_fen: int = 0
    roster_id: int | None = None
    begun: list[Begun] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether anything is written."""
        return bool(self.enrolled or self.renamed or self.account_changed or self.phones)

    @property
    def notes(self) -> list[Note]:
        """Worth knowing of the rows, and no hindrance."""
        said = {"KeptAsItWas": self.kept, "OwnCardKept": self.own_cards}
        said |= {"PersonRetired": self.retired, "DiedSince": self.died}
        return [Note(line, reason) for reason, lines in said.items() for line in lines] + [
            Note(line, "OnRosterOf", {"unit": unit}) if unit else Note(line, "OnOtherRoster")
            for line, unit in sorted(self.waiting.items())
        ]


@nothing_collected()
def enrol(session: Session, asked: Asked, rows: Sequence[RosterRow], *, by: int) -> Enrolled:
    """Enrol every row that can be.

    Raises StartOutsideYear, NoScheme, UnitMerged, OutsideWindow and as `check_confirmed`.
    """
    one_at_a_time(session, COVERS)
    unit = check_stands(session, asked.unit.id)
    schemes = published_schemes(session)
    scheme = in_force(schemes, asked.starts_on)
    if asked.starts_on.year != asked.year:
        raise StartOutsideYear(year=asked.year, starts_on=asked.starts_on.isoformat())
    if scheme is None:
        raise NoScheme(starts_on=asked.starts_on.isoformat())
    check_confirmed(asked.confirmed_on, asked.year, today())
    answer = Enrolled(scheme.id)
    this_year, last_year = on_rosters(session, asked.unit.id, asked.year)
    member_of, newcomers = identify(session, rows, expected=bool(this_year or last_year))
    fated = fates(session, set(member_of.values()))
    died = {who for who, x in fated.items() if x.fate == DIED}
    placing = Placing(asked.year, scheme, schemes)
    found = sort_out(session, asked.starts_on, rows, member_of, placing, this_year, died)
    new = found.new
    answer.enrolled, answer.unchanged = [row.line for row in new], found.unchanged
    answer.died, answer.faults = found.died, found.faults
    _against_last_year(session, answer, asked, rows, member_of, this_year, last_year)
    if new:
        entered_on = asked.entered_on or today()
        check_window(session, unit.id, asked.year, asked.starts_on, schemes, on=entered_on)
    read_in = asked.read_in
    seen = reach_of(session, by) if read_in is None else reach_of_union(session, read_in)
    answer.faults, answer.starts_later = without_others_days(
        session, answer.faults, found.later(asked.starts_on), member_of, seen
    )
    known = found.known(member_of)
    _of_known(session, answer, asked, known, {*filterfalse(last_year.__contains__, known)}, seen)
    answer.retired = sorted(known[x] for x in fated.keys() & known if fated[x].fate == RETIRED)
    to_write = ToWrite()
    giver = giver_of(session, by=by, sent_by=asked.sent_by)
    made = add_unknown(session, new, member_of, newcomers, to_write, by=giver.by)
    refused = {fault.line for fault in answer.faults}
    taken = [row for row in rows if row.line not in refused] if refused else rows
    told = take_names_and_accounts(
        session,
        taken,
        member_of,
        giver,
        to_write,
        union_id=unit.union_id,
        made=made,
        people=newcomers.people,
    )
    answer.renamed, answer.account_changed = told.renamed, told.account_changed
    answer.kept, answer.own_cards = told.kept, told.own_cards
    if new:
        answer.roster_id = _roster(session, answer, asked, scheme, len(new), by)
        to_write.lines(answer.roster_id, new, found.days, member_of)
    to_write.write(session)
    answer.phones = take_phones(session, asked.phones, taken, member_of, giver)
    if answer.roster_id is not None:
        promise(session, LOOK_AGAIN, answer.roster_id, [(0, [])])
        answer.begun = fill(session, asked.unit.id, asked.year, by=by)
    gig = (row.line for row in new if row.line in asked.gig) if asked.gig else ()
    record_gig(session, {member_of[line]: asked.gig[line] for line in gig}, by=by)
    if answer.changes:
        _record(session, answer, asked, by)
    return answer


def _of_known(
    session: Session,
    answer: Enrolled,
    asked: Asked,
    known: dict[int, int],
    joined: set[int],
    seen: Reach,
) -> None:
    """Where else the members among them are, and were. `known`: lines by member."""
    moved = moved_from(session, joined, asked.unit.id, asked.year, seen)
    answer.moved = {known[who]: unit for who, unit in moved.items()}
    waiting = waiting_elsewhere(session, known, asked.unit.id, asked.year, seen)
    answer.waiting = {known[member_id]: unit for member_id, unit in waiting.items()}


def _against_last_year(
    session: Session,
    answer: Enrolled,
    asked: Asked,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    this_year: set[int],
    last_year: set[int],
) -> None:
    """Who joined the unit, and who is gone."""
    refused = {fault.line for fault in answer.faults}
    members = {*member_of.values()}
    were = len(last_year & members) - sum(member_of.get(line) in last_year for line in refused)
    answer.joined = len(rows) - len(refused) - were
    # Mended rows may be sent alone: who is on the roster of this year already has not left.
    gone = last_year - members - this_year
    gone -= members_with(session, asked.refused_certnos) if gone else set()
    answer.left = len(gone)
    answer.gone = gone_how(session, gone, asked.unit.id)


def _roster(
    session: Session, answer: Enrolled, asked: Asked, scheme: Scheme, heads: int, by: int
) -> int:
    """The roster's number; its lines are written with what they refer to."""
    each = dues(scheme.contribution, asked.unit_percent)
    roster = insert(Roster).values(
        unit_id=asked.unit.id,
        benefit_year=asked.year,
        scheme_id=scheme.id,
        starts_on=asked.starts_on,
        confirmed_on=asked.confirmed_on,
        heads=heads,
        unit_due_fen=each.unit_fen,
        worker_due_fen=each.worker_fen,
        union_due_fen=each.union_fen,
        file_sha256=asked.file_sha256,
        recorded_by=by,
    )
    answer.due_fen = heads * each.from_unit_fen
    return session.execute(roster.returning(Roster.id)).scalar_one()


def _record(session: Session, answer: Enrolled, asked: Asked, by: int) -> None:
    record(
        session,
        "roster.imported",
        by=by,
        about=answer.roster_id,
        years=[asked.year],
        unit_id=asked.unit.id,
        enrolled=len(answer.enrolled),
        unchanged=len(answer.unchanged),
        refused=len(answer.faults) + asked.unreadable,
        joined=answer.joined,
        left=answer.left,
        renamed=len(answer.renamed),
        account_changed=len(answer.account_changed),
        phones=len(answer.phones),
        due_fen=answer.due_fen,
        file_sha256=asked.file_sha256,
    )
