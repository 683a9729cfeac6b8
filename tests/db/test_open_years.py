"""A benefit year opens with a partition of its own: once, by whoever comes first, for good."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.adjudication.entitlements import _LOCK, lock, wanted
from app.adjudication.rebuild import rebuild
from app.benefits.care import CARES
from app.benefits.columns import Whole
from app.benefits.scheme_file import package_schemes
from app.boot import MIGRATIONS, migrate
from app.db import array, cursor
from app.embedded.cluster import OWNER
from app.schemes.publish import publish
from app.schemes.years import open_years
from tests.db.office import Office, assert_sound, bill
from tests.db.test_drain import drain_everything, in_parallel

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock'"
)
_YEARS = text(
    "SELECT replace(relname, 'entitlement_', '')::integer FROM pg_partition_tree('entitlement') t"
    " JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf ORDER BY 1"
)


def opened(session: Session) -> list[int]:
    return list(session.scalars(_YEARS).all())


def test_a_year_opens_with_the_scheme_whose_covers_start_in_it(session):
    publish(session, package_schemes(), by=None)
    assert opened(session) == [2019, 2021, 2022, 2023]
    last = max(package_schemes(), key=lambda scheme: scheme.starts_from)
    publish(session, [replace(last, id="next", starts_from=date(2031, 1, 1))], by=None)
    assert opened(session)[-1] == 2031


def test_a_year_in_which_no_scheme_starts_opens_with_its_first_claim(session):
    office = Office(session)
    office.covered([0], date(2024, 1, 1))
    assert 2024 not in opened(session)
    office.determine(bill("A", 0, "2024-05-10", "100.00"))
    assert 2024 in opened(session)
    assert office.payable("A") == [5_000]
    before = opened(session)
    office.determine(bill("B", 0, "2024-05-11", "100.00"))
    assert opened(session) == before
    assert_sound(session)
    assert not any(rebuild(session).differed.values())


def test_a_year_whose_partition_is_gone_is_made_anew_from_the_facts(database):
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered([0], date(2024, 1, 1))
        office.determine(bill("A", 0, "2024-05-10", "100.00"))
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("DROP TABLE by_year.entitlement_2024"))
    owner.dispose()
    with Session(database.engine) as session, session.begin():
        assert rebuild(session).differed["entitlement"] == 1
        assert session.scalar(text("SELECT used_fen FROM entitlement")) == 5_000
        assert_sound(session)


def test_who_opens_a_year_at_once_opens_it_once(database):
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered(range(8), date(2024, 1, 1))
        for run in range(4):
            office.feed(*(bill(f"S{run}-{n}", n, "2024-03-01", "1000.00") for n in range(8)))
        assert 2024 not in opened(session)
    in_parallel(database, 8, lambda _number: list(drain_everything(2)))
    with Session(database.engine) as session:
        assert opened(session).count(2024) == 1
        used = session.scalars(text("SELECT used_fen FROM entitlement")).all()
        assert used == [200_000] * 8
        assert_sound(session)


def test_who_comes_second_to_open_a_year_waits_and_finds_it_open(database):
    def second() -> list[int]:
        with Session(database.engine) as session, session.begin():
            open_years(cursor(session), [2040])
            return opened(session)

    with Session(database.engine) as first, ThreadPoolExecutor(1) as pool:
        open_years(cursor(first), [2040])
        finds = pool.submit(second)
        with Session(database.engine) as looking:
            while not (looking.scalar(WAITS) or finds.done()):
                looking.rollback()
        assert not finds.done()
        first.commit()
        assert finds.result(timeout=60).count(2040) == 1


def test_who_works_in_another_year_does_not_wait_for_it(database):
    """Opening holds up neither who reads and writes an open year nor who looks at all of them."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered([0], date(2023, 1, 1))
        office.determine(bill("A", 0, "2023-05-10", "100.00"))
    with Session(database.engine) as opening, Session(database.engine) as working:
        open_years(cursor(opening), [2040])
        working.execute(text("SET LOCAL lock_timeout = '1s'"))
        working.execute(text("UPDATE entitlement SET used_fen = 4900 WHERE benefit_year = 2023"))
        assert working.scalar(text("SELECT sum(used_fen) FROM entitlement")) == 4_900


@pytest.mark.parametrize("year", [0, -1, 10_000, None])
def test_what_is_no_year_opens_nothing(session, year):
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        session.execute(text("SELECT open_benefit_year(CAST(:year AS integer))"), {"year": year})
    assert refusal.value.orig.diag.constraint_name == "open_benefit_year"


def test_the_application_reaches_a_partition_through_its_parent_alone(session):
    publish(session, package_schemes(), by=None)
    for statement in (
        "SELECT FROM by_year.entitlement_2023",
        "DROP TABLE by_year.entitlement_2023",
        "ALTER TABLE entitlement DETACH PARTITION by_year.entitlement_2023",
        "CREATE TABLE by_year.entitlement_2050 (x integer)",
    ):
        with pytest.raises(DBAPIError) as refusal, session.begin_nested():
            session.execute(text(statement))
        assert refusal.value.orig.sqlstate == "42501"


def test_an_entitlement_is_looked_for_in_its_own_year_alone(session):
    """However many years the fund goes on: a look costs what it costs with one."""
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    office.determine(*(bill(f"S{n}", n, "2023-05-10", "100.00") for n in range(3)))
    open_years(cursor(session), range(2030, 2060))
    with cursor(session) as cur:
        cur.execute("SET LOCAL enable_seqscan = off")
        asked = {
            "members": array(session.scalars(text("SELECT member_id FROM entitlement")).all()),
            "cares": "{0,0,0}",
            "years": "{2023,2023,2023}",
            "names": array(CARES),
        }
        cur.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {_LOCK}", asked)  # type: ignore[arg-type]
        told = cur.fetchone()[0]
    parts: list[tuple[str, int]] = []

    def walk(node: dict) -> None:
        if "Relation Name" in node:
            parts.append((node["Relation Name"], node["Actual Loops"]))
        for below in node.get("Plans", []):
            walk(below)

    walk((json.loads(told) if isinstance(told, str) else told)[0]["Plan"])
    assert [name for name, loops in parts if loops] == ["entitlement_2023"]
    assert len(parts) > 30  # all are in the plan: what is left out is left out as it runs
    assert not lock(session, wanted(*(session_keys(session)), {})).is_new.any()


def session_keys(session: Session) -> tuple[Whole, Whole, Whole, Whole]:
    rows = session.execute(text("SELECT member_id, benefit_year FROM entitlement")).all()
    member, year = np.array(rows, np.int64).T
    return member, np.zeros(len(member), np.int64), year, np.zeros(len(member), np.int64)


@pytest.fixture
def of_before(cluster):
    """The owner's engine of a database as the eleventh migration left it."""
    cluster.drop("huzhu_whole")
    cluster.make("huzhu_whole", "template1")
    engine = create_engine(cluster.url(OWNER, "huzhu_whole"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
    yield engine
    engine.dispose()
    cluster.drop("huzhu_whole")


def test_what_was_used_before_is_used_still(of_before):
    kept = [(who, care, year) for who in (1, 2) for care in CARES for year in (2019, 2023, 2024)]
    with of_before.begin() as connection:
        for number, (who, care, year) in enumerate(kept):
            connection.execute(
                text("INSERT INTO entitlement VALUES (:who, :care, :year, 10000000, :used)"),
                {"who": who, "care": care, "year": year, "used": number},
            )
    migrate(of_before.url.render_as_string(hide_password=False))
    asked = text(
        "SELECT member_id, care, benefit_year, used_fen FROM entitlement ORDER BY used_fen"
    )
    with Session(of_before) as session:
        found = [tuple(row) for row in session.execute(asked)]
        assert found == [(*key, number) for number, key in enumerate(kept)]
        assert opened(session) == [2019, 2023, 2024]
