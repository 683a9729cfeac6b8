"""`deploy run`, inside .venv: databases, worker, beat and web server, kept running.

It lies here and not in `app`, because it starts the doors and so stands above them. The address is
bound here, before anything else is started: a busy port is known at once, and the web server can
be restarted without losing it.
"""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, NoReturn

from app import config
from app.config import ROOT, Misconfigured
from app.embedded import broker, locks, server, start
from app.embedded.binaries import ProgramMissing
from app.embedded.cluster import DatabaseUnavailable
from app.embedded.files import make_private
from app.texts.unready import unready_said
from deploy import programs
from deploy.bell import Bell, Stopped
from deploy.family import Family, KeepsDying
from deploy.progress import PROGRESS
from deploy.spoken import in_chinese, said

HOST: Final = "127.0.0.1"
PORT: Final = 8000
ANSWER_S: Final = 240
"""A machine that others load takes long; a server that died is seen at once, whatever this says."""
LARGEST_PORT: Final = 65535


class CannotStart(Exception):
    """The message says why, and what to do."""


class Words(argparse.ArgumentParser):
    """What a start may be asked, in the reader's language."""

    def format_help(self) -> str:
        return said(
            "python3 -m deploy run [--port N] [--empty]\n"
            "--port N   where the web server answers\n"
            "--empty    start an empty fund without the demonstration city\n"
        )

    def error(self, message: str) -> NoReturn:
        given = said("Not understood: %s", " ".join(sys.argv[1:]))
        self.exit(2, f"{given}\n{self.format_help()}")


def main() -> int:
    parser = Words(prog="python3 -m deploy run")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--empty", action="store_true")
    asked = parser.parse_args()
    bell = Bell()
    try:
        run(asked.port, os.environ, bell, empty=asked.empty)
    except Stopped:
        say(said("stopped"))
        return 0
    except (CannotStart, KeepsDying, Misconfigured, DatabaseUnavailable, ProgramMissing) as why:
        print(unready_said(why, "zh" if in_chinese() else "en"), file=sys.stderr, flush=True)
    return 1


def run(port: int, environ: Mapping[str, str], bell: Bell, *, empty: bool = False) -> None:
    """Start everything, say where, and watch until `Stopped`."""
    data_dir = config.data_dir(environ)
    own = config.names_own_database(environ)
    if own or environ.get("REDIS_URL"):
        config.load(environ)  # who brings one server brings both, and keys
    make_private(data_dir)
    make_private(data_dir / "log")
    with ExitStack() as stack:
        told = stack.enter_context(only_run(data_dir))
        listening = stack.enter_context(bound(port))
        url = f"http://{HOST}:{listening.getsockname()[1]}"
        os.pwrite(told, url.encode(), 0)
        family = Family(data_dir / "log", {**environ, "HUZHU_DATA": str(data_dir)}, say)
        family.passed = (listening.fileno(),)
        database = None if own else stack.enter_context(Database.up(data_dir, family))
        stack.callback(family.stop, bell)
        if database:
            database.start_broker(bell)
        how_to_sign_in = prepare(family, bell, empty=empty)
        say(said("starting the web server …"))
        family.start(programs.web(listening.fileno()))
        await_answer(url, family, bell)  # the first page before the rest wants the processor
        for program in programs.working(data_dir):
            family.start(program)
        say(url)
        say(how_to_sign_in)
        while True:
            bell.wait(1)
            family.look()
            if database:
                database.look()


class Database:
    """The embedded servers of a run."""

    def __init__(self, data_dir: Path, in_use: int, family: Family) -> None:
        self._data_dir = data_dir
        self._in_use = in_use
        self._family = family
        self._keys = start.prepare(data_dir)
        self._where = self._join()

    @classmethod
    @contextmanager
    def up(cls, data_dir: Path, family: Family) -> Iterator["Database"]:
        say(said("starting the database …"))
        with server.used(data_dir) as in_use:
            try:
                yield cls(data_dir, in_use, family)
            finally:
                say(said("stopping the database …"))

    def start_broker(self, bell: Bell) -> None:
        """Start Valkey and wait until it answers."""
        make_private(self._data_dir / "valkey")
        self._family.start(programs.valkey(self._where.sockets, self._data_dir))
        while not broker.is_up(self._where.sockets):
            bell.wait(0.02)
            self._family.look()

    def look(self) -> None:
        """Start a database that died; where it answers elsewhere now, tell everybody."""
        if server.is_reachable(self._data_dir, self._where):
            return
        say(said("the database ended; starting it again …"))
        before, self._where = self._where, self._join()
        if self._where.sockets != before.sockets:
            self._family.restart(programs.valkey(self._where.sockets, self._data_dir))

    def _join(self) -> server.Where:
        where = server.join(self._data_dir, self._in_use, say=lambda line: say(said(line)))
        told = start.environment(self._data_dir, where)
        self._family.environ |= {**self._keys, **told, "REDIS_URL": broker.url(where.sockets)}
        return where


def prepare(family: Family, bell: Bell, *, empty: bool) -> str:
    """Migrate and furnish; gives the lines that say how to sign in."""
    say(said("preparing the tables …"))
    with family.open_log("prepare") as log:
        step = subprocess.Popen(
            [sys.executable, "-m", "deploy.prepare", *(["--empty"] if empty else [])],
            cwd=ROOT,
            env=family.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    told: list[str] = []
    listening = threading.Thread(target=hear, args=(step, told), daemon=True)
    listening.start()
    try:
        while step.poll() is None:
            bell.wait(0.1)
    finally:
        step.kill()
        step.wait()
        listening.join()
    if step.returncode:
        raise CannotStart(said("The start stopped here:\n%s", family.last_lines("prepare")))
    return "".join(told).strip()


def hear(step: "subprocess.Popen[str]", told: list[str]) -> None:
    """Show a step's progress as it comes and keep the rest in `told`."""
    for line in step.stdout or ():
        if line.startswith(PROGRESS):
            say(line.removeprefix(PROGRESS).rstrip())
        else:
            told.append(line)


def await_answer(url: str, family: Family, bell: Bell) -> None:
    deadline = time.monotonic() + ANSWER_S
    while not answers(url):
        bell.wait(0.05)
        family.look()
        if time.monotonic() > deadline:
            raise CannotStart(
                said(
                    "The web server does not answer. The end of its log:\n%s",
                    family.last_lines("web"),
                )
            )


def answers(url: str) -> bool:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def only_run(data_dir: Path) -> Iterator[int]:
    """One run a data directory; the lock's file says where it answers."""
    with locks.opened(data_dir / locks.RUN) as lock:
        if not locks.try_alone(lock):
            url = os.pread(lock, 200, 0).decode(errors="replace") or said("it is just starting")
            raise CannotStart(
                said("huzhu is running already: %s. Stop that one first (Ctrl-C).", url)
            )
        os.ftruncate(lock, 0)
        yield lock


@contextmanager
def bound(port: int) -> Iterator[socket.socket]:
    if not 0 <= port <= LARGEST_PORT:
        raise CannotStart(said("--port %d: a port is a number from 1 to %d.", port, LARGEST_PORT))
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen(128)
        except PermissionError:
            refused = said("Port %d is for root alone; choose one from 1024 up.", port)
            raise CannotStart(refused) from None
        except OSError:
            refused = said(
                "Port %d is taken by another program. "
                "Choose another: python3 -m deploy run --port %d",
                *(port, port % LARGEST_PORT + 1),
            )
            raise CannotStart(refused) from None
        yield listening


def say(line: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
