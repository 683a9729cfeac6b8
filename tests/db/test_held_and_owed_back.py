"""What was paid back of money that never arrived is paid also while people must decide the claim.

It is owed whatever they will decide; and once it has arrived the claim waits for them again.
"""

from datetime import date

import pytest

from app.claims.decide import decide
from app.claims.decided import Reason, What
from app.payments.batch import NothingToPay
from app.recoveries.owing import repay
from app.recoveries.standing import money_of
from tests.db.fund_year import bill
from tests.db.held_year import claim_of
from tests.db.owing import pay_back
from tests.db.payables import answer, open_of, payments, send, sent_claim, tied_fund
from tests.db.test_never_arrived import never_arrived
from tests.db.test_never_arrived_bundles import batch_of, found_out, said_of, verifies, whole
from tests.factories import make_account

__all__ = ["verifies", "whole"]
INJURY = "22"


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def held_and_owed(fund, first):
    """Held and paid back before the bank's word is known to be wrong, or held only after."""
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    if first == "held":
        fund.correct(member, claim, 10_000, kind=INJURY)
        assert fund.state(claim) == "held"
        pay_back(fund, claim, 10_000, "S1")
        never_arrived(fund, batch)
    else:
        fund.correct(member, claim, 0)
        pay_back(fund, claim, 10_000, "S1")
        never_arrived(fund, batch)
        fund.correct(member, claim, 10_000, kind=INJURY)
    assert open_of(fund.session, claim) == (10_000, 0, 0)
    fund.account(member, make_account(905))
    return member, claim


@pytest.mark.parametrize("first", ["held", "never arrived"])
def test_it_is_paid_and_the_claim_waits_for_people_again(fund, first):
    member, claim = held_and_owed(fund, first)
    batch = send(fund)
    assert batch.total_fen == 10_000
    answer(fund, batch, (1, "100.00", "失败", "2024-04-27"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (10_000, 0, 0))
    fund.account(member, make_account(906))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-28"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("held", (0, 0, 0))
    with pytest.raises(NothingToPay):
        send(fund)


@pytest.mark.parametrize("first", ["held", "never arrived"])
def test_held_while_it_is_at_the_bank(fund, first):
    """The bill is held by a correction that comes while the bank has the money."""
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    fund.correct(member, claim, 0)
    pay_back(fund, claim, 10_000, "S1")
    never_arrived(fund, batch)
    fund.account(member, make_account(905))
    again = send(fund)
    fund.correct(member, claim, 10_000, kind=INJURY)
    assert fund.state(claim) == "sent"
    answer(fund, again, (1, "100.00", "成功" if first == "held" else "失败", "2024-04-28"))
    if first != "held":
        assert fund.state(claim) == "card_wanted"
        fund.account(member, make_account(906))
        answer(fund, send(fund), (1, "100.00", "成功", "2024-04-29"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("held", (0, 0, 0))


@pytest.mark.parametrize("decides", ["refused", "granted"])
def test_a_bundle_holds_and_people_decide(whole, verifies, decides):
    """A kind of bill that nobody knows: it is held, paid back, and decided after all."""
    session, two = whole.session, (whole.clerk, whole.second)
    whole.feed(bill("N1", 1, "2021-03-01", "2000.00"))
    first = batch_of(whole, date(2021, 4, 1))
    said_of(whole, first, (1, "1000.00", "成功", "2021-04-02"))
    whole.feed({**bill("N1", 1, "2021-03-01", "2000.00"), "med_type": "999"})
    claim, on = claim_of(session, "N1"), date(2021, 5, 1)
    repay(session, claim, 100_000, received_on=on, reference="S1", by=two[0])
    said_of(whole, first, (1, "1000.00", "失败", "2021-05-08"))
    found_out(whole, first, 1)
    verifies()
    [member] = {x.member_id for x in payments(session, claim)}
    whole.new_cards([member])
    again = batch_of(whole, date(2021, 6, 1))
    verifies()
    said_of(whole, again, (1, "1000.00", "成功", "2021-06-02"))
    verifies()
    assert money_of(session, member, claim).state == "held"
    what, reason = {
        "refused": (What.REFUSE, Reason.NOT_PUBLISHED),
        "granted": (What.PAY_INPATIENT, None),
    }[decides]
    decide(session, claim, what, reason=reason, by=two[0], approved_by=two[1])
    whole.drain_runs()
    verifies()
    if decides == "granted":
        last = batch_of(whole, date(2021, 7, 1))
        assert last.total_fen == 100_000
        said_of(whole, last, (1, "1000.00", "成功", "2021-07-02"))
        verifies()
    with pytest.raises(NothingToPay):
        batch_of(whole, date(2021, 8, 1))


@pytest.mark.parametrize("falls", ["corrected", "undone", "refused"])
def test_a_doubt_of_the_bill_keeps_nothing_back(whole, verifies, falls):
    """Its invoice turns out to be another's. Of a benefit people doubt; of what is owed nobody."""
    session, two = whole.session, (whole.clerk, whole.second)
    whole.feed({**bill("N0", 2, "2021-02-01", "0.00"), "invono": "12345678"})
    whole.feed(bill("N1", 1, "2021-03-01", "2000.00"))
    first = batch_of(whole, date(2021, 4, 1))
    said_of(whole, first, (1, "1000.00", "成功", "2021-04-02"))
    whole.feed(bill("N1", 1, "2021-03-01", "0.00"))
    claim, on = claim_of(session, "N1"), date(2021, 5, 1)
    repay(session, claim, 100_000, received_on=on, reference="S1", by=two[0])
    said_of(whole, first, (1, "1000.00", "失败", "2021-05-08"))
    found_out(whole, first, 1)
    [member] = {x.member_id for x in payments(session, claim)}
    whole.new_cards([member])
    scope = "600.00" if falls == "refused" else "0.00"
    whole.feed({**bill("N1", 1, "2021-03-01", scope), "invono": "12345678"})
    if falls == "undone":
        undone = {"refd_setl_flag": "1", "init_setl_id": "N1"}
        whole.feed({**bill("R1", 1, "2021-05-10", "-1.00"), **undone})
    if falls == "refused":
        assert money_of(session, member, claim).state == "review", "people look at the benefit"
        how = {"reason": Reason.INVOICE, "by": two[0], "approved_by": two[1]}
        decide(session, claim, What.REFUSE, **how)
        whole.drain_runs()
    verifies()
    again = batch_of(whole, date(2021, 6, 1))
    assert again.total_fen == 100_000
    said_of(whole, again, (1, "1000.00", "成功", "2021-06-02"))
    verifies()
    assert money_of(session, member, claim).state == "paid"
