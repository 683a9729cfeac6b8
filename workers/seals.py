"""Seal what was recorded, once a day."""

import logging
from typing import Final

from celery import shared_task

from app import errands
from app.audit.log import sealed_lately
from app.audit.seal import WorkUnderWay, begin_seal
from app.audit.seal import seal as seal_all
from app.db import transaction
from app.jobs import SEAL
from workers.boot import flask

log: Final = logging.getLogger(__name__)


@shared_task(name="seal")
def seal() -> None:
    """Seal what is new, where that was not done today; while work is under way, another time."""
    with flask.app_context():
        with transaction() as session:
            if sealed_lately(session):
                return
            until = begin_seal(session)
        try:
            with transaction() as session:
                seal_all(session, until)
        except WorkUnderWay:
            log.info("work is under way; sealing is put off")


@shared_task(name=SEAL)
def seal_now(subject_id: int) -> None:
    """Seal what the audit administrator waits to sign."""
    with flask.app_context():
        errands.do_errand(SEAL, subject_id)
