"""Joined rows turned into lines of CSV, some thousand at once and never one by one. Pure, but for
pseudonyms.

What the server joined (`joined`) is the line already, but for the two signs between cells and rows
and for people and papers, in whose place stand numbers as wide as pseudonyms. Where a text holds a
sign that CSV writes in another way, that block's rows are written one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.audit.cells import AT_ONCE, Cells, Joined, Unclean, numbers_of, together
from app.audit.csv_lines import lines_of
from app.audit.joined import CELL, ESCAPED, ROW, WIDTH, end_of
from app.audit.mask import PAPERS, STAFF, Mask
from app.audit.names import Names, Numbers, Papers, written
from app.audit.near import ALONE, Codes, codes_of
from app.audit.places import Places
from app.audit.select import OF_RUNS
from app.audit.verify import NUMBERS, TABLES

_SIGNS: Final = (b",", b'"', b"\n", b"\r")
_TO_CSV: Final = bytes.maketrans((CELL + ROW).encode(), b",\n")
_TENS: Final = 10 ** np.arange(WIDTH - 1, dtype=np.int64)[::-1]
_NONE: Final = np.empty(0, dtype=np.int64)
_SORTED_HERE: Final = frozenset({"roster_line", "enrolment_outcome", "member_fate"})
"""Tables whose key ends with a pseudonym, which the database cannot sort by."""


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


class Lines:
    """Makes blocks of tables; `mask.staff` collects the accounts that appear, `runs` the runs."""

    def __init__(self, *, escaped: bool, places: Places) -> None:
        self.mask = Mask()
        self.runs: set[int] = set()
        self.known: dict[str, Codes] = {}
        self._granted: list[tuple[Numbers, Numbers]] = []
        self.places = places
        self.escaped = escaped
        self._paper_names = Papers()
        self._names = {kind: Names(kind) for kind in ("member", "staff")}

    def blocks(
        self, table: str, rows: Iterable[Joined], bare: Sequence[str] | None = None
    ) -> Iterator[Block]:
        """The rows of a table, some thousand at once; `bare`: with these columns, not counted.
        Raises Unclean."""
        columns = list(TABLES[table].columns if bare is None else bare)
        for joined in together(rows, end_of(columns).encode()):
            cells = Cells(joined, len(columns))
            block = Block(joined.rows, b"")
            if bare is None:
                _count(block, table, cells, joined.sums)
                if table in OF_RUNS:
                    self.runs.update(np.unique(cells.numbers(columns.index("run_id"))).tolist())
            self._make(block, table, columns, cells, joined)
            yield block

    def granted(self) -> Codes | None:
        """The codes of the determinations that were read, by their numbers; they are given once."""
        numbers, codes = zip(*self._granted, strict=True) if self._granted else ([_NONE], [_NONE])
        self._granted = []
        return codes_of(np.concatenate(numbers), np.concatenate(codes))

    def members(self, numbers: Iterable[Numbers]) -> Iterator[Block]:
        """The table of members, sorted by pseudonym: eight bytes each in memory."""
        found = [np.empty(0, dtype=np.uint64), *map(self._names["member"].of, numbers)]
        every = np.sort(np.concatenate(found))
        for at in range(0, len(every), AT_ONCE):
            told = written("member", every[at : at + AT_ONCE])
            ends = np.full((len(told), 1), ord("\n"), dtype=np.uint8)
            yield Block(len(told), np.hstack((told, ends)).tobytes())

    def _make(
        self, block: Block, table: str, columns: list[str], cells: Cells, joined: Joined
    ) -> None:
        at = numbers_of(joined.at, joined.rows)
        if at is not None:
            cells.write_times(at)
        last = self._named(cells, columns)
        self._papers(cells, columns, joined.papers)
        text: bytes | None = cells.bytes.tobytes()
        places = joined.places
        since, codes = numbers_of(joined.since, joined.rows), numbers_of(joined.codes, joined.rows)
        since = at if since is None else since
        kind, name, _ = ALONE.get(table, ("", "", ""))
        if codes is None and kind in self.known:
            codes = self.known[kind].of(cells.numbers(columns.index(name)))
        if table == "determination" and codes is not None and "claim" in self.known:
            self._granted.append((cells.numbers(columns.index("grant_no")), codes))
        if table in _SORTED_HERE and last is not None:
            order = np.lexsort((last, cells.numbers(0)))
            text, places = _ordered(text, order, ROW), _ordered(places, order, ";")
            since, codes = (None if x is None else x[order] for x in (since, codes))
        self._write(block, table, text or b"")
        if codes is None or since is None:
            block.places = _runs(places, joined.rows)
        else:
            block.places = self.places.runs(table, since, codes)

    def _named(self, cells: Cells, columns: list[str]) -> NDArray[np.uint64] | None:
        """Put pseudonyms in the place of people's numbers; those of the members, as numbers."""
        members = None
        for place, name in enumerate(columns):
            kind = "member" if name == "member" else "staff" if name in STAFF else ""
            if not kind:
                continue
            filled, at = cells.wide(place)
            stretches = cells.stretches(WIDTH)
            numbers = (stretches[at][:, 1:] - ord("0")).astype(np.int64) @ _TENS
            found = self._names[kind].of(numbers)
            stretches[at] = written(kind, found)
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
        rows = papers.count(ROW.encode()) + 1
        told = papers.replace(ROW.encode(), CELL.encode()).split(CELL.encode())
        if rows != len(cells.ends) or len(told) != rows * len(kinds):
            raise Unclean
        for n, kind in enumerate(kinds):
            texts = told[n :: len(kinds)]
            _, at = cells.wide(columns.index(kind))
            found = self._paper_names.of(kind, [x for x in texts if x])
            cells.stretches(WIDTH)[at] = written(kind, found)

    def _write(self, block: Block, table: str, text: bytes) -> None:
        plain = not self.escaped and table != "event" and not any(x in text for x in _SIGNS)
        if plain:
            block.lines = text.translate(_TO_CSV)
            return
        rows: list[list[Any]] = [x.split(CELL) for x in text.decode().split(ROW)[:-1]]
        if self.escaped:
            rows = [[_unescaped(cell) for cell in row] for row in rows]
        if table == "event":
            rows = [self.mask.event(row) for row in rows]
        lines = lines_of(rows)
        block.lines, block.apart = b"".join(lines), [line[:-1] for line in lines]


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
