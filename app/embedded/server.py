"""The embedded database for as long as a block runs, shared with whoever else uses it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast
from urllib.parse import quote

from app.config import DRIVER, ROOT
from app.embedded import binaries, broker, locks
from app.embedded.cluster import APP, DATABASE, OWNER, READER, SUPERUSER, DatabaseUnavailable
from app.embedded.files import answers, make_private
from app.embedded.keeper import CLUSTER, READY, RECORD

POSTGRES_SOCKET: Final = ".s.PGSQL.5432"
STOP_S: Final = 60
UNREACHABLE_S: Final = 2

Say = Callable[[str], None]
"""Where progress is told, a plain line at a time."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where the embedded servers answer. `redis_url` is None where only the database is up."""

    sockets: Path

    @property
    def app_url(self) -> str:
        return self.url(APP, DATABASE)

    @property
    def owner_url(self) -> str:
        return self.url(OWNER, DATABASE)

    @property
    def reader_url(self) -> str:
        return self.url(READER, DATABASE)

    @property
    def superuser_url(self) -> str:
        return self.url(SUPERUSER, "postgres")

    @property
    def redis_url(self) -> str | None:
        return broker.url(self.sockets) if broker.is_up(self.sockets) else None

    def url(self, role: str, database: str) -> str:
        return f"{DRIVER}{role}@/{database}?host={quote(str(self.sockets), safe='')}"


def silent(_line: str) -> None:
    pass


@contextmanager
def database(data_dir: Path, *, durable: bool = True, say: Say = silent) -> Iterator[Where]:
    """The embedded PostgreSQL, started if it is down; it stops when its last user leaves."""
    with used(data_dir) as in_use:
        yield join(data_dir, in_use, durable=durable, say=say)


@contextmanager
def used(data_dir: Path) -> Iterator[int]:
    """The lock to `join` with; at the end we leave, and wait for the stop if we were the last."""
    make_private(data_dir)
    with locks.opened(data_dir / locks.IN_USE) as in_use:
        try:
            yield in_use
        finally:
            locks.release(in_use)
            _await_stop(data_dir, in_use)


def join(data_dir: Path, in_use: int, *, durable: bool = True, say: Say = silent) -> Where:
    """Share the server in use, or have one started. Call it again when the server has died."""
    with locks.alone(data_dir / locks.START):
        locks.share(in_use)  # waits for a server that is stopping
        deadline = time.monotonic() + UNREACHABLE_S
        while is_up(data_dir):
            if (where := recorded(data_dir)) and answers(where.sockets / POSTGRES_SOCKET):
                return where
            if time.monotonic() > deadline:  # somebody cleaned /tmp under it
                _end_keeper(data_dir)
            time.sleep(0.05)  # or its server died, and it is about to go
        older = (data_dir / CLUSTER).exists()
        if not older:
            say("making the database …")
        _start_keeper(data_dir, durable=durable)
        where = recorded(data_dir)
        if older and where:
            from app.embedded.roles import have_roles  # the supervisor's own process stays small

            have_roles(where.superuser_url)
    if where is None:
        raise DatabaseUnavailable(f"{data_dir / RECORD} vanished while the database started.")
    return where


def recorded(data_dir: Path) -> Where | None:
    with suppress(FileNotFoundError):
        return Where(Path(json.loads((data_dir / RECORD).read_text())["sockets"]))
    return None


def is_reachable(data_dir: Path, where: Where) -> bool:
    """A cheap look, without a connection, for whoever watches."""
    return is_up(data_dir) and (where.sockets / POSTGRES_SOCKET).exists()


def is_up(data_dir: Path) -> bool:
    return locks.is_held(data_dir / locks.KEEPER)


def _start_keeper(data_dir: Path, *, durable: bool) -> None:
    log = data_dir / "log" / "keeper.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    environ = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [
                *(sys.executable, "-S", "-m", "app.embedded.keeper", data_dir),
                *(binaries.postgres("initdb"), binaries.postgres("postgres")),
                *([] if durable else ["--not-durable"]),
            ],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for the command, not for the database
        )
    pipe = cast(IO[bytes], keeper.stdout)
    with pipe:
        said = pipe.read().decode().strip()
    _leave(keeper)
    if said != READY:
        raise DatabaseUnavailable(said or f"The embedded database did not start; see {log}.")


def _end_keeper(data_dir: Path) -> None:
    """The kernel then stops its server; the next keeper waits for that."""
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(json.loads((data_dir / RECORD).read_text())["keeper"], signal.SIGTERM)


def _leave(keeper: "subprocess.Popen[bytes]") -> None:
    """It outlives this block on purpose: no warning that we did not wait for it."""
    keeper.returncode = 0


def _await_stop(data_dir: Path, in_use: int) -> None:
    """Wait until the server has stopped, unless others still use it."""
    deadline = time.monotonic() + STOP_S
    while is_up(data_dir) and time.monotonic() < deadline:
        if locks.try_share(in_use):
            others = not locks.try_alone(in_use)
            locks.release(in_use)
            if others:
                return
        time.sleep(0.01)
