"""Exports, answers and corrections side by side, on real connections."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.payments.batch import (
    NothingToPay,
    prepare_batch,
)
from app.payments.returns import take_return
from tests.db.office import keys
from tests.db.payables import (
    MADE_ON,
    PAID_ON,
    YEAR,
    Payables,
    assert_ties,
    officers,
    open_of,
    send,
)
from tests.factories import return_file


@pytest.fixture
def shared(database):
    """A fund whose members are committed, for several connections."""
    with Session(database.engine) as session:
        keys()
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
    ended = at_once(
        database,
        6,
        lambda session: prepare_batch(session, YEAR, made_on=MADE_ON, **officers(shared)),
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
            batch = prepare_batch(session, YEAR, made_on=MADE_ON, **officers(shared))
            sent.append(batch)
            session.commit()

    thread = waiting(export)
    shared.session.commit()
    thread.join(timeout=30)
    assert sent[0].total_fen == 19 * 10_000 + 4_000


def test_a_correction_waits_for_an_export_and_sees_the_money_at_the_bank(database, shared):
    claim, member = shared.owed[7], payee(shared.session, shared.owed[7])
    shared.session.commit()
    with Session(database.engine) as elsewhere:
        batch = prepare_batch(elsewhere, YEAR, made_on=MADE_ON, **officers(shared))

        def correct():
            shared.correct(member, claim, 14_000)
            shared.session.commit()

        thread = waiting(correct)
        elsewhere.commit()
        thread.join(timeout=30)
    assert shared.state(claim) == "sent"
    assert open_of(shared.session, claim) == (4_000, 10_000, 0)
    assert batch.total_fen == 20 * 10_000


def test_an_answer_waits_for_a_correction_and_books_what_was_paid_too_much(database, shared):
    claim, member = shared.owed[7], payee(shared.session, shared.owed[7])
    batch = send(shared)
    shared.session.commit()
    data = return_file(batch.number, [(n, "100.00", "成功", PAID_ON) for n in range(1, 21)])
    shared.correct(member, claim, 4_000)
    taken = []

    def take():
        with Session(database.engine) as session:
            taken.append(take_return(session, data, by=shared.third))
            session.commit()

    thread = waiting(take)
    shared.session.commit()
    thread.join(timeout=30)
    assert taken[0].paid == 20
    assert (shared.state(claim), open_of(shared.session, claim)) == ("closed", (0, 0, 6_000))


def payee(session, claim):
    return session.scalar(text("SELECT member_id FROM claim WHERE id = :c"), {"c": claim})
