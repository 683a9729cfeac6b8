"""Reminders: find what is due to be told, and send what waits."""

from celery import shared_task

from app.db import transaction
from app.notices.codes import write_codes
from app.notices.deliver import deliver_all
from app.notices.senders import sender_of
from app.year.remind import remind as write_due
from workers.boot import flask, settings

AT_ONCE = 500


@shared_task(name="remind")
def remind() -> None:
    """Write the notices that are due. Twice equals once."""
    with flask.app_context(), transaction() as session:
        write_due(session)


@shared_task(name="send_notices")
def send_notices() -> None:
    """Send what waits; what fails waits for its next try."""
    sender = sender_of(settings.notices, settings.notices_secret, settings.data_dir)
    with flask.app_context():
        with transaction() as session:
            write_codes(session)
        deliver_all(sender, AT_ONCE)
    sender.tidy()
