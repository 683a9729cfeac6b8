"""Money that left and was said to be a fee, a batch or taken back: two officers undo it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.banking.lines import LineDayWrong, LineResolved, state_of
from app.banking.propose_line import LineOnePerson
from app.banking.resolve import resolve_not_ours, resolve_taken_back, resolve_to_fee
from app.banking.undo import LineNotMatched, UndoOnePerson, propose_undo, undo_match
from app.books.bank_balance import reconciliation
from app.books.derive import differences
from app.books.explained import explained
from app.clock import today
from app.recoveries.confirm_line import confirm_line
from tests.db.money_year import DAY, Teller
from tests.db.office import Office, keys
from tests.db.test_rights import refused
from tests.following import loose_ends

ONE, TWO, THREE = (DAY + timedelta(days=x) for x in (1, 2, 3))
TURNED = DAY + timedelta(days=20)


@pytest.fixture
def teller(session):
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    return Teller(Office(session))


@pytest.fixture
def two(teller):
    return {"proposed_by": teller.office.by, "by": teller.second()}


def balances(teller, year=2023):
    return [teller.office.balance(code, year) for code in ("1001", "5101", "2103")]


def test_a_fee_is_undone_and_said_again(teller, two, tmp_path):
    session, by = teller.session, teller.office.by
    teller.take((DAY, "10.00", "", "结息"), (DAY, "-3.00", "某公司", ""))
    line = teller.line(2)
    with pytest.raises(LineNotMatched):
        undo_match(session, line, **two)
    resolve_to_fee(session, line, **two, on=ONE)
    assert balances(teller) == [700, 300, 0]
    with pytest.raises(UndoOnePerson):
        undo_match(session, line, proposed_by=by, by=by, on=TWO)
    with pytest.raises(LineDayWrong):
        undo_match(session, line, **two, on=DAY)
    propose_undo(session, line, by=by)
    assert balances(teller) == [700, 300, 0], "nothing moves before another confirms"
    undo_match(session, line, **two, on=TWO)
    assert balances(teller) == [1000, 0, 0]
    assert state_of(session, line)[1] == "unexplained"
    holds(teller, DAY, ONE, TWO, today())
    with pytest.raises(LineDayWrong):
        resolve_to_fee(session, line, **two, on=ONE)
    resolve_to_fee(session, line, **two, on=THREE)
    assert balances(teller) == [700, 300, 0]
    holds(teller, DAY, ONE, TWO, THREE, today())
    undo_match(session, line, **two, on=THREE)
    holds(teller, DAY, TWO, THREE)
    verifies(teller, tmp_path, 2023)


def test_a_fee_by_the_banks_word_is_undone_too(teller, two, tmp_path):
    session = teller.session
    teller.take((DAY, "-3.00", "", "手续费"))
    assert balances(teller) == [-300, 300, 0]
    propose_undo(session, teller.line(1), by=two["proposed_by"])
    confirm_line(session, teller.line(1), by=two["by"])
    assert balances(teller) == [0, 0, 0]
    holds(teller, DAY, today())
    verifies(teller, tmp_path, 2023)


def test_what_was_taken_back_by_another_line(teller, two, tmp_path):
    """Across the turn of the year: suspense is of the year that brought it."""
    session, by = teller.session, teller.office.by
    teller.take((DAY, "44.00", "路人", ""), (DAY, "44.00", "路人", ""))
    teller.take((TURNED, "-44.00", "路人", "冲正"), (TURNED, "-44.00", "路人", "冲正"))
    brought, other, back, again = (teller.line(x) for x in (1, 2, 3, 4))
    resolve_taken_back(session, back, other_line_id=brought, by=by, on=TURNED)
    with pytest.raises(LineResolved), session.begin_nested():
        resolve_taken_back(session, back, other_line_id=other, by=by, on=TURNED)
    with pytest.raises(LineNotMatched), session.begin_nested():
        undo_match(session, brought, **two, on=TURNED)
    undo_match(session, back, **two, on=TURNED)
    assert teller.office.balance("2103", 2023) == -8_800
    holds(teller, DAY, TURNED, today())
    resolve_taken_back(session, again, other_line_id=brought, by=by, on=TURNED)
    forged = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, other_line_id, resolved_by)"
        " VALUES (:back, 3, 'taken_back', :on, :brought, :by)"
    )
    facts = {"back": back, "brought": brought, "on": TURNED, "by": by}
    assert refused(session, forged, "23514", **facts) == "line_resolution_fits"
    resolve_taken_back(session, back, other_line_id=other, by=by, on=TURNED)
    assert teller.office.balance("2103", 2023) == 0
    holds(teller, DAY, TURNED, today())
    undo_match(session, back, **two, on=TURNED)
    undo_match(session, other, **two, on=TURNED)
    resolve_not_ours(session, other, by=by, on=TURNED)
    resolve_to_fee(session, back, **two, on=TURNED)
    holds(teller, DAY, TURNED, today())
    verifies(teller, tmp_path, 2023, 2024)


def test_the_database_says_so_too(teller, two):
    session, by = teller.session, teller.office.by
    teller.take((DAY, "10.00", "", "结息"), (DAY, "-3.00", "某公司", ""))
    fee = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
        " VALUES (:line, 1, 'fee', :on, :one, :other)"
    )
    said = {"line": teller.line(2), "on": TWO, "one": None, "other": by}
    assert refused(session, fee, "23514", **said) == "line_resolution_fits"
    assert (
        refused(session, fee, "23514", **said | {"one": by}) == "line_resolution_two_people_check"
    )
    with pytest.raises(LineOnePerson):
        resolve_to_fee(session, teller.line(2), proposed_by=by, by=by, on=TWO)
    resolve_to_fee(session, teller.line(2), **two, on=TWO)
    undo = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
        " VALUES (:line, 2, 'undone', :on, :one, :other)"
    )
    facts = {"line": teller.line(2), "on": TWO, "one": by, "other": two["by"]}
    alone = facts | {"other": by}
    assert refused(session, undo, "23514", **alone) == "line_resolution_two_people_check"
    assert refused(session, undo, "23514", **facts | {"on": ONE}) == "line_resolution_fits"
    session.execute(text(undo), facts)


def holds(teller, *days):
    session = teller.session
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    assert differences(session, DAY, today()) == []
    assert explained(session).faults == []
    for day in days:
        assert reconciliation(session, day).off_fen == 0, day


def verifies(teller, tmp_path, *years):
    assert [*loose_ends(teller.session)] == []
    for year in years:
        path = tmp_path / f"{year}.zip"
        make_bundle(teller.session, year, path)
        found = verify.examine(str(path))
        assert found["ok"], found["fault"].says("en")
