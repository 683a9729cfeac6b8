"""Take a roster file an officer sends, and an officer's word to enrol what was found in it."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.clock import today
from app.cover.place import in_force
from app.db import one_at_a_time
from app.enrolment.confirmed import check_confirmed
from app.enrolment.enrol import NoScheme, StartOutsideYear
from app.enrolment.models import RosterUpload
from app.enrolment.reach import check_confirmer, check_sender
from app.enrolment.upload_report import opened
from app.enrolment.upload_state import Phase, State
from app.enrolment.window import check_window
from app.errors import Refusal
from app.files.keep import keep, kept, kept_in_a_day
from app.jobs import CHECK_ROSTER, ENROL_ROSTER, promise
from app.schemes.publish import published_schemes

MOST_READ_AT_ONCE: Final = 5
MOST_FILES_A_DAY: Final = 200
MEDIA_TYPE = "application/octet-stream"
"""Nothing is believed about a file that was sent; it is told apart by what is inside."""


class FormUsedAgain(Refusal):
    """The same form was sent before with another file or other days."""


class UploadNotChecked(Refusal):
    """Only what was read and checked, and neither enrolled nor discarded, can be enrolled."""


class UploadDecided(Refusal):
    """What is being enrolled, or was, cannot be discarded any more."""


class UploadFileGone(Refusal):
    """The file was kept for some days and is gone."""


class UploadsBeingRead(Refusal):
    """One account has so many files read at once, and no more."""


class FilesOfTheDay(Refusal):
    """One account has so many files kept in a day, the copies that come back among them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A roster file's unit, benefit year and days; `request_key` is the form's own."""

    unit_id: int
    year: int
    starts_on: date
    confirmed_on: date
    request_key: str
    lang: str


def take_upload(session: Session, wish: Wish, content: bytes, *, name: str, by: int) -> int:
    """Keep the file and promise to read it; the upload's number.

    A form sent twice is one upload. Raises StartOutsideYear, NoScheme, FormUsedAgain,
    UploadsBeingRead, FilesOfTheDay, SenderMayNot and as `check_confirmed`.
    """
    role = check_sender(session, wish.unit_id, by=by)
    one_at_a_time(session, f"uploads of {by}")
    before = session.execute(
        select(RosterUpload).where(
            RosterUpload.recorded_by == by, RosterUpload.request_key == wish.request_key
        )
    ).scalar_one_or_none()
    if before:
        if _asked(session, before) != (*_days(wish), hashlib.sha256(content).hexdigest()):
            raise FormUsedAgain
        return before.id
    _check_days(session, wish, role)
    _check_quota(session, by)
    file = keep(session, [content], name=name, media_type=MEDIA_TYPE, by=by)
    row = insert(RosterUpload).values(
        unit_id=wish.unit_id,
        benefit_year=wish.year,
        starts_on=wish.starts_on,
        confirmed_on=wish.confirmed_on,
        request_key=wish.request_key,
        lang=wish.lang,
        entered_on=today(),
        file_id=file.id,
        state=State.READING.value,
        phase=Phase.RECEIVED.value,
        recorded_by=by,
    )
    upload_id = session.execute(row.returning(RosterUpload.id)).scalar_one()
    promise(session, CHECK_ROSTER, upload_id, [(0, [])])
    return upload_id


def confirm_upload(session: Session, upload_id: int, *, by: int) -> None:
    """Promise to enrol what was checked. Said twice it is promised once, and the first word counts.

    A contact's word is of today, on whatever day the file was sent: a file that lay would else
    spare its people their waiting. Raises UploadNotChecked, UploadFileGone, ConfirmerMayNot,
    OutsideWindow and as `check_confirmed`.
    """
    upload = _held(session, upload_id)
    if upload.state in {State.ENROLLING, State.ENROLLED}:
        return
    if upload.state != State.CHECKED:
        raise UploadNotChecked
    if upload.file_id is None:
        raise UploadFileGone
    role = check_confirmer(session, upload.unit_id, by=by)
    by_unit = role is Role.CONTACT
    confirmed_on = today() if by_unit else upload.confirmed_on
    check_confirmed(confirmed_on, upload.benefit_year, today(), by_unit=by_unit)
    if upload.report and opened(upload.report, upload_id).enrolled:
        of_unit = (upload.unit_id, upload.benefit_year, upload.starts_on)
        check_window(session, *of_unit, published_schemes(session), on=today())
    known = {"state": State.ENROLLING.value, "phase": Phase.RECEIVED.value, "done": 0}
    known["confirmed_on"] = confirmed_on
    session.execute(
        update(RosterUpload)
        .where(RosterUpload.id == upload_id)
        .values(known | {"confirmed_by": by, "entered_on": today()})
    )
    promise(session, ENROL_ROSTER, upload_id, [(0, [])])


def discard_upload(session: Session, upload_id: int, *, by: int) -> None:
    """Put what was checked away unenrolled. Said twice, the first word counts.

    A file that is gone can be discarded too. Raises UploadDecided, UploadNotChecked,
    ConfirmerMayNot.
    """
    upload = _held(session, upload_id)
    if upload.state == State.DISCARDED:
        return
    if upload.state in {State.ENROLLING, State.ENROLLED}:
        raise UploadDecided
    if upload.state != State.CHECKED:
        raise UploadNotChecked
    check_confirmer(session, upload.unit_id, by=by)
    session.execute(
        update(RosterUpload)
        .where(RosterUpload.id == upload_id)
        .values(state=State.DISCARDED.value, discarded_by=by)
    )


def _held(session: Session, upload_id: int) -> RosterUpload:
    """The upload, while nobody else decides about it."""
    return session.execute(
        select(RosterUpload).where(RosterUpload.id == upload_id).with_for_update()
    ).scalar_one()


def _check_days(session: Session, wish: Wish, role: Role) -> None:
    if wish.starts_on.year != wish.year:
        raise StartOutsideYear(year=wish.year, starts_on=wish.starts_on.isoformat())
    if in_force(published_schemes(session), wish.starts_on) is None:
        raise NoScheme(starts_on=wish.starts_on.isoformat())
    check_confirmed(wish.confirmed_on, wish.year, today(), by_unit=role is Role.CONTACT)


def _check_quota(session: Session, by: int) -> None:
    of_account = select(func.count()).where(RosterUpload.recorded_by == by)
    reading = of_account.where(RosterUpload.state == State.READING.value)
    if session.execute(reading).scalar_one() >= MOST_READ_AT_ONCE:
        raise UploadsBeingRead(most=MOST_READ_AT_ONCE)
    if kept_in_a_day(session, by=by) >= MOST_FILES_A_DAY:
        raise FilesOfTheDay(most=MOST_FILES_A_DAY)


def _days(wish: Wish) -> tuple[int, int, date, date]:
    return wish.unit_id, wish.year, wish.starts_on, wish.confirmed_on


def _asked(session: Session, before: RosterUpload) -> tuple[object, ...]:
    """What the form asked for the first time, and the digest of its file."""
    file = kept(session, before.file_id) if before.file_id else None
    days = (before.unit_id, before.benefit_year, before.starts_on, before.confirmed_on)
    return (*days, file.sha256 if file else None)
