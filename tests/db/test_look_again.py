"""Bills that found no cover are looked at again when one comes, whatever else goes on meanwhile."""

import threading
import time
from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import boot
from app.adjudication.drain import drain
from app.claims.again import look_again
from app.db import db, transaction
from app.dispatch import do_look_again, drain_all
from tests.db.office import Office, assert_sound, bill
from tests.db.payables import PAID_ON, YEAR, Payables, answer, open_of, send, tied_fund

DAY = "2023-05-10"


@pytest.fixture
def app(database):
    made = boot.start(database.settings)
    yield made
    with made.app_context():
        db.engine.dispose()


def test_a_cover_that_comes_while_its_bill_is_being_determined(database, app):
    """The drain has read no cover and not committed; cover and looking again overtake it."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.enrol([1], date(2023, 1, 1))
        run_id = office.feed(bill("A", 1, DAY, "1000.00")).run_id

    def look():
        with app.app_context():
            do_look_again()

    with Session(database.engine) as slow, slow.begin():
        assert drain(slow, run_id).determined == 1
        with Session(database.engine) as session, session.begin():
            Office(session).receive("50.00", date(2022, 12, 20), year=2023)
        looking = threading.Thread(target=look)
        looking.start()
        time.sleep(0.5)
    looking.join()
    with app.app_context():
        drain_all()
        with transaction() as session:
            assert Office(session).payable("A") == [50_000]
            assert_sound(session)


def test_a_kept_bill_that_cannot_be_opened_holds_up_nobody(database, app):
    with app.app_context():
        with transaction() as session:
            office = Office(session)
            office.covered([0], date(2023, 1, 1))
            office.feed(bill("K", 7, DAY, "1000.00"), bill("A", 0, DAY, "1000.00"))
        owner = create_engine(database.owner_url)
        with owner.begin() as connection:
            connection.execute(text("UPDATE unmatched_settlement SET row_cipher = 'spoiled'"))
        owner.dispose()
        with transaction() as session:
            Office(session).enrol([7], date(2023, 6, 1))
        done = drain_all()
        assert (done.determined, done.in_trouble) == (1, 3)
        assert drain_all().in_trouble == 0
        with transaction() as session:
            promised = session.execute(text("SELECT kind, tries FROM job")).all()
            assert {tuple(x) for x in promised} == {("look_again", 1)}


def test_a_cover_that_comes_while_the_money_is_at_the_bank(session):
    """Corrected out of its cover after it was sent: the next cover takes the claim up."""
    for fund in tied_fund(session):
        member, claim, batch = in_a_batch(fund)
        fund.correct(member, claim, 10_000, on=f"{YEAR + 1}-02-01")
        assert fund.state(claim) == "sent"
        fund.cover(member, YEAR + 1)
        run_id = look_again(session)
        assert run_id is not None
        assert drain(session, run_id).determined == 1
        answer(fund, batch, (1, "100.00", "成功", PAID_ON))
        assert fund.state(claim) == "paid"
        assert open_of(session, claim) == (0, 0, 0)


def in_a_batch(fund: Payables):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    return member, claim, send(fund)
