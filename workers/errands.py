"""What a person asked for and waits to see: one task a kind of errand, each named like its kind."""

from celery import shared_task

from app import errands
from app.bell import LOOK_AGAIN, ring
from app.jobs import (
    ANSWER_QUESTION,
    CHECK_ROSTER,
    ENROL_ROSTER,
    IDENTIFY,
    MAKE_BUNDLE,
    MAKE_LIST_FILE,
    MAKE_NOTICES,
    MARK_ROSTER,
    READ_SHEET,
    TAKE_FEED,
)
from workers.boot import flask, settings
from workers.drains import drain_due


@shared_task(name=CHECK_ROSTER)
def check_roster(upload_id: int) -> None:
    """Read a roster file and say what would become of it."""
    with flask.app_context():
        errands.do_errand(CHECK_ROSTER, upload_id)


@shared_task(name=ENROL_ROSTER)
def enrol_roster(upload_id: int) -> None:
    """Enrol the people of a roster that an officer has confirmed."""
    with flask.app_context():
        errands.do_errand(ENROL_ROSTER, upload_id)
    # Bills of people who are members now wait for them.
    ring(settings.broker_url, LOOK_AGAIN)
    ring(settings.broker_url, MARK_ROSTER, upload_id)


@shared_task(name=MARK_ROSTER)
def mark_roster(upload_id: int) -> None:
    """Make the copies with the reasons, where the enrolment left that to be done."""
    with flask.app_context():
        errands.do_errand(MARK_ROSTER, upload_id)


@shared_task(name=MAKE_BUNDLE)
def make_bundle(order_id: int) -> None:
    """Make the audit bundle somebody asked for, and check it."""
    with flask.app_context():
        errands.do_errand(MAKE_BUNDLE, order_id)


@shared_task(name=MAKE_NOTICES)
def make_notices(order_id: int) -> None:
    """Make the payment notices somebody asked for."""
    with flask.app_context():
        errands.do_errand(MAKE_NOTICES, order_id)


@shared_task(name=ANSWER_QUESTION)
def answer_question(question_id: int) -> None:
    """Answer what other rules would have cost."""
    with flask.app_context():
        errands.do_errand(ANSWER_QUESTION, question_id)


@shared_task(name=READ_SHEET)
def read_sheet(paper_id: int) -> None:
    """Read the figures of a settlement sheet from its photo."""
    with flask.app_context():
        errands.do_errand(READ_SHEET, paper_id)


@shared_task(name=MAKE_LIST_FILE)
def make_list_file(order_id: int) -> None:
    """Make the workbook of a long list somebody asked for."""
    with flask.app_context():
        errands.do_errand(MAKE_LIST_FILE, order_id)


@shared_task(name=TAKE_FEED)
def take_feed(feed_id: int) -> None:
    """Take a settlement file that a bureau's program sent, and determine what came of it."""
    with flask.app_context():
        errands.do_errand(TAKE_FEED, feed_id)
        drain_due()


@shared_task(name=IDENTIFY)
def identify(edition_id: int) -> None:
    """Make the identified edition that an auditor asked for."""
    with flask.app_context():
        errands.do_errand(IDENTIFY, edition_id)
