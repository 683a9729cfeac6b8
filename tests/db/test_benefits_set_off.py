"""What was paid back of money that never arrived is not used for another debt: a benefit alone is.

A bill that was paid falls to less, or to nothing, and the member pays the rest back; then it turns
out that nothing had reached him. What he paid back goes to him; what is still granted may be set
off.
"""

from datetime import date

import pytest
from sqlalchemy import text

from app.payments.batch import prepare_batch
from app.payments.order import prepare_order, withdraw_order
from app.recoveries.liable import AboveOpen
from app.recoveries.owing import (
    NotFree,
    approve_set_off,
    propose_set_off,
    repay,
)
from app.recoveries.standing import money_of, usable
from tests.db.fund_year import bill
from tests.db.held_year import claim_of
from tests.db.owing import pay_back, set_off
from tests.db.payables import YEAR, answer, open_of, payments, send, sent_claim, tied_fund
from tests.db.test_never_arrived import DAY, never_arrived
from tests.db.test_never_arrived_bundles import batch_of, found_out, said_of, verifies, whole
from tests.db.test_rights import refused
from tests.factories import make_account

__all__ = ["verifies", "whole"]


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


@pytest.mark.parametrize("year", [YEAR, YEAR + 1])
@pytest.mark.parametrize("granted_fen", [0, 3_000])
def test_of_a_claim_that_was_corrected_only_its_benefit_is_set_off(fund, granted_fen, year):
    """What was paid back is no benefit, whether the bill fell to nothing or to less."""
    session = fund.session
    member, claim, batch = sent_claim(fund)
    fund.cover(member, YEAR + 1)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    owing = fund.claim(member, 6_000)
    answer(fund, send(fund), (1, "60.00", "成功", "2024-03-06"))
    fund.correct(member, owing, 1_000)
    fund.correct(member, claim, granted_fen, on=f"{year}-02-01")
    pay_back(fund, claim, 10_000 - granted_fen, "S1")
    never_arrived(fund, batch)
    fund.account(member, make_account(904))
    assert open_of(session, claim, year) == (10_000, 0, 0)
    order = prepare_order(session, year, by=fund.preparer, made_on=date(2024, 4, 20))
    offered = [(member, claim, granted_fen, owing, 5_000)] if granted_fen else []
    assert order.owing == offered
    free = [(claim, granted_fen)] if granted_fen else []
    assert [(x.claim_id, x.free_fen) for x in usable(session, member, owing)] == free
    for fen in (granted_fen + 1, 5_000):
        with pytest.raises(AboveOpen if free else NotFree), session.begin_nested():
            set_off(fund, owing, claim, fen)
    if free:
        set_off(fund, owing, claim, granted_fen)
        assert usable(session, member, owing) == []
        with pytest.raises(NotFree), session.begin_nested():
            set_off(fund, owing, claim, 1)
    back_fen = 10_000 - granted_fen
    assert (fund.state(claim), open_of(session, claim, year)) == ("card_wanted", (back_fen, 0, 0))
    assert open_of(session, owing) == (0, 0, 5_000 - granted_fen)
    withdraw_order(session, order.id, by=fund.approver)
    two = {"prepared_by": fund.preparer, "approved_by": fund.approver}
    again = prepare_batch(session, year, **two, made_on=date(2024, 4, 27))
    assert again.total_fen == back_fen
    answer(fund, again, (1, f"{back_fen // 100}.00", "成功", "2024-04-28"))
    assert (fund.state(claim), open_of(session, claim, year)) == ("paid", (0, 0, 0))
    fund.correct(member, claim, 7_000, on=f"{year}-02-01")
    rises_fen = 7_000 - granted_fen
    assert [x.free_fen for x in usable(session, member, owing)] == [rises_fen], "a benefit again"


def test_no_forged_row_sets_off_what_was_paid_back(fund):
    """The database asks again: a set-off of a claim of which nothing is granted."""
    session = fund.session
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    owing = fund.claim(member, 6_000)
    answer(fund, send(fund), (1, "60.00", "成功", "2024-03-06"))
    fund.correct(member, owing, 1_000)
    fund.correct(member, claim, 3_000)
    pay_back(fund, claim, 7_000, "S1")
    never_arrived(fund, batch)
    how = {"booked_on": DAY, "by": fund.preparer}
    proposal = propose_set_off(session, owing, claim, 3_000, **how)
    facts = {"proposal": proposal, "by": fund.approver}
    assert refused(session, FORGED_SET_OFF, "23514", **facts, fen=3_001) == "benefit_is_free"
    with session.begin_nested() as point:
        session.execute(text(FORGED_SET_OFF), facts | {"fen": 3_000})
        point.rollback()


def test_what_was_repaid_of_money_that_arrived_is_a_benefit_when_it_rises_again(fund):
    """Paid back was a benefit that was used: nothing of it is the member's own."""
    session = fund.session
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    owing = fund.claim(member, 6_000)
    using = fund.claim(member, 4_000)
    fund.correct(member, claim, 2_000)
    set_off(fund, claim, using, 4_000)
    pay_back(fund, claim, 4_000, "S1")
    assert [x.free_fen for x in usable(session, member, claim)] == [6_000]
    fund.correct(member, using, 1_000)
    pay_back(fund, using, 3_000, "S2")
    fund.correct(member, using, 4_000)
    fund.correct(member, claim, 9_000)
    money = [money_of(session, member, x) for x in (claim, using)]
    assert [(x.due_fen, x.free_fen) for x in money] == [(7_000, 7_000), (3_000, 3_000)]
    answer(fund, send(fund), *[(n, y, "成功", "2024-04-28") for n, y in enumerate(LINES, 1)])
    assert [open_of(session, x) for x in (claim, owing, using)] == [(0, 0, 0)] * 3


LINES = ("70.00", "60.00", "30.00")


FORGED_SET_OFF = """
INSERT INTO set_off (id, member_id, claim_id, grant_no, amount_fen, benefit_year, owing_claim_id,
    owing_grant_no, owing_year, booked_on, proposal_id, prepared_by, approved_by)
SELECT nextval('payment_number'), p.member_id, p.claim_id, u.grant_no, :fen, u.benefit_year,
    p.other_claim_id, o.grant_no, o.benefit_year, p.booked_on, p.id, p.prepared_by, :by
FROM proposal p
JOIN determination u ON u.member_id = p.member_id AND u.claim_id = p.claim_id AND u.seq = 2
JOIN determination o ON o.member_id = p.member_id AND o.claim_id = p.other_claim_id AND o.seq = 2
WHERE p.id = :proposal
"""


def test_a_bundle_holds_at_each_step(whole, verifies):
    session, (one, other) = whole.session, (whole.clerk, whole.second)
    whole.feed(bill("N1", 1, "2021-03-01", "2000.00"), bill("N2", 1, "2021-03-02", "1200.00"))
    first, paid_on = batch_of(whole, date(2021, 4, 1)), "2021-04-02"
    said_of(whole, first, (1, "1000.00", "成功", paid_on), (2, "600.00", "成功", paid_on))
    whole.feed(bill("N1", 1, "2021-03-01", "600.00"), bill("N2", 1, "2021-03-02", "200.00"))
    claim, owing, on = claim_of(session, "N1"), claim_of(session, "N2"), date(2021, 5, 1)
    repay(session, claim, 70_000, received_on=on, reference="S1", by=one)
    verifies()
    said_of(whole, first, (1, "1000.00", "失败", "2021-05-08"))
    found_out(whole, first, 1)
    verifies()
    [member] = {x.member_id for x in payments(session, claim)}
    assert [x.free_fen for x in usable(session, member, owing)] == [30_000]
    made = propose_set_off(session, owing, claim, 30_000, booked_on=on, by=one)
    approve_set_off(session, made, by=other)
    verifies()
    whole.new_cards([member])
    again = batch_of(whole, date(2021, 6, 1))
    assert again.total_fen == 70_000
    verifies()
    said_of(whole, again, (1, "700.00", "成功", "2021-06-02"))
    verifies()
    assert [money_of(session, member, x).paid_fen for x in (claim, owing)] == [30_000, 30_000]
