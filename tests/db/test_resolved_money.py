"""What two people found out of a payment counts wherever money counts; they say what they saw."""

from datetime import date

import pytest
from sqlalchemy import text

from app.payments.batch import NothingToPay
from app.payments.heirs import HeirNotProposed, approve_heir, propose_heir
from app.payments.resolve import NotProposed, approve_resolution, propose_resolution, seal_of
from app.recoveries.standing import money_of, receivables
from tests.db.bank import answered
from tests.db.owing import pay_back, set_off
from tests.db.payables import answer, open_of, reasons, send, sent_claim, tied_fund
from tests.db.test_heirs import HEIR, died
from tests.factories import make_account

DAY = date(2024, 3, 20)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def resolve(fund, batch, says, shown="流水 0317-22"):
    said = (batch.number, 1, says, DAY, shown)
    propose_resolution(fund.session, *said, by=fund.preparer)
    return approve_resolution(fund.session, batch.number, 1, by=fund.approver)


def turned(fund, first, then, says):
    """The bank says one thing, then the other, and two people say which."""
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", first, "2024-03-05"))
    answer(fund, batch, (1, "100.00", then, "2024-03-08"))
    resolve(fund, batch, says)
    return member, claim


def test_a_benefit_that_arrived_after_all_is_not_set_off_once_more(fund):
    member = fund.member()
    owing = fund.claim(member, 50_000)
    answer(fund, send(fund), (1, "500.00", "成功"))
    fund.correct(member, owing, 10_000)
    using = fund.claim(member, 10_000)
    batch = send(fund)
    answer(fund, batch, (1, "100.00", "失败", "2024-03-05"))
    answer(fund, batch, (1, "100.00", "成功", "2024-03-08"))
    resolve(fund, batch, "paid")
    fund.correct(member, using, 15_000)
    money = money_of(fund.session, member, using)
    assert (money.paid_fen, money.free_fen) == (10_000, 5_000)
    set_off(fund, owing, using, 5_000)
    assert open_of(fund.session, using) == (0, 0, 0)


def test_what_arrived_after_all_and_is_not_owed_any_more_is_recovered(fund):
    member, claim = turned(fund, "失败", "成功", "paid")
    fund.correct(member, claim, 4_000)
    assert open_of(fund.session, claim) == (0, 0, 6_000)
    assert [x.claim_id for x in receivables(fund.session)] == [claim]
    pay_back(fund, claim, 6_000, "回款")
    assert open_of(fund.session, claim) == (0, 0, 0)


def test_what_came_back_is_not_owed_back(fund):
    member, claim = turned(fund, "成功", "失败", "failed")
    money = money_of(fund.session, member, claim)
    assert (money.paid_fen, money.free_fen) == (0, 10_000)


def test_the_banks_paid_after_two_peoples_failed_is_not_paid_twice(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    batch = send(fund)
    answered(fund, batch.number, "plain", [(1, 10_000, "unknown")])
    resolve(fund, batch, "failed")
    fund.account(member, make_account(905))
    told = answered(fund, batch.number, "plain", [(1, 10_000, "paid")], day="2024-03-25")
    assert [x.reason for x in told.listed] == ["failed_then_paid"]
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert reasons(refused.value.left_out) == {claim: "answer_contradicted"}


def test_another_word_than_the_one_looked_at_is_not_approved(fund):
    claim, batch = fund.claim(fund.member(), 10_000), send(fund)
    answered(fund, batch.number, "plain", [(1, 10_000, "unknown")])
    propose_resolution(fund.session, batch.number, 1, "paid", DAY, "一", by=fund.preparer)
    looked_at = seal_of("paid", DAY, "一", fund.preparer)
    said = {"by": fund.approver, "looked_at": looked_at}
    propose_resolution(fund.session, batch.number, 1, "failed", DAY, "一", by=fund.preparer)
    with pytest.raises(NotProposed):
        approve_resolution(fund.session, batch.number, 1, **said)
    assert fund.state(claim) == "sent"
    propose_resolution(fund.session, batch.number, 1, "paid", DAY, "一", by=fund.preparer)
    approve_resolution(fund.session, batch.number, 1, **said)
    assert fund.state(claim) == "paid"


def test_another_heir_than_the_one_looked_at_is_not_approved(fund):
    member = fund.member()
    died(fund, member)
    propose_heir(fund.session, member, by=fund.preparer, **HEIR)
    looked_at = fund.session.scalar(text("SELECT heir_id FROM heir_draft"))
    other = HEIR | {"account": make_account(701)}
    propose_heir(fund.session, member, by=fund.preparer, **other)
    with pytest.raises(HeirNotProposed):
        approve_heir(fund.session, member, by=fund.approver, heir_id=looked_at)
    named = text("SELECT count(*) FROM heir WHERE member_id = :member")
    assert fund.session.scalar(named, {"member": member}) == 0
