"""What others who are liable pay back: opened by two, never above the grant, received, given up."""

import pytest

from app.claims.propose import SameOfficer
from app.ledger.balance import trial_balance
from app.recoveries.liable import (
    AboveGranted,
    AboveOpen,
    BookedBefore,
    GivenUp,
    Liable,
    NoSuchRecovery,
    approve_recovery,
    propose_recovery,
)
from app.recoveries.standing import recoveries
from tests.db.owing import ON, come_in, give_up, open_fen, pay_back, recover
from tests.db.payables import YEAR, tied_fund
from tests.db.test_receivables import paid_claim, refused


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def balances(fund, *accounts: str, year: int = YEAR) -> list[int]:
    found = {x.account.value: x.balance_fen for x in trial_balance(fund.session, year).lines}
    return [found.get(account, 0) for account in accounts]


def test_money_comes_back_in_parts_and_the_rest_is_given_up(fund):
    _, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 8_000)
    assert balances(fund, "1202", "4102") == [8_000, -8_000]
    come_in(fund, recovery, 5_000, "B-1")
    come_in(fund, recovery, 1_000, "B-2")
    assert balances(fund, "1202", "1001") == [2_000, -10_000 + 6_000]
    with pytest.raises(AboveOpen):
        come_in(fund, recovery, 2_001, "B-3")
    give_up(fund, recovery, 2_000)
    assert balances(fund, "1202", "5102", "4102") == [0, 2_000, -8_000]
    [owed] = recoveries(fund.session, claim)
    assert (owed.open_fen, owed.received_fen, owed.given_up_fen) == (0, 6_000, 2_000)


def test_never_above_what_was_granted(fund):
    _, claim = paid_claim(fund, 10_000)
    recover(fund, claim, 6_000)
    with pytest.raises(AboveGranted):
        recover(fund, claim, 4_001, Liable.EMPLOYER)
    recover(fund, claim, 4_000, Liable.EMPLOYER)


def test_two_people_open_it(fund):
    _, claim = paid_claim(fund, 10_000)
    made = propose_recovery(
        fund.session,
        claim,
        Liable.EMPLOYER,
        100,
        reference="调解书",
        booked_on=ON,
        by=fund.preparer,
    )
    with pytest.raises(SameOfficer):
        approve_recovery(fund.session, made, by=fund.preparer)
    forged = (
        "INSERT INTO recovery (member_id, claim_id, liable, amount_fen, reference, benefit_year,"
        " booked_on, proposal_id, prepared_by, approved_by)"
        " SELECT member_id, claim_id, what, {fen},"
        " reference, 2024, booked_on, id, prepared_by, {by} FROM proposal WHERE id = :p"
    )
    two = "recovery_two_people_check"
    refused(fund, two, forged.format(fen=100, by=fund.preparer), p=made)
    refused(fund, "recovery_is_granted", forged.format(fen=10_001, by=fund.approver), p=made)
    number = approve_recovery(fund.session, made, by=fund.approver)
    receipt = (
        "INSERT INTO recovery_receipt (recovery_id, amount_fen, received_on, reference,"
        " recorded_by) VALUES (:r, 101, '2024-04-01', 'x', :by)"
    )
    refused(fund, "recovery_is_open", receipt, r=number, by=fund.third)


def test_out_of_suspense_of_the_same_or_another_year(fund):
    _, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 8_000)
    come_in(fund, recovery, 3_000, "S-1", suspense_year=YEAR)
    assert balances(fund, "2103", "1202") == [3_000, 5_000]
    come_in(fund, recovery, 5_000, "S-2", suspense_year=YEAR + 1)
    assert balances(fund, "1901", "1202") == [5_000, 0]
    assert balances(fund, "2103", "1901", year=YEAR + 1) == [5_000, -5_000]


def test_an_advance_that_the_bureau_undoes_is_no_longer_asked_of_others(fund):
    """Refunded after it was paid: the member owes it back, and the third party does not."""
    member, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 8_000)
    come_in(fund, recovery, 3_000, "B-1")
    fund.refund(member, claim)
    [owed] = recoveries(fund.session, claim)
    assert owed.above_fen == 5_000
    give_up(fund, recovery, 5_000, GivenUp.NOT_OWED)
    assert balances(fund, "1202", "4102", "5102") == [0, -3_000, 0]
    assert open_fen(fund, member, claim) == 10_000
    pay_back(fund, claim, 10_000, "R-1")
    assert balances(fund, "1201", "1001") == [0, 3_000]


def test_the_same_money_is_not_booked_twice(fund):
    from sqlalchemy.exc import IntegrityError

    from app.db import as_refusal

    _, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 8_000)
    come_in(fund, recovery, 100, "B-1")
    with pytest.raises(IntegrityError) as twice, fund.session.begin_nested():
        come_in(fund, recovery, 100, "B-1")
    assert isinstance(as_refusal(twice.value), BookedBefore)


def test_what_is_out_of_reach_does_not_exist(fund):
    with pytest.raises(NoSuchRecovery):
        come_in(fund, 999, 1, "B-1")
