"""What the bank answers, believed or not. Books tie to the facts after every test."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.banking.returnfile import ReturnTotalWrong
from app.clock import today
from app.evidence.models import Event
from app.ledger.balance import trial_balance
from app.ledger.models import JournalEntry
from app.payments.batch import (
    NoSuchBatch,
    NothingToPay,
)
from app.payments.models import BankReturn, ReturnHeld
from app.payments.returns import take_return
from tests.db.payables import (
    PAID_ON,
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
from tests.factories import make_account, return_file


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def listed(returned):
    return [(fault.line, fault.reason) for fault in returned.listed]


def test_paid_is_paid(fund):
    _, claim, batch = sent_claim(fund)
    returned = answer(fund, batch, (1, "100.00", "成功"))
    assert (returned.lines, returned.paid, returned.paid_fen, returned.listed) == (1, 1, 10_000, [])
    assert fund.state(claim) == "paid"
    assert acts(fund.session, claim)[-1] == ("pay", fund.third)
    assert open_of(fund.session, claim) == (0, 0, 0)
    booked = {x.account: x.balance_fen for x in trial_balance(fund.session, YEAR).lines}
    assert booked["1001"] == -10_000
    assert booked["5001"] == 10_000
    event = fund.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (event.act, event.by, event.about) == (
        "payments.returned",
        fund.third,
        returned.return_id,
    )
    assert event.facts["paid_fen"] == 10_000


def test_failed_is_payable_again_when_there_is_another_card(fund):
    member, claim, batch = sent_claim(fund)
    returned = answer(fund, batch, (1, "100.00", "失败", PAID_ON, "账号不符"))
    assert (returned.failed, returned.failed_fen) == (1, 10_000)
    assert fund.state(claim) == "card_wanted"
    assert open_of(fund.session, claim) == (10_000, 0, 0)
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert reasons(refused.value.left_out) == {claim: "card_unchanged"}
    fund.account(member, make_account(50))
    again = send(fund)
    first, second = payments(fund.session, claim)
    assert (second.attempt, second.failed_attempt, second.failed_outcome) == (2, 1, "failed")
    assert (first.account_seq, second.account_seq) == (1, 2)
    answer(fund, again, (1, "100.00", "成功"))
    assert fund.state(claim) == "paid"


def test_a_bad_card_stays_bad_when_the_bill_is_determined_anew(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "失败"))
    fund.correct(member, claim, 12_000)
    assert fund.state(claim) == "payable"
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert reasons(refused.value.left_out) == {claim: "card_unchanged"}
    fund.account(member, make_account(50))
    assert send(fund).total_fen == 12_000


def test_the_same_answer_twice_changes_nothing(fund):
    claims = [fund.claim(fund.member(), fen) for fen in (10_000, 5_000)]
    batch = send(fund)
    lines = [(1, "100.00", "成功"), (2, "50.00", "失败"), (3, "1.00", "成功")]
    answer(fund, batch, *lines)
    before = facts_written(fund.session)
    again = answer(fund, batch, *lines)
    assert (again.paid, again.failed, again.unchanged, again.refused) == (0, 0, 2, 1)
    assert again.return_id is None
    other_bytes = answer(fund, batch, *lines[:2], encoding="gb18030")
    assert (other_bytes.unchanged, other_bytes.return_id) == (2, None)
    assert facts_written(fund.session) == before
    assert [fund.state(claim) for claim in claims] == ["paid", "card_wanted"]


def facts_written(session):
    tables = ("payment_outcome", "bank_return", "return_held", "entry", "posting", "claim_move")
    return [session.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]


def test_an_answer_may_come_in_parts(fund):
    claims = [fund.claim(fund.member(), 10_000) for _ in range(3)]
    batch = send(fund)
    answer(fund, batch, (2, "100.00", "成功"))
    assert [fund.state(claim) for claim in claims] == ["sent", "paid", "sent"]
    rest = answer(fund, batch, *((n, "100.00", "成功") for n in (1, 2, 3)))
    assert (rest.paid, rest.unchanged) == (2, 1)
    assert [fund.state(claim) for claim in claims] == ["paid"] * 3


def test_every_line_is_accounted_for(fund):
    for _ in range(6):
        fund.claim(fund.member(), 10_000)
    batch = send(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    returned = answer(
        fund,
        batch,
        (1, "100.00", "成功"),  # as before
        (2, "100.00", "成功"),
        (3, "100.00", "失败"),
        (4, "100.01", "成功"),  # not what was sent
        (5, "100.00", "也许"),
        (6, "100.00", "成功"),
        (6, "100.00", "失败"),
        (77, "100.00", "成功"),  # nobody's
    )
    assert (returned.lines, returned.paid, returned.failed, returned.unchanged) == (8, 1, 1, 1)
    assert (returned.held, returned.refused) == (1, 4)
    assert listed(returned) == [
        (6, "amount_differs"),
        (7, "ReturnOutcomeUnknown"),
        (8, "ReturnLineTwice"),
        (9, "ReturnLineTwice"),
        (10, "unknown_line"),
    ]
    held = fund.session.scalars(select(ReturnHeld).order_by(ReturnHeld.file_line)).all()
    assert [(x.file_line, x.line, x.said, x.amount_fen, x.why) for x in held] == [
        (6, 4, "paid", 10_001, "amount_differs"),
        (10, 77, "paid", 10_000, "unknown_line"),
    ]


@pytest.mark.parametrize(
    ("first", "then", "why"),
    [
        (("成功", "2024-03-05"), ("失败", "2024-03-08"), "paid_then_failed"),
        (("失败", "2024-03-05"), ("成功", "2024-03-08"), "failed_then_paid"),
        (("失败", "2024-03-05"), ("成功", "2024-03-05"), "failed_then_paid"),
        (("成功", "2024-03-05"), ("失败", "2024-03-04"), "older_answer"),
        (("失败", "2024-03-05"), ("成功", "2024-03-04"), "older_answer"),
        (("成功", "2024-03-05"), ("成功", "2024-03-06"), "other_day"),
        (("成功", "2024-03-05"), ("成功", "2024-03-04"), "older_answer"),
    ],
)
def test_the_first_word_stands_and_what_contradicts_it_is_listed(fund, first, then, why):
    _, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", *first))
    state, position = fund.state(claim), open_of(fund.session, claim)
    returned = answer(fund, batch, (1, "100.00", *then))
    assert listed(returned) == [(3, why)]
    assert (returned.held, returned.refused) == ((0, 1) if why == "older_answer" else (1, 0))
    assert (fund.state(claim), open_of(fund.session, claim)) == (state, position)
    assert [x.why for x in fund.session.scalars(select(ReturnHeld))] == [why]


def test_what_the_bank_may_have_paid_after_all_is_not_sent_again(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "失败", "2024-03-05"))
    answer(fund, batch, (1, "100.00", "成功", "2024-03-06"))
    fund.account(member, make_account(50))
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert reasons(refused.value.left_out) == {claim: "answer_contradicted"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ((1, "99.99", "成功", PAID_ON), "amount_differs"),
        ((1, "99.99", "失败", PAID_ON), "amount_differs"),
        ((1, "100.00", "成功", "2024-02-28"), "booked_before_sent"),
        ((1, "100.00", "成功", timedelta(days=3)), "booked_in_future"),
        ((1, "100.00", "失败", "2023-03-05"), "booked_before_sent"),
    ],
)
def test_a_line_that_cannot_be_true_moves_nothing(fund, line, why):
    _, claim, batch = sent_claim(fund)
    *said, day = line
    day = (today() + day).isoformat() if isinstance(day, timedelta) else day
    returned = answer(fund, batch, (*said, day))
    assert (listed(returned), returned.held) == ([(3, why)], 1)
    assert fund.state(claim) == "sent"
    assert answer(fund, batch, (1, "100.00", "成功")).paid == 1


def test_an_answer_for_another_account_is_held(fund):
    _, claim, batch = sent_claim(fund)
    heading, row = "序号,账号,金额,结果,入账日期", "1,************{},100.00,成功,2024-03-05"
    for tail, held in (("9999", 1), (make_account(1)[-4:], 0)):
        lines = [f"批次号,{batch.number}", heading, row.format(tail), "合计,1,100.00"]
        returned = take_return(fund.session, "\r\n".join(lines).encode(), by=fund.third)
        assert (returned.held, returned.paid) == (held, 1 - held)
    assert fund.state(claim) == "paid"


def test_a_failure_without_a_day_is_booked_on_the_files_last(fund):
    for _ in range(2):
        fund.claim(fund.member(), 10_000)
    batch = send(fund)
    lines = [(1, "100.00", "成功", "2024-03-06"), (2, "100.00", "失败", "")]
    answer(fund, batch, *lines)
    days = fund.session.execute(text("SELECT outcome, booked_on FROM payment_outcome ORDER BY 1"))
    assert [tuple(x) for x in days] == [("failed", date(2024, 3, 6)), ("paid", date(2024, 3, 6))]
    assert answer(fund, batch, *lines).unchanged == 2


@pytest.mark.parametrize("number", ["P2024-9999", "P2023-{id}", "2024", "P2024-{id} "])
def test_an_answer_to_no_batch_of_ours_is_refused_as_a_whole(fund, number):
    _, claim, batch = sent_claim(fund)
    data = return_file(number.format(id=f"{batch.id:04d}") + "x", [(1, "100.00", "成功", PAID_ON)])
    with pytest.raises(NoSuchBatch):
        take_return(fund.session, data, by=fund.third)
    assert fund.state(claim) == "sent"
    assert not fund.session.scalars(select(BankReturn)).all()


def test_an_answer_that_does_not_add_up_is_refused_as_a_whole(fund):
    _, claim, batch = sent_claim(fund)
    with pytest.raises(ReturnTotalWrong):
        answer(fund, batch, (1, "100.00", "成功"), total="100.01")
    assert fund.state(claim) == "sent"
    answer(fund, batch, (1, "100.00", "成功"))
    assert fund.state(claim) == "paid"


def test_each_day_of_an_answer_has_its_own_entry_and_keeps_the_benefit_year(fund):
    for _ in range(3):
        fund.claim(fund.member(), 10_000)
    batch = send(fund, made_on=date(2024, 12, 30))
    days = ["2024-12-31", "2025-01-02", "2025-01-02"]
    says = ["成功", "成功", "失败"]
    lines = [(n, "100.00", *x) for n, x in enumerate(zip(says, days, strict=True), 1)]
    returned = answer(fund, batch, *lines)
    entries = fund.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.about == returned.return_id, JournalEntry.memo.like("payments %"))
        .order_by(JournalEntry.id)
    ).all()
    assert [(x.benefit_year, str(x.booked_on), x.memo) for x in entries] == [
        (YEAR, "2024-12-31", "payments paid"),
        (YEAR, "2025-01-02", "payments failed"),
        (YEAR, "2025-01-02", "payments paid"),
    ]
    by_day = trial_balance(fund.session, 2025, "booked_on")
    assert {x.account: x.credit_fen for x in by_day.lines}["1001"] == 10_000
    assert by_day.closes
