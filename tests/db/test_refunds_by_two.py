"""A refund that the bank was asked for: its file comes again, and two people take it back."""

from datetime import date

import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.banking.gather_open import gather_open
from app.banking.lines import LineResolved
from app.banking.paid_after_all import RefundMoneyUsed, RefundNotWithdrawn, propose_paid
from app.banking.papers import receipt_of
from app.banking.propose_line import LineOnePerson
from app.banking.propose_refund import RefundTooMuch, propose_refund
from app.banking.refund import (
    RefundOnePerson,
    RefundPaid,
    RefundStepWrong,
    approve_refunds,
    keep_refund,
    refund_file,
    refund_number,
    refund_state,
    withdraw_refund,
)
from app.banking.resolve import resolve_not_ours, resolve_paid_refund, resolve_to_refund
from app.banking.undo import undo_match
from app.contributions.fill import left_over
from app.contributions.reference import notice_reference
from app.contributions.standing import standing
from app.payments.take_off import decide_line
from tests.db.money_year import DAY, PAYEE, Teller
from tests.db.must_hold import assert_all_holds
from tests.db.office import Office, keys
from tests.db.test_rights import refused

ON = date(2023, 12, 22)


@pytest.fixture
def teller(session):
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    made = Teller(Office(session))
    made.take((DAY, "33.00", "路人", ""), (DAY, "44.00", "路人", ""))
    return made


@pytest.fixture
def other(teller):
    return teller.second()


@pytest.fixture
def refunds(teller):
    by = teller.office.by
    lines = (teller.line(1), teller.line(2))
    return [resolve_to_refund(teller.session, x, payee=PAYEE, by=by, on=DAY) for x in lines]


def test_the_file_comes_again_byte_for_byte(teller, other, refunds):
    session = teller.session
    with pytest.raises(RefundStepWrong):
        refund_file(session, refunds[0])
    first = approve_refunds(session, refunds[::-1], by=other, on=ON)
    assert [refund_file(session, x) for x in refunds] == [first, first]
    teller.take((date(2023, 12, 23), "-33.00", "路人", refund_number(refunds[0])))
    assert refund_file(session, refunds[0]) == first
    teller.take((date(2023, 12, 23), "-44.00", "路人", refund_number(refunds[1])))
    for each in refunds:  # all of it is paid
        with pytest.raises(RefundPaid):
            refund_file(session, each)


def test_of_one_that_bounced_the_last_file_counts(teller, other, refunds):
    session, [refund, _], back = teller.session, refunds, date(2023, 12, 24)
    first = approve_refunds(session, refunds, by=other, on=ON)
    teller.take(
        (back, "-33.00", "路人", refund_number(refund)),
        (back, "33.00", "路人", f"退回 {refund_number(refund)}"),
    )
    for each in refunds:  # nobody has approved a second payment
        with pytest.raises(RefundStepWrong):
            refund_file(session, each)
    again = approve_refunds(session, [refund], by=other, on=back)
    assert again != first
    assert refund_file(session, refund) == again
    with pytest.raises(RefundStepWrong):  # by both files it would be paid twice
        refund_file(session, refunds[1])


def test_who_asked_the_bank_takes_it_back_with_another(teller, other, refunds):
    session, by, refund = teller.session, teller.office.by, refunds[0]
    approve_refunds(session, refunds, by=other, on=ON)
    assert not withdraw_refund(session, refund, by=by, on=ON)
    with pytest.raises(RefundOnePerson):
        withdraw_refund(session, refund, by=by, on=ON)
    keep_refund(session, refund, by=other)
    assert not withdraw_refund(session, refund, by=other, on=ON)
    assert withdraw_refund(session, refund, by=by, on=ON)
    said = "SELECT step, proposed_by, recorded_by FROM refund_step WHERE refund_id = :r AND seq = 2"
    assert session.execute(text(said), {"r": refund}).one() == ("withdrawn", other, by)
    for each in refunds:  # it stands in the file
        with pytest.raises(RefundStepWrong):
            refund_file(session, each)


def test_nobody_withdraws_what_the_bank_has_paid(teller, other, refunds):
    session, by, refund = teller.session, teller.office.by, refunds[0]
    approve_refunds(session, refunds, by=other, on=ON)
    withdraw_refund(session, refund, by=by, on=ON)
    teller.take((date(2023, 12, 23), "-33.00", "路人", refund_number(refund)))
    with pytest.raises(RefundStepWrong):
        withdraw_refund(session, refund, by=other, on=ON)


def withdrawn_and_paid(teller, other, refunds, on=date(2023, 12, 23)):
    """The bank pays what two had withdrawn; the line that shows it."""
    session, by, refund = teller.session, teller.office.by, refunds[0]
    approve_refunds(session, refunds, by=other, on=ON)
    withdraw_refund(session, refund, by=by, on=ON)
    withdraw_refund(session, refund, by=other, on=ON)
    teller.take((on, "-33.00", "路人", refund_number(refund)))
    return session.scalar(text("SELECT max(id) FROM statement_line"))


@pytest.mark.parametrize("undone", [False, True])
def test_what_the_bank_paid_all_the_same_is_said_by_two(teller, other, refunds, undone):
    session, by, refund = teller.session, teller.office.by, refunds[0]
    line = withdrawn_and_paid(teller, other, refunds)
    if undone:
        undo_match(session, teller.line(1), proposed_by=by, by=other, on=ON)
    with pytest.raises(RefundStepWrong):  # not by one alone
        resolve_paid_refund(session, line, refund_id=refund, by=by)
    propose_paid(session, line, refund, by=by)
    with pytest.raises(LineOnePerson):
        decide_line(session, line, by=by)
    decide_line(session, line, by=other)
    assert refund_state(session, refund)[1] == "paid"
    assert_all_holds(session, date(2023, 12, 31))
    with pytest.raises(LineResolved):
        propose_paid(session, line, refund, by=by)


def test_not_when_its_money_is_used_or_the_bank_was_never_asked(teller, other, refunds):
    session, by, refund = teller.session, teller.office.by, refunds[0]
    line = withdrawn_and_paid(teller, other, refunds)
    undo_match(session, teller.line(1), proposed_by=by, by=other, on=ON)
    propose_paid(session, line, refund, by=by)
    resolve_not_ours(session, teller.line(1), by=by)
    with pytest.raises(RefundMoneyUsed):
        decide_line(session, line, by=other)
    with pytest.raises(RefundNotWithdrawn):
        propose_paid(session, line, refunds[1], by=by)
    never = resolve_to_refund(session, _waits(teller), payee=PAYEE, by=by)
    withdraw_refund(session, never, by=by, on=ON)
    with pytest.raises(RefundNotWithdrawn):
        propose_paid(session, line, never, by=by)


@pytest.mark.parametrize("back", [False, True])
def test_what_was_paid_all_the_same_is_not_there_to_be_used_again(teller, other, back):
    """Of a unit that paid 160.00 for 100.00: the 60.00 go back once, also by this way."""
    session, office = teller.session, teller.office
    one = office.unit(1)
    office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    teller.take((ON, "160.00", "单位1", notice_reference(one.id, 2024)))
    whose = {"unit_id": one.id, "year": 2024, "amount_fen": 6_000, "payee": PAYEE}
    over = propose_refund(session, "over", **whose, by=office.by)
    approve_refunds(session, [over], by=other, on=ON)
    for who in (office.by, other):
        withdraw_refund(session, over, by=who, on=ON)
    assert standing(session, one.id, 2024).over_fen == 6_000
    teller.take((ON, "-60.00", "单位1", refund_number(over)))
    line = session.scalar(text("SELECT max(id) FROM statement_line"))
    propose_paid(session, line, over, by=office.by)
    decide_line(session, line, by=other)
    if back:
        teller.take((ON, "60.00", "单位1", f"退回 {refund_number(over)}"))
        assert refund_state(session, over)[1] == "bounced"
        withdraw_refund(session, over, by=other, on=ON)
    left_fen = 6_000 if back else 0
    assert standing(session, one.id, 2024).over_fen == left_fen
    receipt = session.scalar(text("SELECT max(id) FROM receipt"))
    said = receipt_of(session, receipt, made_on=ON, by=office.by)
    assert said.given_back_fen == 6_000 - left_fen
    assert sum(fen for _, fen in left_over(session, one.id, 2024)) == left_fen
    assert gather_open(session).missing == {}
    if not back:
        with pytest.raises(RefundTooMuch):
            propose_refund(session, "over", **whose, by=office.by)
    assert_all_holds(session, date(2023, 12, 31))


@pytest.mark.parametrize("approved", [False, True])
def test_money_not_given_back_after_all_fills_the_roster_that_came_meanwhile(
    teller, other, approved
):
    session, office = teller.session, teller.office
    office.receive("50.00", ON, year=2024)
    whose = {"unit_id": office.unit(1).id, "year": 2024, "amount_fen": 5_000, "payee": PAYEE}
    over = propose_refund(session, "over", **whose, by=office.by)
    waiting = office.enrol([0], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    assert office.outcomes(waiting.roster_id) == []
    if approved:
        approve_refunds(session, [over], by=other, on=ON)
        withdraw_refund(session, over, by=office.by, on=ON)
        assert office.outcomes(waiting.roster_id) == []
    withdraw_refund(session, over, by=other, on=ON)
    assert office.outcomes(waiting.roster_id) == ["covered"]
    assert_all_holds(session, date(2024, 12, 31))


def _waits(teller):
    teller.take((date(2023, 12, 23), "33.00", "路人", ""))
    return teller.session.scalar(text("SELECT max(id) FROM statement_line"))


def test_paid_all_the_same_by_sql_takes_two(teller, other, refunds):
    session, by = teller.session, teller.office.by
    line = withdrawn_and_paid(teller, other, refunds)
    paid = (
        "INSERT INTO refund_step (refund_id, seq, step, on_day, line_id, proposed_by, recorded_by)"
        " VALUES (:refund, 3, 'paid', '2023-12-23', :line, :one, :other)"
    )
    facts = {"refund": refunds[0], "line": line, "other": other}
    for one in (None, other):
        assert refused(session, paid, "23514", **facts, one=one) == "refund_step_follows"
    session.execute(text(paid), {**facts, "one": by})


def test_one_alone_withdraws_what_nobody_approved(teller, refunds):
    assert withdraw_refund(teller.session, refunds[0], by=teller.office.by, on=ON)


STEP = (
    "INSERT INTO refund_step (refund_id, seq, step, on_day, proposed_by, recorded_by)"
    " VALUES (:refund, :seq, 'withdrawn', '2023-12-22', :one, :other)"
)


def test_by_sql_it_takes_two_too(teller, other, refunds):
    session, by = teller.session, teller.office.by
    facts = {"refund": refunds[0], "seq": 1, "one": by, "other": other}
    assert refused(session, STEP, "23514", **facts) == "refund_step_follows"
    approve_refunds(session, refunds, by=other, on=ON)
    for one, last in ((None, other), (other, other)):
        asked = {**facts, "seq": 2, "one": one, "other": last}
        assert refused(session, STEP, "23514", **asked) == "refund_step_follows"
    session.execute(text(STEP), {**facts, "seq": 2})
