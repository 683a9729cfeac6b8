"""The Celery application, on the same settings and database as every other door."""

import os
from typing import Any, Final

import pypinyin  # noqa: F401 - read before the pool parts: its processes share the words
from celery import Celery
from celery.signals import worker_process_init

from app import boot, config
from app.db import db
from app.embedded.children import die_with_parent
from workers import schedule

TASK_SECONDS: Final = 1_500
VISIBILITY_SECONDS: Final = 3_600

settings = config.load(os.environ)
flask = boot.start(settings)
app = celery = Celery(
    "huzhu",
    broker=settings.broker_url,
    include=[
        "workers.bureau",
        "workers.drains",
        "workers.errands",
        "workers.notices",
        "workers.seals",
        "workers.sweep",
    ],
)
app.conf.update(
    accept_content=["json"],
    beat_schedule=schedule.SCHEDULE,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": VISIBILITY_SECONDS},
    task_acks_late=True,
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    task_time_limit=TASK_SECONDS,  # below half the visibility timeout: nothing runs twice at once
    timezone="Asia/Shanghai",
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
)


@worker_process_init.connect
def begin(**_: Any) -> None:
    """A pool process ends with its parent, and shares no connection with it."""
    die_with_parent()
    with flask.app_context():
        db.engine.dispose(close=False)
