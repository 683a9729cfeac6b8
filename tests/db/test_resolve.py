"""What the bank does not know, or contradicts: nothing is sent again until two people have said."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.banking.returnfile import ReturnTrailerMissing
from app.demo.totals import totals
from app.payments.batch import NothingToPay
from app.payments.doubt import NothingToResolve, ResolvedInFuture
from app.payments.resolve import (
    EvidenceWanted,
    NotProposed,
    approve_resolution,
    drop_resolution,
    propose_resolution,
)
from app.payments.returns import take_return
from app.payments.take import OnePerson
from app.web.paging import Asked as Paging
from app.web.read.claims import claims_of_member
from tests.db.bank import answered, return_of
from tests.db.payables import (
    PAID_ON,
    answer,
    open_of,
    payments,
    reasons,
    send,
    sent_claim,
    tied_fund,
)
from tests.factories import make_account

DAY = date(2024, 3, 20)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def propose(fund, batch, says, by=None, line=1, day=DAY, evidence="流水 0317-22"):
    who = by or fund.preparer
    propose_resolution(fund.session, batch.number, line, says, day, evidence, by=who)


def approve(fund, batch, by=None, line=1):
    return approve_resolution(fund.session, batch.number, line, by=by or fund.approver)


def resolve(fund, batch, says):
    propose(fund, batch, says)
    return approve(fund, batch)


def nothing_is_sent(fund, claim, reason=None):
    with pytest.raises(NothingToPay) as refused:
        send(fund)
    assert reasons(refused.value.left_out).get(claim) == reason


@pytest.mark.parametrize("form", ["plain", "workbook", "fixed"])
def test_unknown_moves_nothing_and_is_not_sent_again(fund, form):
    claim = fund.claim(fund.member(), 10_000)
    batch = send(fund, template=form)
    told = answered(fund, batch.number, form, [(1, 10_000, "unknown")])
    assert (told.unknown, told.paid, told.failed, told.listed) == (1, 0, 0, [])
    assert (fund.state(claim), open_of(fund.session, claim)) == ("sent", (0, 10_000, 0))
    nothing_is_sent(fund, claim)
    again = answered(fund, batch.number, form, [(1, 10_000, "unknown")])
    assert (again.unknown, again.unchanged, again.return_id) == (0, 1, None)
    # The later "paid" is believed; the later "failed" would let it leave again.
    assert answered(fund, batch.number, form, [(1, 10_000, "paid")]).paid == 1
    assert fund.state(claim) == "paid"


@pytest.mark.parametrize("form", ["plain", "fixed"])
def test_an_answer_that_is_cut_short_is_told_so_in_every_template(fund, form):
    fund.claim(fund.member(), 10_000)
    number = send(fund, template=form).number
    whole = return_of(number, form, [(1, 10_000, "paid")])
    cut = b"\r\n".join(whole.rstrip().split(b"\r\n")[:-1])
    with pytest.raises(ReturnTrailerMissing):
        take_return(fund.session, cut, by=fund.third)


def test_failed_after_unknown_waits_for_two_people(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    batch = send(fund)
    answered(fund, batch.number, "plain", [(1, 10_000, "unknown")])
    fund.account(member, make_account(905))
    told = answered(fund, batch.number, "plain", [(1, 10_000, "failed")])
    assert ([x.reason for x in told.listed], told.held) == (["failed_after_unknown"], 1)
    nothing_is_sent(fund, claim)
    resolve(fund, batch, "failed")
    assert fund.state(claim) == "card_wanted"
    assert send(fund).total_fen == 10_000
    assert [x.attempt for x in payments(fund.session, claim)] == [1, 2]


def test_unknown_found_paid(fund):
    claim = fund.claim(fund.member(), 10_000)
    batch = send(fund)
    answered(fund, batch.number, "plain", [(1, 10_000, "unknown")])
    resolve(fund, batch, "paid")
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))
    with pytest.raises(NothingToResolve):
        propose(fund, batch, "paid")
    # What the bank says later is held against two people's word as against its own.
    told = answered(fund, batch.number, "plain", [(1, 10_000, "failed")], day="2024-03-25")
    assert [x.reason for x in told.listed] == ["paid_then_failed"]


def test_a_line_that_is_missing_may_be_resolved_or_answered_later(fund):
    claims = [fund.claim(fund.member(), amount) for amount in (10_000, 20_000)]
    batch = send(fund)
    told = answer(fund, batch, (1, "100.00", "成功"))
    assert told.missing == 1
    with pytest.raises(NothingToResolve):
        propose(fund, batch, "failed")
    propose(fund, batch, "failed", line=2)
    approve(fund, batch, line=2)
    assert [fund.state(claim) for claim in claims] == ["paid", "card_wanted"]


def test_a_payment_nobody_has_answered_yet_is_in_no_doubt(fund):
    *_, batch = sent_claim(fund)
    with pytest.raises(NothingToResolve):
        propose(fund, batch, "failed")


def contradicted(fund, first, then):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", first, "2024-03-05"))
    answer(fund, batch, (1, "100.00", then, "2024-03-08"))
    fund.account(member, make_account(906))
    return claim, batch


def test_paid_then_failed_and_the_money_is_back(fund):
    claim, batch = contradicted(fund, "成功", "失败")
    assert fund.state(claim) == "paid"
    resolve(fund, batch, "failed")
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (10_000, 0, 0))
    again = send(fund)
    assert again.total_fen == 10_000
    answer(fund, again, (1, "100.00", "成功", "2024-03-28"))
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))


def test_paid_then_failed_but_it_did_arrive(fund):
    claim, batch = contradicted(fund, "成功", "失败")
    resolve(fund, batch, "paid")
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))
    nothing_is_sent(fund, claim)


def test_failed_then_paid_and_it_did_arrive(fund):
    claim, batch = contradicted(fund, "失败", "成功")
    nothing_is_sent(fund, claim, "answer_contradicted")
    resolve(fund, batch, "paid")
    assert (fund.state(claim), open_of(fund.session, claim)) == ("paid", (0, 0, 0))
    nothing_is_sent(fund, claim)


def test_failed_then_paid_and_it_did_not(fund):
    claim, batch = contradicted(fund, "失败", "成功")
    resolve(fund, batch, "failed")
    assert fund.state(claim) == "card_wanted"
    assert send(fund).total_fen == 10_000


def test_money_that_came_back_for_a_claim_of_which_less_is_owed_now(fund):
    member, claim, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "成功", "2024-03-05"))
    fund.correct(member, claim, 4_000)
    assert open_of(fund.session, claim) == (0, 0, 6_000)
    answer(fund, batch, (1, "100.00", "失败", "2024-03-08"))
    resolve(fund, batch, "failed")
    assert (fund.state(claim), open_of(fund.session, claim)) == ("card_wanted", (4_000, 0, 0))


def test_nobody_alone_and_nobody_about_own_money(fund):
    claim, batch = contradicted(fund, "成功", "失败")
    with pytest.raises(NotProposed):
        approve(fund, batch)
    propose(fund, batch, "failed")
    with pytest.raises(OnePerson):
        approve(fund, batch, by=fund.preparer)
    member = payments(fund.session, claim)[0].member_id
    for who in (fund.approver, fund.third):
        fund.session.get_one(Account, who).member_id = member
    fund.session.flush()
    with pytest.raises(OnePerson):
        approve(fund, batch)
    with pytest.raises(OnePerson):
        propose(fund, batch, "paid", by=fund.third)
    drop_resolution(fund.session, batch.number, 1, by=fund.preparer)
    with pytest.raises(NotProposed):
        approve(fund, batch)


def test_what_shows_it_must_be_said(fund):
    _, batch = contradicted(fund, "成功", "失败")
    for evidence in ("", "  ", "a\u202eb", "长" * 201):
        with pytest.raises(EvidenceWanted):
            propose(fund, batch, "failed", evidence=evidence)
    with pytest.raises(ResolvedInFuture):
        propose(fund, batch, "failed", day=date(2999, 1, 1))


FOUND = (
    "INSERT INTO payment_resolution (id, member_id, grant_no, attempt, seq, says, booked_on,"
    " evidence, decided_by, approved_by)"
    " SELECT nextval('payment_number'), member_id, grant_no, attempt, 1, 'failed', '2024-03-20',"
    " 'x', :one, :other FROM payment"
)
FAILED = (
    "INSERT INTO payment_outcome (member_id, grant_no, attempt, outcome, booked_on, reason,"
    " return_id) SELECT p.member_id, p.grant_no, p.attempt, 'failed', '2024-03-20', '', {how}"
    " FROM payment p LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)"
)


def test_by_sql_it_takes_two_people_too(fund):
    claim = fund.claim(fund.member(), 10_000)
    batch = send(fund)
    answered(fund, batch.number, "plain", [(1, 10_000, "unknown")])
    for how in ("NULL", "u.return_id"):
        with pytest.raises(IntegrityError, match="outcome_was_said"), fund.session.begin_nested():
            fund.session.execute(text(FAILED.format(how=how)))
    one, other = fund.preparer, fund.approver
    with pytest.raises(IntegrityError, match="two_people"), fund.session.begin_nested():
        fund.session.execute(text(FOUND), {"one": one, "other": one})
    member = payments(fund.session, claim)[0].member_id
    for mine in ([one], [other], [one, other]):
        with fund.session.begin_nested() as made:
            said = text("UPDATE account SET member_id = :m WHERE id = ANY(:ids)")
            fund.session.execute(said, {"m": member, "ids": mine})
            with pytest.raises(IntegrityError, match="resolution_has_two_people"):
                fund.session.execute(text(FOUND), {"one": one, "other": other})
            made.rollback()
    assert str(DAY) > PAID_ON


@pytest.mark.parametrize("says", ["paid", "failed"])
def test_lists_and_sums_show_what_stands(fund, says):
    """The bank's first word was wrong: two people say so, and nothing shows the first."""
    member, claim, batch = sent_claim(fund)
    first = "失败" if says == "paid" else "成功"
    answer(fund, batch, (1, "100.00", first))
    answer(fund, batch, (1, "100.00", "成功" if says == "paid" else "失败"))
    resolve(fund, batch, says)
    [row] = claims_of_member(fund.session, member, Paging(None, 10)).rows
    assert row.id == claim
    paid_fen = 10_000 if says == "paid" else 0
    assert (row.paid_fen, row.payment.outcome) == (paid_fen, says)
    assert totals(fund.session).paid_fen == paid_fen


def test_a_list_says_that_the_bank_is_asked(fund):
    member, _, batch = sent_claim(fund)
    answer(fund, batch, (1, "100.00", "处理中", "", ""))
    [row] = claims_of_member(fund.session, member, Paging(None, 10)).rows
    assert ("asked", "now") in [(x.what, x.look) for x in row.stages]
