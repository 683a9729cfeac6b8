"""Who only acts for a district says nothing of the whole fund's money, by whatever door."""

from datetime import date

import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.federation import NotOfFederation
from app.accounts.models import Account, Role
from app.banking.import_statement import import_statement
from app.banking.propose_line import drop_proposal
from app.banking.propose_refund import propose_refund
from app.banking.refund import approve_refunds, keep_refund, withdraw_refund
from app.banking.resolve import resolve_not_ours, resolve_to_refund, resolve_to_unit
from app.banking.undo import propose_undo, undo_match
from app.ledger.ask import ask_close, ask_reversal
from app.ledger.close import close
from app.online.settle import settle_online
from app.recoveries.confirm_line import FromOthers, confirm_line, propose_line
from app.unions.models import Union
from tests.db.money_year import DAY, PAYEE, Teller
from tests.db.office import Office, keys
from tests.db.statements import plain
from tests.db.test_rights import refused

ON = date(2023, 12, 22)


@pytest.fixture
def teller(session):
    keys()
    made = Teller(Office(session))
    made.take((DAY, "33.00", "路人", ""), (DAY, "44.00", "路人", ""), (DAY, "55.00", "路人", ""))
    resolve_not_ours(session, made.line(1), by=made.office.by, on=DAY)
    return made


@pytest.fixture
def north(teller):
    """An officer of a district."""
    session = teller.session
    union = Union(name="北区总工会", parent_id=session.get_one(Account, teller.office.by).union_id)
    session.add(union)
    session.flush()
    named = ("north", "北", Role.OFFICER, "battery horse correct")
    return add_account(session, *named, by=None, union_id=union.id)


def test_a_district_neither_proposes_nor_confirms_what_a_line_is(teller, north):
    session, by, line, open_ = teller.session, teller.office.by, teller.line(1), teller.line(2)
    unit = teller.office.unit().id
    propose_undo(session, line, by=by)
    for act in (
        lambda: propose_undo(session, line, by=north),
        lambda: confirm_line(session, line, by=north),
        lambda: drop_proposal(session, line, by=north),
        lambda: undo_match(session, line, proposed_by=by, by=north),
        lambda: propose_line(session, open_, FromOthers(1), by=north),
        lambda: resolve_to_unit(session, open_, unit_id=unit, year=2024, by=north),
        lambda: import_statement(
            session, plain([(DAY, "1.00", "甲", "")], "132.00", first=4), account="main", by=north
        ),
        lambda: settle_online(
            session,
            provider="wechat",
            reference="P1",
            booked_on=DAY,
            net_fen=1,
            fee_fen=0,
            transactions=(),
            by=north,
        ),
    ):
        with pytest.raises(NotOfFederation):
            act()


def test_a_district_gives_no_money_back(teller, north):
    session, by = teller.session, teller.office.by
    other = teller.second()
    refund = resolve_to_refund(session, teller.line(2), payee=PAYEE, by=by, on=DAY)
    asked = {"unit_id": teller.office.unit().id, "year": 2024, "amount_fen": 1, "payee": PAYEE}
    for act in (
        lambda: propose_refund(session, "over", **asked, by=north),
        lambda: approve_refunds(session, [refund], by=north, on=ON),
        lambda: withdraw_refund(session, refund, by=north, on=ON),
        lambda: keep_refund(session, refund, by=north),
    ):
        with pytest.raises(NotOfFederation):
            act()
    approve_refunds(session, [refund], by=other, on=ON)
    withdraw_refund(session, refund, by=by, on=ON)
    with pytest.raises(NotOfFederation):
        withdraw_refund(session, refund, by=north, on=ON)


def test_a_district_closes_no_books(teller, north):
    session, by = teller.session, teller.office.by
    for act in (
        lambda: ask_close(session, "2023-12", by=north),
        lambda: ask_reversal(session, 1, {}, why="错", by=north),
        lambda: close(session, "2023-12", closed_by=by, approved_by=north),
    ):
        with pytest.raises(NotOfFederation):
            act()


UNDONE = (
    "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
    " VALUES (:line, 2, 'undone', '2023-12-22', :one, :other)"
)
APPROVED = (
    "INSERT INTO refund_step (refund_id, seq, step, on_day, file_sha256, recorded_by)"
    " VALUES (:refund, 1, 'approved', '2023-12-22', 'x', :other)"
)


def test_by_sql_a_district_is_no_second_person(teller, north):
    session, by = teller.session, teller.office.by
    facts = {"line": teller.line(1), "one": by, "other": north}
    assert refused(session, UNDONE, "23514", **facts) == "line_resolution_fits"
    refund = resolve_to_refund(session, teller.line(2), payee=PAYEE, by=by, on=DAY)
    asked = {"refund": refund, "other": north}
    assert refused(session, APPROVED, "23514", **asked) == "refund_step_follows"
    session.execute(text(APPROVED), {"refund": refund, "other": teller.second()})
