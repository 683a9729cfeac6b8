"""What leaves the bank for a batch in parts is the batch's, and never more than it comes to."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.banking.import_statement import import_statement
from app.banking.resolve import LineOtherWay, batch_id_of, resolve_to_batch
from tests.db.payables import sent_claim, tied_fund
from tests.db.statements import account, plain

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
