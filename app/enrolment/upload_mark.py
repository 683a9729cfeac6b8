"""Make the copies of an upload that was enrolled, where they are not those of its check.

A piece of its own: writing a large workbook takes long, and while people are enrolled everybody
else who enrols or receives money waits.
"""

from sqlalchemy.orm import Session

from app.enrolment.upload_check import keep_copies, open_file
from app.enrolment.upload_report import opened_faults
from app.enrolment.upload_state import marked, upload_of
from app.errors import Refusal


def mark_upload(session: Session, upload_id: int) -> None:
    """Keep the copies, from the faults of the enrolment. Twice equals once."""
    upload = upload_of(session, upload_id)
    if upload is None or upload.faults is None:
        return
    try:
        file = open_file(session, upload)
    except Refusal:  # it has gone since
        marked(session, upload_id)
        return
    faults = opened_faults(upload.faults, upload_id)
    marked(session, upload_id, **keep_copies(session, upload, file, faults))


def give_up_marking(session: Session, upload_id: int) -> None:
    """Tries have run out: people are enrolled, and there are no copies."""
    marked(session, upload_id)
