"""What was paid back of money that never arrived is owed to a member who died: his heir is paid.

By a batch as any other: nobody before two have named an heir, then the heir's card, which may fail
as well. At each step a bundle holds and the books balance.
"""

from datetime import date
from itertools import count

import pytest
from sqlalchemy import text

from app.accounts.models import Account
from app.enrolment.fates import FateRow, doubt_fate, import_fates, take_fate_back
from app.payments.batch import NothingToPay, prepare_batch
from app.payments.bring_back import confirm_back, propose_back
from app.payments.heirs import approve_heir, propose_heir
from app.payments.order import OrderChanged, approve_order, prepare_order
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.take import OnePerson
from app.payments.take_off import undo_line
from app.payments.write_word import ClaimAtBank
from app.recoveries.owing import repay
from app.recoveries.standing import money_of
from tests.db.fund_year import bill
from tests.db.held_year import claim_of
from tests.db.owing import pay_back, set_off
from tests.db.payables import YEAR, answer, open_of, payments, reasons, send, tied_fund
from tests.db.suspense import in_suspense
from tests.db.test_heirs import HEIR, died, left_out, name
from tests.db.test_never_arrived import DAY, never_arrived, paid_and_undone
from tests.db.test_never_arrived_bundles import batch_of, found_out, said_of, verifies, whole
from tests.db.test_rights import refused
from tests.factories import make_account, make_id, make_name

__all__ = ["verifies", "whole"]
LATER = date(2024, 4, 27)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def owed_to_the_dead(fund, how="repaid"):
    """Paid, undone, paid back; the member dies; then it turns out never to have arrived."""
    member, claim, batch = paid_and_undone(fund)
    if how == "repaid":
        pay_back(fund, claim, 10_000, "S1")
    else:
        set_off(fund, claim, fund.claim(member, 10_000), 10_000)
    died(fund, member)
    never_arrived(fund, batch)
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (10_000, 0, 0))
    return member, claim, batch


def paid_to(fund, claim):
    return [(x.heir_id, x.account_seq) for x in payments(fund.session, claim)]


@pytest.mark.parametrize("how", ["repaid", "set off"])
def test_nobody_is_paid_before_an_heir_is_named_and_then_the_heir(fund, how):
    member, claim, _ = owed_to_the_dead(fund, how)
    assert left_out(fund) == {claim: "deceased"}
    fund.account(member, make_account(905))
    assert left_out(fund) == {claim: "deceased"}, "a card of the dead is nobody's"
    heir = name(fund, member)
    batch = send(fund)
    assert f"王平,{HEIR['account']},100.00" in batch.file.decode("utf-8-sig")
    assert paid_to(fund, claim)[-1] == (heir.id, None)
    assert open_of(fund.session, claim) == (0, 10_000, 0)
    answer(fund, batch, (1, "100.00", "失败", "2024-04-28"))
    assert left_out(fund) == {claim: "card_unchanged"}
    other = name(fund, member, account=make_account(701))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-29"))
    assert paid_to(fund, claim)[-1] == (other.id, None)
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))
    assert left_out(fund) == {}


def test_a_death_between_two_officers_and_while_it_is_at_the_bank(fund):
    """Prepared for the member's new card, who dies before it is approved; sent anew, and again."""
    session = fund.session
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 10_000, "S1")
    never_arrived(fund, batch)
    fund.account(member, make_account(905))
    how = {"by": fund.preparer, "made_on": LATER}
    order = prepare_order(session, YEAR, **how)
    died(fund, member)
    for_two = {"by": fund.approver, "sha256": order.sha256}
    with pytest.raises(OrderChanged) as changed, session.begin_nested():
        approve_order(session, order.id, **for_two)
    assert reasons(changed.value.changes) == {claim: "deceased"}
    doubt_fate(session, member, by=fund.third)
    take_fate_back(session, member, by=fund.approver)
    sent = approve_order(session, order.id, **for_two)
    died(fund, member)
    answer(fund, sent, (1, "100.00", "失败", "2024-04-28"))
    assert left_out(fund) == {claim: "deceased"}
    heir = name(fund, member)
    order = prepare_order(session, YEAR, **how)
    with pytest.raises(OnePerson), session.begin_nested():
        approve_order(session, order.id, by=fund.preparer, sha256=order.sha256)
    sent = approve_order(session, order.id, by=fund.approver, sha256=order.sha256)
    answer(fund, sent, (1, "100.00", "成功", "2024-04-29"))
    assert paid_to(fund, claim) == [(None, 1), (None, 2), (heir.id, None)]
    assert open_of(session, claim) == (0, 0, 0)


def test_another_heir_between_two_officers(fund):
    session = fund.session
    member, claim, _ = owed_to_the_dead(fund)
    name(fund, member)
    order = prepare_order(session, YEAR, by=fund.preparer, made_on=LATER)
    name(fund, member, account=make_account(701))
    with pytest.raises(OrderChanged) as changed, session.begin_nested():
        approve_order(session, order.id, by=fund.approver, sha256=order.sha256)
    assert reasons(changed.value.changes) == {claim: "account_changed"}


def test_no_officer_who_is_the_heir_takes_part(fund):
    member, claim, _ = owed_to_the_dead(fund)
    officer = fund.member()
    seed = next(n for n in range(1, 9) if _is(fund.session, officer, n))
    fund.session.get_one(Account, fund.preparer).member_id = officer
    fund.session.flush()
    propose_heir(fund.session, member, by=fund.third, **HEIR | {"certno": make_id(seed)})
    approve_heir(fund.session, member, by=fund.approver)
    assert left_out(fund) == {claim: "own_claim"}
    assert send(fund, prepared_by=fund.third).total_fen == 10_000


def _is(session, member, seed):
    asked = text("SELECT 1 FROM member_name WHERE member_id = :m AND name = :n")
    return session.scalar(asked, {"m": member, "n": make_name(seed)}) is not None


def test_the_member_lives_after_all(fund):
    """Then the member's own card is asked for, and not the one that failed."""
    member, claim, _ = owed_to_the_dead(fund)
    name(fund, member)
    doubt_fate(fund.session, member, by=fund.third)
    take_fate_back(fund.session, member, by=fund.approver)
    assert left_out(fund) == {claim: "card_unchanged"}
    fund.account(member, make_account(905))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-28"))
    assert paid_to(fund, claim)[-1] == (None, 2)
    assert open_of(fund.session, claim) == (0, 0, 0)


def test_what_the_heir_had_paid_back_is_paid_to_the_heir(fund):
    """Dead before the first payment: the heir was paid, paid it back, and never had it."""
    member = fund.member()
    claim = fund.claim(member, 10_000)
    died(fund, member)
    name(fund, member)
    batch = send(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    fund.refund(member, claim)
    pay_back(fund, claim, 10_000, "S1")
    never_arrived(fund, batch)
    assert left_out(fund) == {claim: "card_unchanged"}
    name(fund, member, account=make_account(701))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-28"))
    assert open_of(fund.session, claim) == (0, 0, 0)


def test_the_first_payment_arrives_after_all_while_the_heirs_is_at_the_bank(fund):
    session = fund.session
    member, claim, batch = owed_to_the_dead(fund)
    name(fund, member)
    again = send(fund)
    said = (batch.number, 1, "paid", DAY, "收款行证明")
    propose_resolution(session, *said, by=fund.preparer)
    with pytest.raises(ClaimAtBank), session.begin_nested():
        approve_resolution(session, batch.number, 1, by=fund.approver)
    answer(fund, again, (1, "100.00", "成功", "2024-04-28"))
    approve_resolution(session, batch.number, 1, by=fund.approver)
    assert open_of(session, claim) == (0, 0, 10_000), "paid to both: the second is owed back"
    with pytest.raises(NothingToPay):
        send(fund)
    pay_back(fund, claim, 10_000, "S2")
    assert money_of(session, member, claim).owed_fen == 0


def test_a_line_brings_the_heirs_payment_back(fund):
    """Paid by the bank's word, and back on the fund's account: another heir's card, or it was not
    that money after all."""
    session = fund.session
    member, claim, _ = owed_to_the_dead(fund)
    name(fund, member)
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-25"))
    line = in_suspense(session, fund.preparer, LATER, 10_000)
    propose_back(session, line, [payments(session, claim)[-1].id], by=fund.preparer)
    confirm_back(session, line, by=fund.approver)
    assert open_of(session, claim) == (10_000, 0, 0)
    assert left_out(fund) == {claim: "card_unchanged"}
    with session.begin_nested() as point:
        undo_line(session, line, proposed_by=fund.preparer, by=fund.approver)
        assert (fund.state(claim), open_of(session, claim)) == ("paid", (0, 0, 0))
        point.rollback()
    name(fund, member, account=make_account(701))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-28"))
    assert open_of(session, claim) == (0, 0, 0)


FORGED = """
WITH batch AS (
    INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256, prepared_by,
        approved_by)
    VALUES (2024, '2024-05-01', 1, 10000, '', :one, :two) RETURNING id
)
INSERT INTO payment (member_id, id, batch_id, line, claim_id, grant_no, attempt, amount_fen, name,
    account_seq, heir_id)
SELECT d.member_id, nextval('payment_number'), batch.id, 1, d.claim_id, d.grant_no, 1, 10000, '',
    CAST(:account AS integer), CAST(:heir AS bigint)
FROM batch, determination d WHERE d.claim_id = :claim AND d.refusal = 'refunded'
"""


def test_by_sql_too(fund):
    member, claim, _ = owed_to_the_dead(fund)
    fund.account(member, make_account(905))
    facts = {"claim": claim, "one": fund.preparer, "two": fund.approver}
    of_member = {"account": 2, "heir": None}
    assert refused(fund.session, FORGED, "23514", **facts, **of_member) == "payment_is_owed"
    heirs = [name(fund, member).id, name(fund, member, account=make_account(701)).id]
    before, last = ({"account": None, "heir": heir} for heir in heirs)
    assert refused(fund.session, FORGED, "23514", **facts, **before) == "payment_is_owed"
    with fund.session.begin_nested() as point:
        fund.session.execute(text(FORGED), facts | last)
        point.rollback()


def test_a_bundle_holds_at_each_step(whole, verifies):
    session, numbers = whole.session, count(1)
    two = (whole.clerk, whole.second)
    whole.feed(bill("N1", 1, "2021-03-01", "2000.00"))
    first = batch_of(whole, date(2021, 4, 1))
    said_of(whole, first, (1, "1000.00", "成功", "2021-04-02"))
    undone = {"refd_setl_flag": "1", "init_setl_id": "N1"}
    whole.feed({**bill("R1", 1, "2021-04-10", "-2000.00"), **undone})
    claim = claim_of(session, "N1")
    back = {"received_on": date(2021, 5, 1), "reference": "S1", "by": two[0]}
    repay(session, claim, 100_000, **back)
    row = FateRow(2, make_name(1), make_id(1), "died", date(2021, 5, 3))
    import_fates(session, [row], file_sha256="f", by=two[0])
    verifies()
    said_of(whole, first, (1, "1000.00", "失败", "2021-05-08"))
    found_out(whole, first, 1)
    verifies()
    member = payments(session, claim)[0].member_id
    with pytest.raises(NothingToPay) as left:
        batch_of(whole, date(2021, 6, 1))
    assert reasons(left.value.left_out) == {claim: "deceased"}
    for said, on in (("失败", "2021-06-02"), ("成功", "2021-07-02")):
        changed = {"account": make_account(700 + next(numbers))}
        propose_heir(session, member, by=two[0], **HEIR | changed)
        approve_heir(session, member, by=two[1])
        made_on = date.fromisoformat(on).replace(day=1)
        again = prepare_batch(
            session, 2021, prepared_by=two[0], approved_by=two[1], made_on=made_on
        )
        assert again.total_fen == 100_000
        verifies()
        said_of(whole, again, (1, "1000.00", said, on))
        verifies()
    assert [x.heir_id is None for x in payments(session, claim)] == [True, False, False]
    assert money_of(session, member, claim).owed_fen == 0
