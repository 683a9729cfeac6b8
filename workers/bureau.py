"""Settlements of the day before from the bureau's interface, and what they come to."""

import logging
from typing import Final

from celery import shared_task

from app.db import transaction
from app.errors import Refusal
from app.feeds.pulling import interface_of, pull_yesterday
from workers.boot import flask, settings
from workers.drains import drain_due

log: Final = logging.getLogger(__name__)


@shared_task(name="pull_yesterday")
def pull() -> None:
    """Pull what has not come yet; what fails goes on at the same page the next time."""
    if settings.bureau is None:
        return
    with flask.app_context():
        try:
            pulled = pull_yesterday(transaction, interface_of(settings.bureau))
        except Refusal as trouble:  # it is tried again; the officers see how far the feed has come
            told = f"{trouble.name} {trouble.facts or ''}".rstrip()
            log.error("the bureau's settlements did not come: %s", told)  # noqa: TRY400
            return
        if pulled is not None:
            drain_due()
