"""Joined rows turned into lines of CSV, some thousand at once and never one by one. Pure, but for
pseudonyms.

What the server joined (`joined`) is the line already, but for the two signs between cells and rows
and for people and papers, in whose place stand numbers as wide as pseudonyms. Where a text holds a
sign that CSV writes in another way, that block's rows are written one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.audit.csv_lines import lines_of
from app.audit.joined import CELL, ESCAPED, ROW, WIDTH
from app.audit.mask import PAPERS, STAFF, Mask
from app.audit.names import Bytes, Names, Numbers, digests, written
from app.audit.verify import NUMBERS, TABLES
from app.secrets import vault

_SIGNS: Final = (b",", b'"', b"\n", b"\r")
_TO_CSV: Final = bytes.maketrans((CELL + ROW).encode(), b",\n")
_TENS: Final = 10 ** np.arange(WIDTH - 1, dtype=np.int64)[::-1]
_PLACES: Final = np.arange(WIDTH)
_AT_ONCE: Final = 4_000
_SORTED_HERE: Final = frozenset({"roster_line", "enrolment_outcome", "member_fate"})
"""Tables whose key ends with a pseudonym, which the database cannot sort by."""


class Unclean(Exception):
    """A text holds one of the signs that cells and rows are joined by."""


class Joined(NamedTuple):
    """What the server hands over at once."""

    rows: int
    lines: bytes
    sums: bytes | None
    papers: bytes | None
    places: bytes | None


@dataclass(slots=True)
class Block:
    """Some rows as they stand in the bundle, and what is counted of them."""

    rows: int
    lines: bytes
    fen: list[int] = field(default_factory=list)
    numbers: Numbers | None = None
    accounts: dict[str, list[int]] = field(default_factory=dict)
    places: list[tuple[bytes, int]] = field(default_factory=list)
    apart: list[bytes] | None = None

    @property
    def each(self) -> list[bytes]:
        """Its lines one by one, without their line feed."""
        return self.lines.split(b"\n")[:-1] if self.apart is None else self.apart


def of_rows(rows: Sequence[Sequence[str | None]]) -> Block:
    """Rows that came one by one."""
    return Block(len(rows), b"".join(lines_of(rows)))


class Cells:
    """Where the cells of some rows lie. Raises Unclean."""

    def __init__(self, joined: Joined, columns: int) -> None:
        self.bytes: Bytes = np.frombuffer(bytearray(joined.lines), dtype=np.uint8)
        ends = np.flatnonzero((self.bytes == ord(CELL)) | (self.bytes == ord(ROW)))
        if len(ends) != joined.rows * columns:
            raise Unclean
        self.ends = ends.reshape(joined.rows, columns)
        self.starts = np.concatenate(([0], ends[:-1] + 1)).reshape(joined.rows, columns)

    def wide(self, column: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Which rows have a cell of WIDTH here, and where its bytes are."""
        filled = self.ends[:, column] > self.starts[:, column]
        return filled, self.starts[filled, column][:, None] + _PLACES

    def numbers(self, column: int) -> Numbers:
        """A column of whole numbers."""
        ends, width = self.ends[:, column], self.ends[:, column] - self.starts[:, column]
        back = np.arange(int(width.max(initial=0)))
        signs = self.bytes[ends[:, None] - 1 - back].astype(np.int64) - ord("0")
        signs[(back >= width[:, None]) | (signs < 0)] = 0
        found: Numbers = signs @ 10**back
        return np.where(self.bytes[self.starts[:, column]] == ord("-"), -found, found)

    def texts(self, column: int) -> NDArray[np.bytes_]:
        """A column of short texts."""
        starts, width = self.starts[:, column], self.ends[:, column] - self.starts[:, column]
        on = np.arange(max(1, int(width.max(initial=0))))
        found = self.bytes[np.minimum(starts[:, None] + on, len(self.bytes) - 1)]
        found[on >= width[:, None]] = 0
        return np.ascontiguousarray(found).view(f"S{len(on)}").ravel()


class Lines:
    """Makes blocks of tables; `mask.staff` collects the accounts that appear."""

    def __init__(self, *, escaped: bool) -> None:
        self.mask = Mask()
        self._escaped = escaped
        self._names = {kind: Names(kind) for kind in ("member", "staff")}

    def blocks(
        self, table: str, rows: Iterable[Joined], bare: Sequence[str] | None = None
    ) -> Iterator[Block]:
        """The rows of a table, some thousand at once; `bare`: with these columns, not counted.
        Raises Unclean."""
        columns = list(TABLES[table].columns if bare is None else bare)
        for joined in _together(rows):
            cells = Cells(joined, len(columns))
            block = Block(joined.rows, b"")
            if bare is None:
                _count(block, table, cells, joined.sums)
            self._make(block, table, columns, cells, joined)
            yield block

    def members(self, numbers: Iterable[Numbers]) -> Iterator[Block]:
        """The table of members, sorted by pseudonym: eight bytes each in memory."""
        found = [np.empty(0, dtype=np.uint64), *map(self._names["member"].of, numbers)]
        every = np.sort(np.concatenate(found))
        for at in range(0, len(every), _AT_ONCE):
            told = written("member", every[at : at + _AT_ONCE])
            ends = np.full((len(told), 1), ord("\n"), dtype=np.uint8)
            yield Block(len(told), np.hstack((told, ends)).tobytes())

    def _make(
        self, block: Block, table: str, columns: list[str], cells: Cells, joined: Joined
    ) -> None:
        last = self._named(cells, columns)
        self._papers(cells, columns, joined.papers)
        text: bytes | None = cells.bytes.tobytes()
        places = joined.places
        if table in _SORTED_HERE and last is not None:
            order = np.lexsort((last, cells.numbers(0)))
            text, places = _ordered(text, order, ROW), _ordered(places, order, ";")
        self._write(block, table, text or b"")
        block.places = _runs(places, joined.rows)

    def _named(self, cells: Cells, columns: list[str]) -> NDArray[np.uint64] | None:
        """Put pseudonyms in the place of people's numbers; those of the members, as numbers."""
        members = None
        for place, name in enumerate(columns):
            kind = "member" if name == "member" else "staff" if name in STAFF else ""
            if not kind:
                continue
            filled, at = cells.wide(place)
            numbers = (cells.bytes[at[:, 1:]] - ord("0")).astype(np.int64) @ _TENS
            found = self._names[kind].of(numbers)
            cells.bytes[at] = written(kind, found)
            if kind == "staff":
                self.mask.staff.update(np.unique(numbers).tolist())
            elif bool(filled.all()):
                members = found
        return members

    def _papers(self, cells: Cells, columns: list[str], papers: bytes | None) -> None:
        """Put pseudonyms in the place of papers' numbers."""
        kinds = [name for name in columns if name in PAPERS]
        if not kinds or papers is None:
            return
        rows = [line.split(CELL.encode()) for line in papers.split(ROW.encode())[:-1]]
        if len(rows) != len(cells.ends) or {len(row) for row in rows} != {len(kinds)}:
            raise Unclean
        for kind, told in zip(kinds, zip(*rows, strict=True), strict=True):
            texts = [text.decode() for text in told if text]
            if kind == "card":  # the account's blind index as it is
                found = digests(kind, (int(text, 16) for text in texts))
            else:
                found = digests(kind, map(int.from_bytes, vault().indexes(kind, texts)))
            _, at = cells.wide(columns.index(kind))
            cells.bytes[at] = written(kind, found)

    def _write(self, block: Block, table: str, text: bytes) -> None:
        plain = not self._escaped and table != "event" and not any(x in text for x in _SIGNS)
        if plain:
            block.lines = text.translate(_TO_CSV)
            return
        rows: list[list[Any]] = [x.split(CELL) for x in text.decode().split(ROW)[:-1]]
        if self._escaped:
            rows = [[_unescaped(cell) for cell in row] for row in rows]
        if table == "event":
            rows = [self.mask.event(row) for row in rows]
        lines = lines_of(rows)
        block.lines, block.apart = b"".join(lines), [line[:-1] for line in lines]


def _together(rows: Iterable[Joined]) -> Iterator[Joined]:
    """So many that what is done once a block costs little."""
    some, count = list[Joined](), 0
    for joined in rows:
        some.append(joined)
        count += joined.rows
        if count >= _AT_ONCE:
            yield _one(some)
            some, count = [], 0
    if some:
        yield _one(some)


def _one(some: list[Joined]) -> Joined:
    if len(some) == 1:
        return some[0]
    rows, lines, sums, papers, places = zip(*some, strict=True)
    added = None
    if sums[0] is not None:
        each = (map(int, x.split(b",")) for x in sums)
        added = b",".join(b"%d" % sum(column) for column in zip(*each, strict=True))
    return Joined(
        sum(rows),
        b"".join(lines),
        added,
        None if papers[0] is None else b"".join(papers),
        None if places[0] is None else b"".join(places),
    )


def _count(block: Block, table: str, cells: Cells, sums: bytes | None) -> None:
    columns = list(TABLES[table].columns)
    block.fen = [int(x) for x in sums.split(b",")] if sums else []
    if table in NUMBERS:
        block.numbers = cells.numbers(columns.index(NUMBERS[table]))
    if table == "posting":
        block.accounts = _turned(cells, columns)


def _turned(cells: Cells, columns: list[str]) -> dict[str, list[int]]:
    """What postings add up to by account: [debit, credit]."""
    amounts, turned = cells.numbers(columns.index("amount_fen")), {}
    names, which = np.unique(cells.texts(columns.index("account")), return_inverse=True)
    for n, name in enumerate(names.tolist()):
        here = amounts[which == n]
        turned[name.decode()] = [int(here[here > 0].sum()), -int(here[here < 0].sum())]
    return turned


def _ordered(text: bytes | None, order: NDArray[np.intp], end: str) -> bytes | None:
    if text is None:
        return None
    sign = end.encode()
    each = text.split(sign)
    return sign.join(chain((each[n] for n in order.tolist()), (b"",)))


def _runs(places: bytes | None, rows: int) -> list[tuple[bytes, int]]:
    """Where rows on end are sealed, and how many."""
    if places is None:
        return []
    first = places[: places.index(b";")]
    if places == (first + b";") * rows:
        return [(first, rows)]
    each = places.split(b";")[:-1]
    return [(place, sum(1 for _ in run)) for place, run in groupby(each)]


def _unescaped(text: str) -> str:
    for sign, instead in reversed(ESCAPED.items()):
        text = text.replace(instead, sign)
    return text
