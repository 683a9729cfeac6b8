"""A roster of 100,000 people parsed and checked, beside polars that parses it only, and openpyxl.

    python3 -m deploy test bench tests/bench/bench_rosters.py

All read the same workbook, in turns, in one process: polars (engine calamine) into columns; ours
into people, faults and notes; openpyxl, read-only, its rows then checked by the very code that
checks ours. Times and ratios are printed, not judged; that all found the same people is.
"""

import io
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import TypeVar

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


def by_polars(data: bytes) -> int:
    return polars.read_excel(io.BytesIO(data), engine="calamine").height


def test_a_hundred_thousand_people() -> None:
    data = roster()
    times: dict[str, list[float]] = {}

    def timed(name: str, read: Callable[[bytes], Found]) -> Found:
        began = time.perf_counter()
        found = read(data)
        times.setdefault(name, []).append(time.perf_counter() - began)
        return found

    for turn in range(ROUNDS):
        assert timed("polars, parse", by_polars) == PEOPLE
        mine = timed("ours, parse and check", ours)
        if turn < SLOW_ROUNDS:
            for name, read in (("ours, not plain", in_child), ("openpyxl and check", by_openpyxl)):
                theirs = timed(name, read)
                assert (theirs.rows, theirs.faults) == (mine.rows, mine.faults)
    assert (mine.total, len(mine.faults)) == (PEOPLE, PEOPLE // 500)
    took = {name: median(given) for name, given in times.items()}
    print(f"\n{PEOPLE:,} rows, {len(HEADINGS)} columns, {len(data):,} bytes")
    for name, seconds in took.items():
        against = seconds / took["polars, parse"]
        print(f"{name:22s} {seconds:7.3f} s   {against:5.2f} x polars")
    faster = took["openpyxl and check"] / took["ours, parse and check"]
    print(f"ours against openpyxl: {faster:.1f} times as fast")
