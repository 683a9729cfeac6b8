"""Children that are started, watched, restarted with a back-off, and stopped in order."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import IO, Final

from app.config import ROOT
from app.embedded import children
from deploy.bell import Bell
from deploy.programs import STOPPED, Program
from deploy.spoken import said

FIRST_PAUSE_S: Final = 0.5
DEATHS: Final = 4
WITHIN_S: Final = 60
LAST_LINES: Final = 15
LARGEST_LOG: Final = 10_000_000


class KeepsDying(Exception):
    """A child dies again and again. The message holds its log's last lines."""


@dataclass
class Child:
    program: Program
    process: "Popen[bytes]"
    deaths: list[float] = field(default_factory=list)
    restart_at: float | None = None


class Family:
    """The children of one run. `environ` is what they are told."""

    def __init__(self, log_dir: Path, environ: Mapping[str, str], say: Callable[[str], None]):
        self.environ = dict(environ)
        self.passed: tuple[int, ...] = ()
        self._log_dir = log_dir
        self._say = say
        self._children: list[Child] = []

    def start(self, program: Program) -> None:
        self._children.append(Child(program, self._spawn(program)))

    def look(self) -> None:
        """Notice who died; restart, later each time; raises `KeepsDying` when it is too often."""
        now = time.monotonic()
        for child in self._children:
            if child.restart_at is not None:
                if now >= child.restart_at:
                    child.restart_at = None
                    child.process = self._spawn(child.program)
            elif (code := child.process.poll()) is not None:
                self._mourn(child, code, now)

    def restart(self, changed: Program) -> None:
        """All of them anew, as after a change of `environ`, one with another command."""
        for child in self._children:
            if child.program.name == changed.name:
                child.program = changed
            child.restart_at = None
            children.stop(child.process, by=signal.SIGKILL, patience_s=5)
            child.process = self._spawn(child.program)

    def stop(self, bell: Bell) -> None:
        """Stop all, in the order `STOPPED`."""
        for child in sorted(self._children, key=lambda one: STOPPED.index(one.program.name)):
            if child.process.poll() is None:
                self._say(said("stopping %s …", child.program.name))
                child.process.send_signal(child.program.asked_by)
                bell.pause_until(
                    lambda child=child: child.process.poll() is not None,  # type: ignore[misc]
                    child.program.patience_s,
                )
            # Its session may hold children of its own.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
            children.stop(child.process, by=signal.SIGKILL, patience_s=5)

    def open_log(self, name: str) -> IO[bytes]:
        path = self._log(name)
        with suppress(FileNotFoundError):
            if path.stat().st_size > LARGEST_LOG:
                path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def last_lines(self, name: str) -> str:
        with self._log(name).open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 20_000))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join("  " + line for line in lines[-LAST_LINES:])

    def _mourn(self, child: Child, code: int, now: float) -> None:
        name = child.program.name
        child.deaths = [at for at in child.deaths if now - at < WITHIN_S] + [now]
        if len(child.deaths) >= DEATHS:
            raise KeepsDying(
                said(
                    "%s ended %d times in %d seconds, last with code %d. The end of %s:\n%s",
                    *(name, DEATHS, WITHIN_S, code, self._log(name), self.last_lines(name)),
                )
            )
        pause = FIRST_PAUSE_S * 2 ** (len(child.deaths) - 1)
        child.restart_at = now + pause
        self._say(said("%s ended with code %d; starting it again in %g s", name, code, pause))

    def _spawn(self, program: Program) -> "Popen[bytes]":
        with self.open_log(program.name) as log:
            return children.start(
                program.argv,
                log,
                dies_by=program.dies_by,
                env=self.environ,
                cwd=ROOT,
                pass_fds=self.passed,
            )

    def _log(self, name: str) -> Path:
        return self._log_dir / f"{name}.log"
