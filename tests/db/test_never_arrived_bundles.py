"""What was paid back of money that never arrived, in bundles: one holds at each step."""

from datetime import date
from itertools import count

import pytest
from sqlalchemy import select, text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.claims.decide import decide
from app.claims.decided import Undone, What
from app.payments.batch import prepare_batch
from app.payments.models import Payment
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.returns import take_return
from app.recoveries.owing import (
    approve_set_off,
    approve_write_off,
    propose_set_off,
    propose_write_off,
    repay,
)
from app.recoveries.standing import money_of
from tests.db.fund_year import Fund, bill
from tests.db.held_year import claim_of
from tests.db.office import assert_sound
from tests.db.reviewing import confirm
from tests.db.typed import a_stay, file_by_hand
from tests.factories import return_file
from tests.faults.forge import Bundle
from tests.faults.test_tamper import put


@pytest.fixture
def whole(session):
    fund = Fund(session)
    fund.second = add_account(session, "second", "乙", Role.OFFICER, "battery horse", by=None)
    unit = fund.unit(1)
    fund.enrol(unit, date(2021, 1, 1), date(2020, 12, 20), range(4))
    fund.receive(unit, 2021, "200", date(2020, 12, 28))
    return fund


def said_of(fund, batch, *lines):
    take_return(fund.session, return_file(batch.number, lines), by=fund.second)


def batch_of(fund, made_on):
    two = {"prepared_by": fund.clerk, "approved_by": fund.second}
    return prepare_batch(fund.session, 2021, **two, made_on=made_on)


@pytest.fixture
def verifies(whole, tmp_path):
    """A bundle holds now; its file."""
    session, numbers = whole.session, count()

    def verifies():
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        path = tmp_path / f"{next(numbers)}.zip"
        make_bundle(session, 2021, path)
        found = verify.examine(str(path))
        assert found["ok"], (path.name, found["fault"].says("en"))
        assert_sound(session)
        return path

    return verifies


def found_out(fund, batch, line):
    said = (batch.number, line, "failed", date(2021, 5, 10), "银行更正")
    propose_resolution(fund.session, *said, by=fund.clerk)
    approve_resolution(fund.session, batch.number, line, by=fund.second)


@pytest.mark.parametrize("how", ["repaid", "set off", "in parts"])
def test_a_bundle_holds_at_each_step(whole, how, verifies):
    session, two = whole.session, (whole.clerk, whole.second)
    whole.feed(bill("N1", 1, "2021-03-01", "2000.00"), bill("N9", 2, "2021-03-02", "600.00"))
    batch = batch_of(whole, date(2021, 4, 1))
    paid_on = "2021-04-02"
    said_of(whole, batch, (1, "1000.00", "成功", paid_on), (2, "300.00", "成功", paid_on))
    verifies()
    undone = {"refd_setl_flag": "1", "init_setl_id": "N1"}
    whole.feed({**bill("R1", 1, "2021-04-10", "-2000.00"), **undone})
    verifies()
    claim, on = claim_of(session, "N1"), date(2021, 5, 1)
    if how != "repaid":
        whole.feed(bill("N2", 1, "2021-04-20", "1200.00"))
        using = claim_of(session, "N2")
        made = propose_set_off(session, claim, using, 60_000, booked_on=on, by=two[0])
        approve_set_off(session, made, by=two[1])
        verifies()
    left_fen = {"repaid": 100_000, "set off": 0, "in parts": 30_000}[how]
    if left_fen:
        repay(session, claim, left_fen, received_on=on, reference="S1", by=two[0])
        verifies()
    if how == "in parts":
        made = propose_write_off(session, claim, 10_000, reference="决定", booked_on=on, by=two[0])
        approve_write_off(session, made, by=two[1])
        verifies()
    said_of(whole, batch, (1, "1000.00", "失败", "2021-05-08"))
    found_out(whole, batch, 1)
    verifies()
    owed_fen = {"repaid": 100_000, "set off": 60_000, "in parts": 90_000}[how]
    [member] = session.scalars(select(Payment.member_id).where(Payment.claim_id == claim)).all()
    money = money_of(session, member, claim)
    assert money.payable_fen - money.paid_fen == owed_fen
    whole.new_cards([member])
    again = batch_of(whole, date(2021, 6, 1))
    assert (again.lines, again.total_fen) == (1, owed_fen)
    verifies()
    said_of(whole, again, (1, f"{owed_fen // 100}.00", "成功", "2021-06-02"))
    verifies()
    assert money_of(session, member, claim).paid_fen == 0


def test_a_filing_that_two_undid_is_paid_back_too_and_nothing_more(whole, verifies, tmp_path):
    session = whole.session
    typed = file_by_hand(session, 1, a_stay("2021-03-01", "2000.00"))
    whole.drain_runs()
    confirm(session, typed.claim_id, by=whole.second)
    batch = batch_of(whole, date(2021, 4, 1))
    said_of(whole, batch, (1, "1000.00", "成功", "2021-04-02"))
    undone = {"reason": Undone.FIGURES, "remark": "漏填统筹支付"}
    two = {"by": whole.clerk, "approved_by": whole.second}
    decide(session, typed.claim_id, What.UNDO, **two, **undone)
    whole.drain_runs()
    on, claim = date(2021, 5, 1), typed.claim_id
    repay(session, claim, 100_000, received_on=on, reference="S1", by=whole.clerk)
    said_of(whole, batch, (1, "1000.00", "失败", "2021-05-08"))
    found_out(whole, batch, 1)
    verifies()
    whole.new_cards(session.scalars(text("SELECT member_id FROM payment")).all())
    again = batch_of(whole, date(2021, 6, 1))
    assert again.total_fen == 100_000
    said_of(whole, again, (1, "1000.00", "成功", "2021-06-02"))
    path = verifies()
    later = Bundle(path)  # hours after it was undone
    batches = later.table("payment_batch")
    put(batches, 2, "recorded_at", "2099-01-01T00:00:00.000000Z")
    later.put("payment_batch", batches)
    found = verify.examine(str(later.repair().zipped(tmp_path / "later.zip")))
    assert found["ok"], found["fault"].says("en")
    bundle = Bundle(path)
    payments, batches = bundle.table("payment"), bundle.table("payment_batch")
    put(payments, 2, "amount_fen", "100001")
    put(batches, 2, "total_fen", "100001")
    bundle.put("payment", payments)
    bundle.put("payment_batch", batches)
    forged = verify.examine(str(bundle.repair().zipped(tmp_path / "forged.zip")))
    assert not forged["ok"]
    assert "payment" in str(forged["fault"].says("en"))
