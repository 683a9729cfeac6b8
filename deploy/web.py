"""Gunicorn's settings. Threads, because a request mostly waits for the database."""

import gc
from typing import Any

# Pages ring for the workers: the first that does shall not wait for these.
import celery.app.amqp  # noqa: F401
import kombu.transport.redis  # noqa: F401
import pypinyin  # noqa: F401 - nor for its words, and both processes share them

from app.embedded.children import die_with_parent

worker_class = "gthread"
preload_app = True  # read once, and no connection is opened before the fork
workers = 2
threads = 4
timeout = 60
graceful_timeout = 10
accesslog = None  # addresses can hold what a log must not
control_socket_disable = True  # it would lie in the home directory
forwarded_allow_ips = "127.0.0.1"
limit_request_field_size = 16_380  # a key of 10 KB is refused by our own answer, in words


def when_ready(_server: Any) -> None:
    """Set what is read once apart from what requests make, before the workers fork.

    A full collection of garbage would walk through half a million objects that all stay: a quarter
    of a second of the processor, in each worker, with all its threads waiting for it.
    """
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    die_with_parent()
