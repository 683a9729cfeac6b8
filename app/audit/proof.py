"""Where each row of a bundle stands in the log: its chunk, and what of that is not shown.

`seals/rows.csv` says, table by table, in which leaf of the log so many rows on end are; of chunks
that the bundle has whole, that is all. Of the others `seals/gaps.csv` has the hashes of the largest
subtrees that hold nothing of the bundle: with its rows they give the root.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.audit.chunks import bare_of, place_of, sealed_lines
from app.audit.csv_lines import lines_of
from app.audit.kept import ALL
from app.audit.lines import Block
from app.audit.log import EVER, Leaf
from app.audit.verify import BARE, TABLES
from app.errors import Refusal
from app.evidence.tree import Gaps, leaf_of

_HASH: Final = 32
_BLOCK: Final = 1 << 20


class SealBroken(Refusal):
    """A row is not what was sealed, or is missing, or was added to what is sealed."""


class Proof:
    """Collects the places of rows while a bundle is written; `runs` is a folder for them."""

    def __init__(self, log: Sequence[Leaf], years: Iterable[int], runs: Path) -> None:
        self._log = log
        self._years = {ALL, *map(str, years)}
        self._leaves = {(leaf.until, leaf.table, leaf.years): leaf for leaf in log}
        self._untils = sorted({leaf.until for leaf in log})
        self._seen = Counter[int]()
        self._shown: defaultdict[int, bytearray] = defaultdict(bytearray)
        self._found: dict[tuple[str, bytes], Leaf] = {}
        self._runs = runs
        runs.mkdir(exist_ok=True)

    def whole(self, leaf: Leaf) -> bool:
        """Whether the bundle must have every row of this chunk."""
        return not self._years.isdisjoint(leaf.years.split("+"))

    def seen(self, table: str, blocks: Iterable[Block]) -> Iterator[Block]:
        """The same blocks; where their rows are sealed is kept."""
        with (self._runs / table).open("w", encoding="ascii") as out:
            number, run = -1, 0
            for block in blocks:
                at = 0
                for place, count in block.places:
                    leaf = self._of(table, place)
                    if number != leaf.no:
                        out.write(_run(table, number, run))
                        number, run = leaf.no, 0
                    run += count
                    self._seen[leaf.no] += count
                    if not self.whole(leaf):
                        self._show(table, leaf, block.each[at : at + count])
                    at += count
                yield block
            out.write(_run(table, number, run))

    def _show(self, table: str, leaf: Leaf, lines: list[bytes]) -> None:
        bare = _bare(table, lines) if table in BARE else lines
        self._shown[leaf.no] += b"".join(map(leaf_of, bare))

    def _of(self, table: str, place: bytes) -> Leaf:
        if (table, place) not in self._found:
            self._found[table, place] = self._leaf(table, place)
        return self._found[table, place]

    def _leaf(self, table: str, place: bytes) -> Leaf:
        seal, years = place_of(place)
        if seal < len(self._untils):
            leaf = self._leaves.get((self._untils[seal], table, years))
            if leaf:
                return leaf
        raise SealBroken(table=table, at=self._untils[min(seal, len(self._untils) - 1)])

    def end(self) -> None:
        """Every row was taken. Raises SealBroken where a chunk lacks some."""
        for leaf in self._log:
            lacks = self._seen[leaf.no] != leaf.rows
            if lacks and (self.whole(leaf) or self._seen[leaf.no] > leaf.rows):
                raise SealBroken(table=leaf.table, at=leaf.until)

    def rows(self) -> Iterator[bytes]:
        """`seals/rows.csv`: the tables in the order that they stand in, not that they came in."""
        yield b"table,leaf,rows\n"
        for table in TABLES:
            told = self._runs / table
            if told.exists():
                with told.open("rb") as runs:
                    yield from iter(partial(runs.read, _BLOCK), b"")

    def gaps(self, session: Session) -> Iterator[bytes]:
        """`seals/gaps.csv`: of each chunk that is not whole, what is not shown."""
        yield b"leaf,at,leaves,hash\n"
        parts = [x for x in self._log if self._shown[x.no] and self._seen[x.no] < x.rows]
        sinces = dict(zip(self._untils, [EVER, *self._untils], strict=False))
        for (until, table), some in groupby(parts, key=lambda leaf: (leaf.until, leaf.table)):
            found = self._gaps_of(session, table, sinces[until], until, list(some))
            for leaf, gaps in found:
                yield b"".join(
                    b"%d,%d,%d,%s\n" % (leaf.no, at, width, node.hex().encode())
                    for at, width, node in gaps.found
                )

    def _gaps_of(
        self, session: Session, table: str, since: str, until: str, some: list[Leaf]
    ) -> list[tuple[Leaf, Gaps]]:
        """One reading of all chunks of a table in a seal."""
        gaps = {leaf.years: (Gaps(), memoryview(self._shown[leaf.no])) for leaf in some}
        taken = Counter[str]()
        for years, lines in sealed_lines(session, table, since, until, list(gaps)):
            if years in gaps:
                taken[years] = _part(*gaps[years], taken[years], lines)
        for leaf in some:
            found, shown = gaps[leaf.years]
            if taken[leaf.years] != len(shown) or found.size != leaf.rows:
                raise SealBroken(table=table, at=until)
        return [(leaf, gaps[leaf.years][0]) for leaf in some]


def _run(table: str, leaf: int, rows: int) -> str:
    return f"{table},{leaf},{rows}\n" if rows else ""


def _part(gaps: Gaps, shown: memoryview, at: int, lines: Iterable[bytes]) -> int:
    """Tell the shown leaves from the others; up to where the shown ones were met."""
    for line in lines:
        node = leaf_of(line)
        if shown[at : at + _HASH] == node:
            gaps.shown()
            at += _HASH
        else:
            gaps.hidden(node)
    return at


def _bare(table: str, lines: Iterable[bytes]) -> list[bytes]:
    """Lines as they are sealed, where that is not all of them."""
    rows = csv.reader(line.decode() for line in lines)
    return [line[:-1] for line in lines_of(map(bare_of(table), rows))]
