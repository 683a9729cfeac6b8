"""Work of one piece that a person asked for: job kind -> the one call it means.

The job's row is held while the work is done and goes with it: effect and done-mark are one, and
two workers never do the same piece. A try is counted before it begins, so that a piece which takes
its worker down with it is given up after some tries, in words, and not tried for ever.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select, text, update
from sqlalchemy.orm import Session

from app.audit.identify_order import EDITIONS, make_edition
from app.audit.order import BUNDLES, make_order
from app.audit.seal import give_up_sealing, seal_promised
from app.banking.notice_order import NOTICES, make_notices
from app.contributions.fill_later import fill_promised, give_up_filling
from app.db import transaction
from app.enrolment.upload_check import check_upload
from app.enrolment.upload_enrol import enrol_upload
from app.enrolment.upload_mark import give_up_marking, mark_upload
from app.enrolment.upload_state import give_up
from app.feeds.take_sent import give_up_feed, take_kept_feed
from app.inspection.look import LOOKS, look_over
from app.jobs import (
    ANSWER_QUESTION,
    CHECK_ROSTER,
    ENROL_ROSTER,
    FILL_ROSTERS,
    IDENTIFY,
    LOOK_OVER,
    MAKE_BUNDLE,
    MAKE_FINDABLE,
    MAKE_LIST_FILE,
    MAKE_NOTICES,
    MAKE_REPORT,
    MARK_ROSTER,
    READ_SHEET,
    SEAL,
    TAKE_FEED,
    Job,
    forget,
)
from app.lists.order import LIST_FILES, make_list_file
from app.reading.read import give_up_reading, read_paper
from app.reports.order import REPORTS, make_report
from app.roster.make_findable import give_up_making_findable, make_promised_findable
from app.simulation.order import QUESTIONS, answer_question

log: Final = logging.getLogger(__name__)

MOST_TRIES: Final = 5
_NOW: Final = text("transaction_timestamp()")
_LATER: Final = "transaction_timestamp() + tries * interval '10 seconds'"


@dataclass(frozen=True, slots=True)
class Errand:
    """`do` works in the transaction it is given; `give_up` says so in the piece's own row."""

    do: Callable[[Session, int], None]
    give_up: Callable[[Session, int], None]


ERRANDS: Final = {
    CHECK_ROSTER: Errand(check_upload, give_up),
    ENROL_ROSTER: Errand(enrol_upload, give_up),
    MARK_ROSTER: Errand(mark_upload, give_up_marking),
    MAKE_BUNDLE: Errand(make_order, BUNDLES.give_up),
    FILL_ROSTERS: Errand(fill_promised, give_up_filling),
    MAKE_NOTICES: Errand(make_notices, NOTICES.give_up),
    MAKE_REPORT: Errand(make_report, REPORTS.give_up),
    LOOK_OVER: Errand(look_over, LOOKS.give_up),
    ANSWER_QUESTION: Errand(answer_question, QUESTIONS.give_up),
    MAKE_FINDABLE: Errand(make_promised_findable, give_up_making_findable),
    READ_SHEET: Errand(read_paper, give_up_reading),
    MAKE_LIST_FILE: Errand(make_list_file, LIST_FILES.give_up),
    IDENTIFY: Errand(make_edition, EDITIONS.give_up),
    SEAL: Errand(seal_promised, give_up_sealing),
    TAKE_FEED: Errand(take_kept_feed, give_up_feed),
}


def do_errands() -> int:
    """Do what is due of every kind, oldest first; how many pieces failed."""
    failed = 0
    for kind, subject_id in due_errands():
        failed += not do_errand(kind, subject_id)
    return failed


def do_kind(kind: str) -> None:
    """Do what is due of one kind."""
    for found, subject_id in due_errands():
        if found == kind:
            do_errand(kind, subject_id)


def due_errands() -> list[tuple[str, int]]:
    """What is due: (kind, subject)."""
    with transaction() as session:
        due = select(Job.kind, Job.subject_id).where(Job.kind.in_(ERRANDS), Job.due_at <= _NOW)
        return [(kind, subject_id) for kind, subject_id in session.execute(due.order_by(Job.id))]


def do_errand(kind: str, subject_id: int) -> bool:
    """Do one piece if it is due and nobody else does it. False where it failed."""
    errand, tries = ERRANDS[kind], _begin(kind, subject_id)
    if tries is None:
        return True
    if tries > MOST_TRIES:
        _give_up(errand, kind, subject_id)
        return False
    try:
        with transaction() as session:
            job_id = session.scalar(_of(kind, subject_id).with_for_update(skip_locked=True))
            if job_id is not None:
                errand.do(session, subject_id)
                forget(session, [job_id])
    except Exception as trouble:  # it is put off, and holds up nothing else
        _put_off(kind, subject_id, trouble)
        return False
    return True


def _begin(kind: str, subject_id: int) -> int | None:
    """Count one more try; None where it is not due, or somebody else is at it."""
    with transaction() as session:
        mine = _of(kind, subject_id).where(Job.due_at <= _NOW).with_for_update(skip_locked=True)
        job_id = session.scalar(mine)
        if job_id is None:
            return None
        counted = update(Job).where(Job.id == job_id).values(tries=Job.tries + 1)
        return session.scalar(counted.returning(Job.tries))


def _of(kind: str, subject_id: int) -> Select[int]:
    return select(Job.id).where(Job.kind == kind, Job.subject_id == subject_id)


def _put_off(kind: str, subject_id: int, trouble: Exception) -> None:
    """Try it again later, with the kind of its trouble (never its text)."""
    name = type(trouble).__name__
    with transaction() as session:
        session.execute(
            update(Job)
            .where(Job.kind == kind, Job.subject_id == subject_id)
            .values(trouble=name, due_at=text(_LATER))
        )
    log.error("%s %s put off: %s", kind, subject_id, name)


def _give_up(errand: Errand, kind: str, subject_id: int) -> None:
    with transaction() as session:
        job_id = session.scalar(_of(kind, subject_id).with_for_update(skip_locked=True))
        if job_id is not None:
            errand.give_up(session, subject_id)
            forget(session, [job_id])
    log.error("%s %s given up after %d tries", kind, subject_id, MOST_TRIES)
