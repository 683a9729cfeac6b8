"""Read an uploaded roster and say what would become of it; nothing of it is enrolled yet."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.clock import today
from app.enrolment.enrol import Asked, Enrolled, enrol
from app.enrolment.upload import UploadFileGone
from app.enrolment.upload_difference import report_of
from app.enrolment.upload_report import Report
from app.enrolment.upload_state import Phase, State, Upload, come_to, finish, refuse, upload_of
from app.errors import Refusal, RowFault
from app.files.cells import Book
from app.files.keep import keep, kept, read
from app.files.workbook import read_book
from app.roster.now import percent_on, unit_now
from app.roster.phones import phones_in
from app.roster.returned import copy_for
from app.roster.sheet import RosterSheet, read_roster
from app.roster.units import Registered

_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """An upload's file, read."""

    content: bytes
    sha256: str
    name: str
    book: Book
    roster: RosterSheet


def check_upload(session: Session, upload_id: int) -> None:
    """Read the file, try the enrolment and take it back, keep what was found. Twice equals once."""
    upload = upload_of(session, upload_id)
    if upload is None or upload.state != State.READING:
        return
    try:
        opened = open_file(session, upload)
        report, faults = _try(session, upload, opened)
    except Refusal as refused:  # its sentence is for the officer who sent the file
        refuse(session, upload_id, refused.name, refused.facts)
        return
    copies = keep_copies(session, upload, opened, faults)
    state = State.CHECKED if report.changes else State.NOTHING
    finish(session, upload_id, state, report, **copies)


def open_file(session: Session, upload: Upload) -> Opened:
    """Read the upload's file in the limited child. Raises UploadFileGone and FileFaults."""
    file = kept(session, upload.file_id) if upload.file_id else None
    if file is None:
        raise UploadFileGone
    come_to(upload.id, Phase.READING)
    content = b"".join(read(session, file))
    book = read_book(content, lambda rows: come_to(upload.id, Phase.READING, rows))
    roster = read_roster(book, today())
    come_to(upload.id, Phase.CHECKING, 0, roster.total)
    return Opened(content, file.sha256, file.name, book, roster)


def enrol_opened(
    session: Session, upload: Upload, opened: Opened
) -> tuple[Registered, Enrolled, list[RowFault]]:
    """Enrol the file's people; the faults are those of reading and of enrolling, by line."""
    row = unit_now(session, upload.unit_id)
    # The share of the day on which the unit confirmed the roster.
    percent = percent_on(session, row.id, upload.confirmed_on)
    unit = Registered(row.id, row.uscc, row.name, percent)
    phones = phones_in(opened.roster)
    asked = Asked(
        unit=unit,
        year=upload.benefit_year,
        starts_on=upload.starts_on,
        confirmed_on=upload.confirmed_on,
        unit_percent=unit.unit_percent,
        file_sha256=opened.sha256,
        unreadable=len(opened.roster.faults),
        refused_certnos=opened.roster.refused_certnos,
        gig=opened.roster.gig,
        read_in=row.union_id,
        sent_by=upload.recorded_by,
        entered_on=upload.entered_on,
        phones=phones.by_line,
    )
    enrolled = enrol(session, asked, opened.roster.rows, by=upload.by)
    faults = sorted([*opened.roster.faults, *enrolled.faults], key=lambda fault: fault.line)
    return unit, enrolled, faults


def keep_copies(
    session: Session, upload: Upload, opened: Opened, faults: list[RowFault]
) -> dict[str, int | None]:
    """Keep the officer's file with the reasons, whole and with the refused rows alone."""
    if not faults:
        return {"marked_file_id": None, "refused_file_id": None}
    come_to(upload.id, Phase.MARKING, opened.roster.total, opened.roster.total)
    copies: dict[str, int | None] = {}
    for column, only_refused in (("marked_file_id", False), ("refused_file_id", True)):
        copy = copy_for(
            opened.content,
            opened.book,
            opened.roster,
            faults,
            upload.lang,
            only_refused=only_refused,
        )
        name = f"{column.split('_', 1)[0]}.{opened.book.kind}"
        media_type = _MEDIA[opened.book.kind]
        file = keep(session, [copy], name=name, media_type=media_type, by=upload.by)
        copies[column] = file.id
    return copies


def _try(session: Session, upload: Upload, opened: Opened) -> tuple[Report, list[RowFault]]:
    """Enrol and take it back: what would happen is found by what happens."""
    trial = session.begin_nested()
    try:
        unit, enrolled, faults = enrol_opened(session, upload, opened)
        report = report_of(session, upload, unit, opened.roster, enrolled, faults)
    finally:
        trial.rollback()
    return report, faults
