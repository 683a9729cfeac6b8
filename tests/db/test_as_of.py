"""Who was covered on a day, by what was known on another: both time axes, whatever came later."""

import csv
import io
import json
import os
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.clock import today
from app.cover.as_of import covered_on
from app.enrolment.difference import gone_how
from app.enrolment.leave import Leaver, leave
from app.enrolment.withdraw import withdraw_roster
from app.roster.identity import masked_certno
from app.secrets import Keys, set_keys
from tests import forks
from tests.db.changing import Changing
from tests.db.giving import Giving
from tests.db.office import Office
from tests.factories import make_id, make_name

START = date(2023, 1, 1)


@pytest.fixture
def office(session):
    office = Giving(session)
    office.enrol(range(3), START)
    office.receive("150.00", date(2022, 12, 20), year=2023, ref="A-17")
    return office


def names_on(office, day, known_on=None):
    return [x.name for x in covered_on(office.session, day, known_on or today())]


def test_the_days_of_the_cover_count_the_first_and_the_last_among_them(office):
    everybody = [make_name(n) for n in range(3)]
    for day in (START, date(2023, 6, 30), date(2023, 12, 31)):
        assert names_on(office, day) == everybody
    for day in (START - timedelta(1), date(2024, 1, 1)):
        assert names_on(office, day) == []


def test_each_is_told_with_who_pays_and_by_which_receipts(office):
    first = next(covered_on(office.session, START, today()))
    assert (first.unit_due_fen, first.worker_due_fen, first.union_due_fen) == (2_500, 2_500, 2_500)
    assert (first.by, first.is_gift, first.receipts) == ("单位1", False, "A-17")
    assert first.masked_certno == masked_certno(make_id(0))
    assert make_id(0) not in repr(first)


def test_nothing_is_known_before_it_was_recorded(office):
    assert names_on(office, START, today() - timedelta(1)) == []


def test_a_gift_that_a_paid_cover_ended_holds_its_days_until_then(office):
    office.open(name="骑手")
    office.give([7], date(2023, 3, 1), "骑手")
    office.enrol([7], date(2023, 9, 1), unit=2)
    office.receive("50.00", date(2023, 9, 1), unit=2)
    [gift] = [x for x in covered_on(office.session, date(2023, 8, 31), today()) if x.is_gift]
    assert (gift.by, gift.ends_on, gift.union_due_fen > 0) == ("骑手", date(2023, 8, 31), True)
    [paid] = [x for x in covered_on(office.session, date(2023, 9, 1), today()) if x.by == "单位2"]
    assert not paid.is_gift


@contextmanager
def recorded(database, days_ago):
    """What happens in here was recorded so many days ago: moved there by the owner."""
    with Session(database.engine) as session, session.begin():
        yield Changing(session)
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        for name in AXIS:
            connection.execute(
                text(
                    f"UPDATE {name} SET recorded_at = recorded_at - make_interval(days => :days)"
                    " WHERE recorded_at > now() - interval '1 hour'"
                ),
                {"days": days_ago},
            )
    owner.dispose()


AXIS = ("cover", "cover_change", "member_name", "receipt", "member_fate", "roster", "unit_leaver")


def test_what_came_later_changes_nothing_of_what_was_known(database):
    with recorded(database, 30) as office:
        office.open(name="骑手")
        office.give([7], date(2023, 3, 1), "骑手")
    with recorded(database, 20) as office:
        office.enrol([7], date(2023, 6, 1), unit=2)
        office.receive("50.00", date(2023, 6, 1), unit=2, ref="B-1")
    with Session(database.engine) as session:
        office = Office(session)
        day = date(2023, 7, 1)

        def known(days_ago):
            found = covered_on(session, day, today() - timedelta(days_ago))
            return [(x.by, x.ends_on) for x in found]

        assert known(31) == []
        assert known(25) == [("骑手", date(2024, 2, 29))]
        assert known(20) == known(0) == [("单位2", date(2023, 12, 31))]


def test_a_death_and_a_death_that_was_none_are_known_from_their_days_on(database):
    with recorded(database, 40) as office:
        office.covered([7], START, unit=2)
        office.covered([7], date(2024, 1, 1), unit=2)
        withdraw_roster(office.session, office.enrol([8], START, unit=2).roster_id, by=office.by)
    with recorded(database, 30) as office:
        office.died(7, date(2023, 6, 30))
    with recorded(database, 20) as office:
        office.alive(7)
    with Session(database.engine) as session:
        for day in (START, date(2023, 6, 30), date(2023, 7, 1), date(2024, 5, 1)):
            for days_ago, alive in ((41, None), (35, True), (30, False), (25, False), (20, True)):
                found = list(covered_on(session, day, today() - timedelta(days_ago)))
                held = alive is not None and (alive or day <= date(2023, 6, 30))
                assert len(found) == held, (day, days_ago)
                if found and not alive:
                    assert found[0].ends_on == date(2023, 6, 30)


def test_who_comes_back_to_a_unit_can_leave_it_again(database):
    def leaves(office):
        row = Leaver(2, make_id(7), date(2023, 5, 31), "moved")
        return leave(office.session, office.unit(2).id, [row], by=office.by).new

    with recorded(database, 40) as office:
        office.covered([7], START, unit=2)
        unit = office.unit(2).id
    with recorded(database, 30) as office:
        assert leaves(office) == [2]
    with recorded(database, 20) as office:
        assert leaves(office) == []
        assert gone_how(office.session, [office.member(7)], unit).left == {office.member(7)}
        office.enrol([7], date(2024, 1, 1), unit=2)
    with recorded(database, 10) as office:
        assert gone_how(office.session, [office.member(7)], unit).left == set()
        assert leaves(office) == [2]


def test_the_command_counts_and_writes_a_table(database, tmp_path):
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        settings = database.settings  # the command's keys, after the office's own
        set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
        office.covered(range(3), START)

    def huzhu(*given):
        done = forks.run(
            "cover", "as-of", *given, "--json", env={**os.environ, **database.environ, "LANG": "C"}
        )
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    out = tmp_path / "covered.csv"
    code, told = huzhu("2023-06-30", "--out", str(out), "--lang", "en")
    assert (code, told["covers"], told["gifts"], told["unit"]) == (0, 3, 0, "75.00")
    assert told["by"] == [{"uscc": told["by"][0]["uscc"], "name": "单位1", "covers": 3}]
    head, *rows = csv.reader(io.StringIO(out.read_text("utf-8-sig")))
    assert head[0] == "name"
    assert [row[0] for row in rows] == [make_name(n) for n in range(3)]
    assert rows[0][1] == masked_certno(make_id(0))
    assert out.stat().st_mode & 0o077 == 0
    code, told = huzhu("2023-06-30", "--out", str(out))
    assert (code, told["error"]) == (2, "OutFileExists")
    book = tmp_path / "covered.xlsx"
    code, told = huzhu("2023-06-30", "--out", str(book))
    assert (code, told["error"], book.exists()) == (2, "CoverFileKind", False)
    assert huzhu("2023-06-30", "--known", "2020-01-01")[1]["covers"] == 0
