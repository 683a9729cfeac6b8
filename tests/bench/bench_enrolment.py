"""Enrol, receive, begin: rosters of a city's new year against a bare COPY of the rows they write.

    python3 -m deploy test bench -k enrolment

Each roster is one unit's, of 132 heads, seven of eight of them members already. It is enrolled in a
transaction of its own, its money received in another, and its covers begin. HUZHU_LONG=1 does it
beside 726,000 covers that stand, to show that the time a cover stays where it is.
"""

import os
import time
from datetime import date

import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.orm import Session

from app import boot
from app.contributions.receive import receive
from app.db import db
from app.enrolment.enrol import Asked, enrol
from app.roster.person import RosterRow
from app.roster.units import unit_of
from tests.bench import standing_city
from tests.bench.copying import connect, copied_in
from tests.bench.standing_city import HEADS, TABLES, certno
from tests.factories import make_account, make_name, make_uscc

ROSTERS = 150
UNITS = (150, *((1_100,) if os.environ.get("HUZHU_LONG") == "1" else ()))
STARTS_ON = date(2024, 1, 1)
NEW_EVERY = 8


def rows_of(unit: int, units: int) -> list[RosterRow]:
    """The unit's people; every eighth is new."""
    first = unit * HEADS
    seeds = [
        seed + units * HEADS if seed % NEW_EVERY == 0 else seed
        for seed in range(first, first + HEADS)
    ]
    return [
        RosterRow(line, make_name(seed), certno(seed), make_account(seed))
        for line, seed in enumerate(seeds, 2)
    ]


def enrolled(engine, by: int, unit: int, rows: list[RosterRow]) -> int:
    """One unit's new year, in two transactions; how many covers begin."""
    with Session(engine) as session, session.begin():
        registered = unit_of(session, make_uscc(unit))
        asked = Asked(registered, 2024, STARTS_ON, date(2023, 12, 1), 50, f"{unit:064d}")
        due_fen = enrol(session, asked, rows, by=by).due_fen
    with Session(engine) as session, session.begin():
        received = receive(
            session,
            unit_id=registered.id,
            year=2024,
            amount_fen=due_fen,
            received_on=date(2023, 12, 20),
            reference=f"B{unit}",
            by=by,
        )
    return sum(len(x.covers) for x in received.begun)


@pytest.mark.parametrize("units", UNITS)
def test_enrolment(database, cluster, units: int) -> None:
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context():
        db.engine.dispose()
    where = cluster.superuser_url.set(database=database.engine.url.database)
    superuser_url = where.render_as_string(hide_password=False)
    with Session(create_engine(database.owner_url, poolclass=NullPool)) as session:
        by = standing_city.stand(session, superuser_url, units, lambda x: print(f"  {x}"))
        session.commit()
    engine = create_engine(database.app_url)
    rosters = [(unit, rows_of(unit, units)) for unit in range(ROSTERS)]
    with connect(superuser_url) as connection:
        before = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0]
        connection.commit()
        began = time.perf_counter()
        covers = 0
        for done, (unit, rows) in enumerate(rosters, 1):
            covers += enrolled(engine, by, unit, rows)
            if done % 50 == 0:
                print(f"  {covers / (time.perf_counter() - began):,.0f} covers/s")
        taken = time.perf_counter() - began
        engine.dispose()
        assert covers == ROSTERS * HEADS
        print(
            f"enrolment beside {units * HEADS * len(standing_city.YEARS):,} covers: {covers:,} in"
            f" {taken:.2f} s, {taken / covers * 1e6:.0f} µs a cover,"
            f" {taken / ROSTERS * 1e3:.1f} ms a roster"
        )
        _against_copy(connection, before, taken)


def _against_copy(connection, before: int, taken: float) -> None:
    """The rows written since transaction `before`, copied into tables of their own."""
    for table in TABLES:
        connection.execute(f"CREATE TABLE new_{table} (LIKE {table} INCLUDING INDEXES)")
        connection.execute(
            f"INSERT INTO new_{table} SELECT * FROM {table}"
            f" WHERE {table}.xmin::text::bigint > {before}"
        )
    new = [f"new_{table}" for table in TABLES]
    for what, like in (("without keys", ""), ("with its keys", "INCLUDING INDEXES")):
        bare = copied_in(connection, new, like=like)
        print(f"  bare COPY {what}: {bare:.2f} s; enrolment takes {taken / bare:.1f} ×")
