"""Officers decide about the same units at the same moment: one state, and nobody left in."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.units.ask import ask_change, ask_contact, ask_merge
from app.units.asked import Change, Contact
from app.units.decide import approve
from tests.db.asking import PHONE, Asking
from tests.db.test_hostile_at_once import acts_at_once

ONE, TWO, THREE = 41, 42, 43


@pytest.fixture
def office(database):
    """Three units, committed, for several connections."""
    with Session(database.engine) as session:
        made = Asking(session)
        for seed in (ONE, TWO, THREE):
            made.register(seed)
        session.commit()
        yield made


def gone(session):
    return session.scalars(text("SELECT unit_id FROM unit_merge ORDER BY 1")).all()


def test_mergers_both_ways_are_one(database, office):
    session, one, two, three = office.session, *(office.unit_id(x) for x in (ONE, TWO, THREE))
    asked = [
        ask_merge(session, unit, into, today(), by=office.by).request_id
        for unit, into in ((one, two), (two, one), (two, three), (three, one))
    ]
    office.receive("30.00", today(), unit=ONE, year=today().year)
    session.commit()
    by = office.second
    acts_at_once(
        database,
        *(lambda session, number=number: approve(session, number, by=by) for number in asked),
        *(lambda session, number=number: approve(session, number, by=by) for number in asked),
    )
    left = {one, two, three} - set(gone(session))
    assert left, "no circle"
    assert set(session.scalars(text("SELECT stands_id FROM unit_now"))) >= left
    assert not session.scalar(
        text("SELECT count(*) FROM unit_now u JOIN unit_merge m ON m.unit_id = u.stands_id")
    )
    waits = text("SELECT state FROM unit_request WHERE id = ANY(:ids)")
    states = session.scalars(waits, {"ids": asked}).all()
    assert states.count("approved") == len(gone(session))
    held = "SELECT -sum(amount_fen) FROM posting WHERE account = '2101'"
    assert session.scalar(text(held)) == 3_000


def test_who_is_named_while_the_unit_goes_is_not_let_in(database, office):
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    merger = ask_merge(session, one, two, today(), by=office.by).request_id
    contact = ask_contact(session, one, Contact("王新", PHONE), by=office.by).request_id
    change = ask_change(session, one, Change(today(), name="新名字"), by=office.by).request_id
    session.commit()
    by = office.second
    done = acts_at_once(
        database,
        *(
            lambda session, number=number: approve(session, number, by=by)
            for number in (contact, merger, change, contact, merger, change)
        ),
    )
    assert gone(session) == [one]
    assert len(done) <= 3
    active = (
        "SELECT count(*) FROM unit_contact c JOIN account a ON a.id = c.account_id"
        " WHERE c.unit_id = :unit AND a.disabled_at IS NULL"
    )
    assert session.scalar(text(active), {"unit": one}) == 0
    waiting = "SELECT count(*) FROM unit_request WHERE state = 'waiting'"
    assert session.scalar(text(waiting)) == 0
