"""What a roster changes: against last year's, in names and accounts, and in money."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.contributions.assess import dues
from app.cover.place import in_force
from app.enrolment.difference import Gone, on_rosters
from app.enrolment.elsewhere import named_here
from app.enrolment.enrol import Enrolled
from app.enrolment.identify import members_of, members_with
from app.enrolment.upload_report import (
    MOST_LISTED,
    MOST_NAMED,
    Fault,
    Noted,
    Person,
    Report,
    digest,
    plain,
)
from app.enrolment.upload_state import Upload
from app.errors import RowFault
from app.roster.members import known, masked
from app.roster.now import unit_now
from app.roster.phones import phones_in
from app.roster.sheet import Note, RosterSheet
from app.roster.units import Registered
from app.schemes.publish import published_schemes
from app.unions.tree import reach_of_union

_LINES_NAMED = 10


def report_of(
    session: Session,
    upload: Upload,
    unit: Registered,
    roster: RosterSheet,
    enrolled: Enrolled,
    faults: list[RowFault],
) -> Report:
    """What came of the file, in the transaction in which it came of it."""
    names = {row.line: row.name for row in roster.rows}
    refused = {fault.line for fault in faults}
    report = Report(
        rows_in=roster.total,
        enrolled=len(enrolled.enrolled),
        unchanged=len(enrolled.unchanged),
        refused=len(refused),
        joined=enrolled.joined,
        left=enrolled.left,
        renamed=len(enrolled.renamed),
        renamed_people=_people(enrolled.renamed, names),
        account_changed=len(enrolled.account_changed),
        account_people=_people(enrolled.account_changed, names),
        phones=len(enrolled.phones),
        kept=len({*enrolled.kept, *enrolled.own_cards}),
        later=len(enrolled.starts_later),
        later_people=[
            Person(line, names[line], day.isoformat() if day else "")
            for line, day in sorted(enrolled.starts_later.items())[:MOST_NAMED]
        ],
        moved=len(enrolled.moved),
        moved_people=[
            Person(line, names[line], unit=unit)
            for line, unit in sorted(enrolled.moved.items())[:MOST_NAMED]
        ],
        elsewhere=sum(x.reason in ("AlreadyCovered", "CoveredElsewhere") for x in faults),
        reasons=dict(Counter(x.reason for x in faults).most_common()),
        faults_sha256=digest(faults),
        faults=[
            Fault(x.reason, plain(x.facts), x.line, names.get(x.line, ""), x.field)
            for x in faults[:MOST_LISTED]
        ],
        notes=_notes([*roster.notes, *phones_in(roster).notes, *enrolled.notes]),
        covered=sum(len(begun.covers) for begun in enrolled.begun),
    )
    _name_difference(session, report, upload, roster, refused, enrolled.gone)
    _say_what_is_due(session, report, upload, unit)
    return report


def _name_difference(
    session: Session,
    report: Report,
    upload: Upload,
    roster: RosterSheet,
    refused: set[int],
    gone: Gone,
) -> None:
    """Who joined and who left since last year's rosters of the unit."""
    this_year, last_year = on_rosters(session, upload.unit_id, upload.benefit_year)
    if not last_year:
        return
    member_of = members_of(session, roster.rows)
    joined = [
        row.line
        for row in roster.rows
        if row.line not in refused and member_of.get(row.line) not in last_year
    ]
    # Mended rows may be sent alone: who is on the year's roster already has not left.
    here = set(member_of.values()) | this_year
    left = sorted(last_year - here - members_with(session, roster.refused_certnos))
    report.joined_people = _people(joined, {row.line: row.name for row in roster.rows})
    report.left = len(left)
    report.left_people = _called(session, upload, left[:MOST_NAMED])
    report.died, report.retired, report.said_left = map(len, gone)
    report.died_people, report.retired_people, report.said_left_people = (
        _called(session, upload, sorted(some)[:MOST_NAMED]) for some in gone
    )


def _called(session: Session, upload: Upload, members: list[int]) -> list[str]:
    """Names, or masked IDs of whom the unit's union may not know the name."""
    of_unit = unit_now(session, upload.unit_id).union_id
    named = named_here(session, members, reach_of_union(session, of_unit))
    shown = masked(session, [who for who in members if who not in named])
    return [shown.get(who) or found.name for who, found in known(session, members).items()]


def _say_what_is_due(session: Session, report: Report, upload: Upload, unit: Registered) -> None:
    """What is due for those enrolled, by payer, and the day by which it keeps the start."""
    scheme = in_force(published_schemes(session), upload.starts_on)
    if scheme is None:  # the enrolment has refused it already
        return
    each = dues(scheme.contribution, unit.unit_percent)
    report.scheme_id = scheme.id
    report.unit_fen = each.unit_fen * report.enrolled
    report.worker_fen = each.worker_fen * report.enrolled
    report.union_fen = each.union_fen * report.enrolled
    report.pay_by = scheme.pay_by_for(upload.starts_on).isoformat()


def _people(lines: Iterable[int], names: dict[int, str]) -> list[Person]:
    return [Person(line, names[line]) for line in sorted(lines)[:MOST_NAMED]]


def _notes(notes: list[Note]) -> list[Noted]:
    """The file's own notes one by one, the rows' by what they say."""
    found = [Noted(x.reason, plain(x.facts), 1, []) for x in notes if not x.line]
    by_words: dict[str, Noted] = {}
    for note in notes:
        if note.line:
            first = Noted(note.reason, plain(note.facts), 0, [])
            noted = by_words.setdefault(f"{note.reason} {note.facts}", first)
            noted.count += 1
            if len(noted.lines) < _LINES_NAMED:
                noted.lines.append(note.line)
    return [*found[:MOST_NAMED], *list(by_words.values())[:MOST_NAMED]]
