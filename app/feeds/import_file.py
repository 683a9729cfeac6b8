"""Import a file of settlements: read apart, taken part by part, gone on with where it ended.

`transaction` is given by the door: each part is one.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from sqlalchemy.orm import Session

from app.ahead import ahead
from app.claims.sort_out import Taken, asked_of
from app.errors import FileFault, RowFault
from app.feeds.earlier import Earlier
from app.feeds.faults import PackedEmpty
from app.feeds.packed import shown_name
from app.feeds.reading import ROWS_A_PART, Found, Part, found_in, parts_of
from app.feeds.take import FILE, come_to, end_feed, open_feed, take_part
from app.files.disk import FileUnreadable, cause_of

Transaction = Callable[[], AbstractContextManager[Session]]
MOST_NAMED: Final = 1_000
"""Rows named in the answer; the feed's own list has all."""
_CHUNK: Final = 1 << 20
_AHEAD: Final = 2
_SUMMED: Final = (
    *("rows_in", "new", "changed", "unchanged", "refunds", "unmatched", "refused", "joined"),
    "promised",
)


@dataclass(slots=True)
class Imported:
    """What became of one CSV's rows now; `before` were taken before it was interrupted."""

    found: Found
    name: str
    feed_id: int = 0
    before: int = 0
    rows_in: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refunds: int = 0
    unmatched: int = 0
    refused: int = 0
    joined: int = 0
    promised: int = 0
    run_id: int | None = None
    sums_differ: list[int] = field(default_factory=list)
    listed: list[RowFault] = field(default_factory=list)
    fault: FileFault | None = None

    def add(self, taken: Taken) -> None:
        """Count a part."""
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(taken, name))
        self.run_id = taken.run_id
        self.sums_differ += taken.sums_differ[: MOST_NAMED - len(self.sums_differ)]
        self.listed += taken.listed[: MOST_NAMED - len(self.listed)]


Watch = Callable[[Imported, Part], None]


def files_under(path: Path) -> list[Path]:
    """The file, or the files of a directory in the order of their names. Raises FileFault."""
    if not path.is_dir():
        return [path]
    found = sorted(x for x in path.iterdir() if x.is_file() and not x.name.startswith("."))
    if not found:
        raise PackedEmpty
    return found


@contextmanager
def opened(path: Path | None) -> Iterator[IO[bytes]]:
    """A file, or what comes by the standard input (None). Raises FileUnreadable."""
    if path is None:
        with tempfile.TemporaryFile() as kept, os.fdopen(os.dup(0), "rb") as given:
            while block := given.read(_CHUNK):
                kept.write(block)
            kept.flush()
            yield kept
        return
    try:
        file = path.open("rb")
        file.seek(0)
    except (OSError, ValueError) as fault:
        raise FileUnreadable(path=str(path), cause=cause_of(fault)) from fault
    with file:
        yield file


def import_file(
    transaction: Transaction,
    file: IO[bytes],
    *,
    name: str,
    by: int,
    watch: Watch = lambda imported, part: None,
    at_once: int = ROWS_A_PART,
) -> Iterator[Imported]:
    """Take every CSV in a file, one after the other. Raises FileFault where there is none."""
    for found in found_in(file):
        imported = Imported(found, found.name or shown_name(name), fault=found.fault)
        if found.fault is None:
            _begin(transaction, imported, by)
            _take(transaction, file, imported, watch, at_once)
        yield imported


def _asked(parts: Iterator[Part]) -> Iterator[Part]:
    for part in parts:
        part.asked = asked_of(part.rows)
        yield part


def _begin(transaction: Transaction, imported: Imported, by: int) -> None:
    with transaction() as session:
        name, sha256 = imported.name, imported.found.sha256
        feed = open_feed(session, source=FILE, name=name, sha256=sha256, by=by)
        imported.feed_id, imported.run_id = feed.id, feed.run_id
        imported.before = come_to(session, feed.id)


def _take(
    transaction: Transaction, file: IO[bytes], imported: Imported, watch: Watch, at_once: int
) -> None:
    line = imported.before
    asked = _asked(parts_of(file, imported.found, line, at_once))
    # The next part is put together while the server takes this one.
    with (
        Earlier(lambda: parts_of(file, imported.found, 0, at_once), line) as earlier,
        closing(ahead(asked, _AHEAD)) as parts,
    ):
        for part in parts:
            if part.rows_in:
                with transaction() as session:
                    feed_id, told = imported.feed_id, earlier.lines_of
                    taken = take_part(session, feed_id, part, after_line=line, earlier=told)
                imported.add(taken)
                line = part.through_line
                earlier.add(part, {*taken.known_lines, *(x.line for x in taken.listed)})
                watch(imported, part)
            imported.fault = part.fault
    with transaction() as session:
        end_feed(session, imported.feed_id, imported.fault)
