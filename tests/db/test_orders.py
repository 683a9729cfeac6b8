"""Prepare, approve, confirm: by different people, of one file, of what has not changed."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.federation import NotOfFederation
from app.accounts.models import Account, Role
from app.banking.returnfile import ReturnTotalWrong
from app.clock import today
from app.errors import Refusal
from app.payments.batch import prepare_batch, rebuilt_file
from app.payments.order import (
    OrderChanged,
    OrderFileOther,
    OrderNotOpen,
    OrderWaits,
    approve_order,
    confirm_order,
    prepare_order,
    withdraw_order,
)
from app.payments.policy import limits_on
from app.payments.send import BatchAhead, ThirdPersonNeeded
from app.payments.sheet import sheet_of
from app.payments.take import OnePerson
from app.roster.models import MemberName
from app.unions.models import Union
from tests.db.payables import (
    MADE_ON,
    PASSWORD,
    YEAR,
    answer,
    officers,
    payments,
    send,
    tied_fund,
)
from tests.factories import make_account

CAP = 10_000_000
LARGE = 11 * CAP
"""Over the limit of a batch: eleven members' whole cap."""


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def prepare(fund, **changed):
    asked = {"by": fund.preparer, "made_on": MADE_ON} | changed
    return prepare_order(fund.session, YEAR, **asked)


def approve(fund, order, by=None, step=approve_order, **changed):
    asked = {"by": by or fund.approver, "sha256": order.sha256} | changed
    return step(fund.session, order.id, **asked)


def a_large_year(fund):
    for _ in range(11):
        fund.claim(fund.member(), CAP)


def written(fund) -> int:
    return fund.session.scalar(text("SELECT count(*) FROM payment"))


def test_one_prepares_another_approves_and_only_then_it_is_a_batch(fund):
    claim = fund.claim(fund.member(), 10_000)
    order = prepare(fund)
    assert (order.lines, order.total_fen, order.wants_third) == (1, 10_000, False)
    assert (fund.state(claim), written(fund)) == ("payable", 0)
    batch = approve(fund, order)
    assert (batch.number, batch.sha256) == (order.number, order.sha256)
    assert (fund.state(claim), written(fund)) == ("sent", 1)
    assert rebuilt_file(fund.session, batch.number, by=fund.third) == batch.file
    with pytest.raises(OrderNotOpen):
        approve(fund, order, by=fund.third)


@pytest.mark.parametrize("form", ["plain", "workbook", "fixed"])
def test_the_file_is_the_same_in_every_format_and_its_answer_is_read(fund, form):
    from tests.db.bank import answered

    fund.claim(fund.member(name="赵安"), 10_001)
    order = prepare(fund, template=form)
    batch = approve(fund, order)
    again = rebuilt_file(fund.session, batch.number, by=fund.third)
    assert again == batch.file
    # Whichever format is tried first, the trouble told is that of the file's own.
    with pytest.raises(ReturnTotalWrong):
        answered(fund, batch.number, form, [(1, 10_001, "paid")], total_fen=10_002)
    told = answered(fund, batch.number, form, [(1, 10_001, "paid")])
    assert (told.paid, told.paid_fen, told.listed) == (1, 10_001, [])


def test_rules_that_became_stricter_want_a_third_all_the_same(fund):
    a_large_year(fund)
    order = prepare(fund)
    looser = "UPDATE payment_order SET wants_third = false WHERE id = :id"
    fund.session.execute(text(looser), {"id": order.id})
    assert approve(fund, order) is None
    assert approve(fund, order, by=fund.third, step=confirm_order).total_fen == LARGE


def test_the_author_does_not_approve_and_a_third_is_another(fund):
    a_large_year(fund)
    order = prepare(fund)
    assert order.wants_third
    with pytest.raises(OnePerson):
        approve(fund, order, by=fund.preparer)
    assert approve(fund, order) is None
    for taken_part in (fund.preparer, fund.approver):
        with pytest.raises(OnePerson):
            approve(fund, order, by=taken_part, step=confirm_order)
    assert written(fund) == 0
    batch = approve(fund, order, by=fund.third, step=confirm_order)
    assert len(sheet_of(fund.session, batch.number).approved_by) == 2
    assert batch.total_fen == LARGE


def test_two_accounts_of_one_person_are_one_at_every_step(fund):
    member = fund.member()
    a_large_year(fund)
    names = ("preparer", "approver", "third")
    for one in names:
        for other in names:
            if one < other:
                with fund.session.begin_nested() as step:
                    for each in (one, other):
                        account = fund.session.get_one(Account, getattr(fund, each))
                        account.member_id = member
                    fund.session.flush()
                    order = prepare(fund)
                    if "third" in (one, other):
                        approve(fund, order)
                    step_of = confirm_order if "third" in (one, other) else approve_order
                    by = fund.third if "third" in (one, other) else fund.approver
                    with pytest.raises(OnePerson):
                        approve(fund, order, by=by, step=step_of)
                    step.rollback()
    assert written(fund) == 0


def test_what_is_large_is_not_sent_by_two_in_one_go(fund):
    a_large_year(fund)
    with pytest.raises(ThirdPersonNeeded):
        send(fund)
    assert send(fund, third_by=fund.third).total_fen == LARGE


def test_only_the_city_federation_sends(fund):
    top = fund.session.get_one(Account, fund.preparer).union_id
    district = Union(name="北区总工会", parent_id=top)
    fund.session.add(district)
    fund.session.flush()
    north = add_account(
        fund.session,
        *("north", "北区", Role.OFFICER, PASSWORD),
        by=fund.preparer,
        union_id=district.id,
    )
    fund.claim(fund.member(), 10_000)
    with pytest.raises(NotOfFederation):
        prepare(fund, by=north)
    order = prepare(fund)
    with pytest.raises(NotOfFederation):
        approve(fund, order, by=north)
    with pytest.raises(NotOfFederation):
        withdraw_order(fund.session, order.id, by=north)
    with pytest.raises(NotOfFederation):
        send(fund, approved_by=north)


def another_card(fund, member, _claim):
    fund.account(member, make_account(901))
    return "account_changed"


def another_name(fund, member, _claim):
    fund.session.add(MemberName(member_id=member, seq=2, name="王安"))
    return "name_changed"


def more(fund, member, claim):
    fund.correct(member, claim, 20_000)
    return "amount_changed"


def refunded(fund, member, claim):
    fund.refund(member, claim)
    return "not_waiting"


def sent_in_one_go(fund, _member, _claim):
    send(fund, approved_by=fund.third)
    return "not_waiting"


def the_approvers_own(fund, member, _claim):
    fund.session.get_one(Account, fund.approver).member_id = member
    fund.session.flush()
    return "own_claim"


@pytest.mark.parametrize(
    "change", [another_card, another_name, more, refunded, sent_in_one_go, the_approvers_own]
)
def test_what_changed_since_is_not_approved_and_is_told(fund, change):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    other = fund.claim(fund.member(), 500)
    order = prepare(fund)
    reason = change(fund, member, claim)
    before = written(fund)
    with pytest.raises(OrderChanged) as refused:
        approve(fund, order)
    changed = {x.claim_id: x.reason for x in refused.value.changes}
    assert changed[claim] == reason
    assert set(changed) <= {claim, other}
    assert written(fund) == before
    with pytest.raises(OrderWaits):
        prepare(fund)
    withdraw_order(fund.session, order.id, by=fund.preparer)
    with pytest.raises(OrderNotOpen):
        approve(fund, order, by=fund.third)


def test_what_is_approved_is_the_file_that_was_prepared(fund):
    fund.claim(fund.member(), 10_000)
    order = prepare(fund)
    for other in ("", "0" * 64, order.sha256.upper()):
        with pytest.raises(OrderFileOther):
            approve(fund, order, sha256=other)
    assert written(fund) == 0


def test_a_claim_that_became_payable_since_waits_for_the_next(fund):
    fund.claim(fund.member(), 10_000)
    order = prepare(fund)
    late = fund.claim(fund.member(), 500)
    assert approve(fund, order).lines == 1
    assert fund.state(late) == "payable"


def test_after_a_card_change_the_determination_is_paid_once(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    order = prepare(fund)
    fund.account(member, make_account(902))
    with pytest.raises(OrderChanged):
        approve(fund, order)
    withdraw_order(fund.session, order.id, by=fund.approver)
    batch = approve(fund, prepare(fund))
    fund.account(member, make_account(903))
    with pytest.raises(Refusal):
        prepare(fund)
    answer(fund, batch, (1, "100.00", "成功"))
    with pytest.raises(Refusal):
        prepare(fund)
    assert len(payments(fund.session, claim)) == 1


def test_the_limits_are_dated(fund):
    assert limits_on(MADE_ON) == limits_on(MADE_ON + timedelta(days=1))
    for limits in (limits_on(MADE_ON), limits_on(MADE_ON.replace(year=1999))):
        assert not limits.wants_third([limits.line_over_fen] * 10)
        assert limits.wants_third([limits.line_over_fen] * 10 + [1])
        assert limits.wants_third([limits.line_over_fen + 1])
    assert officers(fund)["prepared_by"] == fund.preparer


def test_an_earlier_day_brings_no_looser_rule_back():
    """Two who write a day of before the rule on the batch are still two."""
    then = replace(limits_on(MADE_ON), total_over_fen=10, line_over_fen=2)
    now = replace(then, total_over_fen=5, line_over_fen=3)
    for either in (then.stricter(now), now.stricter(then)):
        assert (either.total_over_fen, either.line_over_fen) == (5, 2)


def test_no_batch_is_made_on_a_day_to_come(fund):
    fund.claim(fund.member(), 10_000)
    for make in (prepare_order, partial(prepare_batch, approved_by=fund.approver)):
        who = "by" if make is prepare_order else "prepared_by"
        with pytest.raises(BatchAhead):
            make(fund.session, YEAR, made_on=today() + timedelta(days=1), **{who: fund.preparer})


def batch_by_sql(fund, third: int | None, total_fen: int = 10_000, **changed: int) -> None:
    known = {"one": fund.preparer, "other": fund.approver, "third": third, "total": total_fen}
    fund.session.execute(
        text(
            "INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256,"
            " prepared_by, approved_by, third_by) VALUES (:year, :day, 1, :total, '', :one, :other,"
            " :third)"
        ),
        known | {"year": YEAR, "day": MADE_ON} | changed,
    )


def test_every_pair_is_two_people_by_sql_too(fund):
    one, other, third = fund.preparer, fund.approver, fund.third
    pairs = [
        *({"third": same} for same in (one, other)),
        *({"one": same, "third": third} for same in (other, third)),
        {"other": third, "third": third},
    ]
    for pair in pairs:
        with pytest.raises(IntegrityError, match="payment_batch_t"), fund.session.begin_nested():
            batch_by_sql(fund, **({"third": third} | pair))
    member = fund.member()
    for same in ((one, third), (other, third), (one, other)):
        with fund.session.begin_nested() as one_person:
            mine = text("UPDATE account SET member_id = :m WHERE id = ANY(:ids)")
            fund.session.execute(mine, {"m": member, "ids": list(same)})
            with pytest.raises(IntegrityError, match="batch_has_two_people"):
                batch_by_sql(fund, third)
            one_person.rollback()
    over = limits_on(MADE_ON).total_over_fen + 1
    with pytest.raises(IntegrityError, match="payment_batch_third"), fund.session.begin_nested():
        batch_by_sql(fund, None, over)
    batch_by_sql(fund, third, over)
