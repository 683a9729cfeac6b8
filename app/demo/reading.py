"""Roster files written and read beside the loading, by a process of its own.

The plan is a pure function of the scale, so the child makes it again instead of being sent it. It
writes a line of JSON a roster, in the order of the timeline; the pipe holds it back where the
loading is slower. When the loading ends early, so does the pipe, and the child with it.
"""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from app.demo.files import roster_file
from app.demo.plan import city
from app.demo.scale import SCALES
from app.demo.timeline import RosterComes, timeline
from app.files.workbook import read_book
from app.roster.person import RosterRow
from app.roster.sheet import read_roster

_ROOT: Final = Path(__file__).resolve().parents[2]


class ReadingEnded(Exception):
    """The process that reads the rosters ended before the last of them."""


@dataclass(frozen=True, slots=True)
class RosterRead:
    """A roster file as it was read; `unreadable`: rows that were refused."""

    rows: list[RosterRow]
    unreadable: int
    sha256: str


def read(content: bytes, day: date) -> RosterRead:
    """Read a roster file as a door does."""
    sheet = read_roster(read_book(content), day)
    return RosterRead(sheet.rows, len(sheet.faults), hashlib.sha256(content).hexdigest())


@contextmanager
def read_ahead(scale: str) -> Iterator[Iterator[RosterRead]]:
    """The rosters of a city in the order in which they come."""
    command = [sys.executable, "-P", "-s", "-m", "app.demo.reading", scale]
    child = subprocess.Popen(  # noqa: S603 - nothing in the command comes from outside
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(_ROOT)},
        cwd="/",
    )
    try:
        yield _told(child.stdout)
    finally:
        child.kill()
        child.communicate()


def _told(lines: IO[bytes] | None) -> Iterator[RosterRead]:
    for line in lines or ():
        rows, unreadable, sha256 = json.loads(line)
        yield RosterRead([RosterRow(*row) for row in rows], unreadable, sha256)
    raise ReadingEnded


def main(scale: str) -> None:
    """The child: every roster of the city on standard output."""
    # Who loads ends it; interrupted or with nobody left to listen it has nothing to say itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    planned = city(SCALES[scale])
    for _, what in timeline(planned):
        if isinstance(what, RosterComes):
            roster = read(roster_file(planned, what.roster), what.roster.confirmed_on)
            rows = [(x.line, x.name, x.certno, x.bank_account) for x in roster.rows]
            line = json.dumps([rows, roster.unreadable, roster.sha256], ensure_ascii=False)
            sys.stdout.buffer.write(line.encode() + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
