"""Every line of the statements has one explanation, as the books have it; forged, it shows."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.books.explained import explained
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from tests.conftest import Database
from tests.db.money_year import DAY, money_year


@pytest.fixture(scope="module")
def forger(shared_database: Database) -> Iterator[Session]:
    """A year of money, in the hands of who owns the database: its triggers sleep."""
    owner = create_engine(shared_database.owner_url)
    with owner.connect() as connection, Session(connection) as session:
        money_year(session)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        for table in ("statement_line", "line_resolution", "receipt", "refund_step", "unit_refund"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield session
        session.rollback()
    owner.dispose()


def test_a_year_of_money_is_explained(forger: Session) -> None:
    lines, faults = explained(forger)
    assert (lines, faults) == (forger.scalar(text("SELECT count(*) FROM statement_line")), [])
    says = set(forger.scalars(text("SELECT act FROM line_resolution")))
    assert {"receipt", "undone", "not_ours", "refund", "taken_back"} <= says


@pytest.mark.parametrize(
    ("forgery", "why"),
    [
        ("UPDATE line_resolution SET seq = seq + 9", "LineWordsBroken"),
        ("UPDATE receipt SET amount_fen = amount_fen + 1 WHERE line_id > 0", "LineNamesNothing"),
        ("UPDATE unit_refund SET amount_fen = 1", "LineNamesNothing"),
        (
            (
                "UPDATE refund_step t SET line_id = (SELECT min(id) FROM statement_line"
                " WHERE id NOT IN (SELECT line_id FROM refund_step WHERE line_id > 0))"
                " WHERE step = 'paid' AND refund_id = (SELECT min(refund_id) FROM refund_step"
                " WHERE step = 'paid')"
            ),
            "LineNamesNothing",
        ),
        (
            (
                "UPDATE receipt SET line_id = (SELECT min(id) FROM statement_line"
                " WHERE taken_as = 'suspense') WHERE line_id > 0"
            ),
            "LineSaysOtherwise",
        ),
        (
            (
                "INSERT INTO line_resolution (line_id, seq, act, on_day, receipt_id, resolved_by)"
                " SELECT l.id, 9, 'receipt', l.booked_on, r.receipt_id, r.resolved_by"
                " FROM line_resolution r, statement_line l"
                " WHERE r.act = 'receipt' AND l.taken_as = 'interest'"
            ),
            "LineNamedTwice",
        ),
        ("DELETE FROM line_resolution WHERE act = 'not_ours'", "LinesNotSuspense"),
    ],
)
def test_a_forged_one_shows(forger: Session, forgery: str, why: str) -> None:
    with forger.begin_nested() as nested:
        forger.execute(text("DROP INDEX line_resolution_receipt_id_idx"))
        assert forger.execute(text(forgery)).rowcount
        assert why in {x.why for x in explained(forger).faults}
        nested.rollback()


def test_books_that_say_more_than_the_bank_show(forger: Session) -> None:
    with forger.begin_nested() as nested:
        more = (Posting(Account.BANK, 5), Posting(Account.SUSPENSE, -5))
        post(forger, Entry(DAY.year, date(DAY.year, 12, 31), "made up", more, None))
        faults = {(x.why, x.off_fen) for x in explained(forger).faults}
        assert faults == {("LinesNotSuspense", -5), ("LinesNotBooks", 5)}
        nested.rollback()
