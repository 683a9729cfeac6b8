"""Rows that no door writes, as the application's own role could: the database refuses them."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.banking.propose_refund import propose_refund
from app.banking.refund import approve_refunds
from app.ledger.reverse import NotReversible
from app.online.take_back import reverse
from tests.db.asking import Asking
from tests.db.money_year import PAYEE, Teller, money_year


@pytest.fixture
def teller(session):
    return money_year(session)


def refused(session, constraint: str, statement: str, **facts: object) -> None:
    """The statement would write rows in an honest fund; `one` and `other` are officers."""
    officers = session.scalars(text("SELECT id FROM account WHERE role = 'officer' ORDER BY id"))
    one, other = officers.all()[:2]
    with pytest.raises(IntegrityError, match=constraint), session.begin_nested():
        session.execute(text(statement), {"one": one, "other": other} | facts)


UNDONE = (
    "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
    " SELECT l.id, coalesce((SELECT max(seq) FROM line_resolution WHERE line_id = l.id), 0) + 1,"
    " 'undone', '2024-02-01', :one, :other FROM statement_line l WHERE l.id = :line"
)


def test_a_match_is_not_undone_beside_its_receipt_nor_its_refund(teller: Teller):
    # 1 was matched by a rule, 2 by a person, 7 is refunded: none is in suspense again by a word.
    for nth in (1, 2, 7):
        refused(teller.session, "line_resolution_fits", UNDONE, line=teller.line(nth))
    forged = (
        "INSERT INTO receipt_undone (receipt_id, on_day, proposed_by, undone_by)"
        " SELECT id, '2024-02-01', :one, :other FROM receipt r WHERE line_id IS NULL"
        " AND NOT EXISTS (SELECT FROM receipt_undone u WHERE u.receipt_id = r.id)"
        " ORDER BY id LIMIT 1"
    )
    refused(teller.session, "receipt_can_be_undone", forged)


STEP = (
    "INSERT INTO refund_step (refund_id, seq, step, on_day, line_id, file_sha256, recorded_by)"
    " SELECT :refund, :seq, :step, '2024-02-01', CASE WHEN :step = 'paid' THEN :line END,"
    " CASE WHEN :step = 'approved' THEN 'x' END, :by"
)


def test_a_refund_goes_step_by_step_by_two_people(teller: Teller):
    session, other = teller.session, teller.second(91)
    asked = {"unit_id": teller.office.unit(1).id, "year": 2024, "amount_fen": 500}
    refund = propose_refund(session, "over", **asked, payee=PAYEE, by=teller.office.by)
    line = teller.line(5)
    paid = {"refund": refund, "line": line, "by": other}
    refused(session, "refund_step_follows", STEP, seq=1, step="paid", **paid)
    own = paid | {"by": teller.office.by}
    refused(session, "refund_step_follows", STEP, seq=1, step="approved", **own)
    approve_refunds(session, [refund], by=other, on=date(2024, 2, 1))
    refused(session, "refund_step_follows", STEP, seq=2, step="paid", **paid)  # another amount
    refused(session, "refund_step_follows", STEP, seq=2, step="approved", **paid)


def test_a_line_is_said_once_by_sql_too(teller: Teller):
    fee = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, resolved_by)"
        " VALUES (:line, :seq, 'fee', '2024-02-01', :one)"
    )
    refused(teller.session, "line_resolution", fee, line=teller.line(5), seq=1)
    refused(teller.session, "line_resolution_fits", fee, line=teller.line(5), seq=2)
    refused(teller.session, "line_resolution_fits", fee, line=teller.line(1), seq=1)


REVERSAL = (
    "WITH turned AS (INSERT INTO entry (id, benefit_year, booked_on, memo, about)"
    " SELECT nextval('entry_id_seq'), benefit_year + :off, booked_on, 'reversed', id FROM entry"
    " WHERE id = :entry RETURNING id), lines AS (INSERT INTO posting (entry_id, line, account,"
    " amount_fen, unit_id) SELECT t.id, p.line, p.account, -p.amount_fen, p.unit_id FROM turned t,"
    " posting p WHERE p.entry_id = :entry RETURNING 1) INSERT INTO entry_reversal (entry_id,"
    " reversal_id, reversed_on, why, reversed_by, approved_by)"
    " SELECT :entry, id, '2024-02-01', 'x', :one, :other FROM turned"
)


def test_what_the_bank_says_has_come_is_not_reversed(teller: Teller):
    session, other = teller.session, teller.second(92)
    of_memo = text("SELECT max(id) FROM entry WHERE memo = :memo")
    subsidy = session.scalar(of_memo, {"memo": "subsidy received"})
    said = {"why": "错", "reversed_by": teller.office.by, "approved_by": other}
    with pytest.raises(NotReversible):
        reverse(session, subsidy, **said)
    for memo in ("subsidy received", "statement received", "refund paid"):
        entry = session.scalar(of_memo, {"memo": memo})
        refused(session, "entry_can_be_reversed", REVERSAL, entry=entry, off=0)


def test_a_reversal_stays_in_its_year(teller: Teller):
    teller.office.receive_subsidy("8.00", date(2024, 1, 2))
    entry = teller.session.scalar(text("SELECT max(id) FROM entry"))
    refused(teller.session, "entry_can_be_reversed", REVERSAL, entry=entry, off=1)


def test_no_period_is_closed_that_is_not_over(teller: Teller):
    close = (
        "INSERT INTO ledger_close (period, last_on, last_entry_id, digest, closed_by, approved_by)"
        " SELECT '2999', '2999-12-31', max(id), '', :one, :other FROM entry"
    )
    refused(teller.session, "books_can_close", close)


@pytest.mark.parametrize("asker", ["NULL", ":one", ":same"])
def test_a_units_account_is_not_changed_by_one_person(session, asker):
    office = Asking(session)
    office.register(31)
    same = add_account(session, "again", "甲", Role.OFFICER, "a good long password", by=None)
    mine = office.unit_id(31)
    member = text("INSERT INTO member (certno_cipher, certno_index) VALUES ('x', 'x') RETURNING id")
    person = session.scalar(member)
    for who in (office.by, same):
        session.get_one(Account, who).member_id = person
    session.flush()
    account = (
        "INSERT INTO unit_account (unit_id, seq, account_cipher, account_index, tail, bank,"
        f" from_on, recorded_by, approved_by) SELECT :unit, 2, 'x', 'x', '1', 'b', '2024-01-01',"
        f" {asker}, :one WHERE :same > 0"
    )
    refused(session, "two_people", account, unit=mine, one=office.by, same=same)
