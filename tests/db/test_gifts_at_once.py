"""Gifts by chance, side by side, and as an officer types them."""

import json
import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.drain import drain
from app.adjudication.rebuild import rebuild
from tests import forks
from tests.conftest import Database
from tests.db.giving import NAME, Giving
from tests.db.office import (
    assert_sound,
    bill,
)
from tests.factories import make_id, make_name, roster_csv


@pytest.fixture
def office(session: Session) -> Giving:
    return Giving(session)


def in_force(session: Session) -> dict[int, list[tuple[date, date]]]:
    """Every member's terms in force, in order."""
    found: dict[int, list[tuple[date, date]]] = {}
    rows = session.execute(
        text(
            "SELECT member_id, lower(term), upper(term) - 1 FROM cover_term"
            " WHERE NOT isempty(term) ORDER BY member_id, term"
        )
    )
    for member_id, starts_on, ends_on in rows:
        found.setdefault(member_id, []).append((starts_on, ends_on))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_gifts_and_paid_covers_in_any_order_never_overlap(office: Giving, seed: int) -> None:
    """And never more places than there are; what is stored can be made anew from the facts."""
    chance = random.Random(seed)  # noqa: S311 - the same every time, and no secret
    quotas = {"short": 12, "long": 12}
    for name, months in (("short", 5), ("long", 12)):
        office.open(name=name, quota=quotas[name], months=months)
    given = ended = paid = 0
    for step in range(50):
        day = date(2021, 1, 1) + timedelta(days=chance.randrange(1_000))
        people = chance.sample(range(20), chance.randrange(1, 6))
        if chance.random() < (0.8 if step < 10 else 0.3):
            given += len(office.give(people, day, chance.choice(["short", "long"])).enrolled)
            continue
        unit = chance.randrange(1, 4)
        due = office.enrol(people, day, unit=unit).due_fen
        if due and chance.random() < 0.8:
            on = day + timedelta(days=chance.randrange(-30, 20))
            begun = office.receive(f"{due / 100:.2f}", on, unit=unit, year=day.year).begun
            ended += sum(x.gifts_ended for x in begun)
            paid += sum(len(x.covers) for x in begun)
    assert given
    assert ended
    assert paid
    terms = in_force(office.session)
    for each in terms.values():
        assert all(one[1] < other[0] for one, other in pairwise(each))
    places = text(
        "SELECT c.name, count(*), max(p.place) FROM gift_place p"
        " JOIN campaign c ON c.id = p.campaign_id GROUP BY 1"
    )
    for name, count, last in office.session.execute(places):
        assert count == last <= quotas[name]
    assert rebuild(office.session).differed["cover_term"] == 0
    assert in_force(office.session) == terms


def committed(database: Database, people: int, quota: int) -> None:
    with Session(database.engine) as session:
        office = Giving(session)
        office.unit(1)
        office.open(quota=quota)
        office.enrol(range(people), date(2022, 3, 1))
        session.commit()


def test_two_who_give_at_once_give_no_place_twice(database: Database) -> None:
    committed(database, people=1, quota=30)

    def act(session: Session, number: int) -> int:
        people = list(range(100 + 10 * number, 110 + 10 * number))
        return len(Giving(session).give(people, date(2022, 7, 1)).enrolled)

    assert sum(side_by_side(database, 5, act)) == 30
    with Session(database.engine) as session:
        places = session.scalars(text("SELECT place FROM gift_place ORDER BY place")).all()
    assert places == list(range(1, 31))


def test_drains_beside_the_end_of_gifts_are_replayed_without_a_difference(
    database: Database,
) -> None:
    """Grants before a gift ended, and after: whatever the order, each knew the term of its time."""
    committed(database, people=30, quota=30)
    with Session(database.engine) as session:
        office = Giving(session)
        office.give(list(range(30)), date(2022, 1, 1))
        for feed in range(6):
            office.feed(
                *(
                    bill(f"B{feed}-{who}", who, f"2022-0{2 + feed}-1{feed}", "1000.00")
                    for who in range(30)
                )
            )
        session.commit()

    def act(session: Session, number: int) -> int:
        office = Giving(session)
        if number == 0:
            return sum(x.gifts_ended for x in office.receive("1500", date(2022, 2, 20)).begun)
        runs = session.scalars(text("SELECT DISTINCT subject_id FROM job WHERE kind = 'determine'"))
        made = 0
        for run_id in sorted(runs.all(), reverse=number % 2 == 0):
            while drained := drain(session, run_id, 7):
                made += drained.determined
                session.commit()
        return made

    ended, *determined = side_by_side(database, 4, act)
    assert (ended, sum(determined)) == (30, 180)
    with Session(database.engine) as session:
        assert_sound(session)
        covers = session.execute(
            text(
                "SELECT r.campaign_id IS NOT NULL, count(*) FROM determination d"
                " JOIN cover c ON c.member_id = d.member_id AND c.id = d.cover_id"
                " JOIN roster r ON r.id = c.roster_id GROUP BY 1"
            )
        ).all()
        print(f"determined under gifts and paid covers: {sorted(covers)}")


def side_by_side(database: Database, count: int, act: Callable[[Session, int], int]) -> list[int]:
    """`act` in so many threads and transactions begun together."""
    together = Barrier(count)

    def run(number: int) -> int:
        with Session(database.engine) as session:
            session.connection()
            together.wait(timeout=30)
            done = act(session, number)
            session.commit()
            return done

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_an_officer_opens_gives_and_lists(database: Database, tmp_path: Path) -> None:
    def huzhu(*words: str) -> tuple[int, dict[str, Any]]:
        done = forks.run(
            "gift", *words, "--json", "--lang", "en", env={**os.environ, **database.environ}
        )
        return done.returncode, json.loads(done.stdout)

    with Session(database.engine) as session:
        Giving(session)
        session.commit()
    days = ("--opens-on", "2023-07-01", "--closes-on", "2023-12-31")
    opened = ("open", "--name", NAME, "--quota", "2", "--months", "6", *days)
    assert huzhu(*opened)[1]["each"] == "75.00"
    code, said = huzhu(*opened)
    assert (code, said["error"]) == (2, "CampaignKnown")
    file = tmp_path / "riders.csv"
    file.write_bytes(roster_csv([[make_name(n), make_id(n)] for n in range(3)]))
    give = ("import", str(file), "--campaign", NAME, "--starts-on", "2023-07-01")
    code, said = huzhu(*give, "--dry-run")
    assert (code, said["enrolled"], said["marked"]) == (1, 2, None)
    assert huzhu("list")[1]["campaigns"][0]["given"] == 0
    code, said = huzhu(*give)
    assert (code, said["enrolled"], said["refused"], said["left"]) == (1, 2, 1, 0)
    assert (said["faults"][0]["reason"], said["union_due"]) == ("QuotaSpent", "150.00")
    marked = Path(said["marked"]).read_bytes().decode("utf-8-sig")
    assert "are given: 2." in marked
    code, said = huzhu(*give)
    assert (code, said["enrolled"], said["unchanged"]) == (1, 0, 2)
    listed = huzhu("list")[1]["campaigns"]
    assert [(x["campaign"], x["given"], x["left"]) for x in listed] == [(NAME, 2, 0)]
    code, said = huzhu(*give[:-1], "2024-01-01")
    assert (code, said["error"]) == (2, "GiftOutsideDays")
