"""What two officers say of a line: a platform's payout, money paid back, a match undone."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from app.accounts.models import Account as Person
from app.banking.lines import LineOtherWay, LineResolved
from app.banking.propose_line import (
    LineOnePerson,
    NoLineProposal,
    drop_proposal,
    proposed,
    seal_of,
)
from app.banking.resolve import resolve_not_ours, resolve_taken_back, resolve_to_unit
from app.banking.undo import LineNotMatched, propose_undo, undo_match
from app.books.bank_balance import reconciliation
from app.ledger.chart import Account
from app.online.order import order_for_unit
from app.online.provider import Paid
from app.online.settle import PaymentsNotThere, PayoutSumWrong, unsettled
from app.online.take import take_paid
from app.recoveries.confirm_line import FromMember, FromOthers, Payout, confirm_line, propose_line
from app.recoveries.liable import AboveOpen
from app.recoveries.owing import NothingOwed
from app.recoveries.standing import recoveries
from tests.db.money_year import DAY, Teller
from tests.db.office import Office, keys
from tests.db.owing import come_in, open_fen, recover
from tests.db.payables import Payables
from tests.db.suspense import in_suspense, said_by_two
from tests.db.test_receivables import balance, paid_claim
from tests.db.test_rights import refused

PAID = Payout("wechat", 60, ("42001",))


@pytest.fixture
def teller(session):
    keys()
    made = Teller(Office(session))
    made.office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    return made


@pytest.fixture
def other(teller):
    return teller.second()


@pytest.fixture
def payout(teller):
    """50.00 paid online for the next year, and its payout in suspense: the line's number."""
    office = teller.office
    asked = order_for_unit(
        office.session, office.unit().id, 2024, 5_000, by=office.by, provider="wechat"
    )
    at = datetime(2023, 12, 19, 4, tzinfo=UTC)
    take_paid(office.session, "wechat", Paid("42001", asked.out_trade_no, 5_000, at))
    teller.take((DAY, "49.40", "支付平台", "结算"))
    return teller.line(1)


@pytest.fixture
def fund(session):
    return Payables(session)


def test_a_payout_leaves_suspense_and_clears_the_platform(teller, other, payout):
    office = teller.office
    propose_line(office.session, payout, PAID, by=office.by)
    assert office.balance("2103", 2023) == -4_940, "nothing moves before another confirms"
    confirm_line(office.session, payout, by=other)
    assert (office.balance("2103", 2023), office.balance("5101", 2023)) == (0, 60)
    assert office.balance(Account.ONLINE_CLEARING, 2024) == 0
    assert office.balance("1001", 2023) == 4_940
    assert unsettled(office.session, "wechat") == []
    assert reconciliation(office.session, date(2023, 12, 31)).off_fen == 0
    assert proposed(office.session, payout) is None
    with pytest.raises(LineResolved):
        propose_line(office.session, payout, PAID, by=office.by)
    office.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_payments_and_fee_make_the_lines_amount(teller, payout):
    session, by = teller.session, teller.office.by
    with pytest.raises(PayoutSumWrong):
        propose_line(session, payout, Payout("wechat", 59, ("42001",)), by=by)
    with pytest.raises(PaymentsNotThere):
        propose_line(session, payout, Payout("wechat", 60, ("42002",)), by=by)
    with pytest.raises(PaymentsNotThere):
        propose_line(session, payout, Payout("other", 60, ("42001",)), by=by)


def test_who_proposes_does_not_confirm(teller, other, payout):
    session, by = teller.session, teller.office.by
    propose_line(session, payout, PAID, by=by)
    with pytest.raises(LineOnePerson):
        confirm_line(session, payout, by=by)
    member = session.scalar(text("SELECT min(id) FROM member"))
    for each in (by, other):
        session.get_one(Person, each).member_id = member
    session.flush()
    with pytest.raises(LineOnePerson):
        confirm_line(session, payout, by=other)
    assert proposed(session, payout)


def test_only_what_was_looked_at_is_confirmed(teller, other, payout):
    session, by = teller.session, teller.office.by
    propose_line(session, payout, PAID, by=by)
    asked = proposed(session, payout)
    with pytest.raises(NoLineProposal):
        confirm_line(session, payout, by=other, looked_at="another")
    confirm_line(session, payout, by=other, looked_at=seal_of(asked))
    with pytest.raises(NoLineProposal):
        confirm_line(session, payout, by=other)


def test_a_proposal_is_dropped_and_overtaken(teller, other, payout):
    session, by = teller.session, teller.office.by
    propose_line(session, payout, PAID, by=by)
    drop_proposal(session, payout, by=other)
    with pytest.raises(NoLineProposal):
        drop_proposal(session, payout, by=other)
    propose_line(session, payout, PAID, by=by)
    resolve_to_unit(session, payout, unit_id=teller.office.unit().id, year=2024, by=by)
    assert proposed(session, payout) is None


def test_what_others_and_members_pay_back(fund):
    session, two = fund.session, (fund.third, fund.approver)
    member, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 4_000)
    line = in_suspense(session, fund.third, date(2024, 4, 2), 3_000)
    with pytest.raises(NothingOwed):
        propose_line(session, line, FromMember(claim), by=fund.third)
    said_by_two(session, line, FromOthers(recovery), *two)
    assert [x.open_fen for x in recoveries(session, claim)] == [1_000]
    line = in_suspense(session, fund.third, date(2024, 4, 2), 1_001)
    with pytest.raises(AboveOpen):
        propose_line(session, line, FromOthers(recovery), by=fund.third)
    fund.correct(member, claim, 4_000)
    said_by_two(session, line, FromMember(claim), *two)
    assert open_fen(fund, member, claim) == 4_999
    assert reconciliation(session, date(2024, 4, 30)).off_fen == 0
    assert balance(session, "2103") == 0
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_what_has_changed_since_it_was_proposed_is_refused(fund):
    session = fund.session
    _, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 4_000)
    line = in_suspense(session, fund.third, date(2024, 4, 2), 3_000)
    propose_line(session, line, FromOthers(recovery), by=fund.third)
    come_in(fund, recovery, 2_000, "手工")
    with pytest.raises(AboveOpen):
        confirm_line(session, line, by=fund.approver)


def test_nothing_leaves_suspense_without_a_line(fund):
    _, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 4_000)
    come_in(fund, recovery, 2_000, "S-1", suspense_year=2024)
    refused(fund.session, "SET CONSTRAINTS ALL IMMEDIATE", "23514")


SAID = (
    "INSERT INTO line_resolution (line_id, seq, act, on_day, payout_id, proposed_by, resolved_by)"
    " VALUES (:line, :seq, 'payout', '2024-01-05', :payout, :one, :other)"
)


def test_the_database_wants_two_people_and_the_same_money(teller, other, payout):
    session, by = teller.session, teller.office.by
    propose_line(session, payout, PAID, by=by)
    confirm_line(session, payout, by=other)
    number = session.scalar(text("SELECT id FROM online_payout"))
    teller.take((DAY, "49.40", "支付平台", ""), (DAY, "49.41", "支付平台", ""))
    second, more = teller.line(2), teller.line(3)
    two = {"one": by, "other": other, "seq": 1, "payout": number}
    index = "line_resolution_payout_id_idx"
    assert refused(session, SAID, "23505", **two, line=second) == index
    forged = (
        "INSERT INTO online_payout (provider, reference, booked_on, account, net_fen, fee_fen,"
        " recorded_by) SELECT 'wechat', :ref, booked_on, :account, 4940, 0, recorded_by"
        " FROM online_payout WHERE id = :of RETURNING id"
    )
    bank = session.scalar(text(forged), {"ref": "x", "account": "1001", "of": number})
    fits = "line_resolution_fits"
    assert refused(session, SAID, "23514", **two | {"payout": bank}, line=second) == fits
    free = session.scalar(text(forged), {"ref": "y", "account": "2103", "of": number})
    alone = {**two, "payout": free, "one": other}
    assert refused(session, SAID, "23514", **alone, line=second) == (
        "line_resolution_two_people_check"
    )
    assert refused(session, SAID, "23514", **two | {"payout": free}, line=more) == fits
    session.execute(text(SAID), {**two, "payout": free, "line": second})


def test_an_undoing_is_proposed_and_confirmed(teller, other):
    session, by = teller.session, teller.office.by
    teller.take((DAY, "33.00", "路人", ""))
    line = teller.line(1)
    with pytest.raises(LineNotMatched):
        propose_undo(session, line, by=by)
    resolve_not_ours(session, line, by=by, on=DAY)
    propose_undo(session, line, by=by)
    with pytest.raises(LineOnePerson):
        confirm_line(session, line, by=by)
    confirm_line(session, line, by=other)
    resolve_to_unit(session, line, unit_id=teller.office.unit().id, year=2024, by=by)


def test_what_the_bank_has_taken_back_does_not_wait_again(teller, other):
    session, by = teller.session, teller.office.by
    teller.take((DAY, "33.00", "路人", ""), (DAY, "-33.00", "路人", "冲正"))
    in_, out = teller.line(1), teller.line(2)
    resolve_taken_back(session, out, other_line_id=in_, by=by, on=DAY)
    with pytest.raises(LineNotMatched):
        undo_match(session, in_, proposed_by=by, by=other, on=DAY)
    forged = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
        " VALUES (:line, 2, 'undone', '2024-01-05', :one, :other)"
    )
    facts = {"line": in_, "one": by, "other": other}
    assert refused(session, forged, "23514", **facts) == "line_resolution_fits"


def test_money_out_is_none_of_these(teller, payout):
    teller.take((DAY, "-7.00", "某公司", ""))
    with pytest.raises(LineOtherWay):
        propose_line(teller.session, teller.line(2), PAID, by=teller.office.by)
