"""A batch of 50,000 payments out and its return in, against a bare COPY of the rows they write.

    python3 -m deploy test bench -k payments

The goal for each is five times the COPY of its payments or outcomes, moves and postings into new
tables of the same columns and keys, without checks. Opening 50,000 accounts and writing the file
are in it. All are medians of some rounds, each on a copy of one and the same database.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import boot
from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import db, transaction
from app.dispatch import drain_run
from app.money import yuan
from app.payments.batch import prepare_batch
from app.payments.returns import take_return
from app.roster.members import set_accounts, set_names
from tests.bench.city import YEAR, settled
from tests.bench.copying import ROUNDS, connect, copied_out
from tests.bench.processor import Taken, backend, measured, middle
from tests.conftest import copy_of
from tests.factories import make_account, make_name, return_file

PAYMENTS = 50_000
MADE_ON = date(YEAR, 12, 1)
LIMIT = 5
OUT = {
    "payment": "SELECT * FROM payment",
    "claim_move": "SELECT * FROM claim_move WHERE act = 'send'",
    "posting": "SELECT l.* FROM posting l JOIN entry e ON e.id = l.entry_id"
    " WHERE e.memo = 'payments.exported'",
}
BACK = {
    "payment_outcome": "SELECT * FROM payment_outcome",
    "claim_move": "SELECT * FROM claim_move WHERE act IN ('pay', 'bounce')",
    "posting": "SELECT l.* FROM posting l JOIN entry e ON e.id = l.entry_id"
    " WHERE e.memo IN ('payments paid', 'payments failed')",
}


def test_batch_out_and_return_in(database, cluster, broker, tmp_path) -> None:
    people = furnished(database)
    rounds = []
    for _ in range(ROUNDS):
        with copy_of(cluster, database.name, broker, tmp_path) as one:
            rounds.append(out_and_back(one, people, lambda: cluster.execute("CHECKPOINT")))
    outs, out_bares, backs, back_bares = map(middle, zip(*rounds, strict=True))
    for what, taken, bare in (("out", outs, out_bares), ("return in", backs, back_bares)):
        by_clock = taken.clock_s / bare.clock_s
        by_processor = taken.processor_s / bare.processor_s
        print(f"\n{PAYMENTS} payments {what}: {taken}; bare COPY {bare}")
        print(f"  {by_clock:.1f} x by the clock, {by_processor:.1f} x by the processor")
    print(f"  the goal for each is {LIMIT} x COPY")


def out_and_back(
    database, people: list[int], settle: Callable[[], None]
) -> tuple[Taken, Taken, Taken, Taken]:
    """The batch and the bare COPY of what it wrote, and the same of its answer.

    `settle`: what was done before is written to the disk.
    """
    settle()
    with boot.start(database.settings).app_context():
        out, batch = timed(lambda session: sent(session, people))
        answer = return_file(batch.number, answers())
        back, told = timed(lambda session: take_return(session, answer, by=people[0]))
        db.engine.dispose()
    assert (batch.lines, told.lines, told.failed) == (PAYMENTS, PAYMENTS, PAYMENTS // 100)
    settle()
    with connect(database.owner_url) as connection:
        return out, copied(connection, OUT), back, copied(connection, BACK)


def furnished(database) -> list[int]:
    """Everything determined, everybody named and with an account; three officers."""
    run_id = settled(database, PAYMENTS)
    with connect(database.owner_url) as connection:
        connection.execute("ANALYZE")
        connection.commit()
    with boot.start(database.settings).app_context():
        for _ in drain_run(run_id):
            pass
        people = officers()
        db.engine.dispose()
    return people


def officers() -> list[int]:
    with transaction() as session:
        members = list(session.scalars(text("SELECT id FROM member ORDER BY id")))
        set_names(session, {m: make_name(m) for m in members}, {}, by=None)
        set_accounts(session, {m: make_account(m) for m in members}, {}, by=None)
        return [
            add_account(session, f"bench{n}", "经办", Role.OFFICER, "a good long password", by=None)
            for n in range(3)
        ]


def sent(session: Session, people: list[int]):
    one, other, third = people
    return prepare_batch(
        session, YEAR, prepared_by=one, approved_by=other, third_by=third, made_on=MADE_ON
    )


def answers() -> list[tuple[object, ...]]:
    """One of a hundred fails."""
    with transaction() as session:
        rows = session.execute(text("SELECT line, amount_fen FROM payment ORDER BY line")).all()
    day = MADE_ON.isoformat()
    return [
        (line, yuan(fen), "成功" if line % 100 else "失败", day, "" if line % 100 else "账户已销户")
        for line, fen in rows
    ]


Made = TypeVar("Made")


def timed(work: Callable[[Session], Made]) -> tuple[Taken, Made]:
    """What one transaction takes, the commit with it."""
    with transaction() as session, measured(backend(session)) as taken:
        made = work(session)
        session.commit()
    return taken, made


def copied(connection, wanted: Mapping[str, str]) -> Taken:
    rows = {table: copied_out(connection, query) for table, query in wanted.items()}

    def once() -> Taken:
        with measured(connection.info.backend_pid) as taken:
            for table, data in rows.items():
                statement = f"COPY bare_{table} FROM STDIN".encode()
                with connection.cursor() as cur, cur.copy(statement) as copy:
                    copy.write(data)
            connection.commit()
        return taken

    def emptied() -> None:
        for table in rows:
            connection.execute(f"DROP TABLE IF EXISTS bare_{table}".encode())
            connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)".encode())
        connection.commit()

    rounds = []
    for _ in range(ROUNDS):
        emptied()
        rounds.append(once())
    return middle(rounds)
