"""What leaves the bank for a batch in parts is the batch's, and never more than it comes to."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.banking.import_statement import import_statement
from app.banking.lines import LineDayWrong, state_of
from app.banking.resolve import LineOtherWay, batch_id_of, resolve_to_batch, resolve_to_fee
from app.banking.undo import LineNotMatched, UndoOnePerson, propose_undo, undo_match
from app.books.bank_balance import reconciliation
from app.books.explained import explained
from tests.db.fund_year import fund_year
from tests.db.payables import sent_claim, tied_fund
from tests.db.statements import account, plain, yuan

DAY = date(2024, 3, 5)
BY_SQL = """
INSERT INTO line_resolution (line_id, seq, act, on_day, batch_id, resolved_by)
VALUES (:line, 1, 'batch', '2024-03-05', :batch, :by)
"""


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def test_parts_never_come_to_more_than_the_batch(fund, session):
    _, _, batch = sent_claim(fund)
    account(SimpleNamespace(session=session, by=fund.preparer))
    lines = [(DAY, amount, "代发", batch.number) for amount in ("-60.00", "-40.00", "-0.01")]
    import_statement(session, plain(lines, "500.00"), account="main", by=fund.preparer)
    first, second, more = session.scalars(text("SELECT id FROM statement_line ORDER BY id")).all()
    for line in (first, second):
        found = batch_id_of(session, batch.number)
        assert found == batch.id
        resolve_to_batch(session, line, batch_id=found, by=fund.preparer, on=DAY)
    with pytest.raises(LineOtherWay):
        resolve_to_batch(session, more, batch_id=batch.id, by=fund.preparer, on=DAY)
    named = {"line": more, "batch": batch.id, "by": fund.preparer}
    with pytest.raises(IntegrityError, match="a line is said to be what it cannot be"):
        session.execute(text(BY_SQL), named)
    session.rollback()


def test_a_number_of_no_batch_is_none(fund, session):
    _, _, batch = sent_claim(fund)
    for number in ("", "P2024-9999", batch.number.replace("2024", "2023"), f"{batch.number} "):
        with pytest.raises(LineOtherWay):
            batch_id_of(session, number)


def test_what_left_was_of_another_batch(session, tmp_path):
    """Said of the one, undone by two, said of the other: the books move by the bank's answers."""
    fund = fund_year(session)
    other = add_account(session, "third", "丁", Role.OFFICER, "correct horse battery", by=None)
    account(SimpleNamespace(session=session, by=fund.clerk))
    asked = "SELECT id, total_fen FROM payment_batch WHERE benefit_year = 2021 ORDER BY total_fen"
    [(_, fen), *_, (large, _)] = session.execute(text(asked)).all()
    moved = "SELECT coalesce(sum(amount_fen), 0) FROM posting WHERE account = '1001'"
    before, on = session.scalar(text(moved)), date(2022, 3, 5)
    some = [(on, yuan(-fen), "代发", "其他"), (on, "-1.00", "代发", "其他")]
    import_statement(session, plain(some, "99999.00"), account="main", by=fund.clerk)
    asked = "SELECT id, taken_as FROM statement_line ORDER BY id"
    [(line, taken_as), (part, _)] = session.execute(text(asked)).all()
    two = {"proposed_by": fund.clerk, "by": other}
    assert taken_as == "batch"  # by the bank's own word: it stays
    with pytest.raises(LineNotMatched), session.begin_nested():
        undo_match(session, line, **two)
    resolve_to_batch(session, part, batch_id=large, by=fund.clerk, on=on)
    propose_undo(session, part, by=fund.clerk)
    assert state_of(session, part)[1] == "batch", "nothing moves before another confirms"
    with pytest.raises(UndoOnePerson), session.begin_nested():
        undo_match(session, part, proposed_by=other, by=other, on=on)
    with pytest.raises(LineDayWrong), session.begin_nested():
        undo_match(session, part, **two, on=on - timedelta(days=1))
    undo_match(session, part, **two, on=on + timedelta(days=1))
    assert state_of(session, part)[1] == "unexplained"
    resolve_to_batch(session, part, batch_id=large, by=fund.clerk, on=on + timedelta(days=2))
    assert session.scalar(text(moved)) == before
    undo_match(session, part, **two, on=on + timedelta(days=2))
    resolve_to_fee(session, part, **two, on=on + timedelta(days=3))
    assert session.scalar(text(moved)) == before - 100
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert explained(session).faults == []
    for days in range(5):
        assert reconciliation(session, on + timedelta(days=days)).off_fen == 0, days
    for year in (2021, 2022):
        make_bundle(session, year, tmp_path / f"{year}.zip")
        found = verify.examine(str(tmp_path / f"{year}.zip"))
        assert found["ok"], found["fault"].says("en")
