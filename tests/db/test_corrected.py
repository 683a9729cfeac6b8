"""Two people erred about a payment, and two correct it; what a statement's line shows of one."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.banking.lines import LineResolved
from app.banking.propose_line import proposed
from app.banking.resolve import resolve_not_ours
from app.books.bank_balance import reconciliation
from app.payments.doubt import (
    LineShowsNothing,
    NothingToResolve,
    ResolvedBeforeSent,
    check_word,
    doubtful,
)
from app.payments.resolve import (
    NotProposed,
    approve_resolution,
    propose_resolution,
    seal_of,
)
from app.payments.write_word import ClaimAtBank
from tests.db.payables import MADE_ON, answer, open_of, payments, send, sent_claim, tied_fund
from tests.db.suspense import in_suspense
from tests.db.test_receivables import balance
from tests.db.test_resolve import DAY, approve, contradicted, nothing_is_sent, propose, resolve
from tests.factories import make_account

BACK = date(2024, 3, 20)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def unknown(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "处理中", "", ""))
    fund.account(member, make_account(907))
    return claim, batch


def by_line(fund, batch, line, says="failed", day=BACK):
    said = (batch.number, 1, says, day, "对账单")
    propose_resolution(fund.session, *said, by=fund.preparer, line_id=line)
    return approve(fund, batch)


def test_resolved_then_the_bank_contradicts_it_and_two_people_correct_it(fund):
    claim, batch = unknown(fund)
    resolve(fund, batch, "failed")
    answer(fund, batch, (1, "100.00", "成功", "2024-03-25"))
    nothing_is_sent(fund, claim, "answer_contradicted")
    resolve(fund, batch, "paid")
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))
    nothing_is_sent(fund, claim)
    assert balance(fund.session, "1001") == -10_000
    said = fund.session.execute(text("SELECT seq, says FROM payment_resolution ORDER BY id"))
    assert [tuple(x) for x in said] == [(1, "failed"), (2, "paid")], "a reversal, no edit"


def test_corrected_back_and_forth_it_is_sent_again_once(fund):
    claim, batch = contradicted(fund, "成功", "失败")
    for says in ("failed", "paid", "failed"):
        resolve(fund, batch, says)
    assert open_of(fund.session, claim) == (10_000, 0, 0)
    send(fund)
    again = payments(fund.session, claim)[-1]
    assert (again.attempt, again.resolved_seq, again.resolved_as) == (2, 3, "failed")
    with pytest.raises(ClaimAtBank):
        resolve(fund, batch, "paid")


def test_paid_after_all_and_paid_again_is_owed_back(fund):
    """The bank paid twice: the second is a receivable, and no third is sent."""
    claim, batch = contradicted(fund, "成功", "失败")
    resolve(fund, batch, "failed")
    again = send(fund)
    answer(fund, again, (1, "100.00", "成功", "2024-03-28"))
    resolve(fund, batch, "paid")
    assert open_of(fund.session, claim) == (0, 0, 10_000)
    nothing_is_sent(fund, claim)


def test_paid_after_all_while_the_second_had_failed(fund):
    claim, batch = contradicted(fund, "成功", "失败")
    resolve(fund, batch, "failed")
    again = send(fund)
    answer(fund, again, (1, "100.00", "失败", "2024-03-28"))
    resolve(fund, batch, "paid")
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))


def test_what_stands_is_not_said_again(fund):
    _, batch = unknown(fund)
    resolve(fund, batch, "failed")
    with pytest.raises(NothingToResolve):
        propose(fund, batch, "failed")


def test_a_day_before_the_batch_is_refused(fund):
    _, batch = unknown(fund)
    with pytest.raises(ResolvedBeforeSent):
        propose(fund, batch, "paid", day=date(2024, 2, 29))
    propose(fund, batch, "paid", day=MADE_ON)
    back = text("UPDATE resolution_draft SET booked_on = '2024-02-29'")
    fund.session.execute(back)
    with pytest.raises(ResolvedBeforeSent):
        approve(fund, batch)


def test_money_that_came_back_after_the_batch_reopens_the_claim(fund):
    member, claim, batch = sent_claim(fund)
    session = fund.session
    in_suspense(session, fund.third, MADE_ON, 50_000)
    in_suspense(session, fund.third, MADE_ON, -10_000)
    answer(fund, batch, (1, "100.00", "成功"))
    assert fund.state(claim) == "paid"
    with pytest.raises(NothingToResolve):
        propose(fund, batch, "failed")
    line = in_suspense(session, fund.third, BACK, 10_000)
    before = balance(session, "1001"), balance(session, "2103")
    by_line(fund, batch, line)
    assert open_of(session, claim) == (10_000, 0, 0)
    assert (balance(session, "1001"), balance(session, "2103")) == (before[0], before[1] + 10_000)
    assert balance(session, "1901") == 0
    assert reconciliation(session, date(2024, 4, 30)).off_fen == 0
    fund.account(member, make_account(908))
    assert send(fund).total_fen == 10_000
    with pytest.raises(NothingToResolve):
        propose(fund, batch, "paid")
    with pytest.raises(LineShowsNothing):
        propose_resolution(
            *(session, batch.number, 1, "failed", BACK, "x"), by=fund.preparer, line_id=line
        )
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_money_that_came_back_settles_an_unknown(fund):
    """The bank took the whole batch and brought one payment back: 1001 has both movements."""
    claim, batch = unknown(fund)
    session = fund.session
    in_suspense(session, fund.third, MADE_ON, 50_000)
    in_suspense(session, fund.third, MADE_ON, -10_000)
    line = in_suspense(session, fund.third, BACK, 10_000)
    by_line(fund, batch, line)
    assert open_of(session, claim) == (10_000, 0, 0)
    assert balance(session, "2103") == -50_000
    found = reconciliation(session, date(2024, 4, 30))
    assert (found.off_fen, found.book_only, found.bank_only) == (0, (), ())


def test_a_line_shows_only_what_it_is_of(fund):
    _, batch = unknown(fund)
    session = fund.session
    other = in_suspense(session, fund.third, BACK, 9_999)
    out = in_suspense(session, fund.third, BACK, -5_000)
    fits = in_suspense(session, fund.third, BACK, 10_000)
    for line, says, day in (
        (other, "failed", BACK),
        (out, "failed", BACK),
        (fits, "paid", BACK),
        (fits, "failed", DAY.replace(day=21)),
        (10**9, "failed", BACK),
    ):
        with pytest.raises(LineShowsNothing):
            by_line(fund, batch, line, says, day)
    resolve_not_ours(session, fits, by=fund.third)
    with pytest.raises(LineShowsNothing):
        by_line(fund, batch, fits)


def test_the_batchs_own_line_shows_it_and_is_not_used_up(fund):
    claim, batch = unknown(fund)
    session = fund.session
    in_suspense(session, fund.third, MADE_ON, 50_000)
    line = in_suspense(session, fund.third, BACK, -10_000)
    by_line(fund, batch, line, "paid")
    assert fund.state(claim) == "paid"
    assert session.scalar(text("SELECT line_id FROM payment_resolution")) == line


def test_what_was_looked_at_is_approved_with_its_line(fund):
    _, batch = unknown(fund)
    session = fund.session
    line = in_suspense(session, fund.third, BACK, 10_000)
    propose_resolution(
        *(session, batch.number, 1, "failed", BACK, "x"), by=fund.preparer, line_id=line
    )
    old = seal_of("failed", BACK, "x", fund.preparer)
    with pytest.raises(NotProposed):
        approve_resolution(session, batch.number, 1, by=fund.approver, looked_at=old)
    seal = seal_of("failed", BACK, "x", fund.preparer, line)
    approve_resolution(session, batch.number, 1, by=fund.approver, looked_at=seal)
    assert proposed(session, line) is None
    with pytest.raises(LineResolved):
        resolve_not_ours(session, line, by=fund.third)


SAID = (
    "INSERT INTO payment_resolution (id, member_id, grant_no, attempt, seq, says, booked_on,"
    " evidence, line_id, decided_by, approved_by)"
    " SELECT nextval('payment_number'), member_id, grant_no, attempt, :seq, :says, :day, 'x',"
    " :line, :one, :other FROM payment"
)


def test_by_sql_words_follow_and_lines_fit(fund):
    unknown(fund)
    session = fund.session
    line = in_suspense(session, fund.third, BACK, 10_000)
    two = {"one": fund.preparer, "other": fund.approver, "line": None}
    for forged in (
        {"seq": 2, "says": "paid", "day": BACK},
        {"seq": 1, "says": "paid", "day": date(2024, 2, 29)},
        {"seq": 1, "says": "paid", "day": BACK, "line": line},
        {"seq": 1, "says": "failed", "day": DAY.replace(day=22), "line": line},
    ):
        with pytest.raises(DBAPIError, match="resolution_fits"), session.begin_nested():
            session.execute(text(SAID), two | forged)
    # Said alone, it leaves the line's money in suspense: refused when the transaction ends.
    with session.begin_nested() as made:
        session.execute(text(SAID), two | {"seq": 1, "says": "failed", "day": BACK, "line": line})
        with pytest.raises(DBAPIError, match="returned_line_is_used"):
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        made.rollback()


@pytest.mark.parametrize("says", ["paid", "failed"])
def test_what_a_line_brought_back_stands_though_the_bank_says_paid_later(fund, says):
    *_, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    by_line(fund, batch, in_suspense(fund.session, fund.preparer, BACK, 10_000))
    found = replace(doubtful(fund.session, batch.number, 1), contradicted=True)
    with pytest.raises(NothingToResolve):
        check_word(fund.session, found, says, BACK, None)
