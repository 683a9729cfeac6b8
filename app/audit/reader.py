"""Read a benefit year's masked rows, table by table, by two connections on one moment.

What scratch tables (`chosen`) are needed for is asked by the session that has them, and all else by
whichever is free; where another cannot see what this one does, it asks all.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import joined, lines
from app.audit.by_two import Shared, Work, by_two
from app.audit.chosen import fill_scratch, several_years
from app.audit.gather import copied, copied_joined, joined_members, untils_of, write_plainly
from app.audit.lines import Block, Lines
from app.audit.near import ALONE
from app.audit.number_gaps import number_gaps
from app.audit.places import Places
from app.audit.select import NOT_YET
from app.audit.verify import NUMBERED, TABLES

Cells = list[str | None]
Write = Callable[[str, Iterator[Block]], None]
"""Is given each table with its rows, and writes it: two of them at once, by two threads."""
Numbers = Mapping[str, list[list[int]]]
"""Runs of numbers that were read so far, which the writer keeps by table."""
_GAPS: Final = "number_gap"
_RUNS: Final = "run"
_LAST: Final = (_RUNS, _GAPS, "staff", "member")
"""Who appears, by which runs, and which numbers, is known only when everything else was read."""
_OF_GRANTS: Final = "payment_outcome"
_OF_ENTRIES: Final = "posting"
_LONGEST: Final = (
    *("posting", "determination", "payment", _OF_GRANTS, "claim_move"),
    *("settlement", "claim"),
)
"""What is begun with."""


def read_year(
    seen: tuple[Session, Session | None],
    asked: dict[str, object],
    untils: Sequence[str],
    numbers: Numbers,
    write: Write,
    sealed: Work,
    *,
    escaped: bool,
) -> None:
    """Have each table of the year written, some by a thread that asks the second session.

    With `untils`, of the seals: as it was before the last, and where each row is sealed; when all
    that is sealed was written, `sealed` is done. Raises Unclean: then everything must be read
    again, `escaped`.
    """
    session, _ = seen
    for each in filter(None, seen):
        write_plainly(each)
        if untils:
            _look_one_by_one(each, False)
    made = Lines(escaped=escaped, places=Places(untils, {}))
    reader = _Reader(asked, untils, numbers, write, made)
    with by_two(*seen) as shared:
        reader.read(session, shared)
    with by_two(*seen) as shared:
        reader.table(shared, _RUNS, session)
        shared.add(sealed)
        reader.people(session)
    reader.write_gaps()


def asked_with(year: int, rules: Mapping[str, bytes], untils: Sequence[str]) -> dict[str, object]:
    """What the tables of a year are asked with."""
    waits = [json.loads(canonical) for canonical in rules.values()]
    return {
        "year": year,
        "not_yet": list(NOT_YET),
        "waiting": [scheme["id"] for scheme in waits if scheme["waiting_days"]],
        "gap": max((scheme["renewal_gap_days"] for scheme in waits), default=0),
        "until": untils[-1] if untils else None,
        "untils": untils_of(untils),
    }


class _Reader:
    """What both connections read a year with."""

    def __init__(
        self,
        asked: dict[str, object],
        untils: Sequence[str],
        numbers: Numbers,
        write: Write,
        made: Lines,
    ) -> None:
        self._asked, self._numbers, self._write, self._made = asked, numbers, write, made
        self._until = untils[-1] if untils else None
        self._ready: list[str] = []
        self._own: list[str] = []
        self._unread = {sequence: set(tables) for sequence, tables in NUMBERED.items()}
        self._gaps: dict[str, list[Cells]] = {}

    def read(self, session: Session, shared: Shared) -> None:
        """All but what is known only in the end."""
        wanted = sorted((table for table in TABLES if table not in _LAST), key=_rank)
        self._own = [table for table in wanted if joined.drawn(table)]
        self._share(shared, (table for table in wanted if not joined.drawn(table)))
        known, sealed = self._made.known, self._until is not None
        for part in fill_scratch(session, self._asked, known, sealed=sealed):
            self._ready.append(part)
            if part == "chosen":
                self._made.places.years |= several_years(session, self._asked)
                self._share_alone(shared)
        if not self._ready:
            self._share(shared, self._own)
            return
        # Those of few rows first, so that numbers which several share can be counted meanwhile.
        few = sorted(self._own, key=lambda table: table in _LONGEST)
        for table in [table for table in few if table != _OF_GRANTS]:
            self.table(shared, table, session)
        # When determinations are read it needs no scratch table.
        shared.rest(session)
        if self._takes(_OF_GRANTS):
            self.table(shared, _OF_GRANTS, session)

    def table(self, shared: Shared, table: str, session: Session) -> None:
        """Read one, and what can be then is shared."""
        made, asked = self._made, self._asked
        if table == _RUNS:
            asked["runs"] = sorted(made.runs)
        sealed, known = self._until is not None, made.known
        asks = joined.asks(
            table, sealed=sealed, escaped=made.escaped, ready=self._ready, known=known
        )
        if table == _OF_ENTRIES and sealed:
            _look_one_by_one(session, True)
        with closing(copied_joined(session, asks, asked)) as rows:
            self._write(table, made.blocks(table, rows))
        if table == _OF_ENTRIES and sealed:
            _look_one_by_one(session, False)
        granted = made.granted() if table == "determination" else None
        if granted:
            asked |= granted.bits().asked("grant")
            known["grant"] = granted
            self._share_alone(shared)
        self._count(shared, table)

    def people(self, session: Session) -> None:
        """Who appears."""
        mask = self._made.mask
        asked = self._asked | {"staff": sorted(mask.staff)}
        plain = partial(joined.plain, sealed=self._until is not None, ready=self._ready)
        staff = map(mask.of("staff"), copied(session, plain("staff"), asked))
        self._write("staff", _one_by_one(sorted(staff, key=lambda cells: str(cells[0]))))
        members = joined_members(session, plain("member"), asked)
        self._write("member", self._made.members(members))

    def write_gaps(self) -> None:
        rows = (row for _, found in sorted(self._gaps.items()) for row in found)
        self._write(_GAPS, _one_by_one(rows))

    def _count(self, shared: Shared, table: str) -> None:
        """Have gaps counted of what numbers are known now."""
        for sequence, unread in self._unread.items():
            if table in unread:
                unread.discard(table)
                if not unread:
                    shared.add(partial(self._count_gaps, sequence), len(_LONGEST))

    def _count_gaps(self, sequence: str, session: Session) -> None:
        self._gaps[sequence] = number_gaps(session, sequence, self._numbers, self._until)

    def _share_alone(self, shared: Shared) -> None:
        """Share what no scratch table is needed for, by what is known now."""
        known = self._made.known
        alone = [x for x in ALONE if ALONE[x][0] in known and self._takes(x)]
        self._share(shared, alone)

    def _takes(self, table: str) -> bool:
        """Whether a table of the session's own is still to be read, by whoever asks."""
        try:
            self._own.remove(table)
        except ValueError:
            return False
        return True

    def _share(self, shared: Shared, some: Iterable[str]) -> None:
        for table in some:
            shared.add(partial(self.table, shared, table), _rank(table))


def _look_one_by_one(session: Session, may: bool) -> None:
    """Whether the server may look for each row of one table in another. It cannot know how much a
    view of before holds, and would look for each claim's years from the start. Postings hang on
    nothing but their entries, and need no sorting where each entry's are looked for."""
    session.execute(text(f"SET LOCAL enable_nestloop = {'on' if may else 'off'}"))


def _rank(table: str) -> int:
    return _LONGEST.index(table) if table in _LONGEST else len(_LONGEST)


def _one_by_one(rows: Iterable[Cells]) -> Iterator[Block]:
    listed = list(rows)
    return iter([lines.of_rows(listed)] if listed else [])
