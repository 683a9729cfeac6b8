"""Money of a unit that has gone into another: by whatever door it comes or goes, one purse."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from app.banking.propose_refund import Payee, RefundTooMuch, propose_refund, refundable
from app.banking.refund import approve_refunds, refund_number
from app.banking.undo import undo_match
from app.clock import now, today
from app.contributions.credit import credit_late, credit_of, use_credit
from app.contributions.reference import notice_reference
from app.evidence.append import record
from app.online.order import order_for_roster, order_for_unit
from app.online.provider import Paid
from app.online.take import take_paid
from tests.db.asking import Asking
from tests.db.money_year import Teller
from tests.db.office import assert_sound

START = date(2023, 1, 1)
BEFORE = date(2022, 12, 20)
ONE, TWO = 31, 32
PAYEE = Payee("第31小学", "6222999900001111")


@pytest.fixture
def office(session: Session) -> Asking:
    made = Asking(session)
    for seed in (ONE, TWO):
        made.register(seed)
    return made


def held(office: Asking, seed: int, account: str = "2101", year: int = 2023) -> int:
    """What the books hold for a unit, credit positive, in fen."""
    found = office.session.scalar(
        text(
            "SELECT -sum(p.amount_fen) FROM posting p JOIN entry e ON e.id = p.entry_id"
            " WHERE p.account = :account AND p.unit_id = :unit AND e.benefit_year = :year"
        ),
        {"account": account, "unit": office.unit_id(seed), "year": year},
    )
    return int(found or 0)


def merged(office: Asking) -> tuple[int, int]:
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    office.merge(one, two, START)
    return one, two


def test_money_undone_after_the_merger_leaves_the_unit_that_holds_it(office: Asking) -> None:
    teller = Teller(office)
    teller.take((BEFORE, "70.00", "x", notice_reference(office.unit_id(ONE), 2023)))
    merged(office)
    assert (held(office, ONE), held(office, TWO)) == (0, 7_000)
    undo_match(office.session, teller.line(1), proposed_by=office.by, by=office.second, on=START)
    assert (held(office, ONE), held(office, TWO)) == (0, 0)
    assert office.balance("2103", 2022) == -7_000
    assert_sound(office.session)


def test_a_line_with_the_old_units_reference_or_name_is_the_new_ones(office: Asking) -> None:
    teller = Teller(office)
    office.enrol([1, 2], START, unit=ONE)
    one, _ = merged(office)
    teller.take((BEFORE, "60.00", "x", notice_reference(one, 2023)))
    assert (held(office, ONE), held(office, TWO)) == (0, 6_000)
    teller.take((BEFORE, "40.00", "第31小学", ""))
    assert len(office.covers(1)) == 1, "what both lack together is met by either's name"
    assert (held(office, ONE), held(office, TWO)) == (0, 0)
    assert_sound(office.session)


def test_a_refund_leaves_from_where_its_money_stands(office: Asking) -> None:
    teller = Teller(office)
    office.receive("70", BEFORE, unit=ONE, year=2023)
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    asked = {"year": 2023, "payee": PAYEE, "by": office.by}
    before = propose_refund(office.session, "over", unit_id=one, amount_fen=1_000, **asked)
    office.merge(one, two, START)
    office.receive("5", BEFORE, unit=TWO, year=2023)
    after = propose_refund(office.session, "over", unit_id=one, amount_fen=6_500, **asked)
    with pytest.raises(RefundTooMuch):
        propose_refund(office.session, "over", unit_id=two, amount_fen=1, **asked)
    approve_refunds(office.session, [before, after], by=office.second, on=START)
    teller.balance_fen = 7_500
    teller.take(
        (START, "-10.00", "x", refund_number(before)), (START, "-65.00", "x", refund_number(after))
    )
    assert (held(office, ONE), held(office, TWO)) == (0, 0)


def credited(office: Asking) -> None:
    """Person 3 is enrolled by two units; the other pays first."""
    office.enrol([3], START, unit=ONE)
    office.covered([3], START, unit=1)
    office.receive("50", START, unit=ONE)
    assert held(office, ONE, "2102") == 5_000


def test_credit_asked_back_before_the_merger_is_not_given_again(office: Asking) -> None:
    teller = Teller(office)
    credited(office)
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    asked = {"year": 2023, "payee": PAYEE, "by": office.by, "amount_fen": 5_000}
    refund = propose_refund(office.session, "credited", unit_id=one, **asked)
    office.merge(one, two, START)
    for unit in (one, two):
        assert refundable(office.session, "credited", unit, 2023) == 0
        assert credit_of(office.session, unit) == {}
    with pytest.raises(RefundTooMuch):
        propose_refund(office.session, "credited", unit_id=two, **asked)
    approve_refunds(office.session, [refund], by=office.second, on=START)
    teller.balance_fen = 10_000
    teller.take((START, "-50.00", "x", refund_number(refund)))
    assert (held(office, ONE, "2102"), held(office, TWO, "2102")) == (0, 0)


def test_credit_is_used_by_whichever_name(office: Asking) -> None:
    credited(office)
    one, _ = merged(office)
    office.enrol([4], date(2023, 3, 1), unit=TWO)
    used = use_credit(
        office.session, unit_id=one, from_year=2023, year=2023, on=START, by=office.by
    )
    assert [len(x.covers) for x in used.begun] == [1]
    for account in ("2101", "2102"):
        assert (held(office, ONE, account), held(office, TWO, account)) == (0, 0)
    assert_sound(office.session)


def test_late_money_is_credited_where_it_stands(office: Asking) -> None:
    late = office.enrol([1, 2], START, unit=ONE).roster_id or 0
    office.receive("100", date(2023, 12, 31), unit=ONE, year=2023)
    _, two = merged(office)
    credit_late(office.session, late, on=date(2024, 1, 2), by=office.by)
    assert (held(office, ONE), held(office, TWO)) == (0, 0)
    assert (held(office, ONE, "2102"), held(office, TWO, "2102")) == (0, 10_000)
    assert credit_of(office.session, two) == {2023: 10_000}
    assert_sound(office.session)


def paid(of, transaction: str) -> Paid:
    return Paid(transaction, of.out_trade_no, of.amount_fen, now())


def test_an_order_from_before_the_merger_is_paid_after_it(office: Asking) -> None:
    year = today().year + 1
    roster = office.enrol([1, 2], date(year, 1, 1), unit=ONE, confirmed_on=today()).roster_id or 0
    mine = {"by": office.by, "provider": "wechat"}
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    of_unit = order_for_unit(office.session, one, year, 4_000, **mine)
    of_roster = order_for_roster(office.session, roster, 6_000, **mine)
    office.merge(one, two, today() - timedelta(days=1))
    assert take_paid(office.session, "wechat", paid(of_unit, "42001")).outcome == "booked"
    assert take_paid(office.session, "wechat", paid(of_roster, "42002")).begun == 2
    assert (held(office, ONE, year=year), held(office, TWO, year=year)) == (0, 0)


def test_its_bundle_verifies(office: Asking, tmp_path: Path) -> None:
    """All of it in one year, and the merger in the midst."""
    teller = Teller(office)
    credited(office)
    teller.take(
        (BEFORE, "70.00", "x", notice_reference(office.unit_id(ONE), 2022)),
        (BEFORE, "30.00", "x", notice_reference(office.unit_id(ONE), 2022)),
        (BEFORE, "10.00", "x", notice_reference(office.unit_id(ONE), 2022)),
    )
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    asked = {"payee": PAYEE, "by": office.by, "unit_id": one}
    refunds = [
        propose_refund(office.session, "over", year=2022, amount_fen=1_000, **asked),
        propose_refund(office.session, "credited", year=2023, amount_fen=2_000, **asked),
    ]
    late = office.enrol([5], START, unit=ONE).roster_id or 0
    undo_match(office.session, teller.line(1), proposed_by=office.by, by=office.second, on=START)
    office.receive("50", date(2023, 12, 31), unit=ONE, year=2023)
    office.merge(one, two, START)
    credit_late(office.session, late, on=date(2024, 1, 2), by=office.by)
    undo_match(office.session, teller.line(2), proposed_by=office.by, by=office.second, on=START)
    approve_refunds(office.session, refunds, by=office.second, on=START)
    teller.take(
        (START, "-10.00", "x", refund_number(refunds[0])),
        (START, "-20.00", "x", refund_number(refunds[1])),
        (START, "20.00", "x", refund_number(refunds[1])),
    )
    office.enrol([6], date(2023, 3, 1), unit=TWO)
    use_credit(office.session, unit_id=one, from_year=2023, year=2023, on=START, by=office.by)
    for login in ("clerk", "deputy"):
        said = {"role": "officer", "member": None}
        who = office.account(login).id
        record(office.session, "account.added", by=None, about=who, **said)
    for year in (2022, 2023):
        path = tmp_path / f"{year}.zip"
        make_bundle(office.session, year, path)
        result = verify.examine(str(path))
        assert result["ok"], result["fault"].says("en")
