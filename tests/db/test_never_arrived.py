"""What a member paid back, or had set off, of money that never reached him is owed to him and paid.

A claim is paid, the hospital undoes the bill, the member pays it back; then the bank says that its
payment never arrived. At each step the books balance and a bundle holds.
"""

from datetime import date

import pytest
from sqlalchemy import text

from app.books.explained import explained
from app.claims.lifecycle import State
from app.claims.standing import in_state
from app.payments.batch import NothingToPay
from app.payments.bring_back import confirm_back, propose_back
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.take_off import undo_line
from app.payments.write_word import ClaimAtBank
from app.recoveries.standing import money_of, usable
from app.recoveries.take_back import PaidBackOwed, reverse
from tests.db.owing import pay_back, set_off, write_off
from tests.db.payables import (
    YEAR,
    acts,
    answer,
    open_of,
    payments,
    reasons,
    send,
    sent_claim,
    tied_fund,
)
from tests.db.suspense import in_suspense
from tests.db.test_rights import refused
from tests.factories import make_account

DAY = date(2024, 4, 20)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def never_arrived(fund, batch, line=1, fen=10_000, day="2024-04-08"):
    """The bank takes its "paid" back, and two people find that so it was."""
    yuan = f"{fen // 100}.{fen % 100:02}"
    answer(fund, batch, (line, yuan, "失败", day))
    said = (batch.number, line, "failed", DAY, "银行更正")
    propose_resolution(fund.session, *said, by=fund.preparer)
    return approve_resolution(fund.session, batch.number, line, by=fund.approver)


def paid_and_undone(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    fund.refund(member, claim)
    assert open_of(fund.session, claim) == (0, 0, 10_000)
    return member, claim, batch


def due_of(fund, state):
    return {x.claim_id: (x.granted_fen, x.due_fen) for x in in_state(fund.session, state, 10)}


def test_what_was_paid_back_is_paid_with_the_next_batch(fund):
    session = fund.session
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 10_000, "S1")
    assert open_of(session, claim) == (0, 0, 0)
    never_arrived(fund, batch)
    assert (fund.state(claim), open_of(session, claim)) == ("card_wanted", (10_000, 0, 0))
    assert due_of(fund, State.CARD_WANTED) == {claim: (0, 10_000)}
    with pytest.raises(NothingToPay) as left:  # the card it did not reach
        send(fund)
    assert reasons(left.value.left_out) == {claim: "card_unchanged"}
    fund.account(member, make_account(905))
    again = send(fund)
    assert (again.lines, again.total_fen) == (1, 10_000)
    assert open_of(session, claim) == (0, 10_000, 0)
    answer(fund, again, (1, "100.00", "成功", "2024-04-28"))
    assert (fund.state(claim), open_of(session, claim)) == ("paid", (0, 0, 0))
    assert [act for act, _ in acts(session, claim)][-3:] == ["come_back", "send", "pay"]
    with pytest.raises(NothingToPay):
        send(fund)


@pytest.mark.parametrize("how", ["undone", "corrected to nothing"])
def test_what_is_owed_of_a_claim_that_grants_nothing_is_said(fund, how):
    """A bill that was corrected has a benefit year, one that was undone has none."""
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    fund.refund(member, claim) if how == "undone" else fund.correct(member, claim, 0)
    pay_back(fund, claim, 10_000, "S1")
    assert money_of(fund.session, member, claim).owed_fen == 0
    never_arrived(fund, batch)
    assert money_of(fund.session, member, claim).owed_fen == 10_000
    fund.account(member, make_account(905))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-28"))
    assert money_of(fund.session, member, claim).owed_fen == 0


@pytest.mark.parametrize("second", ["failed", "paid"])
def test_the_first_payment_arrives_after_all_while_the_second_is_at_the_bank(fund, second):
    """It cannot be said before the bank has answered; then nothing is paid twice unseen."""
    session = fund.session
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 10_000, "S1")
    never_arrived(fund, batch)
    fund.account(member, make_account(905))
    again = send(fund)
    said = (batch.number, 1, "paid", DAY, "收款行证明")
    propose_resolution(session, *said, by=fund.preparer)
    with pytest.raises(ClaimAtBank), session.begin_nested():
        approve_resolution(session, batch.number, 1, by=fund.approver)
    answer(fund, again, (1, "100.00", "失败" if second == "failed" else "成功", "2024-04-28"))
    approve_resolution(session, batch.number, 1, by=fund.approver)
    to_recover = 0 if second == "failed" else 10_000
    assert open_of(session, claim) == (0, 0, to_recover)
    fund.account(member, make_account(906))
    with pytest.raises(NothingToPay):
        send(fund)


def test_it_may_fail_again_and_is_sent_again(fund):
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 10_000, "S1")
    never_arrived(fund, batch)
    for seed in (905, 906):
        fund.account(member, make_account(seed))
        answer(fund, send(fund), (1, "100.00", "失败", "2024-04-28"))
        assert open_of(fund.session, claim) == (10_000, 0, 0)
    fund.account(member, make_account(907))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-29"))
    assert open_of(fund.session, claim) == (0, 0, 0)


def test_a_benefit_set_off_for_it_is_paid(fund):
    session = fund.session
    member, claim, batch = paid_and_undone(fund)
    using = fund.claim(member, 10_000)
    set_off(fund, claim, using, 10_000)
    assert (fund.state(using), open_of(session, claim)) == ("paid", (0, 0, 0))
    never_arrived(fund, batch)
    assert open_of(session, claim) == (10_000, 0, 0)
    other = fund.claim(member, 5_000)
    answer(fund, send(fund), (1, "50.00", "成功", "2024-04-28"))  # the other waits for no card
    fund.correct(member, other, 2_000)
    assert [x.claim_id for x in usable(session, member, other)] == [], "it is no benefit"
    fund.account(member, make_account(905))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-28"))
    assert open_of(session, claim) == (0, 0, 0)


def test_a_line_that_brought_it_back_says_so_as_well(fund):
    """And where the line was another's, two people take it off: nothing is owed then."""
    session = fund.session
    member, claim, _ = paid_and_undone(fund)
    pay_back(fund, claim, 10_000, "S1")
    line = in_suspense(session, fund.preparer, DAY, 10_000)
    propose_back(session, line, [payments(session, claim)[0].id], by=fund.preparer)
    confirm_back(session, line, by=fund.approver)
    assert open_of(session, claim) == (10_000, 0, 0)
    fund.account(member, make_account(905))
    with session.begin_nested() as point:
        undo_line(session, line, proposed_by=fund.preparer, by=fund.approver)
        assert (fund.state(claim), open_of(session, claim)) == ("paid", (0, 0, 0))
        point.rollback()
    again = send(fund)
    with pytest.raises(ClaimAtBank), session.begin_nested():
        undo_line(session, line, proposed_by=fund.preparer, by=fund.approver)
    answer(fund, again, (1, "100.00", "成功", "2024-04-28"))
    assert open_of(session, claim) == (0, 0, 0)
    assert explained(session).faults == []
    undo_line(session, line, proposed_by=fund.preparer, by=fund.approver)
    assert open_of(session, claim) == (0, 0, 10_000)


@pytest.mark.parametrize("written_fen", [0, 6_000])
def test_only_what_was_paid_back_is_owed(fund, written_fen):
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 4_000, "S1")
    if written_fen:
        write_off(fund, claim, written_fen)
    never_arrived(fund, batch)
    assert open_of(fund.session, claim) == (4_000, 0, 0)
    fund.account(member, make_account(905))
    again = send(fund)
    assert again.total_fen == 4_000
    answer(fund, again, (1, "40.00", "成功", "2024-04-28"))
    assert open_of(fund.session, claim) == (0, 0, 0)


def test_a_first_payment_that_arrived_after_all_is_owed_back(fund):
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 10_000, "S1")
    never_arrived(fund, batch)
    fund.account(member, make_account(905))
    answer(fund, send(fund), (1, "100.00", "成功", "2024-04-28"))
    said = (batch.number, 1, "paid", DAY, "收款行证明")
    propose_resolution(fund.session, *said, by=fund.preparer)
    approve_resolution(fund.session, batch.number, 1, by=fund.approver)
    assert open_of(fund.session, claim) == (0, 0, 10_000)
    pay_back(fund, claim, 10_000, "S2")


def test_what_was_typed_as_paid_back_is_not_taken_back_once_it_is_owed(fund):
    session = fund.session
    _, claim, batch = paid_and_undone(fund)
    number = pay_back(fund, claim, 10_000, "S1")
    never_arrived(fund, batch)
    asked = "SELECT id FROM entry WHERE memo = 'repaid by member' AND about = :about"
    entry = session.scalars(text(asked), {"about": number}).one()
    two = {"reversed_by": fund.preparer, "approved_by": fund.approver}
    with pytest.raises(PaidBackOwed), session.begin_nested():
        reverse(session, entry, why="记错", **two)
    forged = (
        "INSERT INTO repayment (id, member_id, claim_id, grant_no, amount_fen, benefit_year,"
        " received_on, reference, recorded_by) SELECT nextval('payment_number'), member_id,"
        " claim_id, grant_no, -amount_fen, benefit_year, received_on, reference || '#0', :by"
        " FROM repayment"
    )
    assert refused(session, forged, "23514", by=fund.approver) == "receivable_is_owed"


def test_what_was_typed_and_is_taken_back_before_is_not_owed(fund):
    session = fund.session
    _, claim, batch = paid_and_undone(fund)
    number = pay_back(fund, claim, 10_000, "S1")
    asked = "SELECT id FROM entry WHERE memo = 'repaid by member' AND about = :about"
    entry = session.scalars(text(asked), {"about": number}).one()
    reverse(session, entry, why="记错", reversed_by=fund.preparer, approved_by=fund.approver)
    assert open_of(session, claim) == (0, 0, 10_000)
    never_arrived(fund, batch)
    assert (fund.state(claim), open_of(session, claim)) == ("closed", (0, 0, 0))


def test_no_more_is_paid_than_was_paid_back_and_in_no_other_year(fund):
    session = fund.session
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 4_000, "S1")
    never_arrived(fund, batch)
    fund.account(member, make_account(905))
    answer(fund, send(fund), (1, "40.00", "失败", "2024-04-28"))  # so that the attempt is there
    fund.account(member, make_account(906))
    [live] = session.scalars(text("SELECT max(grant_no) FROM determination")).all()
    for fen, year in ((4_001, YEAR), (4_000, YEAR + 1)):
        facts = {"fen": fen, "year": year, "grant": live, "claim": claim, "member": member}
        two = {"one": fund.preparer, "two": fund.approver}
        assert refused(session, FORGED, "23514", **facts, **two) == "payment_is_owed"


FORGED = """
WITH batch AS (
    INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256, prepared_by,
        approved_by)
    VALUES (:year, '2024-05-01', 1, :fen, '', :one, :two) RETURNING id
)
INSERT INTO payment (member_id, id, batch_id, line, claim_id, grant_no, attempt, failed_attempt,
    failed_outcome, amount_fen, name, account_seq)
SELECT :member, nextval('payment_number'), id, 1, :claim, :grant, 2, 1, 'failed', :fen, '', 1
FROM batch
"""
