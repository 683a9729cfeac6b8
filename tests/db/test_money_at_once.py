"""Money taken from two sides at once, on real connections: one of them has it, neither waits on."""

from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.drain import drain
from app.banking.propose_refund import Payee, RefundTooMuch, propose_refund
from app.banking.refund import RefundStepWrong, approve_refunds
from app.contributions.credit import NotSoMuchCredit, use_credit
from app.contributions.receive import receive as receive_money
from app.errors import Refusal
from app.payments.batch import prepare_batch
from app.payments.standing import lock
from app.recoveries.owing import approve_set_off, propose_set_off
from app.units.ask import ask_merge
from app.units.decide import approve
from tests.db.asking import Asking
from tests.db.owing import ON
from tests.db.payables import MADE_ON, YEAR, Payables, answer, assert_ties, officers, send
from tests.db.test_statements_at_once import at_once

START = date(2023, 1, 1)
PAYEE = Payee("第31小学", "6222999900001111")
ONE, TWO = 31, 32


@pytest.fixture
def engine(database):
    return database.engine


def opened(engine, begin):
    with Session(engine) as session, session.begin():
        return begin(session)


def with_refunds(session) -> tuple[int, list[int]]:
    office = Asking(session)
    office.receive("100", START, unit=1)
    asked = {"unit_id": office.unit(1).id, "year": 2023, "payee": PAYEE, "by": office.by}
    made = [propose_refund(session, "over", amount_fen=100 + each, **asked) for each in range(12)]
    return office.second, made


def test_two_officers_approve_the_same_refunds_in_contrary_order(engine):
    second, refunds = opened(engine, with_refunds)
    start = Barrier(2)

    def both(order):
        def act(session):
            start.wait(timeout=30)
            approve_refunds(session, order, by=second, on=START)

        return act

    said = at_once(engine, both(refunds), both(refunds[::-1]))
    assert sorted(type(x) for x in said if x) == [RefundStepWrong]
    with Session(engine) as session:
        steps = session.scalars(text("SELECT count(*) FROM refund_step")).one()
        assert steps == len(refunds)


def with_credit(session) -> dict[str, int]:
    """Unit TWO has 50.00 again, and lacks as much for another."""
    office = Asking(session)
    for seed in (ONE, TWO):
        office.register(seed)
    office.enrol([3], START, unit=TWO)
    office.covered([3], START, unit=1)
    office.receive("50", START, unit=TWO)
    office.enrol([4], START, unit=TWO)
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    asked = ask_merge(session, two, one, START, by=office.by).request_id
    return {"by": office.by, "second": office.second, "one": one, "two": two, "asked": asked}


def test_credit_is_used_or_asked_back(engine):
    at = opened(engine, with_credit)
    start = Barrier(2)

    def use(session):
        start.wait(timeout=30)
        of_year = {"from_year": 2023, "year": 2023, "amount_fen": 5_000}
        use_credit(session, unit_id=at["two"], **of_year, on=START, by=at["by"])

    def ask(session):
        start.wait(timeout=30)
        asked = {"unit_id": at["two"], "year": 2023, "amount_fen": 5_000}
        propose_refund(session, "credited", **asked, payee=PAYEE, by=at["by"])

    [refused] = [x for x in at_once(engine, use, ask) if x]
    assert type(refused) in (NotSoMuchCredit, RefundTooMuch)


def test_money_for_a_unit_that_goes_into_another_meanwhile(engine):
    at = opened(engine, with_credit)
    start = Barrier(3)

    def receive(session):
        start.wait(timeout=30)
        money = {"amount_fen": 7_000, "received_on": START, "reference": "A-1"}
        receive_money(session, unit_id=at["two"], year=2023, **money, by=at["by"])

    def ask(session):
        start.wait(timeout=30)
        asked = {"unit_id": at["two"], "year": 2023, "amount_fen": 2_000}
        propose_refund(session, "credited", **asked, payee=PAYEE, by=at["by"])

    def merge(session):
        start.wait(timeout=30)
        approve(session, at["asked"], by=at["second"])

    assert at_once(engine, receive, ask, merge) == [None] * 3
    left = "SELECT unit_id, account, -sum(amount_fen) FROM posting"
    left += " WHERE account IN ('2101', '2102') GROUP BY 1, 2 HAVING sum(amount_fen) <> 0"
    with Session(engine) as session:
        rows = {tuple(row) for row in session.execute(text(left))}
    # 70.00 paid for the other head's 50.00; 20.00 is left over.
    assert rows == {(at["one"], "2101", 2_000), (at["one"], "2102", 5_000)}


def test_the_books_are_held_before_drains_and_claims(engine):
    # Else: one who has posted waits for the drains, they for the books behind a closing, that for
    # the one who has posted.
    _, _, using = opened(engine, with_debt)
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"

    def draining(session):
        drain(session, 0)

    def locking(session):
        lock(session, [(1, using)])

    for act, turns in ((draining, 2), (locking, 1)):
        with Session(engine) as session:
            act(session)
            assert session.scalar(text(held)) == turns


def with_debt(session) -> tuple[int, int, int]:
    fund = Payables(session)
    member = fund.member()
    owing = fund.claim(member, 50_000)
    answer(fund, send(fund), (1, "500.00", "成功"))
    fund.correct(member, owing, 10_000)
    using = fund.claim(member, 10_000)
    asked = propose_set_off(session, owing, using, 10_000, booked_on=ON, by=fund.preparer)
    return officers(fund), asked, using


def test_a_benefit_is_set_off_or_sent(engine):
    people, asked, using = opened(engine, with_debt)
    start = Barrier(2)

    def set_off(session):
        start.wait(timeout=30)
        approve_set_off(session, asked, by=people["approved_by"])

    def pay(session):
        start.wait(timeout=30)
        prepare_batch(session, YEAR, **people, made_on=MADE_ON)

    said = at_once(engine, set_off, pay)
    assert [isinstance(x, Refusal) for x in said].count(True) == 1, said
    with Session(engine) as session:
        taken = "SELECT (SELECT count(*) FROM payment WHERE claim_id = :c)"
        taken += " + (SELECT count(*) FROM set_off WHERE claim_id = :c)"
        assert session.scalar(text(taken), {"c": using}) == 1
        assert_ties(session)
