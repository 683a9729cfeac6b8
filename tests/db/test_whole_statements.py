"""As the application's role, past the application: what the schema refuses of forged statements."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.db.office import Office, keys
from tests.db.statements import account

STATEMENT = (
    "INSERT INTO bank_statement (account_id, file_sha256, first_day, last_day, opening_fen,"
    " closing_fen, lines, recorded_by)"
    " VALUES (:account, 'x', '2024-01-05', {last_day}, 0, {closing}, {lines}, :by) RETURNING id"
)
LINES = (
    "INSERT INTO statement_line (statement_id, account_id, line, bank_key, booked_on, amount_fen,"
    " balance_fen, payer_name, remark, taken_as, why, receipt_id, subsidy_id, batch_id, refund_id,"
    " payer_id) VALUES (:statement, :account, 1, 'one', '2024-01-05', 300, 300, '', '',"
    " 'suspense', '', NULL, NULL, NULL, NULL, NULL), (:statement, :account, 2, 'two',"
    " '2024-01-06', {fen}, 300 + {fen}, '', '', :taken_as, '', {receipt}, {subsidy}, {batch},"
    " {refund}, {payer})"
)
WHOLE = {"last_day": "'2024-01-06'", "closing": "800", "lines": "2", "fen": "500"}
NOBODY = dict.fromkeys(("receipt", "subsidy", "batch", "refund", "payer"), "NULL")


@pytest.fixture
def office(session):
    keys()
    return Office(session)


def forge(office, taken_as: str = "suspense", **changed: str) -> str | None:
    """The name of the constraint that refuses two lines; None where they go in."""
    session, told = office.session, WHOLE | NOBODY | changed
    with session.begin_nested() as forged:
        facts = {"account": account(office), "by": office.by, "taken_as": taken_as}
        number = session.scalar(text(STATEMENT.format(**told)), facts)
        refused = None
        try:
            with session.begin_nested():
                session.execute(text(LINES.format(**told)), facts | {"statement": number})
        except IntegrityError as refusal:
            refused = refusal.orig.diag.constraint_name
        forged.rollback()
    return refused


def test_lines_that_make_the_closing_balance_go_in(office):
    assert forge(office) is None


@pytest.mark.parametrize(
    "changed", [{"closing": "801"}, {"lines": "3"}, {"last_day": "'2024-01-07'"}]
)
def test_lines_that_are_not_all_of_the_statement(office, changed):
    assert forge(office, **changed) == "statement_is_whole"


@pytest.mark.parametrize(
    ("taken_as", "named", "fen"),
    [
        ("receipt", "receipt", 500),
        ("subsidy", "subsidy", 500),
        ("bounced", "refund", 500),
        ("refund", "refund", -100),
        ("batch", "batch", -100),
        ("suspense", "payer", 500),
    ],
)
def test_a_line_of_what_does_not_exist(office, taken_as, named, fen):
    changed = {named: "999999", "fen": str(fen), "closing": str(300 + fen)}
    assert forge(office, taken_as, **changed) == "statement_is_whole"


def test_a_line_of_a_subsidy_of_another_amount(office):
    subsidy = str(office.receive_subsidy("5.00", date(2024, 1, 6), year=2024, ref="S").subsidy_id)
    assert forge(office, "subsidy", subsidy=subsidy) is None
    other = {"subsidy": subsidy, "fen": "501", "closing": "801"}
    assert forge(office, "subsidy", **other) == "statement_is_whole"
