"""A payment found not to have arrived, paid back meanwhile, on several connections at once."""

from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.payments.batch import Batch, prepare_batch
from app.payments.models import PaymentResolution
from app.payments.resolve import approve_resolution, propose_resolution
from app.recoveries.owing import repay
from app.recoveries.take_back import reverse
from tests.db.office import keys
from tests.db.owing import ON, pay_back
from tests.db.payables import MADE_ON, YEAR, Payables, answer, assert_ties, officers, open_of, send
from tests.db.test_never_arrived import DAY, paid_and_undone
from tests.db.test_payments_at_once import at_once
from tests.factories import make_account


@pytest.fixture
def shared(database):
    """A fund with a claim that was paid, undone and paid back, and the bank's contradiction."""
    with Session(database.engine) as session:
        keys()
        fund = Payables(session)
        fund.who, fund.claim_id, fund.batch = paid_and_undone(fund)
        fund.repaid = pay_back(fund, fund.claim_id, 10_000, "S1")
        answer(fund, fund.batch, (1, "100.00", "失败", "2024-04-08"))
        said = (fund.batch.number, 1, "failed", DAY, "银行更正")
        propose_resolution(session, *said, by=fund.preparer)
        session.commit()
        yield fund
    with Session(database.engine) as session:
        assert_ties(session)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def one_of(acts, session):
    return next(acts)(session)


def test_two_who_say_so_at_once_say_it_once(database, shared):
    ended = at_once(
        database,
        4,
        lambda session: approve_resolution(session, shared.batch.number, 1, by=shared.approver),
    )
    assert sum(isinstance(x, PaymentResolution) for x in ended) == 1
    assert sum(isinstance(x, Refusal) for x in ended) == 3
    assert open_of(shared.session, shared.claim_id) == (10_000, 0, 0)


def test_batches_at_once_pay_it_once(database, shared):
    approve_resolution(shared.session, shared.batch.number, 1, by=shared.approver)
    shared.account(shared.who, make_account(905))
    shared.session.commit()
    ended = at_once(
        database,
        4,
        lambda session: prepare_batch(session, YEAR, made_on=MADE_ON, **officers(shared)),
    )
    assert [x.total_fen for x in ended if isinstance(x, Batch)] == [10_000]
    assert open_of(shared.session, shared.claim_id) == (0, 10_000, 0)


@pytest.mark.parametrize("turn", range(4))
def test_it_is_taken_back_or_owed_and_never_both(database, shared, turn):
    """Whichever comes first: what was typed is taken back, or it is owed and stays."""
    asked = text("SELECT id FROM entry WHERE memo = 'repaid by member'")
    entry = shared.session.scalars(asked).one()
    two = {"reversed_by": shared.preparer, "approved_by": shared.approver}
    acts = [
        lambda session: approve_resolution(session, shared.batch.number, 1, by=shared.approver),
        lambda session: reverse(session, entry, why="记错", **two),
    ]
    todo = iter(acts if turn % 2 else acts[::-1])
    ended = at_once(database, 2, partial(one_of, todo))
    taken_back = not any(isinstance(x, Refusal) for x in ended)
    owed_fen = 0 if taken_back else 10_000
    assert open_of(shared.session, shared.claim_id) == (owed_fen, 0, 0)


def test_paid_back_once_more_at_once_is_refused_or_owed(database, shared):
    """Of what is not owed any more nothing is paid back, whoever is first."""
    shared.account(shared.who, make_account(905))
    shared.session.commit()
    how = {"received_on": ON, "reference": "S2", "by": shared.third}
    acts = iter(
        [
            lambda session: approve_resolution(session, shared.batch.number, 1, by=shared.approver),
            lambda session: repay(session, shared.claim_id, 100, **how),
        ]
    )
    ended = at_once(database, 2, partial(one_of, acts))
    assert [x.name for x in ended if isinstance(x, Refusal)] == ["NothingOwed"]
    assert send(shared).total_fen == 10_000
    shared.session.commit()
