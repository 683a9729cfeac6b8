"""What was spent, from kept sums: to the fen what the claims themselves come to, at every moment.

Members have two covers that start in one year, a gift and a paid one, so that a corrected bill
moves to another roster, care or year. Whatever happens, sums are kept up at moments of chance.
"""

import random
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.income import income_by
from app.books.keep_spent import keep_spent, remake_spent
from app.ledger.balance import both_balances, trial_balance
from app.ledger.chart import Account
from tests.conftest import Database
from tests.db.giving import Giving
from tests.db.office import assert_sound, bill, chronic, refund

PEOPLE = (1, 2, 3)
DAYS = ("2022-02-10", "2022-05-01", "2022-09-09", "2022-12-31", "2023-02-01", "2024-01-05")
YEARS = (2022, 2023, 2024)


@pytest.fixture
def office(session: Session) -> Giving:
    made = Giving(session)
    made.open(months=4)
    made.give([1, 2], date(2022, 1, 1))
    for unit, people in ((1, [1, 3]), (2, [2])):
        made.covered(people, date(2022, 3, 1), unit=unit)
        made.covered(people, date(2023, 3, 1), unit=unit)
    made.look_again()
    return made


def parts(session: Session, *, kept: bool) -> list[object]:
    """What is not nothing: claims of one part may cancel out."""
    return [
        {
            (x.key, account): fen
            for x in income_by(session, year, split, by, kept=kept)
            for account, fen in x.fen.items()
            if fen
        }
        for year in YEARS
        for by in ("benefit_year", "booked_on")
        for split in ("scheme", "union", "campaign")
    ]


def agree(session: Session) -> None:
    assert parts(session, kept=True) == parts(session, kept=False)
    for year in YEARS:
        whole = trial_balance(session, year), trial_balance(session, year, "booked_on")
        assert both_balances(session, year) == whole


def moved(session: Session) -> int:
    """Claims that were granted something under two covers of one benefit year."""
    asked = text(
        "SELECT count(*) FROM (SELECT FROM determination WHERE payable_fen > 0"
        " GROUP BY claim_id, benefit_year HAVING count(DISTINCT (cover_id, care)) > 1) x"
    )
    return int(session.execute(asked).scalar_one())


def happen(office: Giving, lot: random.Random, at: int) -> None:
    """A bill, the same bill with other figures, or its refund."""
    who, day = lot.choice(PEOPLE), lot.choice(DAYS)
    number, scope = f"{who}-{lot.randrange(4)}", f"{lot.randrange(100, 900_000) / 100:.2f}"
    if lot.random() < 0.2:
        office.determine(refund(f"R{at}", number, who, "2024-02-02"))
    else:
        office.determine(lot.choice((bill, bill, chronic))(number, who, day, scope))


@pytest.mark.parametrize("seed", range(6))
def test_kept_sums_are_the_claims_own_whenever_they_are_kept(office: Giving, seed: int) -> None:
    lot, kept = random.Random(seed), 0  # noqa: S311 - a test's lots
    for at in range(24):
        happen(office, lot, at)
        if lot.random() < 0.4:
            assert keep_spent(office.session)
            kept += 1
        agree(office.session)
    assert kept
    assert moved(office.session)
    spent = [account for part in parts(office.session, kept=True) for _, account in part]
    assert {Account.INPATIENT, Account.CHRONIC} <= set(spent)
    assert_sound(office.session)
    sums, off = remake_spent(office.session)
    assert sums
    assert off == 0
    agree(office.session)


def test_a_claim_moves_between_what_was_kept_and_what_came_since(office: Giving) -> None:
    office.determine(bill("A", 1, "2022-02-10", "1000.00"))
    assert keep_spent(office.session)
    office.determine(bill("A", 1, "2022-05-01", "3000.00"))
    agree(office.session)
    assert moved(office.session) == 1
    gift, paid = income_by(office.session, 2022, "campaign", kept=True)
    assert (gift.expense_fen, paid.expense_fen) == (0, 150_000)
    assert keep_spent(office.session)
    agree(office.session)


def test_a_wrong_sum_is_told_and_put_right(office: Giving) -> None:
    office.determine(bill("A", 1, "2022-02-10", "1000.00"))
    assert keep_spent(office.session)
    office.session.execute(text("UPDATE spent_sum SET amount_fen = amount_fen + 1"))
    assert remake_spent(office.session) == (1, 1)
    agree(office.session)


def test_nothing_is_kept_while_somebody_posts(database: Database) -> None:
    """Who posts has drawn numbers that nobody else sees yet: they are not taken for kept."""
    with database.engine.connect() as posts, database.engine.connect() as keeps:
        posts.execute(text("SELECT books_open_from()"))
        rest = text("SELECT * FROM books_at_rest()")
        assert keeps.execute(rest).all() == []
        posts.rollback()
        assert len(keeps.execute(rest).all()) == 1
        # And it holds nobody off, though its transaction goes on.
        posts.execute(text("SET LOCAL lock_timeout = 1"))
        posts.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('books', 0))"))
        posts.rollback()
        keeps.rollback()
