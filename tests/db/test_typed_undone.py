"""Money of a unit that was typed wrongly: two take it back, and the bank's own word counts then."""

from datetime import date

import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.banking.propose_refund import propose_refund
from app.banking.resolve import resolve_to_unit
from app.banking.undo import ReceiptBeganCover
from app.books.bank_balance import reconciliation
from app.books.derive import differences
from app.books.explained import explained
from app.clock import today
from app.contributions.receive import OnStatement, ReferenceUsed
from app.contributions.reference import notice_reference
from app.contributions.standing import standing
from app.ledger.close import BooksOnePerson
from app.ledger.reverse import NotReversible, ReversedAlready
from app.online.take_back import reverse, take_back_typed
from tests.db.money_year import DAY, PAYEE, Teller
from tests.db.office import Office, keys
from tests.db.test_rights import refused
from tests.following import loose_ends


@pytest.fixture
def teller(session):
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    made = Teller(Office(session))
    made.office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    return made


@pytest.fixture
def two(teller):
    return {"proposed_by": teller.office.by, "by": teller.second()}


def typed(teller, amount="30.00", ref="S1", year=2024):
    return teller.office.receive(amount, DAY, year=year, ref=ref).receipt_id


def take_back(teller, receipt, two):
    return take_back_typed(teller.session, receipt, why="金额记错", **two)


def test_it_is_as_if_nothing_had_been_typed(teller, two):
    session, office = teller.session, teller.office
    receipt = typed(teller)
    take_back(teller, receipt, two)
    assert (office.balance("1001", 2024), office.balance("2101", 2024)) == (0, 0)
    assert standing(session, office.unit().id, 2024).received_fen == 0
    undone = "SELECT receipt_id, proposed_by, undone_by FROM receipt_undone"
    assert tuple(session.execute(text(undone)).one()) == (receipt, *two.values())
    with pytest.raises(ReversedAlready):
        take_back(teller, receipt, two)
    holds(teller)


def test_two_people_take_it_back(teller, two):
    receipt = typed(teller)
    with pytest.raises(BooksOnePerson):
        take_back(teller, receipt, two | {"by": two["proposed_by"]})
    facts = {"receipt": receipt, "one": two["proposed_by"], "other": two["by"]}
    alone = (
        "INSERT INTO receipt_undone (receipt_id, on_day, proposed_by, undone_by)"
        " VALUES (:receipt, '2024-02-01', :one, :other)"
    )
    teller.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert refused(teller.session, alone, "23514", **facts) == "receipt_can_be_undone"
    teller.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    same = facts | {"other": facts["one"]}
    assert refused(teller.session, alone, "23514", **same) == "receipt_undone_two_people_check"


@pytest.mark.parametrize("amount", ["30.00", "31.00"])
def test_it_is_typed_anew_under_the_same_reference(teller, two, amount):
    first = typed(teller)
    with pytest.raises(ReferenceUsed):
        typed(teller, "31.00")
    take_back(teller, first, two)
    second = typed(teller, amount)
    assert second != first
    assert teller.office.receive(amount, DAY, year=2024, ref="S1").again
    take_back(teller, second, two)
    third = typed(teller, amount)
    references = teller.session.scalars(text("SELECT reference FROM receipt ORDER BY id")).all()
    assert references == ["S1", "S1#2", "S1#3"]
    reference = notice_reference(teller.office.unit().id, 2024)
    done = teller.take((DAY, amount, "单位1", reference))
    assert done.counts == {"receipt": 1}, "the bank's line is what was typed last"
    line = text("SELECT receipt_id FROM statement_line")
    assert teller.session.scalar(line) == third
    holds(teller)


@pytest.mark.parametrize("remark", ["notice", "no word"])
def test_the_banks_own_line_of_it_is_matched_as_usual(teller, two, remark):
    """By its reference, and by an officer who says whose it is."""
    session, unit = teller.session, teller.office.unit()
    take_back(teller, typed(teller, "20.00"), two)
    known = notice_reference(unit.id, 2024) if remark == "notice" else ""
    teller.take((DAY, "20.00", "路人", known))
    if not known:
        resolve_to_unit(session, teller.line(1), unit_id=unit.id, year=2024, by=two["by"])
    assert standing(session, unit.id, 2024).received_fen == 2_000
    assert (teller.office.balance("2103", 2023), teller.office.balance("2101", 2024)) == (0, -2_000)
    holds(teller)


def test_what_a_statement_has_is_not_taken_back(teller, two):
    session = teller.session
    reference = notice_reference(teller.office.unit().id, 2024)
    by_hand = typed(teller, "20.00")
    teller.take((DAY, "20.00", "单位1", reference), (DAY, "3.00", "单位1", reference))
    teller.take((DAY, "4.00", "路人", ""))
    unit = teller.office.unit().id
    said = resolve_to_unit(session, teller.line(3), unit_id=unit, year=2024, by=two["by"])
    for receipt in (by_hand, said.receipt_id):
        with pytest.raises(NotReversible):
            take_back(teller, receipt, two)
    brought = session.scalar(text("SELECT id FROM receipt WHERE amount_fen = 300"))
    with pytest.raises(OnStatement):
        take_back(teller, brought, two)
    forged = (
        "INSERT INTO receipt_undone (receipt_id, on_day, proposed_by, undone_by)"
        " VALUES (:receipt, '2024-02-01', :proposed_by, :by)"
    )
    facts = {"receipt": by_hand, **two}
    assert refused(session, forged, "23514", **facts) == "receipt_can_be_undone"


def test_no_cover_and_no_refund_rests_on_it(teller, two):
    session, unit = teller.session, teller.office.unit().id
    over = typed(teller, "5.00", "S2", year=2025)
    asked = {"unit_id": unit, "year": 2025, "amount_fen": 500}
    propose_refund(session, "over", **asked, payee=PAYEE, by=two["by"])
    full = typed(teller, "160.00")
    for receipt in (over, full):
        with pytest.raises(ReceiptBeganCover):
            take_back(teller, receipt, two)


def test_no_line_is_what_was_undone(teller, two):
    receipt = typed(teller, "20.00")
    take_back(teller, receipt, two)
    teller.take((DAY, "1.00", "", "结息"))
    forged = (
        "INSERT INTO statement_line (statement_id, account_id, line, bank_key, booked_on,"
        " amount_fen, balance_fen, payer_name, remark, taken_as, why, receipt_id)"
        " SELECT statement_id, account_id, 2, 'x', booked_on, 2000, 2100, '', '', 'receipt', '',"
        " :receipt FROM statement_line"
    )
    named = refused(teller.session, forged, "23514", receipt=receipt)
    assert named in {"line_is_not_undone", "statement_is_whole"}


def test_its_bundle_verifies(teller, two, tmp_path):
    session = teller.session
    take_back(teller, typed(teller, "20.00"), two)
    reverse(
        session, _subsidy(teller), why="错", reversed_by=two["by"], approved_by=two["proposed_by"]
    )
    typed(teller, "21.00")
    assert [*loose_ends(session)] == []
    path = tmp_path / "2024.zip"
    make_bundle(session, 2024, path)
    found = verify.examine(str(path))
    assert found["ok"], found["fault"].says("en")


def _subsidy(teller) -> int:
    teller.office.receive_subsidy("8.00", DAY, year=2024)
    return int(teller.session.scalar(text("SELECT max(id) FROM entry")))


def holds(teller):
    session = teller.session
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    assert differences(session, DAY, today()) == []
    if teller.lines:
        assert explained(session).faults == []
        assert reconciliation(session, today()).off_fen == 0
