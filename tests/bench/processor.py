"""Seconds of the processor beside the clock's: a machine others use tells little by the clock."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

from sqlalchemy.orm import Session

from app.db import cursor

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Taken:
    """What a piece of work took; `own_s` and `server_s` are the processor's seconds."""

    clock_s: float = 0.0
    own_s: float = 0.0
    server_s: float = 0.0

    @property
    def processor_s(self) -> float:
        return self.own_s + self.server_s

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(*(x + y for x, y in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        of = f"{self.own_s:.2f} here, {self.server_s:.2f} in the server"
        return f"{self.clock_s:.2f} s (processor {self.processor_s:.2f}: {of})"


@contextmanager
def measured(server_pid: int) -> Iterator[Taken]:
    """Measure a block; `server_pid`: of the session that it works in."""
    taken = Taken()
    began = time.perf_counter(), time.process_time(), _used(server_pid)
    yield taken
    taken.clock_s = time.perf_counter() - began[0]
    taken.own_s = time.process_time() - began[1]
    taken.server_s = _used(server_pid) - began[2]


def middle(rounds: Sequence[Taken]) -> Taken:
    """The medians of some rounds."""
    return Taken(
        median(x.clock_s for x in rounds),
        median(x.own_s for x in rounds),
        median(x.server_s for x in rounds),
    )


def backend(session: Session) -> int:
    """The server's process that a session works in."""
    return cursor(session).connection.info.backend_pid


def _used(pid: int) -> float:
    """Seconds of the processor a process has used; where the system does not tell, none."""
    told = Path(f"/proc/{pid}/stat")
    if not told.exists():
        return 0.0
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def server_s(backend_pid: int) -> float:
    """Seconds of the processor that a server has used in all, its ended sessions included.

    `backend_pid`: one of its sessions' now.
    """
    if not Path(f"/proc/{backend_pid}/stat").exists():
        return 0.0
    postmaster = _fields(backend_pid)[1]
    used = sum(map(int, _fields(int(postmaster))[11:15]))  # its own, and of those that ended
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found = _fields(int(each.name))
            used += (found[1] == postmaster) * (int(found[11]) + int(found[12]))
    return used / _TICKS


def _fields(pid: int) -> list[str]:
    """What the system says of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
