"""What the tests do about money that comes back; two of a fund's officers act together."""

from datetime import date

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
from app.recoveries.standing import money_of
from tests.db.payables import Payables

ON = date(2024, 4, 1)


def set_off(fund: Payables, owing: int, using: int, fen: int) -> int:
    made = propose_set_off(fund.session, owing, using, fen, booked_on=ON, by=fund.preparer)
    return approve_set_off(fund.session, made, by=fund.approver)


def write_off(fund: Payables, claim: int, fen: int) -> int:
    made = propose_write_off(
        fund.session, claim, fen, reference="法院裁定", booked_on=ON, by=fund.preparer
    )
    return approve_write_off(fund.session, made, by=fund.approver)


def pay_back(fund: Payables, claim: int, fen: int, reference: str, **more) -> int:
    by = fund.third
    return repay(fund.session, claim, fen, received_on=ON, reference=reference, by=by, **more)


def recover(fund: Payables, claim: int, fen: int, liable: Liable = Liable.THIRD_PARTY) -> int:
    made = propose_recovery(
        fund.session, claim, liable, fen, reference="调解书", booked_on=ON, by=fund.preparer
    )
    return approve_recovery(fund.session, made, by=fund.approver)


def come_in(fund: Payables, recovery: int, fen: int, reference: str, **more) -> int:
    by = fund.third
    return receive_recovery(
        fund.session, recovery, fen, received_on=ON, reference=reference, by=by, **more
    )


def give_up(fund: Payables, recovery: int, fen: int, why: GivenUp = GivenUp.LOST) -> int:
    made = propose_give_up(fund.session, recovery, fen, why, booked_on=ON, by=fund.preparer)
    return approve_give_up(fund.session, made, by=fund.approver)


def open_fen(fund: Payables, member: int, claim: int) -> int:
    """What a claim still owes, by the facts."""
    found = money_of(fund.session, member, claim)
    return found.excess.open_fen if found else 0
