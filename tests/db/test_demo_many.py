"""A demonstration of many people: by the import paths, gone on with after a break, and sound."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import boot
from app.config import Settings
from app.db import db, transaction
from app.demo.load_many import ManyProgress, OtherPeople, load_many
from app.demo.many import certno_of, units
from app.roster.identity import check_citizen_id
from tests.db.office import assert_sound

PEOPLE = 420


class Cut(Exception):
    """The loading is interrupted."""


def test_many_people_are_loaded_and_an_interrupted_loading_goes_on(database):
    app = boot.start(database.settings)
    boot.furnish(app)
    steps: list[str] = []

    seen: list[ManyProgress] = []

    def watch(now: ManyProgress) -> None:
        seen.append(now)

    first: list[ManyProgress] = []

    def cut(now: ManyProgress) -> None:
        first.append(now)
        if now.step == "import" or (now.done > 180 and not steps):
            steps.append(now.step)
            raise Cut

    @contextmanager
    def broken_when_taken() -> Iterator[Session]:
        with transaction() as session:
            yield session
        with transaction() as session:
            taken = session.scalar(text("SELECT 1 FROM feed WHERE state = 'whole'"))
        if taken:
            raise Cut

    with app.app_context():
        for _ in range(2):
            with pytest.raises(Cut):
                load_many(transaction, database.settings, PEOPLE, cut)
            assert_refused(database.settings)
        assert steps == ["enrol", "import"]
        with pytest.raises(Cut):
            load_many(broken_when_taken, database.settings, PEOPLE, lambda now: None)
        loaded = load_many(transaction, database.settings, PEOPLE, watch)
        assert (loaded.people, loaded.units) == (PEOPLE, 2)
        again = load_many(transaction, database.settings, PEOPLE, watch)
        assert (again.rows_in, again.determined) == (loaded.rows_in, 0)
        assert (again.enrolled, again.taken) == (0, 0)
        # What stood since an interruption is no speed.
        assert [(x.done, x.now) for x in first if x.step == "enrol"][:2] == [(180, 180), (420, 420)]
        assert {x.now for x in seen if x.step == "enrol"} == {0}
        with transaction() as session:
            told = "SELECT (SELECT count(*) FROM member), (SELECT count(*) FROM cover_term)"
            assert tuple(session.execute(text(told)).one()) == (PEOPLE, PEOPLE)
            claims = session.scalar(text("SELECT count(*) FROM claim"))
            assert claims == loaded.determined > PEOPLE // 40
            assert_sound(session)
        db.session.remove()
        db.engine.dispose()


def assert_refused(settings: Settings) -> None:
    """Another number of people is another demonstration: nobody is left out in silence."""
    for people in (PEOPLE - 300, PEOPLE - 1, PEOPLE + 1):
        with pytest.raises(OtherPeople):
            load_many(transaction, settings, people, lambda now: None)


def test_numbers_are_valid_and_nobody_elses():
    certnos = [certno_of(n) for n in (0, 1, 14_599, 14_600, 14_599_999, 14_600_000, 2_999_999)]
    assert len(set(certnos)) == len(certnos)
    assert not [x for x in certnos if check_citizen_id(x, date(2024, 1, 1))]
    found = [*units(9_000)]
    assert [x.last - x.first for x in found][:5] == [180, 420, 900, 1_500, 2_000]
    assert found[-1].last == 9_000
