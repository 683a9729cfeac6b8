"""kill -9 in the middle of an approval: nothing of it is there, and it can be done again, once.

A process does what an officer's click does, by the same calls, and kills itself at a statement on
its way, or when all is written and nothing committed. Then it is done in earnest, and a third time.
"""

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.propose_refund import propose_refund
from app.contributions.reference import notice_reference
from app.payments.order import prepare_order
from app.secrets import Keys, set_keys
from tests import forks
from tests.conftest import Database
from tests.db.money_year import PAYEE, Teller
from tests.db.office import Office, assert_sound
from tests.db.payables import MADE_ON, YEAR, Payables

DAY, ON = date(2023, 12, 20), "date(2024, 1, 5)"
LAST = 10_000
"""No approval takes so many statements: the kill falls before the commit."""
ACTS = """
import os, signal, sys
from datetime import date
from sqlalchemy import event
from app import boot
from app.config import load
from app.db import db, transaction
from app.banking.refund import approve_refunds
from app.banking.resolve import resolve_to_unit
from app.payments.order import approve_order
from app.errors import Refusal

left = int(sys.argv[1])

def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

with boot.start(load(os.environ)).app_context():
    if left:
        event.listen(db.engine, "before_cursor_execute", count)
    try:
        with transaction() as session:
            {act}
            if left:
                os.kill(os.getpid(), signal.SIGKILL)
    except Refusal as refused:
        sys.exit(refused.name)
"""


@dataclass(frozen=True)
class Waiting:
    """What waits for an officer's word, as that word is called."""

    act: str
    sound: Callable[[Session], None]


def an_order(session: Session, keys: Keys) -> Waiting:
    set_keys(keys)
    fund = Payables(session)
    for fen in (10_000, 5_000):
        fund.claim(fund.member(), fen)
    made = prepare_order(session, YEAR, by=fund.preparer, made_on=MADE_ON)
    act = f"approve_order(session, {made.id}, by={fund.approver}, sha256={made.sha256!r})"
    return Waiting(act, lambda session: None)


def money(session: Session, keys: Keys) -> tuple[Teller, int]:
    office = Office(session)
    set_keys(keys)
    teller = Teller(office)
    unit = teller.office.unit(1).id
    teller.office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    lines = ((DAY, "160.00", "别名", notice_reference(unit, 2024)), (DAY, "33.00", "路人", ""))
    teller.take(*lines)
    return teller, unit


def a_refund(session: Session, keys: Keys) -> Waiting:
    teller, unit = money(session, keys)
    whose = {"unit_id": unit, "year": 2024, "amount_fen": 4_000, "payee": PAYEE}
    made = propose_refund(session, "over", **whose, by=teller.office.by)
    act = f"approve_refunds(session, [{made}], by={teller.second()}, on={ON})"
    return Waiting(act, assert_sound)


def a_line(session: Session, keys: Keys) -> Waiting:
    teller, unit = money(session, keys)
    office = teller.office
    office.enrol([5], date(2024, 2, 1), confirmed_on=date(2023, 11, 1))
    how = f"unit_id={unit}, year=2024, by={office.by}, on={ON}"
    return Waiting(f"resolve_to_unit(session, {teller.line(2)}, {how})", assert_sound)


def rows(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = connection.scalars(text(named)).all()
        counted = " UNION ALL ".join(f"SELECT '{x}', count(*) FROM \"{x}\"" for x in names)
        return dict(map(tuple, connection.execute(text(counted))))


def do(database: Database, act: str, kill_at: int) -> "subprocess.CompletedProcess[str]":
    program = ACTS.replace("{act}", act)
    environ = {**os.environ, **database.environ}
    return forks.run(str(kill_at), program=program, env=environ)


@pytest.mark.parametrize("waits", [an_order, a_refund, a_line])
def test_a_kill_leaves_nothing_half_done(
    database: Database, waits: Callable[[Session, Keys], Waiting]
) -> None:
    settings = database.settings
    keys = Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key)
    with Session(database.engine) as session:
        waiting = waits(session, keys)
        session.commit()
    before = rows(database)
    for kill_at in (3, LAST):
        done = do(database, waiting.act, kill_at)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert rows(database) == before, kill_at
    done = do(database, waiting.act, 0)
    assert done.returncode == 0, done.stderr
    once = rows(database)
    assert once != before
    again = do(database, waiting.act, 0)
    assert again.returncode == 1, "said twice, it is refused"
    assert again.stderr.strip() in {"OrderNotOpen", "RefundStepWrong", "LineResolved"}
    assert rows(database) == once
    with Session(database.engine) as session:
        waiting.sound(session)
        session.rollback()
