"""The little fund (`fund_year`), and what people decide in it: injuries, a double, money back."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.claims.decide import decide
from app.claims.decided import Reason, Says, Undone, Waived, What
from app.claims.injuries import state_injury
from app.claims.models import Claim
from app.recoveries.confirm_line import FromMember, FromOthers
from app.recoveries.liable import (
    GivenUp,
    Liable,
    approve_give_up,
    approve_recovery,
    propose_give_up,
    propose_recovery,
    receive_recovery,
)
from app.recoveries.owing import (
    approve_set_off,
    approve_write_off,
    propose_set_off,
    propose_write_off,
    repay,
)
from tests.db.fund_year import Fund, bill, fund_year
from tests.db.reviewing import confirm
from tests.db.suspense import in_suspense, said_by_two
from tests.db.typed import PASSWORD, a_stay, account_of, file_by_hand

ON = date(2022, 3, 1)


def held_year(session: Session) -> Fund:
    """Benefit year 2021 with decisions, recoveries, set-off, repayment and write-off."""
    fund = fund_year(session)
    third = add_account(session, "third", "丁", Role.OFFICER, "correct horse battery", by=None)
    wrong = _approved(fund, "600.00", third)
    _decided(fund, third)
    _undone(fund, wrong, third)
    _recovered(fund, third)
    _settled(fund, third)
    return fund


def claim_of(session: Session, setl_id: str) -> int:
    found = session.scalar(select(Claim.id).where(Claim.setl_id == setl_id))
    assert found
    return found


def _decided(fund: Fund, third: int) -> None:
    session, pair = fund.session, {"by": fund.clerk, "approved_by": third}
    typed = file_by_hand(session, 5, a_stay("2021-11-01", "1000.00", invono="12345678"))
    fund.drain_runs()
    confirm(session, typed.claim_id, by=third)
    fund.feed(
        bill("B40", 8, "2021-11-03", "2000.00", med_type="22"),
        bill("B41", 8, "2021-11-04", "300.00", med_type="140201"),
        bill("B42", 7, "2021-11-05", "1000.00"),
    )
    injury = claim_of(session, "B40")
    state_injury(session, injury, Says.TRAFFIC, by=account_of(session, 8))
    decide(session, injury, What.PAY_INPATIENT, **pair)
    refused = claim_of(session, "B41")
    operator = add_account(session, "operator", "承办", Role.OPERATOR, PASSWORD, by=None)
    prepared = {"by": operator, "approved_by": third}
    decide(session, refused, What.REFUSE, reason=Reason.NOT_PUBLISHED, **prepared)
    waits = claim_of(session, "B07")  # admitted in the waiting time of a first cover
    decide(session, waits, What.WAIVE_WAITING, reason=Waived.UNIT_LATE, **pair)
    fund.drain_runs()
    fund.pay(2021, date(2022, 2, 10))
    fund.feed(bill("B44", 5, "2021-11-01", "1200.00", invono="12345678"))
    double = claim_of(session, "B44")
    decide(session, double, What.SAME_BILL, same_as=typed.claim_id, **pair)
    fund.drain_runs()


def _approved(fund: Fund, scope: str, third: int) -> int:
    """A member's filing that is approved; its claim."""
    typed = file_by_hand(fund.session, 7, a_stay("2021-11-08", scope))
    fund.drain_runs()
    confirm(fund.session, typed.claim_id, by=third)
    return typed.claim_id


def _undone(fund: Fund, wrong: int, third: int) -> None:
    """A typed figure was wrong, and was paid: taken back by two, filed and approved anew."""
    how = {"reason": Undone.FIGURES, "remark": "漏填统筹支付"}
    decide(fund.session, wrong, What.UNDO, by=fund.clerk, approved_by=third, **how)
    fund.drain_runs()
    _approved(fund, "500.00", third)


def _recovered(fund: Fund, third: int) -> None:
    session, claim = fund.session, claim_of(fund.session, "B40")
    made = propose_recovery(
        session,
        claim,
        Liable.THIRD_PARTY,
        80_000,
        reference="调解书",
        booked_on=ON,
        by=fund.clerk,
    )
    number = approve_recovery(session, made, by=third)
    come = {"received_on": ON, "by": fund.clerk}
    receive_recovery(session, number, 30_000, reference="B-1", **come)
    line = in_suspense(session, fund.clerk, ON, 10_000)
    said_by_two(session, line, FromOthers(number), fund.clerk, third)
    lost = propose_give_up(session, number, 15_000, GivenUp.LOST, booked_on=ON, by=fund.clerk)
    approve_give_up(session, lost, by=third)


def _settled(fund: Fund, third: int) -> None:
    session, owing = fund.session, claim_of(fund.session, "B42")
    fund.feed(
        bill("B42", 7, "2021-11-05", "400.00"),
        bill("B43", 7, "2021-11-06", "300.00"),
        bill("B45", 7, "2021-11-07", "500.00"),
    )
    for setl_id, fen in (("B43", 15_000), ("B45", 5_000)):
        using = claim_of(session, setl_id)
        made = propose_set_off(session, owing, using, fen, booked_on=ON, by=fund.clerk)
        approve_set_off(session, made, by=third)
    repay(session, owing, 4_000, received_on=ON, reference="R-1", by=fund.clerk)
    line = in_suspense(session, fund.clerk, ON, 2_000)
    said_by_two(session, line, FromMember(owing), fund.clerk, third)
    lost = propose_write_off(session, owing, 4_000, reference="决定", booked_on=ON, by=fund.clerk)
    approve_write_off(session, lost, by=third)
    fund.pay(2021, date(2022, 3, 5))
