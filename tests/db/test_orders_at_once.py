"""Two officers at once: prepare, approve, export, resolve. One wins, and nothing is sent twice."""

from datetime import date

from sqlalchemy import text

from app.errors import Refusal
from app.payments.batch import prepare_batch
from app.payments.order import approve_order, prepare_order, withdraw_order
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.send import Batch
from tests.db.bank import answered
from tests.db.payables import MADE_ON, YEAR, officers, send
from tests.db.test_payments_at_once import at_once, live_payments, shared

__all__ = ["shared"]


def prepare(fund, session):
    return prepare_order(session, YEAR, by=fund.preparer, made_on=MADE_ON)


def test_one_order_of_a_year_is_prepared_and_one_approval_counts(database, shared):
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM payment_order")).scalar() == 0
    order = prepare(shared, shared.session)
    shared.session.commit()
    who = [shared.approver, shared.third] * 3
    ended = at_once(
        database,
        6,
        lambda session: approve_order(session, order.id, by=who.pop(), sha256=order.sha256),
    )
    assert sum(isinstance(x, Batch) for x in ended) == 1
    assert live_payments(shared.session) == [1] * 20


def test_an_approval_an_export_and_a_withdrawal_at_once_send_once(database, shared):
    order = prepare(shared, shared.session)
    shared.session.commit()
    acts = [
        lambda session: approve_order(session, order.id, by=shared.third, sha256=order.sha256),
        lambda session: prepare_batch(session, YEAR, made_on=MADE_ON, **officers(shared)),
        lambda session: withdraw_order(session, order.id, by=shared.preparer),
    ] * 2
    ended = at_once(database, 6, lambda session: (acts.pop())(session) or None)
    assert sum(isinstance(x, Batch) for x in ended) == 1
    assert all(isinstance(x, Batch | Refusal) or x is None for x in ended)
    assert live_payments(shared.session) == [1] * 20


def test_a_finding_is_approved_once(database, shared):
    batch = send(shared)
    answered(shared, batch.number, "plain", [(1, 10_000, "unknown")])
    day = date(2024, 3, 20)
    propose_resolution(shared.session, batch.number, 1, "failed", day, "x", by=shared.preparer)
    shared.session.commit()
    who = [shared.approver, shared.third] * 3
    ended = at_once(
        database, 6, lambda session: approve_resolution(session, batch.number, 1, by=who.pop())
    )
    assert sum(not isinstance(x, Refusal) for x in ended) == 1
    found = shared.session.execute(text("SELECT count(*) FROM payment_resolution")).scalar()
    assert found == 1
