"""Two worker processes against one, what the queue costs, and what a failed run costs.

python3 -m deploy test bench -k workers
"""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from itertools import pairwise
from statistics import median

import redis
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app import bell, boot
from app.adjudication.drain import drain
from app.claims.bills import Bills, new_run, write_bills
from app.claims.gather import MEMBERS_A_ROW, gather, promise_later
from app.db import db, transaction
from tests.bench import city, told
from tests.bench.copying import ROUNDS, connect
from tests.conftest import Cluster
from tests.workers.running import eventually, worker

CLAIMS = int(os.environ.get("HUZHU_CLAIMS") or 8 * MEMBERS_A_ROW * city.CLAIMS_A_MEMBER)
"""Of one run: eight rows of members, for two workers of five do one three and the other two."""
TASKS = 300
FAILS = MEMBERS_A_ROW * city.CLAIMS_A_MEMBER
"""Claims of which the drain fails: a batch."""
promised_s: dict[int, float] = {}
"""What it took a run to promise its claims, which is the import's work."""
DRAIN = """
import json, os, sys, time
import psycopg
from sqlalchemy import Pool, event
from app import boot, config
from app.dispatch import drain_run

class Timed(psycopg.Cursor):
    spent = 0.0
    def execute(self, query, *given, **more):
        began = time.perf_counter()
        found = super().execute(query, *given, **more)
        words = query if isinstance(query, str) else str(query)
        if "FROM job" in words:
            Timed.spent += time.perf_counter() - began
        return found

@event.listens_for(Pool, "connect")
def count(connection, _record):
    connection.cursor_factory = Timed

with boot.start(config.load(os.environ)).app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    determined = sum(done.determined for done in drain_run(int(sys.argv[1])))
    taken = time.perf_counter() - began
print(json.dumps({"determined": determined, "clock": taken, "queue": Timed.spent}))
"""


def seeded(database) -> list[int]:
    """Runs of other members each, promised as feeds that have ended are: those of the rounds, all
    alike, and a batch."""
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context():
        db.engine.dispose()
    engine, runs = create_engine(database.owner_url, poolclass=NullPool), []
    with Session(engine) as session:
        alike = 2 * ROUNDS
        whole = alike * CLAIMS + FAILS
        members = city._members(session, whole // city.CLAIMS_A_MEMBER)
        city.cover(session, members)
        bills = city._bills(members, whole)
        for at, end in pairwise((*range(0, alike * CLAIMS + 1, CLAIMS), whole)):
            run_id = new_run(session, "feed", file_sha256=None, by=None)
            claims = write_bills(session, run_id, Bills.of(bills[at:end]))
            began = time.perf_counter()
            promise_later(session, run_id, claims)
            gather(session, run_id)
            promised_s[run_id] = time.perf_counter() - began
            runs.append(run_id)
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
    return runs


def drained(database, run_id: int, processes: int) -> tuple[float, float]:
    """Seconds that so many processes take for one run together, and of these for the queue."""
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", DRAIN, str(run_id)],
            env={**os.environ, **database.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for each in started:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for each in started:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    found = [json.loads(each.communicate()[0]) for each in started]
    taken = time.perf_counter() - began
    assert sum(x["determined"] for x in found) == CLAIMS
    return taken, sum(x["queue"] for x in found)


def task_s(database, broker: str, tmp_path) -> float:
    """Seconds that a message takes through the broker and a worker, with nothing to do."""
    with redis.Redis.from_url(broker) as client:
        client.flushall()
        log = tmp_path / "worker.log"
        with worker(database.environ, log):
            url = database.settings.broker_url
            bell.ring(url, bell.DRAIN_RUN, 0)
            assert eventually(lambda: log.read_bytes().count(b"succeeded in") == 1)
            began = time.perf_counter()
            for _ in range(TASKS):
                bell.ring(url, bell.DRAIN_RUN, 0)
            looks = threading.Event()
            while log.read_bytes().count(b"succeeded in") <= TASKS:
                looks.wait(0.01)
            return (time.perf_counter() - began) / TASKS


class Fails(Exception):
    """The run fails after all is written."""


def failed_and_deleted(database, run_id: int) -> tuple[float, float]:
    """Seconds to be rid of a failed batch, and to DELETE the same rows, once they are committed."""
    tables = ("posting", "claim_move", "claim_queue", "determination")
    with boot.start(database.settings).app_context():
        began = 0.0
        with suppress(Fails), transaction() as session:
            drain(session, run_id)
            began = time.perf_counter()
            raise Fails
        failed = time.perf_counter() - began
        with transaction() as session:
            last = session.execute(text("SELECT max(grant_no) FROM determination")).scalar_one()
            assert drain(session, run_id)
        db.engine.dispose()
    with connect(database.owner_url) as connection:
        mine = "SELECT member_id, claim_id FROM determination WHERE grant_no > %s"
        connection.execute(b"CREATE TEMP TABLE mine AS " + mine.encode(), [last])
        connection.execute(b"ANALYZE mine")
        began = time.perf_counter()
        for table in tables:
            connection.execute(
                f"DELETE FROM {table} x USING mine m"
                " WHERE x.member_id = m.member_id AND x.claim_id = m.claim_id".encode()
            )
        connection.commit()
        return failed, time.perf_counter() - began


def rounds(cluster: Cluster, database, runs: list[int]) -> tuple[list[tuple[float, float]], float]:
    """Seconds of one process and of two, in pairs side by side; and of one's, those of the queue.

    The server has nothing of the one before to write when the next begins, and who comes first
    changes: what others do on the machine takes from both alike.
    """
    taken: dict[int, list[float]] = {1: [], 2: []}
    queue = []
    for number, pair in enumerate(zip(runs[::2], runs[1::2], strict=True)):
        for run_id, processes in zip(pair, (1, 2) if number % 2 == 0 else (2, 1), strict=True):
            cluster.execute("CHECKPOINT")
            clock_s, queue_s = drained(database, run_id, processes)
            taken[processes].append(clock_s)
            if processes == 1:
                queue.append(queue_s)
    return [*zip(taken[1], taken[2], strict=True)], median(queue)


def test_workers(cluster: Cluster, database, broker, tmp_path) -> None:
    told.step(f"{2 * ROUNDS * CLAIMS + FAILS:,} claims, to be drained by one and by two")
    *alike, last = seeded(database)
    pairs, queue_s = rounds(cluster, database, alike)
    ratios = [one / two for one, two in pairs]
    one_s, two_s = (median(x) for x in zip(*pairs, strict=True))
    told.tell(
        "two worker processes against one",
        median(ratios),
        "×",
        least=1.5,
        note=", ".join(f"{x:.2f}" for x in ratios),
        one_s=one_s,
        two_s=two_s,
        claims=CLAIMS,
    )
    told.step(f"{TASKS} messages, and a run that fails")
    message_s = task_s(database, broker, tmp_path)
    told.tell(
        f"queue overhead in a drain of {CLAIMS:,}",
        100 * (queue_s + message_s) / one_s,
        "%",
        most=1,
        note=f"to promise them took the import {100 * promised_s[alike[0]] / one_s:.2f} %",
        jobs_s=queue_s,
        message_s=message_s,
        drain_s=one_s,
    )
    told.rate("messages_a_second", 1 / message_s)
    failed_s, deleted_s = failed_and_deleted(database, last)
    told.tell(
        "replacing a failed run",
        failed_s / deleted_s,
        "× DELETE",
        most=0.1,
        failed_s=failed_s,
        deleted_s=deleted_s,
    )
