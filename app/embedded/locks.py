"""Advisory locks on files. The kernel frees them with their holder, kill -9 included."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

START: Final = "start.lock"
"""Held exclusively while somebody decides whether a server must be started."""
IN_USE: Final = "in_use.lock"
"""Held shared by everybody who uses the server; the keeper waits to hold it alone."""
KEEPER: Final = "keeper.lock"
"""Held exclusively by the keeper for as long as it lives."""
KEYS: Final = "keys.lock"
"""Held exclusively while keys are read or made."""
RUN: Final = "run.lock"
"""Held exclusively by `deploy run`; the file says where its web server answers."""


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A file to lock; closing it frees the lock. Not inherited by other programs."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else holds the lock, and hold it."""
    with opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def share(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def try_share(descriptor: int) -> bool:
    return _try(descriptor, fcntl.LOCK_SH)


def try_alone(descriptor: int) -> bool:
    return _try(descriptor, fcntl.LOCK_EX)


def release(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock exclusively."""
    with opened(path) as descriptor:
        return not try_share(descriptor)


def _try(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
