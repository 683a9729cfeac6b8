"""A roster of 100,000 people parsed and checked, beside polars that parses it only, and openpyxl.

    python3 -m deploy test bench tests/bench/bench_rosters.py

All read the same workbook, in turns, in one process: polars (engine calamine) into columns; ours
into people, faults and notes; openpyxl, read-only, its rows then checked by the very code that
checks ours. Each turn of ours is held against polars' just before it. Times and ratios are printed,
not judged; that all found the same people is.
"""

import gc
import io
import os
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import NamedTuple, TypeVar

import openpyxl
import polars

from app.files.cells import Book, Sheet
from app.files.workbook import read_book, read_in_child
from app.roster.sheet import RosterSheet, read_roster
from tests.factories import make_account, make_id, make_name, xlsx_bytes

Found = TypeVar("Found")
PEOPLE = 100_000
ROUNDS = 9
SLOW_ROUNDS = 2
TODAY = date(2024, 6, 1)
HEADINGS = ["序号", "姓名", "身份证号", "银行卡号", "手机号", "部门"]


def roster() -> bytes:
    """Six columns; one row in five hundred has something wrong with it."""
    rows: list[list[object]] = [list(HEADINGS)]
    for n in range(PEOPLE):
        certno = make_id(n) if n % 500 else make_id(n)[:-1]
        phone = f"138{n:08d}"
        rows.append([n + 1, make_name(n), certno, make_account(n), phone, f"{n % 40}车间"])
    return xlsx_bytes(rows)


def ours(data: bytes) -> RosterSheet:
    return read_roster(read_book(data), TODAY)


def in_child(data: bytes) -> RosterSheet:
    """What a workbook that is not plain takes."""
    return read_roster(read_in_child(data), TODAY)


def by_openpyxl(data: bytes) -> RosterSheet:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    return read_roster(Book("xlsx", (Sheet("花名册", rows),)), TODAY)


OURS, OPENPYXL = "ours, parse and check", "openpyxl and check"
READERS: dict[str, Callable[[bytes], RosterSheet]] = {
    OURS: ours,
    "ours, not plain": in_child,
    OPENPYXL: by_openpyxl,
}


def by_polars(data: bytes) -> int:
    return polars.read_excel(io.BytesIO(data), engine="calamine").height


class Took(NamedTuple):
    """Seconds of the clock, and of the processor in this process (a child's are not in them)."""

    clock: float
    worked: float


def timed(read: Callable[[bytes], Found], data: bytes) -> tuple[Found, Took]:
    gc.collect()  # nobody clears up behind the one before
    began, worked = time.perf_counter(), time.process_time()
    found = read(data)
    return found, Took(time.perf_counter() - began, time.process_time() - worked)


def test_a_hundred_thousand_people() -> None:
    data = roster()
    turns: dict[str, list[tuple[Took, Took]]] = {}  # each beside polars' turn before it
    mine = ours(data)
    assert (mine.total, len(mine.faults)) == (PEOPLE, PEOPLE // 500)
    by_polars(data)
    for turn in range(ROUNDS):
        height, polars_took = timed(by_polars, data)
        assert height == PEOPLE
        for name, read in READERS.items():
            if name == OURS or turn < SLOW_ROUNDS:
                found, took = timed(read, data)
                assert (found.rows, found.faults) == (mine.rows, mine.faults)
                turns.setdefault(name, []).append((took, polars_took))
                del found
    report(data, turns)


def report(data: bytes, turns: dict[str, list[tuple[Took, Took]]]) -> None:
    """The median of the turns' ratios: a turn that the machine disturbed weighs no more."""
    load = os.getloadavg()[0]
    print(f"\n{PEOPLE:,} rows, {len(HEADINGS)} columns, {len(data):,} bytes; load {load:.1f}")
    clock = median(theirs.clock for _, theirs in turns[OURS])
    worked = median(theirs.worked for _, theirs in turns[OURS])
    print(f"{'polars, parse':22s} {clock:7.3f} s   processor {worked:7.3f} s")
    times: dict[str, Took] = {}
    for name, took in turns.items():
        times[name] = Took(*map(median, zip(*(own for own, _ in took), strict=True)))
        print(
            f"{name:22s} {times[name].clock:7.3f} s"
            f"   {median(own.clock / theirs.clock for own, theirs in took):5.2f} x polars,"
            f" processor {median(own.worked / theirs.worked for own, theirs in took):5.2f} x"
        )
    print(f"ours against openpyxl: {times[OPENPYXL].clock / times[OURS].clock:.1f} times as fast")
