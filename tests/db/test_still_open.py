"""What stays open at the end of a month that is closed: by account, at the bank, and untold."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.books.sheets import balances
from app.books.still_open import WAITING, Waiting, still_open, still_open_at
from app.clock import today
from app.ledger.chart import Account as Books
from tests.db.money_year import money_year
from tests.db.office import Office
from tests.db.statements import account, take

FIRST, LAST = date(2023, 12, 20), date(2023, 12, 31)


@pytest.fixture
def office(session: Session) -> Office:
    made = Office(session)
    account(made)
    return made


def test_what_waits_is_named_by_account_and_day(office: Office) -> None:
    take(
        office,
        (FIRST, "12.34", "", "结息"),
        (FIRST, "-7.00", "某公司", "货款"),
        (LAST, "30.00", "某人", ""),
        (date(2024, 1, 3), "5.00", "某人", ""),
        opening="1000.00",
    )
    before, at, after = (FIRST, LAST, date(2024, 1, 3))
    found = still_open_at(office.session, [after, before, at])
    assert list(found) == [before, at, after]
    assert found[before].waiting == []
    assert found[at].waiting == [(Books.SUSPENSE, -3_000)]
    assert found[at].waiting[0].open_fen == 3_000, "owed by the fund"
    assert Waiting(Books.UNION_SUBSIDY_DUE, -500).open_fen == -500, "the union has paid ahead"
    assert found[after].waiting == [(Books.SUSPENSE, -3_500)]
    assert (len(found[at].unexplained), found[at].unexplained_fen) == (1, -700)
    assert [x.untold for x in found.values()] == [[], [], []]
    assert still_open(office.session, date(2024, 1, 4)).untold == [("main", date(2024, 1, 3))]


def test_an_account_without_a_statement_is_named_since_it_is_the_funds(office: Office) -> None:
    assert not still_open(office.session, LAST), "nobody had it then"
    assert still_open(office.session, today()).untold == [("main", None)]


def test_the_amounts_are_the_trial_balances(session: Session) -> None:
    money_year(session)
    seen = set()
    for day in (date(2023, 12, 20), date(2023, 12, 31), date(2024, 1, 31), today()):
        by_books = {
            (x.account, x.closing_fen)
            for x in balances(session, date(2000, 1, 1), day)
            if x.account in WAITING and x.closing_fen
        }
        found = still_open(session, day)
        assert set(found.waiting) == by_books
        seen |= {x.account for x in found.waiting}
    assert len(seen) > 1
