"""Ring for the workers: work is due. The work itself waits in the database (`app.jobs`).

A message carries a task's name and ids. If nobody hears it, the workers' own schedule finds the
work some seconds later, so a broker that is down is told to the log and to nobody else.
"""

import logging
from typing import Final

log: Final = logging.getLogger(__name__)

DRAIN_RUN: Final = "drain_run"
LOOK_AGAIN: Final = "look_again"
SEND_NOTICES: Final = "send_notices"


def ring(broker_url: str | None, task: str, *ids: int) -> None:
    """Ask the workers to do a task soon; without a broker it waits for the schedule."""
    if broker_url is None:
        return
    # Half the time a command takes would go into importing these, mostly for nothing.
    from celery import Celery
    from kombu.exceptions import OperationalError

    bell = Celery("huzhu", broker=broker_url, set_as_current=False)
    bell.conf.broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": 2}
    try:
        bell.send_task(task, args=ids, ignore_result=True, retry=False)
    except OperationalError:
        log.warning("nobody heard the bell for %s; the schedule will find the work", task)
    finally:
        bell.close()
