"""Enrol the people of an upload that an officer has confirmed."""

from sqlalchemy.orm import Session

from app.enrolment.reach import check_confirmer
from app.enrolment.upload_check import enrol_opened, open_file
from app.enrolment.upload_difference import report_of
from app.enrolment.upload_report import Noted, Report, opened, sealed_faults
from app.enrolment.upload_state import State, finish, refuse, upload_of
from app.errors import Refusal
from app.jobs import MARK_ROSTER, promise


def enrol_upload(session: Session, upload_id: int) -> None:
    """Enrol from the file as the database stands now, and keep what came of it.

    Where that is not what the check found, the report keeps the check's counts beside its own, and
    the copies with the reasons are made anew, afterwards.
    """
    upload = upload_of(session, upload_id)
    if upload is None or upload.state != State.ENROLLING or upload.report is None:
        return
    checked = opened(upload.report, upload_id)
    try:
        with session.begin_nested():
            # Time has passed since it was confirmed; the account may have been taken away or moved.
            check_confirmer(session, upload.unit_id, by=upload.by)
            file = open_file(session, upload)
            unit, enrolled, faults = enrol_opened(session, upload, file)
            # And again after the wait for the turn of covers; who takes the account away now
            # waits for this.
            check_confirmer(session, upload.unit_id, by=upload.by)
    except Refusal as refused:  # nothing was written
        refuse(session, upload_id, refused.name, refused.facts)
        return
    report = report_of(session, upload, unit, file.roster, enrolled, faults)
    _compare(report, checked)
    anew: dict[str, int | bytes | None] = {}
    if report.faults_sha256 != checked.faults_sha256:
        anew = {"marked_file_id": None, "refused_file_id": None}
        if faults:
            anew["faults"] = sealed_faults(faults, upload_id)
            promise(session, MARK_ROSTER, upload_id, [(0, [])])
    finish(session, upload_id, State.ENROLLED, report, roster_id=enrolled.roster_id, **anew)


def _compare(report: Report, checked: Report) -> None:
    if report.counts != checked.counts:
        report.checked = checked.counts
    if report.told != checked.told:
        report.notes.insert(0, Noted("NotAsChecked", dict(checked.told), 1, []))
