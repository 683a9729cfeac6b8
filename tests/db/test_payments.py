"""Batches to the bank: what goes out, what stays behind, who may, and the file."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.change import (
    AccountDisabled,
    MayNotPrepare,
    NoSuchAccount,
    NotAnOfficer,
    disable,
)
from app.accounts.models import Account, Role
from app.db import as_refusal
from app.errors import Refusal
from app.evidence.models import Event
from app.ledger.models import JournalEntry
from app.payments.batch import (
    BatchNotTheSame,
    NoSuchBatch,
    NothingToPay,
    batch_number,
    rebuilt_file,
)
from app.payments.due import open_positions
from app.payments.lines import NameNotWritable
from app.payments.models import Payment, PaymentBatch
from app.payments.take import OnePerson
from app.roster.models import MemberName
from app.texts import _merged
from tests.db.payables import (
    MADE_ON,
    PASSWORD,
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
from tests.factories import make_account


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def columns_of(row):
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


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
    events = fund.session.scalars(
        select(Event).where(Event.act.like("payments.%")).order_by(Event.id)
    ).all()
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
        ({"prepared_by": auditor}, MayNotPrepare),
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
    fund.session.add(MemberName(member_id=member, seq=2, name="赵宁"))
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
    left_out |= {"no_bank_account", "account_elsewhere", "card_unchanged"}
    lines_listed = answers.HELD | {"unknown_line", "older_answer"}
    assert refusals | left_out | lines_listed <= _merged().keys()
