"""Enrol a roster's rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.contributions.assess import dues
from app.contributions.begin import Begun
from app.contributions.fill import fill
from app.contributions.receive import COVERS
from app.cover.place import Term, in_force, place
from app.cover.terms import terms_of
from app.db import copy_in, one_at_a_time
from app.errors import Refusal, RowFault
from app.evidence.append import record
from app.jobs import LOOK_AGAIN, promise
from app.roster.members import (
    Known,
    add_members,
    certno_index,
    known,
    members_by_index,
    set_accounts,
    set_names,
)
from app.roster.models import Roster, RosterLine
from app.roster.person import RosterRow
from app.roster.units import Registered
from app.schemes.publish import published_schemes
from app.secrets import vault


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


@dataclass(slots=True)
class Enrolled:
    """What became of the rows, by their lines; the difference is against last year's roster."""

    scheme_id: str
    enrolled: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    starts_later: dict[int, date] = field(default_factory=dict)
    joined: int = 0
    left: int = 0
    renamed: list[int] = field(default_factory=list)
    account_changed: list[int] = field(default_factory=list)
    due_fen: int = 0
    roster_id: int | None = None
    begun: list[Begun] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether anything is written."""
        return bool(self.enrolled or self.renamed or self.account_changed)


def enrol(session: Session, asked: Asked, rows: Sequence[RosterRow], *, by: int) -> Enrolled:
    """Enrol every row that can be. Raises StartOutsideYear, NoScheme."""
    one_at_a_time(session, COVERS)
    schemes = published_schemes(session)
    scheme = in_force(schemes, asked.starts_on)
    if asked.starts_on.year != asked.year:
        raise StartOutsideYear(year=asked.year, starts_on=asked.starts_on.isoformat())
    if scheme is None:
        raise NoScheme(starts_on=asked.starts_on.isoformat())
    answer = Enrolled(scheme.id)
    indexes = {row.line: certno_index(row.certno) for row in rows}
    ids = members_by_index(session, indexes.values())
    member_of = {line: ids[index] for line, index in indexes.items() if index in ids}
    new = _sort_out(session, answer, asked, rows, member_of, scheme, schemes)
    added = add_members(session, [row.certno for row, _ in new if row.line not in member_of])
    for row, _ in new:
        member_of.setdefault(row.line, added.get(row.certno, 0))
    _write_changes(session, answer, rows, member_of, by)
    if new:
        _write_roster(
            session,
            answer,
            asked,
            scheme,
            [(row, member_of[row.line], day) for row, day in new],
            by,
        )
    if answer.changes:
        _record(session, answer, asked, by)
    return answer


def _sort_out(
    session: Session,
    answer: Enrolled,
    asked: Asked,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    scheme: Scheme,
    schemes: Sequence[Scheme],
) -> list[tuple[RosterRow, date]]:
    """Which rows are new, with the day each cover is asked to start on."""
    terms = terms_of(session, list(member_of.values()))
    this_year = _on_roster(session, asked.unit.id, asked.year)
    last_year = _on_roster(session, asked.unit.id, asked.year - 1)
    new = []
    for row in rows:
        member_id = member_of.get(row.line)
        if member_id in this_year:
            answer.unchanged.append(row.line)
            continue
        standing = terms.get(member_id, []) if member_id else []
        term = place(asked.starts_on, asked.year, scheme, schemes, standing)
        if term is None:
            answer.faults.append(_covered_already(row, asked.starts_on, standing))
            continue
        if term.starts_on > asked.starts_on:
            answer.starts_later[row.line] = term.starts_on
        answer.enrolled.append(row.line)
        new.append((row, term.starts_on))
    in_file = {member_of[row.line] for row in rows if row.line in member_of}
    refused = {fault.line for fault in answer.faults}
    counted = [row.line for row in rows if row.line not in refused]
    answer.joined = sum(member_of.get(line) not in last_year for line in counted)
    answer.left = len(last_year - in_file)
    return new


def _covered_already(row: RosterRow, starts_on: date, standing: list[Term]) -> RowFault:
    """The cover in the way: the first that ends after the day asked for."""
    term = next(term for term in standing if term.ends_on >= starts_on)
    facts: dict[str, object] = {
        "starts_on": term.starts_on.isoformat(),
        "ends_on": term.ends_on.isoformat(),
    }
    return RowFault(row.line, "certno", "AlreadyCovered", facts)


def _on_roster(session: Session, unit_id: int, year: int) -> set[int]:
    return set(
        session.scalars(
            select(RosterLine.member_id)
            .join(Roster, Roster.id == RosterLine.roster_id)
            .where(Roster.unit_id == unit_id, Roster.benefit_year == year)
        )
    )


def _write_changes(
    session: Session,
    answer: Enrolled,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    by: int,
) -> None:
    """Names and accounts that are new or differ from what is known."""
    refused = {fault.line for fault in answer.faults}
    taken = [row for row in rows if row.line not in refused]
    before = known(session, [member_of[row.line] for row in taken])
    names, accounts = {}, {}
    for row in taken:
        member_id = member_of[row.line]
        was = before.get(member_id, Known(member_id, "", 0, b"", 0))
        if row.name != was.name:
            names[member_id] = row.name
            answer.renamed += [row.line] if was.name else []
        if row.bank_account and vault().index("account", row.bank_account) != was.account_index:
            accounts[member_id] = row.bank_account
            answer.account_changed += [row.line] if was.account_index else []
    set_names(session, names, {m: x.name_seq for m, x in before.items()}, by=by)
    set_accounts(session, accounts, {m: x.account_seq for m, x in before.items()}, by=by)


def _write_roster(
    session: Session,
    answer: Enrolled,
    asked: Asked,
    scheme: Scheme,
    lines: Sequence[tuple[RosterRow, int, date]],
    by: int,
) -> None:
    each = dues(scheme.contribution, asked.unit_percent)
    roster = insert(Roster).values(
        unit_id=asked.unit.id,
        benefit_year=asked.year,
        scheme_id=scheme.id,
        starts_on=asked.starts_on,
        confirmed_on=asked.confirmed_on,
        heads=len(lines),
        unit_due_fen=each.unit_fen,
        worker_due_fen=each.worker_fen,
        union_due_fen=each.union_fen,
        file_sha256=asked.file_sha256,
        recorded_by=by,
    )
    answer.roster_id = session.execute(roster.returning(Roster.id)).scalar_one()
    answer.due_fen = len(lines) * each.from_unit_fen
    columns = ("member_id", "roster_id", "line", "starts_on")
    written = ((member_id, answer.roster_id, row.line, day) for row, member_id, day in lines)
    copy_in(session, "roster_line", columns, written)
    promise(session, LOOK_AGAIN, answer.roster_id, [(0, [])])
    answer.begun = fill(session, asked.unit.id, asked.year, by=by)


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
        due_fen=answer.due_fen,
        file_sha256=asked.file_sha256,
    )
