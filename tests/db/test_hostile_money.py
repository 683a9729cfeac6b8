"""One person, or two at once, try to have money counted twice or to decide alone."""

from datetime import date
from threading import Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.banking.import_statement import import_statement
from app.banking.resolve import LineOtherWay, resolve_to_batch
from app.claims.confirm import OwnClaim
from app.errors import Refusal
from app.recoveries.confirm_line import FromOthers, confirm_line, propose_line
from app.recoveries.liable import receive_recovery
from tests.db.office import keys
from tests.db.owing import recover
from tests.db.payables import Payables, sent_claim
from tests.db.statements import account, plain
from tests.db.suspense import in_suspense
from tests.db.test_receivables import paid_claim
from tests.db.test_rights import refused

DAY = date(2024, 3, 6)


@pytest.fixture
def sent(database):
    """A batch at the bank and a line of a part of it, committed."""
    with Session(database.engine) as session, session.begin():
        keys()
        fund = Payables(session)
        _, _, batch = sent_claim(fund)
        account(SimpleNamespace(session=session, by=fund.preparer))
        lines = plain([(DAY, "-60.00", "代发", "")], "500.00")
        import_statement(session, lines, account="main", by=fund.preparer)
        line = session.scalars(text("SELECT id FROM statement_line")).one()
        return SimpleNamespace(by=fund.preparer, batch=batch, line=line)


WAITS = text(
    "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted"
)


def until_it_waits(session, beside):
    """Until the other waits for this one's turn, or has gone on without it."""
    while beside.is_alive() and not session.scalar(WAITS):
        pass


def test_a_batch_is_not_explained_by_hand_and_by_a_statement_at_once(database, sent):
    """The statement that comes meanwhile brings another line of that batch, by its number."""
    more = plain([(DAY, "-100.00", "代发", sent.batch.number)], "440.00", first=2)
    ended = []

    def take():
        try:
            with Session(database.engine) as session, session.begin():
                import_statement(session, more, account="main", by=sent.by)
        except Refusal as refused:
            ended.append(refused)

    with Session(database.engine) as session, session.begin():
        resolve_to_batch(session, sent.line, batch_id=sent.batch.id, by=sent.by)
        beside = Thread(target=take)
        beside.start()
        until_it_waits(session, beside)
    beside.join()
    with Session(database.engine) as session:
        left = text(
            "SELECT sum(amount_fen) FROM statement_line l WHERE batch_id = :batch OR id IN"
            " (SELECT line_id FROM line_resolution WHERE batch_id = :batch)"
        )
        assert session.scalar(left, {"batch": sent.batch.id}) == -6_000


def test_a_batch_that_a_statement_explained_is_not_explained_by_hand(database, sent):
    more = plain([(DAY, "-100.00", "代发", sent.batch.number)], "440.00", first=2)
    ended = []

    def say():
        try:
            with Session(database.engine) as session, session.begin():
                resolve_to_batch(session, sent.line, batch_id=sent.batch.id, by=sent.by)
        except Refusal as refused:
            ended.append(refused)

    with Session(database.engine) as session, session.begin():
        import_statement(session, more, account="main", by=sent.by)
        beside = Thread(target=say)
        beside.start()
        until_it_waits(session, beside)
    beside.join()
    assert [type(x) for x in ended] == [LineOtherWay]


OWN = (
    "INSERT INTO repayment (id, member_id, claim_id, grant_no, amount_fen, benefit_year,"
    " received_on, reference, suspense_year, recorded_by) SELECT nextval('payment_number'),"
    " member_id, claim_id, grant_no, 1000, 2024, '2024-04-02', 'R-1', :suspense, :by"
    " FROM determination WHERE claim_id = :claim ORDER BY seq DESC LIMIT 1 RETURNING id"
)
SAID = (
    "INSERT INTO line_resolution (line_id, seq, act, on_day, repayment_id, proposed_by,"
    " resolved_by) VALUES (:line, 1, 'repayment', '2024-04-02', :repayment, :one, :other)"
)


def test_by_sql_nobody_says_that_the_own_debt_is_paid_back(session):
    keys()
    fund = Payables(session)
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    line = in_suspense(session, fund.third, date(2024, 4, 2), 1_000)
    session.get_one(Account, fund.preparer).member_id = member
    session.flush()
    own = {"claim": claim, "by": fund.preparer, "suspense": None}
    assert refused(session, OWN, "23514", **own) == "repaid_by_another"
    number = session.scalar(text(OWN), own | {"by": fund.approver, "suspense": 2024})
    said = {"line": line, "repayment": number, "one": fund.preparer, "other": fund.approver}
    assert refused(session, SAID, "23514", **said) == "repaid_by_another"
    session.execute(text(SAID), said | {"one": fund.third})


def test_nobody_says_that_money_for_the_own_claim_has_come(session):
    """What others who are liable owe, as what the member owes; nor proposes a line for it."""
    keys()
    fund = Payables(session)
    member, claim = paid_claim(fund, 10_000)
    recovery = recover(fund, claim, 5_000)
    line = in_suspense(session, fund.preparer, DAY, 1_000)
    session.get_one(Account, fund.third).member_id = member
    session.flush()
    came = {"received_on": DAY, "reference": "R-1"}
    with pytest.raises(OwnClaim):
        receive_recovery(session, recovery, 1_000, **came, by=fund.third)
    with pytest.raises(OwnClaim):
        propose_line(session, line, FromOthers(recovery), by=fund.third)
    propose_line(session, line, FromOthers(recovery), by=fund.preparer)
    with pytest.raises(OwnClaim):
        confirm_line(session, line, by=fund.third)
    confirm_line(session, line, by=fund.approver)
