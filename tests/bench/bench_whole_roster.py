"""A file of 100,000 people enrolled, from its bytes to the commit, beside polars that parses it.

    python3 -m deploy test bench -k whole_roster

Five units' first rosters, everybody new to the fund, one after the other as a worker takes them,
on a connection that it keeps; then their next year's, everybody known. Before each the server
writes down what it holds, so that it owes none of it while it is measured. Each is held against the
median of polars' parses before and after it. The first of a process finds everything cold; the
middle of the five is what counts. Told as well is what follows, until a search finds everybody.
Then once more, while an officer's pages are asked for, one after the other: what the slowest took,
and how often any waited for a lock.
"""

import io
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from statistics import median

import polars
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import boot
from app.accounts.add import add_account
from app.accounts.models import Role
from app.accounts.password import made_up
from app.collector import nothing_collected
from app.db import db
from app.enrolment.enrol import Asked, Enrolled, enrol
from app.errands import do_kind
from app.files.workbook import read_book
from app.jobs import MAKE_FINDABLE
from app.roster.sheet import read_roster
from app.roster.units import add_unit, unit_of
from app.unions.models import Union
from app.web import create_app
from tests.bench.bench_rosters import PEOPLE
from tests.bench.processor import Taken, backend, measured, middle
from tests.factories import make_account, make_id, make_name, make_uscc, xlsx_bytes
from tests.web.browser import Browser

GOAL = 4
PARSES = 5
UNITS = (1, 2, 3, 4, 5)
PAGES = ("/office/", "/office/units/2024", "/office/unit/1", "/office/claims/held")
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    " AND datname = current_database() AND pid <> pg_backend_pid()"
)


def roster(unit: int) -> bytes:
    head: list[object] = ["序号", "姓名", "身份证号", "银行卡号", "手机号", "部门"]
    people: Iterator[list[object]] = (
        [n + 1, make_name(n), make_id(n), make_account(n), f"138{n:08d}", f"{n % 40}车间"]
        for n in range(unit * PEOPLE, (unit + 1) * PEOPLE)
    )
    return xlsx_bytes([head, *people])


def parsed(data: bytes) -> Taken:
    rounds = []
    for _ in range(PARSES):
        with measured(os.getpid()) as taken:
            assert polars.read_excel(io.BytesIO(data), engine="calamine").height == PEOPLE
        rounds.append(taken)
    return middle(rounds)


def enrolled(engine, unit_no: int, data: bytes, year: int, by: int) -> tuple[Taken, Enrolled]:
    """What it takes from the file's bytes to the commit, and what came of it; as workers do it."""
    with (
        nothing_collected(),
        Session(engine) as session,
        measured(backend(session)) as taken,
    ):
        unit = unit_of(session, make_uscc(unit_no))
        read = read_roster(read_book(data), date(year - 1, 12, 1))
        digest = sha256(data).hexdigest()
        asked = Asked(unit, year, date(year, 1, 1), date(year - 1, 12, 1), 50, digest)
        answer = enrol(session, asked, read.rows, by=by)
        session.commit()
    return taken, answer


@contextmanager
def asking(browser: Browser, engine) -> Iterator[list[tuple[float, str, int]]]:
    """Ask for pages again and again meanwhile: (seconds, page, others that wait for a lock)."""
    seen: list[tuple[float, str, int]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            for page in PAGES:
                began = time.perf_counter()
                assert browser.get(page).status_code == 200
                took = time.perf_counter() - began
                with engine.connect() as connection:
                    seen.append((took, page, connection.scalar(_WAITING) or 0))

    asks = threading.Thread(target=ask)
    asks.start()
    try:
        yield seen
    finally:
        over.set()
        asks.join()


def test_a_whole_roster(cluster, database) -> None:
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context():
        engine = db.engine  # a worker's: its connections stay open from one roster to the next
        engine.dispose()
    password = made_up()
    with Session(database.engine) as session, session.begin():
        top = session.scalars(select(Union.id).where(Union.parent_id.is_(None))).one()
        by = add_account(session, "bench", "甲", Role.OFFICER, password, by=None, union_id=top)
        for unit in UNITS:
            name = f"第{unit}"
            add_unit(session, uscc=make_uscc(unit), name=name, union_id=top, unit_percent=50, by=by)
    rosters = {unit: roster(unit) for unit in UNITS}
    web = create_app(database.settings)
    browser = Browser(web).sign_in("bench", password)
    rounds(cluster, engine, "everybody new", rosters, 2024, by)
    with web.app_context():
        findable()
    rounds(cluster, engine, "everybody known", rosters, 2025, by)
    with asking(browser, database.engine) as seen:
        took, answer = enrolled(engine, 1, rosters[1], 2026, by)
    assert len(answer.enrolled) == PEOPLE
    print(f"\neverybody known, pages beside it: {took}")
    slowest, page, _ = max(seen)
    waited = sum(waiting > 0 for *_, waiting in seen)
    print(f"  {len(seen)} pages meanwhile: slowest {slowest:.2f} s ({page}); {waited} lock waits")
    engine.dispose()
    with web.app_context():
        db.engine.dispose()


def findable() -> None:
    """How long after the commit a search finds everybody; asked for within an application."""
    with measured(backend(db.session())) as taken:
        do_kind(MAKE_FINDABLE)
    assert db.session.scalar(text("SELECT count(*) FROM searchable_name")) == PEOPLE * len(UNITS)
    print(f"\neverybody found: {taken}")


def rounds(cluster, engine, what: str, rosters: Mapping[int, bytes], year: int, by: int) -> None:
    """Each unit's roster, one after the other, and the middle of them."""
    by_clock, by_processor = [], []
    for unit, data in rosters.items():
        cluster.execute("CHECKPOINT")
        before = parsed(data)
        took, answer = enrolled(engine, unit, data, year, by)
        assert len(answer.enrolled) == PEOPLE
        parses = before, parsed(data)
        clock_s, own_s = (
            median(x) for x in zip(*((y.clock_s, y.own_s) for y in parses), strict=True)
        )
        print(f"\n{what}: {took}; polars' parse {clock_s:.2f} s (processor {own_s:.2f})")
        by_clock.append(took.clock_s / clock_s)
        by_processor.append(took.processor_s / own_s)
    print(f"  {_each(by_clock)} by the clock (goal {GOAL}), {_each(by_processor)} by the processor")


def _each(ratios: list[float]) -> str:
    return f"{median(ratios):.1f} x ({', '.join(f'{x:.1f}' for x in ratios)})"
