"""Closing periods: what is in, what comes after, and that nothing is opened again."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Account as SignIn
from app.banking.resolve import resolve_to_union
from app.books.sheets import balances
from app.clock import today
from app.contributions.subsidise import receive_subsidy
from app.db import as_refusal
from app.ledger import close as closing
from app.ledger.chart import Account
from app.ledger.close import close
from app.ledger.journal import YEAR_CLOSED, Entry, Posting
from app.ledger.models import (
    ClosedBalance,
    EntryReversal,
    JournalEntry,
    JournalPosting,
    LedgerClose,
)
from app.ledger.post import post
from app.ledger.reverse import (
    NoSuchEntry,
    NotReversible,
    ReversedAhead,
    ReversedAlready,
    WhyMissing,
)
from app.online.take_back import reverse
from app.payments.due import expense_off_fen
from tests.db.money_year import Teller
from tests.db.office import Office
from tests.db.two_officers import Officers


@pytest.fixture
def fund(session):
    return Officers(session)


def book(session: Session, day: date, fen: int, year: int = 2023, memo: str = "x") -> int:
    lines = (Posting(Account.BANK, fen), Posting(Account.UNIT_PART, -fen))
    return post(session, Entry(year, day, memo, lines))[0]


def booked_on(session: Session, entry_id: int) -> tuple[date, date | None]:
    entry = session.get_one(JournalEntry, entry_id, populate_existing=True)
    return entry.booked_on, entry.document_on


def test_what_comes_late_is_booked_on_the_first_open_day(session, fund):
    book(session, date(2023, 5, 31), 100)
    fund.close("2023-05")
    late = book(session, date(2023, 5, 2), 5)
    assert booked_on(session, late) == (date(2023, 6, 1), date(2023, 5, 2))
    assert booked_on(session, book(session, date(2023, 6, 1), 7)) == (date(2023, 6, 1), None)


def test_a_period_is_closed_once_in_order_and_when_it_is_over(session, fund):
    book(session, date(2023, 4, 30), 100)
    with pytest.raises(closing.EarlierPeriodOpen):
        fund.close("2023-05")
    fund.close("2023-04")
    fund.close("2023-05")
    for again in ("2023-05", "2023-04"):
        with pytest.raises(closing.PeriodClosed):
            fund.close(again)
    fund.close("2023")
    with pytest.raises(closing.PeriodClosed):
        fund.close("2023-11")
    with pytest.raises(closing.PeriodNotOver):
        fund.close(str(today().year))
    with pytest.raises(closing.DecemberWithYear):
        fund.close("2024-12")
    for nonsense in ("2024-13", "24", "2024-5", "２０２４", ""):
        with pytest.raises(closing.PeriodMalformed):
            fund.close(nonsense)


def test_nobody_closes_or_reverses_alone(session, fund):
    entry_id = book(session, date(2023, 5, 31), 100, memo="subsidy received")
    for other in (fund.one, fund.one_again):
        with pytest.raises(closing.BooksOnePerson):
            close(session, "2023-05", closed_by=fund.one, approved_by=other)
        with pytest.raises(closing.BooksOnePerson):
            reverse(session, entry_id, why="x", reversed_by=fund.one, approved_by=other)
        row = {"by": fund.one, "other": other, "last": entry_id}
        with pytest.raises(IntegrityError) as refused, session.begin_nested():
            session.execute(text(CLOSE_BY_HAND), row)
        assert isinstance(as_refusal(refused.value), closing.BooksOnePerson)


CLOSE_BY_HAND = """
INSERT INTO ledger_close (period, last_on, last_entry_id, digest, closed_by, approved_by)
VALUES ('2023-05', '2023-05-31', :last, 'x', :by, :other)
"""
BOOK_BY_HAND = (
    "INSERT INTO entry (id, benefit_year, booked_on, memo) VALUES (:id, 2023, '2023-05-31', 'x')"
)


def test_the_database_books_nothing_into_a_closed_period(session, fund):
    last = book(session, date(2023, 5, 31), 100)
    with pytest.raises(IntegrityError, match="books_can_close"), session.begin_nested():
        session.execute(text(CLOSE_BY_HAND), {"by": fund.one, "other": fund.two, "last": last - 1})
    fund.close("2023-05")
    for number in (last + 1000, last - 1):
        with pytest.raises(IntegrityError, match="closed up to"), session.begin_nested():
            session.execute(text(BOOK_BY_HAND), {"id": number})


def test_a_year_is_carried_into_the_fund_balance_and_opens_the_next(lived):
    session = lived
    years = session.scalars(
        select(JournalEntry.benefit_year)
        .where(JournalEntry.memo == YEAR_CLOSED, JournalEntry.booked_on == date(2020, 12, 31))
        .order_by(JournalEntry.benefit_year)
    ).all()
    assert years == [2019, 2021]
    ends = balances(session, date(2020, 1, 1), date(2020, 12, 31))
    assert not [x for x in ends if x.account.value[0] in "45" and x.closing_fen]
    begins = {x.account: x.opening_fen for x in balances(session, date(2021, 1, 1), today())}
    assert {x.account: x.closing_fen for x in ends if x.closing_fen} == {
        account: fen for account, fen in begins.items() if fen
    }
    last = session.scalars(select(LedgerClose.id).order_by(LedgerClose.id.desc())).first()
    frozen: dict[str, int] = {}
    for row in session.scalars(select(ClosedBalance).where(ClosedBalance.close_id == last)):
        frozen[row.account] = frozen.get(row.account, 0) + row.balance_fen
    assert frozen == {x.account.value: x.closing_fen for x in ends if x.closing_fen}
    assert [expense_off_fen(session, year) for year in (2019, 2020, 2021, 2022)] == [0] * 4


def test_a_wrong_subsidy_is_reversed_once(session, fund):
    entry_id = fund.subsidy(date(2023, 5, 2), 900)
    other = book(session, date(2023, 5, 2), 5, memo="money received")
    for wrong, refusal in ((other, NotReversible), (other + 100, NoSuchEntry)):
        with pytest.raises(refusal):
            fund.reverse(wrong)
    with pytest.raises(WhyMissing):
        fund.reverse(entry_id, why=" ")
    with pytest.raises(ReversedAhead):
        fund.reverse(entry_id, reversed_on=date(2023, 5, 1))
    fund.close("2023-05")
    done = fund.reverse(entry_id, reversed_on=date(2023, 5, 20))
    assert booked_on(session, done.reversal_id) == (date(2023, 6, 1), date(2023, 5, 20))
    sums = select(JournalPosting.account, JournalPosting.amount_fen).where(
        JournalPosting.entry_id == done.reversal_id
    )
    assert sorted(session.execute(sums)) == [("1001", -900), ("1101", 900)]
    with pytest.raises(ReversedAlready):
        fund.reverse(entry_id)
    with pytest.raises(NotReversible):
        fund.reverse(done.reversal_id)


def test_posting_while_closing_is_in_or_after_and_never_lost(database):
    """Eight connections book into a month that a ninth closes."""
    with Session(database.engine) as session:
        fund = Officers(session)
        union = fund.union
        session.commit()
        one, two = fund.one, fund.two
    ready = Barrier(9)

    def pay(number: int) -> None:
        for count in range(5):
            with Session(database.engine) as session:
                if count == 1:
                    ready.wait(timeout=60)
                receive_subsidy(
                    session,
                    union_id=union,
                    year=2023,
                    amount_fen=1 + number,
                    received_on=date(2023, 5, 31),
                    reference=f"{number}-{count}",
                    by=one,
                )
                session.commit()

    def shut() -> None:
        ready.wait(timeout=60)
        with Session(database.engine) as session:
            close(session, "2023-05", closed_by=one, approved_by=two)
            session.commit()

    at_once([shut, *(lambda n=n: pay(n) for n in range(8))])
    with Session(database.engine) as session:
        fund.session = session
        fund.subsidy(date(2023, 5, 31), 100)
        session.commit()
        row = session.scalars(select(LedgerClose)).one()
        frozen = select(ClosedBalance.balance_fen).where(ClosedBalance.account == "1001")
        [end] = balances(session, date(2023, 5, 1), date(2023, 5, 31))[:1]
        assert session.execute(frozen).scalar_one() == end.closing_fen
        entries = session.scalars(select(JournalEntry)).all()
        assert len(entries) == 41
        after = [x for x in entries if x.id > row.last_entry_id]
        assert 1 <= len(after) <= 33
        assert {(x.booked_on, x.document_on) for x in after} == {
            (date(2023, 6, 1), date(2023, 5, 31))
        }
        assert {x.booked_on for x in entries if x not in after} == {date(2023, 5, 31)}
        [whole] = balances(session, date(2023, 5, 1), date(2023, 6, 1))[:1]
        assert whole.closing_fen == 100 + 5 * sum(range(1, 9))


def at_once(acts: list[Callable[[], None]]) -> None:
    troubles: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as trouble:
            troubles.append(trouble)
            raise

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles


def test_a_subsidy_that_the_banks_statement_shows_is_not_taken_back(session):
    teller = Teller(Office(session))
    office, day = teller.office, date(2023, 5, 2)
    one, other = (teller.second(seed) for seed in (90, 91))
    teller.take((day, "8.00", "市总工会", "补助"))
    union = session.get_one(SignIn, office.by).union_id
    line = teller.line(1)
    resolve_to_union(session, line, union_id=union, year=2023, by=office.by, on=day)
    entry_id = session.scalar(text("SELECT id FROM entry WHERE memo = 'subsidy received'"))
    with pytest.raises(NotReversible):
        reverse(session, entry_id, why="错", reversed_by=one, approved_by=other)
    rows = session.execute(
        text("SELECT account, -amount_fen FROM posting WHERE entry_id = :id"), {"id": entry_id}
    )
    back = tuple(Posting(Account(account), fen) for account, fen in rows)
    [reversal_id] = post(session, Entry(2023, day, "reversed", back, entry_id))
    row = EntryReversal(
        entry_id=entry_id,
        reversal_id=reversal_id,
        reversed_on=day,
        why="错",
        reversed_by=one,
        approved_by=other,
    )
    session.add(row)
    with pytest.raises(DBAPIError, match="what the bank brought"):
        session.flush()
