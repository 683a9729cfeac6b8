"""Money after rosters were withdrawn, credit was used, and units went together: counted once."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.import_statement import import_statement
from app.banking.notice_order import NoUnits, order_notices
from app.banking.papers import NoSuchReceipt, notice_of, receipt_of
from app.banking.propose_refund import Payee, RefundTooMuch, propose_refund, refundable
from app.banking.refund import approve_refunds, refund_number, withdraw_refund
from app.banking.resolve import resolve_paid_refund
from app.banking.undo import undo_match
from app.contributions.credit import NotSoMuchCredit, credit_late, credit_of, use_credit
from app.contributions.receive import ReferenceUsed
from app.contributions.reference import notice_reference
from app.contributions.standing import standing
from app.enrolment.withdraw import withdraw_roster
from app.notices.outbox import listed
from app.online.order import NothingMissing, order_for_roster, order_for_unit
from app.papers.receipt import receipt_paper
from app.year.remind import remind
from tests.db.asking import Asking
from tests.db.money_year import Teller
from tests.db.statements import account, plain
from tests.db.test_papers import words
from tests.db.test_unit_merges import held

START = date(2023, 1, 1)
BEFORE = date(2022, 12, 20)
PAID = date(2023, 2, 10)
ONE, TWO = 31, 32
PAYEE = Payee("单位", "6222999900001111")


@pytest.fixture
def office(session: Session) -> Asking:
    made = Asking(session)
    for seed in (ONE, TWO):
        made.register(seed)
    return made


def withdrawn(office: Asking) -> int:
    roster = office.enrol([1, 2], START, unit=ONE, confirmed_on=BEFORE).roster_id
    assert roster
    withdraw_roster(office.session, roster, by=office.by)
    return roster


def test_nobody_is_asked_to_pay_a_withdrawn_roster(office: Asking) -> None:
    session, unit = office.session, office.unit_id(ONE)
    roster = withdrawn(office)
    asked = {"by": office.by, "provider": "simulated"}
    with pytest.raises(NothingMissing):
        order_for_roster(session, roster, 10_000, **asked)
    with pytest.raises(NothingMissing):
        order_for_unit(session, unit, 2023, 10_000, **asked)
    assert notice_of(session, unit, 2023, made_on=BEFORE, by=office.by).parts == []
    with pytest.raises(NoUnits):
        order_notices(session, 2023, by=office.by)
    remind(session, BEFORE)
    assert {x.kind for x in listed(session)} <= {"contact_changed"}
    office.enrol([3], START, unit=ONE, confirmed_on=BEFORE)
    remind(session, BEFORE)
    told = {x.kind: x.facts["amount_fen"] for x in listed(session)}
    assert told == {"money_missing": 5_000, "roster_confirmed": 5_000}


def test_a_line_of_a_withdrawn_rosters_amount_is_nobodys(office: Asking) -> None:
    withdrawn(office)
    teller = Teller(office)
    done = teller.take((BEFORE, "100.00", office.now(office.unit_id(ONE)).name, "互助金"))
    assert done.counts == {"suspense": 1}


def credited(office: Asking) -> None:
    """50.00 of the first unit's money for 2023 is its again: the person is covered elsewhere."""
    office.enrol([1], START, unit=ONE)
    office.covered([1], START, unit=TWO)
    office.receive("50", START, unit=ONE)
    assert credit_of(office.session, office.unit_id(ONE)) == {2023: 5_000}


def test_used_credit_is_no_money_of_the_banks(office: Asking) -> None:
    session, unit = office.session, office.unit_id(ONE)
    credited(office)
    office.enrol([2], date(2024, 1, 1), unit=ONE, confirmed_on=PAID)
    asked = {"unit_id": unit, "from_year": 2023, "year": 2024, "on": PAID, "by": office.by}
    used = use_credit(session, **asked)
    said = words(receipt_paper(receipt_of(session, used.receipt_id, made_on=PAID, by=office.by)))
    assert "以2023年度应退款抵缴，未另收款" in said
    assert "银行流水号" not in said
    # A bank's own number may look like ours.
    account(office)
    line = (PAID, "50.00", "别名", notice_reference(unit, 2024))
    data = plain([line]).replace(b"S1", b"CREDIT-2023-1")
    assert import_statement(session, data, account="main", by=office.by).counts == {"suspense": 1}
    typed = {"year": 2024, "unit": ONE, "ref": "CREDIT-2023-1"}
    with pytest.raises(ReferenceUsed):
        office.receive("50", PAID, **typed)


def test_credit_that_a_refund_asks_for_is_not_used_too(office: Asking) -> None:
    session, unit = office.session, office.unit_id(ONE)
    credited(office)
    office.enrol([2], date(2024, 1, 1), unit=ONE, confirmed_on=PAID)
    asked = {"unit_id": unit, "year": 2023, "amount_fen": 3_000, "payee": PAYEE, "by": office.by}
    refund = propose_refund(session, "credited", **asked)
    assert credit_of(session, unit) == {2023: 2_000}
    use = {"unit_id": unit, "from_year": 2023, "year": 2024, "on": PAID, "by": office.by}
    with pytest.raises(NotSoMuchCredit):
        use_credit(session, **use, amount_fen=2_001)
    assert propose_refund(session, "credited", **asked) == refund  # the form sent twice
    with pytest.raises(RefundTooMuch):
        propose_refund(session, "credited", **{**asked, "amount_fen": 2_001})
    withdraw_refund(session, refund, by=office.by, on=PAID)
    assert refundable(session, "credited", unit, 2023) == 5_000
    # And paid: the money has left, once.
    refund = propose_refund(session, "credited", **asked)
    approve_refunds(session, [refund], by=office.second, on=PAID)
    teller = Teller(office)
    teller.take((PAID, "1000.00", "路人", ""), (PAID, "-30.00", "单位", refund_number(refund)))
    assert credit_of(session, unit) == {2023: 2_000}
    assert use_credit(session, **use).receipt_id


def test_a_line_for_a_unit_that_has_gone_is_the_others(office: Asking) -> None:
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    teller = Teller(office)
    was = office.now(one).name
    office.change(one, date(2022, 1, 1), name="新名小学")
    office.enrol([1], START, unit=ONE, confirmed_on=BEFORE)
    office.receive("10.00", BEFORE, unit=ONE, year=2023, ref="S3")
    office.merge(one, two)
    teller.take(
        (BEFORE, "30.00", "别名", notice_reference(one, 2023)),
        (BEFORE, "10.00", was, ""),  # exactly what is missing, under the name of before
        (BEFORE, "10.00", "别名", notice_reference(one, 2023)),  # the same as was typed
    )
    rows = session.execute(text("SELECT unit_id, amount_fen FROM receipt ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(one, 1_000), (two, 3_000), (two, 1_000)]
    assert standing(session, two, 2023).missing_fen == 0


def test_what_was_begun_for_a_unit_that_has_gone_is_booked_for_the_other(office: Asking) -> None:
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    credited(office)
    teller = Teller(office)
    teller.take((PAID, "70.00", "别名", notice_reference(one, 2023)))
    asked = {"unit_id": one, "year": 2023, "amount_fen": 3_000, "payee": PAYEE, "by": office.by}
    refund = propose_refund(session, "credited", **asked)
    approve_refunds(session, [refund], by=office.second, on=PAID)
    office.merge(one, two)
    undo_match(session, teller.line(1), proposed_by=office.by, by=office.second, on=PAID)
    teller.take((PAID, "-30.00", "某", ""))
    line = teller.line(2)
    resolve_paid_refund(session, line, refund_id=refund, by=office.by, on=PAID)
    assert [held(office, ONE, x) for x in ("2101", "2102")] == [0, 0]
    assert held(office, TWO, "2102") == 2_000
    assert credit_of(session, one) == credit_of(session, two) == {2023: 2_000}


def test_late_money_of_a_unit_that_has_gone_is_credited_to_the_other(office: Asking) -> None:
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    late = office.enrol([1], date(2022, 12, 1), unit=ONE)
    office.receive("50", START, unit=ONE, year=2022)
    assert office.outcomes(late.roster_id) == ["undecided"]
    office.merge(one, two)
    assert late.roster_id
    credit_late(session, late.roster_id, on=PAID, by=office.by)
    assert credit_of(session, two) == {2022: 5_000}
    assert [held(office, ONE, x, 2022) for x in ("2101", "2102")] == [0, 0]


def test_a_receipt_that_was_undone_is_printed_no_more(office: Asking) -> None:
    session, one = office.session, office.unit_id(ONE)
    teller = Teller(office)
    teller.take((PAID, "70.00", "别名", notice_reference(one, 2023)))
    number = session.scalar(text("SELECT receipt_id FROM statement_line"))
    assert receipt_of(session, number, made_on=PAID, by=office.by).amount_fen == 7_000
    undo_match(session, teller.line(1), proposed_by=office.by, by=office.second, on=PAID)
    with pytest.raises(NoSuchReceipt):
        receipt_of(session, number, made_on=PAID, by=office.by)
