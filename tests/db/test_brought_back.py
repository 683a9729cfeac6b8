"""One credit line brings several payments back: said by two, exact to the fen, and correctable."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.banking.lines import LineResolved
from app.banking.models import StatementLine
from app.banking.propose_line import LineOnePerson, NoLineProposal, proposed, seal_of
from app.banking.resolve import resolve_not_ours
from app.banking.undo import LineNotMatched, propose_undo, undo_match
from app.books.bank_balance import reconciliation
from app.books.derive import differences
from app.payments.batch import NoSuchBatch, prepare_batch
from app.payments.bring_back import (
    BackOfTwoYears,
    NoPaymentsNamed,
    SumNotTheLines,
    propose_back,
)
from app.payments.doubt import LineShowsNothing, NoSuchPayment, NothingToResolve
from app.payments.find_back import may_be_back, payments_named
from app.payments.fitting import fitting
from app.payments.resolve import propose_resolution
from app.payments.take import OnePerson
from app.payments.take_off import decide_line, undo_line
from app.payments.write_word import ClaimAtBank
from tests.db.payables import MADE_ON, answer, officers, open_of, payments, send, tied_fund
from tests.db.suspense import in_suspense
from tests.db.test_receivables import balance
from tests.db.test_resolve import approve, nothing_is_sent
from tests.factories import make_account

BACK = date(2024, 3, 20)
END = date(2024, 12, 31)
THREE = (10_000, 20_000, 30_000)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def batch_of(fund, says=("失败", "失败", "成功")):
    """A batch that the bank took whole, and its answers."""
    claims = [fund.claim(fund.member(), fen) for fen in THREE]
    batch = send(fund)
    in_suspense(fund.session, fund.third, MADE_ON, 1_000_000)
    in_suspense(fund.session, fund.third, MADE_ON, -batch.total_fen)
    lines = [
        (n, f"{fen / 100:.2f}", said)
        for n, (fen, said) in enumerate(zip(THREE, says, strict=True), 1)
    ]
    answer(fund, batch, *lines)
    return batch, claims, [payments(fund.session, claim)[0].id for claim in claims]


def came_back(fund, fen):
    return in_suspense(fund.session, fund.third, BACK, fen)


def of_one(fund, batch, no, line):
    said = (batch.number, no, "failed", BACK, "退票")
    propose_resolution(fund.session, *said, by=fund.preparer, line_id=line)
    approve(fund, batch, line=no)


def by_two(fund, line, some):
    propose_back(fund.session, line, some, by=fund.preparer)
    decide_line(fund.session, line, by=fund.approver)


def undone(fund, line):
    propose_undo(fund.session, line, by=fund.preparer)
    decide_line(fund.session, line, by=fund.approver)


def holds(fund):
    """Nothing lies between two years, the bank reconciles, and the vouchers are the books."""
    session = fund.session
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    assert balance(session, "1901") == 0
    last = session.scalar(text("SELECT max(booked_on) FROM entry"))
    found = reconciliation(session, max(last, END))
    assert differences(session, MADE_ON, max(last, END)) == []
    return found


def test_the_failures_of_a_batch_come_back_as_one_sum(fund):
    _, claims, ids = batch_of(fund)
    line = came_back(fund, 30_000)
    assert [x.amount_fen for x in holds(fund).bank_only] == [-30_000]
    before = balance(fund.session, "1001")
    by_two(fund, line, ids[:2])
    found = holds(fund)
    assert (found.off_fen, found.book_only, found.bank_only) == (0, (), ())
    assert balance(fund.session, "1001") == before - 30_000
    assert [fund.state(x) for x in claims] == ["card_wanted", "card_wanted", "paid"]
    words = "SELECT says, together_id IS NULL, line_id FROM payment_resolution ORDER BY id"
    said = [tuple(x) for x in fund.session.execute(text(words))]
    assert said == [("failed", True, line), ("failed", False, line)]
    with pytest.raises(LineResolved):
        resolve_not_ours(fund.session, line, by=fund.third)


def test_what_was_paid_or_not_known_is_payable_again(fund):
    _, claims, ids = batch_of(fund, ("成功", "处理中", "成功"))
    line = came_back(fund, 30_000)
    before = balance(fund.session, "1001")
    by_two(fund, line, ids[:2])
    assert [open_of(fund.session, x) for x in claims] == [
        (10_000, 0, 0),
        (20_000, 0, 0),
        (0, 0, 0),
    ]
    assert balance(fund.session, "1001") == before - 20_000, "the unknown left with its batch"
    assert holds(fund).off_fen == 0
    for n, claim in enumerate(claims[:2]):
        member = payments(fund.session, claim)[0].member_id
        fund.account(member, make_account(950 + n))
    assert send(fund).total_fen == 30_000


def test_one_claims_two_attempts_come_back_together(fund):
    """Both bounced, in two batches; the bank returns them on one day as one sum."""
    member = fund.member()
    claim = fund.claim(member, 10_000)
    first = send(fund)
    answer(fund, first, (1, "100.00", "失败"))
    fund.account(member, make_account(960))
    second = send(fund)
    answer(fund, second, (1, "100.00", "成功"))
    in_suspense(fund.session, fund.third, MADE_ON, 1_000_000)
    line = came_back(fund, 20_000)
    by_two(fund, line, [x.id for x in payments(fund.session, claim)])
    assert open_of(fund.session, claim) == (10_000, 0, 0)
    holds(fund)
    undone(fund, line)
    assert open_of(fund.session, claim) == (0, 0, 0)
    holds(fund)


def test_what_may_be_back_is_offered_and_named(fund):
    batch, _, ids = batch_of(fund)
    session = fund.session
    line = session.get_one(StatementLine, came_back(fund, 30_000))
    assert [x.payment_id for x in fitting(may_be_back(session, line), 30_000)] == ids[:2]
    assert payments_named(session, [batch.number]) == ids[:2]
    assert payments_named(session, [f"{batch.number}:3"]) == ids[2:]
    for said, refusal in ((":", NoSuchBatch), ("x", NoPaymentsNamed), ("9", NoSuchPayment)):
        with pytest.raises(refusal):
            payments_named(session, [f"{batch.number}:{said}" if said != ":" else "P2024-99:1"])
    by_two(fund, line.id, ids[:2])
    assert may_be_back(session, line) == payments_named(session, [batch.number]) == []


def test_the_sum_is_exact_and_each_payment_comes_back_once(fund):
    batch, _, ids = batch_of(fund, ("失败",) * 3)
    short, line = came_back(fund, 29_999), came_back(fund, 30_000)
    for some, which, refusal in (
        (ids[:2], short, SumNotTheLines),
        (ids[1:], line, SumNotTheLines),
        ([], line, NoPaymentsNamed),
        ([ids[0], 10**9], line, NoPaymentsNamed),
    ):
        with pytest.raises(refusal):
            propose_back(fund.session, which, some, by=fund.preparer)
    by_two(fund, line, [*ids[:2], ids[0]])
    again = came_back(fund, 30_000)
    with pytest.raises(NothingToResolve):
        propose_back(fund.session, again, ids[:2], by=fund.preparer)
    with pytest.raises(LineShowsNothing):  # alone it is not of the line's amount
        of_one(fund, batch, 3, came_back(fund, 29_000))


def test_two_years_do_not_come_back_together(fund):
    _, _, ids = batch_of(fund)
    member = fund.member()
    fund.cover(member, 2025)
    claim = fund.claim(member, 20_000)
    fund.correct(member, claim, 20_000, on="2025-02-01")
    batch = prepare_batch(fund.session, 2025, **officers(fund), made_on=MADE_ON)
    answer(fund, batch, (1, "200.00", "失败"))
    [late] = [x.id for x in payments(fund.session, claim)]
    line = came_back(fund, 30_000)
    with pytest.raises(BackOfTwoYears):
        propose_back(fund.session, line, [ids[0], late], by=fund.preparer)


def test_two_people_and_what_was_looked_at(fund):
    _, _, ids = batch_of(fund)
    session = fund.session
    line = came_back(fund, 30_000)
    propose_back(session, line, ids[:2], by=fund.preparer)
    seal = seal_of(proposed(session, line))
    with pytest.raises(LineOnePerson):
        decide_line(session, line, by=fund.preparer)
    with pytest.raises(NoLineProposal):
        decide_line(session, line, by=fund.approver, looked_at="x")
    own = "UPDATE account SET member_id = :m WHERE id = :a"
    member = session.scalar(text("SELECT member_id FROM payment WHERE id = :p"), {"p": ids[0]})
    with session.begin_nested() as nested:
        session.execute(text(own), {"m": member, "a": fund.approver})
        with pytest.raises(OnePerson):
            decide_line(session, line, by=fund.approver, looked_at=seal)
        nested.rollback()
    decide_line(session, line, by=fund.approver, looked_at=seal)
    assert proposed(session, line) is None


@pytest.mark.parametrize("first", ["失败", "成功", "处理中"])
def test_taken_off_again_what_stood_before_stands(fund, first):
    """What had failed before has failed; what was paid, or not known, counts as paid."""
    _, claims, ids = batch_of(fund, (first, "失败", "成功"))
    line = came_back(fund, 30_000)
    before = {x: balance(fund.session, x) for x in ("1001", "2001", "2002", "2103")}
    stood = fund.state(claims[0])
    by_two(fund, line, ids[:2])
    with pytest.raises(LineNotMatched):
        undo_match(fund.session, line, proposed_by=fund.preparer, by=fund.approver)
    undone(fund, line)
    holds(fund)
    after = {x: balance(fund.session, x) for x in before}
    if first == "处理中":  # known now: it left with the batch, and nothing says that it failed
        assert fund.state(claims[0]) == "paid"
        assert after == before | {"1001": before["1001"] - 10_000, "2002": 0}
    else:
        assert (fund.state(claims[0]), after) == (stood, before)
    nothing_is_sent(fund, claims[0], "card_unchanged" if first == "失败" else None)
    by_two(fund, line, ids[:2])
    assert holds(fund).off_fen == 0
    assert balance(fund.session, "2103") == before["2103"] + 30_000


def test_one_payments_line_is_corrected_the_same_way(fund):
    batch, claims, ids = batch_of(fund)
    line = came_back(fund, 30_000)
    of_one(fund, batch, 3, line)
    assert open_of(fund.session, claims[2]) == (30_000, 0, 0)
    undo_line(fund.session, line, proposed_by=fund.preparer, by=fund.approver)
    assert open_of(fund.session, claims[2]) == (0, 0, 0)
    by_two(fund, line, ids[:2])
    assert holds(fund).off_fen == 0


def test_paid_again_meanwhile_it_is_owed_back(fund):
    _, claims, ids = batch_of(fund, ("成功", "失败", "成功"))
    line = came_back(fund, 30_000)
    by_two(fund, line, ids[:2])
    fund.account(payments(fund.session, claims[0])[0].member_id, make_account(970))
    again = send(fund)
    propose_undo(fund.session, line, by=fund.preparer)
    with pytest.raises(ClaimAtBank):
        decide_line(fund.session, line, by=fund.approver)
    answer(fund, again, (1, "100.00", "成功", "2024-03-28"))
    decide_line(fund.session, line, by=fund.approver)
    assert open_of(fund.session, claims[0]) == (0, 0, 10_000)
    holds(fund)


SAID = (
    "INSERT INTO payment_resolution (id, member_id, grant_no, attempt, seq, says, booked_on,"
    " evidence, line_id, together_id, undoes_id, decided_by, approved_by)"
    " SELECT nextval('payment_number'), member_id, grant_no, attempt, :seq, :says, :day, 'x',"
    " :line, :together, :undoes, :one, :other FROM payment WHERE id = :payment"
)
USED = (
    "INSERT INTO line_resolution (line_id, seq, act, on_day, payment_resolution_id, proposed_by,"
    " resolved_by) VALUES (:line, :seq, :act, :day, :first, :one, :other)"
)


def test_by_sql_the_sum_is_exact_and_the_way_back_is_whole(fund):
    _, _, ids = batch_of(fund)
    session = fund.session
    line = came_back(fund, 30_000)
    two = {"one": fund.preparer, "other": fund.approver, "day": BACK, "line": line, "seq": 1}
    word = two | {"says": "failed", "together": None, "undoes": None}
    with session.begin_nested() as nested:
        session.execute(text(SAID), word | {"payment": ids[0]})
        first = session.scalar(text("SELECT max(id) FROM payment_resolution"))
        with pytest.raises(DBAPIError, match="line_was_returned"), session.begin_nested():
            session.execute(text(USED), two | {"act": "returned", "first": first})
        session.execute(text(SAID), word | {"payment": ids[1], "together": first})
        session.execute(text(USED), two | {"act": "returned", "first": first})
        # One more than the line brought: found when the transaction ends.
        session.execute(text(SAID), word | {"payment": ids[2], "together": first})
        with pytest.raises(DBAPIError, match="returned_line_is_used"):
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        nested.rollback()
    by_two(fund, line, ids[:2])
    first, second = session.scalars(text("SELECT id FROM payment_resolution ORDER BY id"))
    off = word | {"line": None, "seq": 2, "payment": ids[0], "undoes": first, "day": END}
    for forged in (
        {"undoes": None},
        {"says": "paid"},
        {"undoes": second},
        {"day": date(2024, 3, 19)},
        {"payment": ids[1]},
    ):
        with pytest.raises(DBAPIError, match="resolution_fits"), session.begin_nested():
            session.execute(text(SAID), off | forged)
    with session.begin_nested() as nested:
        session.execute(text(SAID), off)
        back = two | {"seq": 2, "act": "undone", "first": None, "day": END}
        with pytest.raises(DBAPIError, match="line_resolution_fits"), session.begin_nested():
            session.execute(text(USED), back)  # the other still rests on it
        with pytest.raises(DBAPIError, match="line_is_taken_off"):
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        nested.rollback()
