"""A member has died: nothing is sent until two people have named an heir, and then to the heir."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.enrolment.fates import doubt_fate, take_fate_back
from app.payments.batch import NothingToPay, rebuilt_file
from app.payments.heirs import (
    HeirIsOfficer,
    HeirNotProposed,
    HeirPapersWanted,
    HeirUnfit,
    NotDeceased,
    approve_heir,
    drop_heir,
    propose_heir,
)
from app.payments.models import Heir
from app.payments.order import OrderChanged, approve_order, prepare_order
from app.payments.take import OnePerson
from app.roster.models import MemberFate
from tests.db.payables import MADE_ON, YEAR, answer, payments, reasons, send, tied_fund
from tests.factories import make_account, make_id

HEIR = {
    "name": "王平",
    "certno": make_id(700),
    "relation": "配偶",
    "account": make_account(700),
    "papers": "公证书",
}


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def died(fund, member, fate="died"):
    seq = fund.session.scalar(
        text("SELECT count(*) + 1 FROM member_fate WHERE member_id = :m"), {"m": member}
    )
    fund.session.add(
        MemberFate(
            member_id=member,
            seq=seq,
            fate=fate,
            on_day=date(2024, 2, 10),
            file_sha256="",
            recorded_by=fund.third,
        )
    )
    fund.session.flush()


def name(fund, member, by=None, **changed):
    propose_heir(fund.session, member, by=by or fund.preparer, **HEIR | changed)
    return approve_heir(fund.session, member, by=fund.approver)


def a_death(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    died(fund, member)
    return member, claim


def left_out(fund):
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    return reasons(refused.value.left_out)


def test_the_heir_is_paid_and_nobody_else(fund):
    member, claim = a_death(fund)
    assert left_out(fund) == {claim: "deceased"}
    propose_heir(fund.session, member, by=fund.preparer, **HEIR)
    assert left_out(fund) == {claim: "deceased"}
    heir = approve_heir(fund.session, member, by=fund.approver)
    batch = send(fund)
    assert f"王平,{HEIR['account']},100.00" in batch.file.decode("utf-8-sig")
    [paid] = payments(fund.session, claim)
    assert (paid.name, paid.heir_id, paid.account_seq) == ("王平", heir.id, None)
    assert rebuilt_file(fund.session, batch.number, by=fund.third) == batch.file
    answer(fund, batch, (1, "100.00", "失败"))
    assert left_out(fund) == {claim: "card_unchanged"}
    name(fund, member, account=make_account(701))
    again = send(fund)
    answer(fund, again, (1, "100.00", "成功", "2024-03-08"))
    assert fund.state(claim) == "paid"
    assert left_out(fund) == {}


def test_a_death_between_prepare_and_approve(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    order = prepare_order(fund.session, YEAR, by=fund.preparer, made_on=MADE_ON)
    died(fund, member)
    with pytest.raises(OrderChanged) as refused:
        approve_order(fund.session, order.id, by=fund.approver, sha256=order.sha256)
    assert reasons(refused.value.changes) == {claim: "deceased"}
    name(fund, member)
    with pytest.raises(OrderChanged) as refused:
        approve_order(fund.session, order.id, by=fund.approver, sha256=order.sha256)
    assert reasons(refused.value.changes) == {claim: "account_changed"}


def test_a_word_of_death_taken_back_pays_the_member_again(fund):
    member, claim = a_death(fund)
    name(fund, member)
    doubt_fate(fund.session, member, by=fund.third)
    take_fate_back(fund.session, member, by=fund.approver)
    send(fund)
    assert payments(fund.session, claim)[0].heir_id is None


def test_only_of_the_dead_and_by_two_people(fund):
    alive = fund.member()
    with pytest.raises(NotDeceased):
        propose_heir(fund.session, alive, by=fund.preparer, **HEIR)
    member, _ = a_death(fund)
    with pytest.raises(HeirNotProposed):
        approve_heir(fund.session, member, by=fund.approver)
    propose_heir(fund.session, member, by=fund.preparer, **HEIR)
    with pytest.raises(OnePerson):
        approve_heir(fund.session, member, by=fund.preparer)
    drop_heir(fund.session, member, by=fund.third)
    with pytest.raises(HeirNotProposed):
        approve_heir(fund.session, member, by=fund.approver)


@pytest.mark.parametrize("whose", ["preparer", "approver"])
def test_no_officer_is_the_heir(fund, whose):
    member, claim = a_death(fund)
    officer = fund.member()  # a member like others: the factory gives person 2 this ID
    fund.session.get_one(Account, getattr(fund, whose)).member_id = officer
    fund.session.flush()
    mine = {"certno": make_id(2)}
    with pytest.raises(HeirIsOfficer):
        name(fund, member, **mine)
    # Named by others, the officer takes no part in the batch that pays it.
    mine_is = getattr(fund, whose)
    one, other = (x for x in (fund.preparer, fund.approver, fund.third) if x != mine_is)
    propose_heir(fund.session, member, by=one, **HEIR | mine)
    approve_heir(fund.session, member, by=other)
    assert left_out(fund) == {claim: "own_claim"}
    roles = {"prepared_by": fund.preparer, "approved_by": fund.approver}
    part = "prepared_by" if whose == "preparer" else "approved_by"
    assert send(fund, **roles | {part: fund.third}).lines == 1


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"name": ""}, HeirUnfit),
        ({"name": "=A1"}, HeirUnfit),
        ({"certno": "410599196001010002"}, HeirUnfit),
        ({"account": ""}, HeirUnfit),
        ({"account": "12"}, HeirUnfit),
        ({"relation": " "}, HeirPapersWanted),
        ({"papers": ""}, HeirPapersWanted),
        ({"papers": "a\u202eb"}, HeirPapersWanted),
        ({"certno": make_id(1)}, HeirIsOfficer),
    ],
)
def test_what_cannot_be_is_refused(fund, changed, refusal):
    member, _ = a_death(fund)
    with pytest.raises(refusal):
        name(fund, member, **changed)


PAID = (
    "INSERT INTO payment (member_id, id, batch_id, line, claim_id, grant_no, attempt, amount_fen,"
    " name, account_seq, heir_id) SELECT d.member_id, 99999, b.id, 1, d.claim_id, d.grant_no, 1,"
    " d.payable_fen, '某人', {account}, {heir} FROM determination d, payment_batch b"
    " WHERE d.claim_id = :claim"
)
BATCH = (
    "INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256, prepared_by,"
    " approved_by) VALUES (2024, '2024-03-01', 1, 10000, '', :one, :other)"
)


def forged(fund, claim, constraint, **how):
    with fund.session.begin_nested() as made:
        people = {"one": fund.preparer, "other": fund.approver}
        fund.session.execute(text(BATCH), people)
        with pytest.raises(IntegrityError) as refused:
            fund.session.execute(text(PAID.format(**how)), {"claim": claim})
        assert refused.value.orig.diag.constraint_name == constraint
        made.rollback()


def test_by_sql_too(fund):
    member, claim = a_death(fund)
    forged(fund, claim, "payment_is_owed", account="1", heir="NULL")
    forged(fund, claim, "payment_payee_check", account="NULL", heir="NULL")
    heir = name(fund, member)
    alive = fund.member()
    of_alive = fund.claim(alive, 10_000)
    forged(fund, of_alive, "payment_heir_fkey", account="NULL", heir=str(heir.id))
    other = name(fund, member, account=make_account(702))
    forged(fund, claim, "payment_is_owed", account="NULL", heir=str(heir.id))
    forged(fund, claim, "payment_payee_check", account="1", heir=str(other.id))
    columns = [x.name for x in Heir.__table__.columns if x.name not in ("id", "recorded_at")]
    for one, second, whose in (
        (fund.preparer, fund.preparer, member),
        (fund.preparer, fund.approver, alive),
    ):
        said = {"member_id": str(whose), "proposed_by": str(one), "approved_by": str(second)}
        chosen = ", ".join(said.get(x, x) for x in columns)
        with pytest.raises(IntegrityError, match="heir_"), fund.session.begin_nested():
            fund.session.execute(
                text(
                    f"INSERT INTO heir ({', '.join(columns)}) SELECT {chosen} FROM heir"
                    f" WHERE id = {heir.id}"
                )
            )
