"""Read a file of settlements by a child under limits; what it says, part by part.

The child works ahead while the parts it gave are written: some pieces wait in between, no more.
"""

import fcntl
import json
import os
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from app.claims.rows import DIGEST_BYTES, Rows
from app.claims.sort_out import Asked
from app.errors import FileFault, RowFault
from app.feeds import faults
from app.feeds.apart import answers, unpacked
from app.feeds.own_place import at_own_place
from app.feeds.packed import PACKED
from app.files import rows as row_faults
from app.files import text as text_faults

STILL_S: Final = 300
"""So long without a word, and the child is stuck; a piece takes a fraction of a second."""
ROWS_A_PART: Final = 20_000
_ROWS_A_PIECE: Final = 500
_AHEAD: Final = 32
_SMALL: Final = 2_000_000
_ROOT: Final = Path(__file__).resolve().parents[2]
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """One CSV in what was handed in: its SHA-256, and why it cannot be taken, if so."""

    member: str
    name: str
    sha256: str
    encoding: str
    size: int
    fault: FileFault | None


@dataclass(slots=True)
class Part:
    """Rows that are taken together, to a line; `fault`: why nothing comes after them.

    `asked`: what is asked about the rows, where somebody has made it ahead.
    """

    through_line: int = 0
    rows_in: int = 0
    rows: Rows = field(default_factory=Rows)
    faults: list[RowFault] = field(default_factory=list)
    fault: FileFault | None = None
    asked: Asked | None = None


def found_in(file: IO[bytes]) -> list[Found]:
    """The CSV files in a file. Raises FileFault where that is none and no archive of some."""
    found = []
    for line in _said(file, "scan"):
        match line:
            case ["file", str(member), str(name), str(sha256), str(encoding), int(size), fault]:
                refused = _fault(*fault) if fault else None
                found.append(Found(member, name, sha256, encoding, size, refused))
            case ["fault", str(name), dict(facts)]:
                raise _fault(name, facts)
    return found


def parts_of(
    file: IO[bytes], found: Found, after_line: int = 0, at_once: int = ROWS_A_PART
) -> Generator[Part, None, None]:
    """The rows of one of them behind a line. The last part may have a fault."""
    part, pieces = Part(), 0
    size = min(at_once, _ROWS_A_PIECE)
    numbers = map(str, (found.size, after_line, size))
    for line in _said(file, "rows", found.member, found.encoding, *numbers):
        match line:
            case ["piece", int(rows_in), int(through), list(columns), list(refused)]:
                part.rows_in += rows_in
                part.through_line = through
                part.rows.extend(_rows(columns))
                part.faults += [RowFault(*x) for x in refused]
                pieces += 1
                if pieces == at_once // size:
                    yield part
                    part, pieces = Part(), 0
            case ["fault", str(name), dict(facts)]:
                part.fault = _fault(name, facts)
    if pieces or part.fault:
        yield part


def _rows(columns: list[Any]) -> list[list[Any]]:
    """The columns of `Rows`, as the child tells them (`app.feeds.apart`)."""
    lines, refunds, setl_ids, certnos, inits, content, odd, told, more = columns
    if not setl_ids:
        return [[] for _ in columns]
    count = len(setl_ids)
    digests = bytes.fromhex(content)
    return [
        lines if len(lines) == count else [*range(lines[0], lines[0] + count)],
        _truths(refunds, count),
        setl_ids,
        certnos,
        inits,
        [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)],
        _truths(odd, count),
        unpacked(told),
        unpacked(more),
    ]


def _truths(places: list[int], count: int) -> list[bool]:
    truths = [False] * count
    for place in places:
        truths[place] = True
    return truths


def _fault(name: str, facts: dict[str, Any]) -> FileFault:
    for module in (faults, row_faults, text_faults):
        kind = getattr(module, name, None)
        if kind:
            made: FileFault = kind(**facts)
            return made
    raise LookupError(name)


def _said(file: IO[bytes], *given: str) -> Iterator[Any]:
    """The lines of a child that reads `file`, as they come. Raises ReaderStopped.

    A small file that is not packed cannot grow, and is read here.
    """
    if _is_small(file):
        with at_own_place(file) as own:
            yield from (json.loads(json.dumps(line)) for line in answers(own, *given))
        return
    with _child(file, given) as (child, told):
        while (line := told.get()) is not None:
            yield json.loads(line)
        child.wait()
    if child.returncode:
        raise faults.ReaderStopped


def _is_small(file: IO[bytes]) -> bool:
    file.seek(0)
    begins = file.read(4)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size <= _SMALL and not begins.startswith(PACKED)


@contextmanager
def _child(
    file: IO[bytes], given: tuple[str, ...]
) -> Iterator[tuple["subprocess.Popen[bytes]", "queue.Queue[bytes | None]"]]:
    # -P: the child imports from the project and its environment, not from where it stands.
    command = [sys.executable, "-P", "-s", "-m", "app.feeds.apart", *given]
    file.seek(0)
    told: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
    left = threading.Event()
    with subprocess.Popen(  # noqa: S603 - a member's name is an argument, no shell reads it
        command,
        stdin=file.fileno(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_ROOT)},
        cwd="/",
    ) as child:
        assert child.stdout is not None  # noqa: S101 - for the type checker
        listener = threading.Thread(target=_listen, args=(child, told, left), daemon=True)
        listener.start()
        try:
            yield child, told
        finally:
            left.set()
            child.kill()
            listener.join()


def _listen(
    child: "subprocess.Popen[bytes]", told: "queue.Queue[bytes | None]", left: threading.Event
) -> None:
    """Put the child's lines where they are taken from, until it ends, is stuck or nobody takes."""
    assert child.stdout is not None  # noqa: S101
    handle = child.stdout.fileno()
    with suppress(AttributeError, OSError):  # Linux alone has this, up to a limit
        fcntl.fcntl(handle, fcntl.F_SETPIPE_SZ, _CHUNK)
    pending: list[bytes] = []
    while not left.is_set():
        if not select.select([handle], [], [], STILL_S)[0]:
            child.kill()
        block = os.read(handle, _CHUNK)
        if not block:
            break
        # A line has a megabyte: it is not gone through again with every block.
        goes_on, *begun = block.split(b"\n")
        pending.append(goes_on)
        for rest in begun:
            _put(told, b"".join(pending), left)
            pending = [rest]
    _put(told, None, left)


def _put(told: "queue.Queue[bytes | None]", line: bytes | None, left: threading.Event) -> None:
    while not left.is_set():
        try:
            told.put(line, timeout=0.2)
        except queue.Full:
            continue
        return
