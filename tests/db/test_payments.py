"""Money out, and what the bank answers. Every test ends with books that tie to the facts."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import AccountDisabled, NoSuchAccount, NotAnOfficer, disable
from app.accounts.models import Account, Role
from app.banking.returnfile import ReturnTotalWrong
from app.clock import today
from app.db import as_refusal
from app.errors import Refusal
from app.evidence.models import Event
from app.ledger.balance import trial_balance
from app.ledger.models import JournalEntry
from app.payments.batch import (
    BatchNotTheSame,
    NoSuchBatch,
    NothingToPay,
    batch_number,
    prepare_batch,
    rebuilt_file,
)
from app.payments.due import expense_off_fen, open_positions, untied
from app.payments.lines import NameNotWritable
from app.payments.models import BankReturn, Payment, PaymentBatch, ReturnHeld
from app.payments.returns import take_return
from app.payments.take import OnePerson
from app.roster.models import MemberName
from app.secrets import Keys, set_keys
from app.texts import payments as texts
from tests.db.payables import PASSWORD, YEAR, Payables
from tests.factories import make_account, return_file

MADE_ON = date(2024, 3, 1)
PAID_ON = "2024-03-05"
YEARS = (2023, 2024, 2025)


@pytest.fixture(autouse=True)
def _keys():
    set_keys(Keys(b"e" * 32, b"i" * 32, b"p" * 32))


@pytest.fixture
def fund(session):
    made = Payables(session)
    yield made
    assert_ties(session)


def assert_ties(session):
    for year in YEARS:
        assert untied(session, year) == []
        assert expense_off_fen(session, year) == 0
        assert trial_balance(session, year).closes


def send(fund, **changed):
    officers = {"prepared_by": fund.preparer, "approved_by": fund.approver}
    return prepare_batch(fund.session, YEAR, **(officers | {"made_on": MADE_ON} | changed))


def answer(fund, batch, *lines, **changed):
    """The bank's lines as (number, yuan, 成功|失败[, day[, reason]])."""
    full = [(*line, PAID_ON)[:4] if len(line) < 4 else line for line in lines]
    return take_return(fund.session, return_file(batch.number, full, **changed), by=fund.third)


def sent_claim(fund, granted_fen=10_000):
    member = fund.member()
    claim = fund.claim(member, granted_fen)
    return member, claim, send(fund)


def open_of(session, claim, year=YEAR):
    """(owed, at the bank, to recover) of one claim, by facts."""
    found = [tuple(x.facts) for x in open_positions(session, year) if x.claim_id == claim]
    return found[0] if found else (0, 0, 0)


def reasons(left_out):
    return {x.claim_id: x.reason for x in left_out}


def listed(returned):
    return [(fault.line, fault.reason) for fault in returned.listed]


def payments(session, claim):
    return session.scalars(
        select(Payment).where(Payment.claim_id == claim).order_by(Payment.id)
    ).all()


def columns_of(row):
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def acts(session, claim):
    rows = session.execute(
        text("SELECT act, by FROM claim_move WHERE claim_id = :c ORDER BY seq"), {"c": claim}
    )
    return [tuple(row) for row in rows]


# A batch


def test_what_is_payable_is_sent_once(fund):
    first, second = fund.member(), fund.member()
    claims = [fund.claim(first, 10_000), fund.claim(first, 2_550), fund.claim(second, 99)]
    batch = send(fund)
    assert (batch.lines, batch.total_fen, batch.left_out) == (3, 12_649, [])
    rows = batch.file.decode("utf-8-sig").splitlines()
    assert rows[0] == f"批次号,{batch.number},制单日期,2024-03-01"
    assert [row.split(",")[3] for row in rows[2:5]] == ["100.00", "25.50", "0.99"]
    assert rows[5] == "合计,3,126.49"
    assert [fund.state(claim) for claim in claims] == ["sent"] * 3
    assert acts(fund.session, claims[0]) == [("grant", None), ("send", fund.preparer)]
    assert open_of(fund.session, claims[0]) == (0, 10_000, 0)
    with pytest.raises(NothingToPay):
        send(fund)


def test_a_batch_leaves_one_entry_and_two_events(fund):
    _, _, batch = sent_claim(fund)
    entry = fund.session.scalars(
        select(JournalEntry).where(JournalEntry.memo == "payments.exported")
    ).one()
    assert (entry.benefit_year, entry.booked_on, entry.about) == (YEAR, MADE_ON, batch.id)
    events = fund.session.scalars(select(Event).where(Event.act.like("payments.%"))).all()
    assert [(x.act, x.by, x.about) for x in events] == [
        ("payments.exported", fund.preparer, batch.id),
        ("payments.approved", fund.approver, batch.id),
    ]
    assert events[1].benefit_years == [YEAR]
    assert events[1].facts == {"lines": 1, "total_fen": 10_000, "file_sha256": batch.sha256}


def test_with_nothing_payable_there_is_no_batch(fund):
    fund.member()
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert refused.value.facts == {"year": YEAR, "left_out": 0}
    assert not fund.session.scalars(select(PaymentBatch)).all()


def test_who_cannot_be_paid_is_left_out_and_listed(fund):
    nobody = fund.member(name="王安", account=False)
    claim = fund.claim(nobody, 10_000)
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert [(x.claim_id, x.name, x.reason) for x in refused.value.left_out] == [
        (claim, "王安", "no_bank_account")
    ]
    other = fund.claim(fund.member(), 5_000)
    batch = send(fund)
    assert (batch.lines, reasons(batch.left_out)) == (1, {claim: "no_bank_account"})
    assert (fund.state(claim), fund.state(other)) == ("payable", "sent")
    fund.account(nobody, make_account(77))
    assert send(fund).total_fen == 10_000


@pytest.mark.parametrize("whose", ["preparer", "approver"])
def test_nobody_sends_money_to_themselves(fund, whose):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    fund.session.get(Account, getattr(fund, whose)).member_id = member
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert reasons(refused.value.left_out) == {claim: "own_claim"}
    others = {"preparer": {"prepared_by": fund.third}, "approver": {"approved_by": fund.third}}
    assert send(fund, **others[whose]).lines == 1


def test_two_different_active_officers_make_a_batch(fund):
    member = fund.member()
    fund.claim(member, 10_000)
    auditor = add_account(fund.session, "shen", "沈明", Role.AUDITOR, PASSWORD, by=None)
    for changed, refusal in (
        ({"approved_by": fund.preparer}, OnePerson),
        ({"approved_by": auditor}, NotAnOfficer),
        ({"prepared_by": auditor}, NotAnOfficer),
        ({"approved_by": 0}, NoSuchAccount),
    ):
        with pytest.raises(refusal):
            send(fund, **changed)
    one = fund.member()
    for officer in (fund.preparer, fund.approver):
        fund.session.get(Account, officer).member_id = one
    with pytest.raises(OnePerson):
        send(fund)
    disable(fund.session, "approver", by=fund.preparer)
    with pytest.raises(AccountDisabled):
        send(fund)
    assert send(fund, approved_by=fund.third).lines == 1


def test_the_database_refuses_one_person_too(fund):
    same = {"prepared_by": fund.third, "approved_by": fund.third}
    row = dict(benefit_year=YEAR, made_on=MADE_ON, lines=1, total_fen=1, file_sha256="", **same)
    with pytest.raises(IntegrityError) as refused, fund.session.begin_nested():
        fund.session.execute(insert(PaymentBatch).values(row))
    assert isinstance(as_refusal(refused.value), OnePerson)


def test_the_database_refuses_a_second_live_payment(fund):
    _, claim, batch = sent_claim(fund)
    [payment] = payments(fund.session, claim)
    row = columns_of(payment)
    again = {"id": payment.id + 1000, "line": 2}
    for changed in (
        {},
        {"attempt": 2},
        {"attempt": 2, "failed_attempt": 1, "failed_outcome": "failed"},
        {"attempt": 2, "failed_attempt": 1, "failed_outcome": "paid"},
    ):
        with pytest.raises(IntegrityError), fund.session.begin_nested():
            fund.session.execute(insert(Payment).values(row | again | changed))
    answer(fund, batch, (1, "100.00", "成功"))
    twice = {"attempt": 2, "failed_attempt": 1, "failed_outcome": "failed"}
    with pytest.raises(IntegrityError), fund.session.begin_nested():
        fund.session.execute(insert(Payment).values(row | again | twice))


def test_a_name_gbk_cannot_hold_is_refused_by_its_claim_and_nothing_is_sent(fund):
    fund.claim(fund.member(), 5_000)
    claim = fund.claim(fund.member(name="王㛃"), 10_000)
    with pytest.raises(NameNotWritable) as refused:
        send(fund, encoding="gbk")
    assert refused.value.facts == {
        "claim": claim,
        "line_no": 2,
        "character": "㛃",
        "encoding": "gbk",
    }
    assert fund.state(claim) == "payable"
    assert send(fund, encoding="gb18030").lines == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk"])
def test_a_lost_file_is_made_again_to_the_byte(fund, encoding):
    member = fund.member(name="赵安")
    fund.claim(member, 10_000)
    batch = send(fund, encoding=encoding)
    # What was sent is frozen: neither a new name nor a new account changes it.
    fund.session.add(MemberName(member_id=member, seq=2, name="赵宁", sort_key=""))
    fund.account(member, make_account(99))
    assert rebuilt_file(fund.session, batch.number, by=fund.third) == batch.file
    last = fund.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (last.act, last.by, last.about) == ("payments.rewritten", fund.third, batch.id)


def test_a_file_made_again_otherwise_is_not_handed_out(fund):
    _, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "失败"))
    [payment] = payments(fund.session, claim)
    kept = fund.session.get(PaymentBatch, batch.id)
    false_id = batch.id + 1000
    row = columns_of(kept)
    del row["recorded_at"]
    fund.session.execute(insert(PaymentBatch).values(row | {"id": false_id}))
    row = columns_of(payment)
    second = {
        "id": payment.id + 1000,
        "attempt": 2,
        "failed_attempt": 1,
        "failed_outcome": "failed",
    }
    nested = fund.session.begin_nested()
    fund.session.execute(insert(Payment).values(row | second | {"batch_id": false_id}))
    with pytest.raises(BatchNotTheSame):
        rebuilt_file(fund.session, batch_number(YEAR, false_id), by=fund.third)
    nested.rollback()


@pytest.mark.parametrize("number", ["", "1", "P2024-1", "P2023-{id}", "P2024-{id}x", "P2024-9999"])
def test_a_batch_is_known_by_its_whole_number(fund, number):
    _, _, batch = sent_claim(fund)
    wrong = number.format(id=f"{batch.id:04d}")
    assert wrong != batch.number
    with pytest.raises(NoSuchBatch):
        rebuilt_file(fund.session, wrong, by=fund.third)


def test_only_the_years_own_claims_are_sent(fund):
    member = fund.member()
    fund.cover(member, 2025)
    claim = fund.claim(member, 10_000)
    later = fund.claim(member, 5_000)
    fund.correct(member, later, 6_000, on="2025-02-01")
    assert send(fund).total_fen == 10_000
    assert (fund.state(claim), fund.state(later)) == ("sent", "payable")
    [of_2025] = open_positions(fund.session, 2025)
    assert of_2025.facts == (6_000, 0, 0)


def test_the_amount_is_todays_determination(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    fund.correct(member, claim, 7_000)
    assert send(fund).total_fen == 7_000


# The bank's answer


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
        ((1, "100.00", "成功", (today() + timedelta(days=3)).isoformat()), "booked_in_future"),
        ((1, "100.00", "失败", "2023-03-05"), "booked_before_sent"),
    ],
)
def test_a_line_that_cannot_be_true_moves_nothing(fund, line, why):
    _, claim, batch = sent_claim(fund)
    returned = answer(fund, batch, line)
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


# A determination that comes while the money is at the bank, or after


def test_more_is_due_while_money_is_at_the_bank(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 15_000)
    assert fund.state(claim) == "sent"
    assert open_of(fund.session, claim) == (5_000, 10_000, 0)
    with pytest.raises(NothingToPay):
        send(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    assert fund.state(claim) == "payable"
    assert acts(fund.session, claim)[-2:] == [("pay", fund.third), ("grant", None)]
    rest = send(fund)
    assert rest.total_fen == 5_000
    answer(fund, rest, (1, "50.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))


def test_more_is_due_and_the_first_money_comes_back(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 15_000)
    answer(fund, batch, (1, "100.00", "失败"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (15_000, 0, 0))
    fund.account(member, make_account(50))
    again = send(fund)
    assert again.total_fen == 15_000
    # The same claim, but another determination: its first attempt.
    assert payments(fund.session, claim)[1].attempt == 1


def test_less_is_due_while_money_is_at_the_bank_and_it_is_paid(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 6_000)
    assert open_of(fund.session, claim) == (-4_000, 10_000, 0)
    answer(fund, batch, (1, "100.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 4_000))


def test_less_is_due_while_money_is_at_the_bank_and_it_comes_back(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 6_000)
    answer(fund, batch, (1, "100.00", "失败"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (6_000, 0, 0))
    fund.account(member, make_account(50))
    assert send(fund).total_fen == 6_000


def test_a_refund_while_money_is_at_the_bank_and_it_is_paid(fund):
    member, claim, batch = sent_claim(fund)
    fund.refund(member, claim)
    answer(fund, batch, (1, "100.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 10_000))
    with pytest.raises(NothingToPay):
        send(fund)


def test_a_refund_while_money_is_at_the_bank_and_it_comes_back(fund):
    member, claim, batch = sent_claim(fund)
    fund.refund(member, claim)
    answer(fund, batch, (1, "100.00", "失败"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 0))
    assert acts(fund.session, claim)[-2:] == [("bounce", fund.third), ("close", None)]


@pytest.mark.parametrize(("said", "recover"), [("成功", 10_000), ("失败", 0)])
def test_a_claim_for_a_person_stays_one_after_the_banks_answer(fund, said, recover):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 10_000, kind="22")
    answer(fund, batch, (1, "100.00", said))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("held", (0, 0, recover))


def test_what_was_paid_too_much_is_set_off_against_what_is_granted_later(fund):
    member, claim, batch = sent_claim(fund)
    fund.correct(member, claim, 6_000)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.correct(member, claim, 12_500)
    assert (fund.state(claim), open_of(fund.session, claim)) == ("payable", (2_500, 0, 0))
    assert send(fund).total_fen == 2_500


def test_a_refund_after_the_money_was_paid_is_to_recover(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.refund(member, claim)
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 10_000))


def test_a_second_payment_is_at_the_bank_when_less_is_due(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.correct(member, claim, 15_000)
    second = send(fund)
    fund.correct(member, claim, 8_000)
    assert open_of(fund.session, claim) == (-5_000, 5_000, 2_000)
    answer(fund, second, (1, "50.00", "成功"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("closed", (0, 0, 7_000))


def test_a_bill_that_moves_into_another_benefit_year_is_paid_the_difference(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    fund.cover(member, 2025)
    fund.correct(member, claim, 12_000, on="2025-02-01")
    assert open_of(fund.session, claim, 2025) == (2_000, 0, 0)
    with pytest.raises(NothingToPay):
        send(fund)
    made = {"prepared_by": fund.preparer, "approved_by": fund.approver, "made_on": MADE_ON}
    assert prepare_batch(fund.session, 2025, **made).total_fen == 2_000


# Side by side


@pytest.fixture
def shared(database):
    """A fund whose members are committed, for several connections."""
    with Session(database.engine) as session:
        fund = Payables(session)
        fund.owed = [fund.claim(member, 10_000) for member in (fund.member() for _ in range(20))]
        session.commit()
        yield fund
    with Session(database.engine) as session:
        assert_ties(session)


def at_once(database, count, act):
    """`act` in several threads and transactions begun together; what each returned or raised."""
    together = threading.Barrier(count)
    ended = []

    def run():
        with Session(database.engine) as session:
            session.connection()
            together.wait(timeout=30)
            try:
                ended.append(act(session))
                session.commit()
            except Refusal as refused:
                ended.append(refused)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(ended) == count
    return ended


def live_payments(session):
    """How many payments of each determination did not fail."""
    return (
        session.execute(
            text(
                "SELECT count(*) FROM payment p LEFT JOIN payment_outcome o"
                " USING (member_id, grant_no, attempt) WHERE o.outcome IS DISTINCT FROM 'failed'"
                " GROUP BY member_id, grant_no"
            )
        )
        .scalars()
        .all()
    )


def test_exports_at_once_send_everything_once(database, shared):
    officers = {"prepared_by": shared.preparer, "approved_by": shared.approver}
    ended = at_once(
        database, 6, lambda session: prepare_batch(session, YEAR, made_on=MADE_ON, **officers)
    )
    [batch] = [x for x in ended if not isinstance(x, NothingToPay)]
    assert batch.lines == 20
    assert live_payments(shared.session) == [1] * 20


def test_the_same_answer_at_once_is_taken_once(database, shared):
    batch = send(shared)
    shared.session.commit()
    data = return_file(batch.number, [(n, "100.00", "成功", PAID_ON) for n in range(1, 21)])
    ended = at_once(database, 6, lambda session: take_return(session, data, by=shared.third))
    assert sorted(x.paid for x in ended) == [0] * 5 + [20]
    assert sorted(x.unchanged for x in ended) == [0] + [20] * 5
    assert shared.session.scalar(text("SELECT count(*) FROM bank_return")) == 1
    assert {shared.state(claim) for claim in shared.owed} == {"paid"}


def waiting(act):
    """Start `act` in a thread and see that it waits for a lock."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(timeout=0.5)
    assert thread.is_alive()
    return thread


def test_an_export_waits_for_a_correction_and_sends_the_new_amount(database, shared):
    claim, member = shared.owed[7], payee(shared.session, shared.owed[7])
    shared.correct(member, claim, 4_000)
    sent = []

    def export():
        with Session(database.engine) as session:
            officers = {"prepared_by": shared.preparer, "approved_by": shared.approver}
            sent.append(prepare_batch(session, YEAR, made_on=MADE_ON, **officers))
            session.commit()

    thread = waiting(export)
    shared.session.commit()
    thread.join(timeout=30)
    assert sent[0].total_fen == 19 * 10_000 + 4_000


def test_a_correction_waits_for_an_export_and_sees_the_money_at_the_bank(database, shared):
    claim, member = shared.owed[7], payee(shared.session, shared.owed[7])
    shared.session.commit()
    with Session(database.engine) as elsewhere:
        officers = {"prepared_by": shared.preparer, "approved_by": shared.approver}
        batch = prepare_batch(elsewhere, YEAR, made_on=MADE_ON, **officers)

        def correct():
            shared.correct(member, claim, 14_000)
            shared.session.commit()

        thread = waiting(correct)
        elsewhere.commit()
        thread.join(timeout=30)
    assert shared.state(claim) == "sent"
    assert open_of(shared.session, claim) == (4_000, 10_000, 0)
    assert batch.total_fen == 20 * 10_000


def payee(session, claim):
    return session.scalar(text("SELECT member_id FROM claim WHERE id = :c"), {"c": claim})


def test_every_refusal_and_reason_has_its_words():
    from app.payments import answer as answers
    from app.payments import batch, lines, returns, take

    refusals = {
        name
        for module in (batch, lines, returns, take)
        for name, kind in vars(module).items()
        if isinstance(kind, type)
        and issubclass(kind, Refusal)
        and kind.__module__.startswith("app.payments")
    }
    left_out = {"answer_awaited", "answer_contradicted", "nothing_due", "own_claim"}
    left_out |= {"no_bank_account", "card_unchanged"}
    lines_listed = answers.HELD | {"unknown_line", "older_answer"}
    assert refusals | left_out | lines_listed <= texts.WORDS.keys()
