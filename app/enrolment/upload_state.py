"""Where an upload stands, and how far it has come."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.db import aside
from app.enrolment.models import RosterUpload
from app.enrolment.upload_report import Fault, Report, plain, sealed
from app.jobs import CHECK_ROSTER, ENROL_ROSTER, MARK_ROSTER, promise


class State(StrEnum):
    """As the database names them."""

    READING = "reading"
    CHECKED = "checked"
    NOTHING = "nothing"
    REFUSED = "refused"
    ENROLLING = "enrolling"
    ENROLLED = "enrolled"
    DISCARDED = "discarded"


class Phase(StrEnum):
    """The steps of the work, in order."""

    RECEIVED = "received"
    READING = "reading"
    CHECKING = "checking"
    MARKING = "marking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload as the work on it needs it."""

    id: int
    unit_id: int
    benefit_year: int
    starts_on: date
    confirmed_on: date
    lang: str
    file_id: int | None
    state: str
    report: bytes | None
    faults: bytes | None
    confirmed_by: int | None
    recorded_by: int
    entered_on: date | None

    @property
    def by(self) -> int:
        """Whose doing the work is: of the one who confirmed it, before that of the sender."""
        return self.confirmed_by or self.recorded_by


_COLUMNS = (
    RosterUpload.id,
    RosterUpload.unit_id,
    RosterUpload.benefit_year,
    RosterUpload.starts_on,
    RosterUpload.confirmed_on,
    RosterUpload.lang,
    RosterUpload.file_id,
    RosterUpload.state,
    RosterUpload.report,
    RosterUpload.faults,
    RosterUpload.confirmed_by,
    RosterUpload.recorded_by,
    RosterUpload.entered_on,
)
# An upload that waits for work nobody promised: a crash between two of our steps cannot make one,
# but whoever clears the queue by hand can.
_FORGOTTEN = text(
    """
    SELECT u.id, w.kind FROM roster_upload u
    JOIN (VALUES ('reading', :check), ('enrolling', :enrol), ('enrolled', :mark)) w (state, kind)
        ON w.state = u.state AND (u.state <> 'enrolled' OR u.faults IS NOT NULL)
    WHERE NOT EXISTS (SELECT FROM job j WHERE j.subject_id = u.id AND j.kind = w.kind)
    """
)


def upload_of(session: Session, upload_id: int) -> Upload | None:
    """The upload with this number."""
    row = session.execute(select(*_COLUMNS).where(RosterUpload.id == upload_id)).one_or_none()
    return Upload(**row._asdict()) if row else None


def come_to(upload_id: int, phase: Phase, done: int = 0, total: int = 0) -> None:
    """Tell who watches how far the work has come, at once."""
    with aside() as session:
        _set(session, upload_id, phase=phase.value, done=done, total=total)


def finish(
    session: Session, upload_id: int, state: State, report: Report, **more: int | bytes | None
) -> None:
    """The work is done: where the upload stands now, and what was found."""
    known = {"phase": Phase.DONE.value, "done": report.rows_in, "total": report.rows_in}
    _set(session, upload_id, state=state.value, report=sealed(report, upload_id), **known, **more)


def refuse(session: Session, upload_id: int, reason: str, facts: dict[str, Any]) -> None:
    """The whole file is refused, for a reason the texts have words for."""
    fault = Fault(reason, plain(facts))
    finish(session, upload_id, State.REFUSED, Report(file_fault=fault))


def give_up(session: Session, upload_id: int) -> None:
    """The work failed again and again: nothing of the file was written."""
    refuse(session, upload_id, "UploadGivenUp", {"number": upload_id})


def marked(session: Session, upload_id: int, **copies: int | None) -> None:
    """The copies of what was enrolled are there, or, without any, will not be."""
    _set(session, upload_id, phase=Phase.DONE.value, faults=None, **copies)


def promise_forgotten_uploads(session: Session) -> None:
    """Promise the work that uploads wait for and nobody promised."""
    kinds = {"check": CHECK_ROSTER, "enrol": ENROL_ROSTER, "mark": MARK_ROSTER}
    for upload_id, kind in session.execute(_FORGOTTEN, kinds).all():
        promise(session, kind, upload_id, [(0, [])])


def _set(session: Session, upload_id: int, **known: object) -> None:
    session.execute(update(RosterUpload).where(RosterUpload.id == upload_id).values(**known))
