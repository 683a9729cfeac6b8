"""An account of the fund ends while a batch is made from it: the second waits, sees the first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.add_account import FundAccountEnded, add_fund_account
from app.banking.end_account import FundAccountUsed, Wanted, change_account
from app.errors import Refusal
from app.payments.batch import prepare_batch
from app.payments.order import approve_order, prepare_order
from tests.db.payables import MADE_ON, YEAR, officers
from tests.db.statements import NUMBER
from tests.db.test_payments_at_once import shared

__all__ = ["shared"]
EARLY = Wanted(MADE_ON - timedelta(days=1))
WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock'"
)


@pytest.fixture
def fund(shared):
    add_fund_account(
        shared.session,
        code="main",
        holder="市总工会互助保障",
        bank="某银行城中支行",
        number=NUMBER,
        statement_format_name="plain",
        payment_format="plain",
        by=shared.preparer,
    )
    shared.session.commit()
    return shared


def ended(fund, session):
    two = {"proposed_by": fund.preparer, "by": fund.approver}
    change_account(session, "main", EARLY, **two)


def sent(fund, session):
    how = officers(fund) | {"made_on": MADE_ON, "fund_account": "main"}
    prepare_batch(session, YEAR, **how)


def prepared(fund, session):
    how = {"made_on": MADE_ON, "fund_account": "main"}
    prepare_order(session, YEAR, by=fund.preparer, **how)


def past_all_code(fund, session):
    ends = (
        "INSERT INTO fund_account_end (account_id, ends_on, proposed_by, approved_by)"
        " SELECT id, :on, :one, :other FROM fund_account"
    )
    facts = {"on": EARLY.ends_on, "one": fund.preparer, "other": fund.approver}
    session.execute(text(ends), facts)


def what_came(database, act, fund):
    with Session(database.engine) as session:
        try:
            act(fund, session)
            session.commit()
        except Refusal as refused:
            return type(refused)
    return None


@pytest.mark.parametrize(
    ("first", "then", "refused"),
    [
        (ended, sent, FundAccountEnded),
        (ended, prepared, FundAccountEnded),
        (past_all_code, sent, FundAccountEnded),
        (sent, ended, FundAccountUsed),
        (prepared, ended, FundAccountUsed),
    ],
)
def test_who_comes_second_sees_the_first(database, fund, first, then, refused):
    with ThreadPoolExecutor(1) as pool, Session(database.engine) as session:
        first(fund, session)
        second = pool.submit(what_came, database, then, fund)
        with database.engine.connect() as watching:
            while not second.done() and not watching.scalar(WAITS):
                watching.rollback()
        assert not second.done(), "it waits"
        session.commit()
        assert second.result() is refused


def test_what_was_prepared_before_is_approved_on_its_day(database, fund):
    """An order holds its account open until it is sent or withdrawn."""
    with Session(database.engine) as session:
        order = prepare_order(session, YEAR, by=fund.preparer, made_on=MADE_ON, fund_account="main")
        session.commit()
    assert what_came(database, ended, fund) is FundAccountUsed
    with Session(database.engine) as session:
        approve_order(session, order.id, by=fund.approver, sha256=order.sha256)
        session.commit()
    assert what_came(database, ended, fund) is FundAccountUsed
