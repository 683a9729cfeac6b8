"""A determination that comes while its money is at the bank, or after it was paid."""

import pytest

from app.payments.batch import (
    NothingToPay,
    prepare_batch,
)
from tests.db.payables import (
    MADE_ON,
    acts,
    answer,
    open_of,
    payments,
    send,
    sent_claim,
    tied_fund,
)
from tests.factories import make_account


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def test_more_is_due_while_money_is_at_the_bank(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 15_000)
    assert fund.state(claim) == "sent"
    assert open_of(fund.session, claim) == (5_000, 10_000, 0)
    with pytest.raises(NothingToPay):
        send(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    assert fund.state(claim) == "payable"
    assert acts(fund.session, claim)[-2:] == [("pay", fund.third), ("grant", None)]
    rest = send(fund)
    assert rest.total_fen == 5_000
    answer(fund, rest, (1, "50.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))


def test_more_is_due_and_the_first_money_comes_back(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 15_000)
    answer(fund, batch, (1, "100.00", "失败"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (15_000, 0, 0))
    fund.account(member, make_account(50))
    again = send(fund)
    assert again.total_fen == 15_000
    # The same claim, but another determination: its first attempt.
    assert payments(fund.session, claim)[1].attempt == 1


def test_less_is_due_while_money_is_at_the_bank_and_it_is_paid(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 6_000)
    assert open_of(fund.session, claim) == (-4_000, 10_000, 0)
    answer(fund, batch, (1, "100.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 4_000))


def test_less_is_due_while_money_is_at_the_bank_and_it_comes_back(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 6_000)
    answer(fund, batch, (1, "100.00", "失败"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (6_000, 0, 0))
    fund.account(member, make_account(50))
    assert send(fund).total_fen == 6_000


def test_a_refund_while_money_is_at_the_bank_and_it_is_paid(fund):
    member, claim, batch = sent_claim(fund)
    fund.refund(member, claim)
    answer(fund, batch, (1, "100.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 10_000))
    with pytest.raises(NothingToPay):
        send(fund)


def test_a_refund_while_money_is_at_the_bank_and_it_comes_back(fund):
    member, claim, batch = sent_claim(fund)
    fund.refund(member, claim)
    answer(fund, batch, (1, "100.00", "失败"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 0))
    assert acts(fund.session, claim)[-2:] == [("bounce", fund.third), ("close", None)]


@pytest.mark.parametrize(("said", "recover"), [("成功", 10_000), ("失败", 0)])
def test_a_claim_for_a_person_stays_one_after_the_banks_answer(fund, said, recover):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 10_000, kind="22")
    answer(fund, batch, (1, "100.00", said))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("held", (0, 0, recover))


def test_what_was_paid_too_much_is_set_off_against_what_is_granted_later(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 6_000)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.correct(member, claim, 12_500)
    assert (fund.state(claim), open_of(fund.session, claim)) == ("payable", (2_500, 0, 0))
    assert send(fund).total_fen == 2_500


def test_a_refund_after_the_money_was_paid_is_to_recover(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.refund(member, claim)
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 10_000))


def test_a_second_payment_is_at_the_bank_when_less_is_due(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.correct(member, claim, 15_000)
    second = send(fund)
    fund.correct(member, claim, 8_000)
    assert open_of(fund.session, claim) == (-5_000, 5_000, 2_000)
    answer(fund, second, (1, "50.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 7_000))


def test_a_bill_that_moves_into_another_benefit_year_is_paid_the_difference(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.cover(member, 2025)
    fund.correct(member, claim, 12_000, on="2025-02-01")
    assert open_of(fund.session, claim, 2025) == (2_000, 0, 0)
    with pytest.raises(NothingToPay):
        send(fund)
    made = {"prepared_by": fund.preparer, "approved_by": fund.approver, "made_on": MADE_ON}
    assert prepare_batch(fund.session, 2025, **made).total_fen == 2_000
