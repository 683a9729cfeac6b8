"""Workers as real processes, and waiting for what they do."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.config import ROOT

SOON_S = 60


def eventually(true: Callable[[], bool], within_s: float = SOON_S) -> bool:
    """Whether it comes true in time; looks often, waits on nothing else."""
    looks, deadline = threading.Event(), time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            return False
        looks.wait(0.02)
    return True


def celery(
    environ: dict[str, str],
    log: Path,
    *words: str,
    within: Callable[[list[str]], list[str]] = list,
) -> "subprocess.Popen[bytes]":
    """A Celery program as `deploy run` starts it, its words in `log`.

    `within`: what the command is put into, to run it on another host.
    """
    program = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "workers", *words]
    with log.open("ab") as out:
        return subprocess.Popen(
            within(program),
            cwd=ROOT,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def start_worker(environ: dict[str, str], log: Path, *more: str) -> "subprocess.Popen[bytes]":
    alone = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
    return celery(environ, log, "worker", "--concurrency", "2", "-O", "fair", *alone, *more)


@contextmanager
def worker(environ: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker with two processes, ready; stopped at the end."""
    with stopped(start_worker(environ, log)) as program:
        assert eventually(lambda: b" ready." in log.read_bytes()), log.read_text()
        yield program


@contextmanager
def stopped(program: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    """Ask a program to end when the block does, and end what is left of it as `run` does."""
    try:
        yield program
    finally:
        program.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
