"""Determine what is due."""

from celery import shared_task

from app import dispatch, errands
from app.bell import DRAIN_RUN, LOOK_AGAIN
from app.jobs import MAKE_FINDABLE
from workers.boot import flask


@shared_task(name=DRAIN_RUN)
def drain_run(run_id: int) -> None:
    """Determine what is due in one run."""
    with flask.app_context():
        for _ in dispatch.drain_run(run_id):
            pass


@shared_task(name=LOOK_AGAIN)
def look_again() -> None:
    """Take up what rosters and covers changed, and determine what comes of it."""
    with flask.app_context():
        errands.do_kind(MAKE_FINDABLE)  # those told of in large rosters; quick, so first
        dispatch.do_look_again()
        drain_due()


@shared_task(name="find_due")
def find_due() -> None:
    """Do whatever is due and nobody rang for."""
    with flask.app_context():
        errands.do_errands()
    look_again()


def drain_due() -> None:
    for run_id in dispatch.due_runs():
        for _ in dispatch.drain_run(run_id):
            pass
