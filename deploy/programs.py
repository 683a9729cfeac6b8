"""What `deploy run` keeps running, as data, in the order it is started."""

import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from app.embedded import broker

QUIET = ("--loglevel", "INFO")
STOPPED = ("web", "beat", "worker", "valkey")
"""The order in which they are stopped: doors first, then those who make work, then who does it."""


@dataclass(frozen=True, slots=True)
class Program:
    """A child: its command, and the two ways it ends."""

    name: str
    argv: tuple[str, ...]
    asked_by: signal.Signals
    """What asks it to finish what it has in hand and end."""
    patience_s: float
    dies_by: signal.Signals
    """What the kernel sends it when we are gone. Work is safe: it commits whole or not at all."""


def valkey(sockets: Path, data_dir: Path) -> Program:
    return Program(
        "valkey",
        tuple(broker.command(sockets, data_dir / "valkey")),
        asked_by=signal.SIGTERM,
        patience_s=10,
        dies_by=signal.SIGTERM,
    )


def web(listening: int) -> Program:
    gunicorn = (sys.executable, "-m", "gunicorn", "--config", "python:deploy.web")
    return Program(
        "web",
        (*gunicorn, "--bind", f"fd://{listening}", "app.front:create_app()"),
        asked_by=signal.SIGTERM,
        patience_s=15,
        dies_by=signal.SIGQUIT,
    )


def working(data_dir: Path) -> tuple[Program, ...]:
    """Worker and beat."""
    celery = (sys.executable, "-m", "celery", "-A", "workers")
    worker = ("--pool", "prefork", "--concurrency", "2", "--prefetch-multiplier", "1", "-O", "fair")
    alone = ("--without-gossip", "--without-mingle")  # there is one worker: nobody to greet
    schedule = ("--schedule", str(data_dir / "beat-schedule"), "--pidfile", "")
    return (
        Program(
            "worker",
            (*celery, "worker", *worker, *alone, *QUIET),
            asked_by=signal.SIGTERM,
            patience_s=30,
            dies_by=signal.SIGKILL,
        ),
        Program(
            "beat",
            (*celery, "beat", *schedule, *QUIET),
            asked_by=signal.SIGTERM,
            patience_s=5,
            dies_by=signal.SIGKILL,
        ),
    )
