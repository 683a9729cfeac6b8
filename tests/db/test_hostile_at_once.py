"""Acts of two people beside each other: one line, one payment, one refund is used once."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.import_statement import import_statement
from app.banking.propose_line import drop_proposal
from app.banking.refund import (
    approve_refunds,
    keep_refund,
    refund_number,
    refund_state,
    withdraw_refund,
)
from app.banking.resolve import resolve_not_ours, resolve_to_refund, resolve_to_unit
from app.books.bank_balance import reconciliation
from app.errors import Refusal
from app.payments.batch import prepare_batch
from app.payments.heirs import propose_heir
from app.payments.order import approve_order, prepare_order
from app.payments.resolve import approve_resolution, propose_resolution
from app.recoveries.confirm_line import FromMember, FromOthers, confirm_line, propose_line
from app.roster.models import MemberFate
from tests.db.money_year import PAYEE
from tests.db.owing import recover
from tests.db.payables import MADE_ON, YEAR, answer, officers, send
from tests.db.statements import plain, yuan
from tests.db.suspense import in_suspense
from tests.db.test_payments_at_once import at_once, live_payments, shared
from tests.factories import make_account, make_id

__all__ = ["shared"]
DAY = date(2024, 3, 20)


def acts_at_once(database, *acts):
    """Each once, all begun together; what was done, in no order."""
    waiting = list(acts)
    ended = at_once(database, len(acts), lambda session: waiting.pop()(session) or "done")
    assert not [x for x in ended if isinstance(x, Exception) and not isinstance(x, Refusal)]
    return [x for x in ended if not isinstance(x, Refusal)]


def whose(session, claim):
    return session.scalar(text("SELECT member_id FROM claim WHERE id = :c"), {"c": claim})


def sound(database):
    with Session(database.engine) as session:
        assert reconciliation(session, date(2024, 12, 31)).off_fen == 0
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest.mark.parametrize("repaid", [True, False])
def test_a_line_is_one_thing_whoever_says_so_first(database, shared, repaid):
    """Money a member pays back, a payment that came back, a unit's, nobody's, its payer's."""
    session = shared.session
    batch = send(shared)
    answer(shared, batch, *((n, "100.00", "成功") for n in range(1, 21)))
    member = session.scalar(
        text("SELECT member_id FROM claim WHERE id = :c"), {"c": shared.owed[0]}
    )
    recovery = recover(shared, shared.owed[1], 10_000)
    shared.correct(member, shared.owed[0], 0)
    line = in_suspense(session, shared.third, DAY, 10_000)
    unit = session.scalar(text("SELECT id FROM unit"))
    said = (batch.number, 1, "failed", DAY, "x")
    propose_resolution(session, *said, by=shared.preparer, line_id=line)
    what = FromMember(shared.owed[0]) if repaid else FromOthers(recovery)
    propose_line(session, line, what, by=shared.preparer)
    session.commit()
    done = acts_at_once(
        database,
        lambda session: confirm_line(session, line, by=shared.approver),
        lambda session: confirm_line(session, line, by=shared.third),
        lambda session: approve_resolution(session, batch.number, 1, by=shared.third),
        lambda session: approve_resolution(session, batch.number, 1, by=shared.approver),
        lambda session: resolve_to_unit(session, line, unit_id=unit, year=2024, by=shared.third),
        lambda session: resolve_not_ours(session, line, by=shared.third),
        lambda session: resolve_to_refund(session, line, payee=PAYEE, by=shared.third),
    )
    assert len(done) == 1, done
    assert session.scalar(text("SELECT count(*) FROM line_resolution")) == 1
    sound(database)


def test_a_proposal_is_confirmed_or_dropped(database, shared):
    answer(shared, send(shared), *((n, "100.00", "成功") for n in range(1, 21)))
    recovery = recover(shared, shared.owed[1], 10_000)
    line = in_suspense(shared.session, shared.third, DAY, 10_000)
    propose_line(shared.session, line, FromOthers(recovery), by=shared.preparer)
    shared.session.commit()
    done = acts_at_once(
        database,
        lambda session: confirm_line(session, line, by=shared.approver),
        lambda session: drop_proposal(session, line, by=shared.preparer),
        lambda session: propose_line(session, line, FromOthers(recovery), by=shared.third),
    )
    assert done
    came = shared.session.scalar(text("SELECT count(*) FROM recovery_receipt"))
    assert came == shared.session.scalar(text("SELECT count(*) FROM line_resolution"))
    sound(database)


def test_a_word_is_corrected_or_the_payment_sent_again(database, shared):
    """Two had found a payment back; while others find that it arrived, it is prepared again."""
    session = shared.session
    batch = send(shared)
    answer(shared, batch, *((n, "100.00", "成功") for n in range(1, 21)))
    answer(shared, batch, (1, "100.00", "失败", "2024-03-08"))
    found = (batch.number, 1)
    propose_resolution(session, *found, "failed", DAY, "x", by=shared.preparer)
    approve_resolution(session, *found, by=shared.approver)
    propose_resolution(session, *found, "paid", DAY, "y", by=shared.preparer)
    shared.account(whose(session, shared.owed[0]), make_account(907))
    order = prepare_order(session, YEAR, by=shared.preparer, made_on=MADE_ON)
    session.commit()
    done = acts_at_once(
        database,
        lambda session: approve_order(session, order.id, by=shared.third, sha256=order.sha256),
        lambda session: prepare_batch(session, YEAR, made_on=MADE_ON, **officers(shared)),
        lambda session: approve_resolution(session, *found, by=shared.third),
        lambda session: approve_resolution(session, *found, by=shared.approver),
    )
    assert len(done) == 1, done
    sent = session.scalar(text("SELECT count(*) FROM payment"))
    words = session.scalar(text("SELECT count(*) FROM payment_resolution"))
    assert (sent, words) in ((21, 1), (20, 2))
    assert set(live_payments(session)) <= {1, 2}


def test_a_refund_is_paid_or_withdrawn(database, shared):
    session, by, other = shared.session, shared.preparer, shared.approver
    line = in_suspense(session, by, DAY, 3_300)
    more = in_suspense(session, by, DAY, 4_400)
    refunds = [resolve_to_refund(session, x, payee=PAYEE, by=by, on=DAY) for x in (line, more)]
    approve_refunds(session, refunds, by=other, on=DAY)
    withdraw_refund(session, refunds[0], by=by, on=DAY)
    session.commit()
    out = [
        (DAY, "-44.00", "x", refund_number(refunds[1])),
        (DAY, "-33.00", "x", refund_number(refunds[0])),
    ]
    data = plain(out, yuan(7_700), first=3)
    acts_at_once(
        database,
        lambda session: import_statement(session, data, account="main", by=by),
        lambda session: withdraw_refund(session, refunds[0], by=other, on=DAY),
        lambda session: keep_refund(session, refunds[0], by=by),
        lambda session: approve_refunds(session, refunds, by=shared.third, on=DAY),
    )
    state = refund_state(session, refunds[0])[1]
    paid = session.scalar(
        text("SELECT coalesce(sum(amount_fen), 0) FROM posting WHERE account = '2103'")
    )
    assert state in ("approved", "paid", "withdrawn")
    assert paid == {"paid": 0}.get(state, paid)
    sound(database)


def test_two_who_propose_at_once_leave_one_proposal(database, shared):
    """The last stands, as it does when they follow each other; nobody sees an error."""
    session = shared.session
    batch = send(shared)
    answer(shared, batch, (1, "100.00", "未知"))
    dead = whose(session, shared.owed[1])
    named = {"fate": "died", "on_day": date(2024, 2, 10), "file_sha256": ""}
    session.add(MemberFate(member_id=dead, seq=1, **named, recorded_by=shared.third))
    session.commit()
    heir = {"name": "王平", "certno": make_id(700), "relation": "配偶", "papers": "公证书"}
    heir["account"] = make_account(700)
    found = (batch.number, 1, "failed", DAY, "x")
    both = (shared.preparer, shared.approver) * 2
    for _ in range(3):
        ended = acts_at_once(
            database,
            *(lambda session, by=by: propose_heir(session, dead, by=by, **heir) for by in both),
            *(lambda session, by=by: propose_resolution(session, *found, by=by) for by in both),
        )
        assert len(ended) == 2 * len(both)
    for table in ("heir_draft", "resolution_draft"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1
