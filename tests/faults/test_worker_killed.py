"""kill -9 of workers in mid-drain, again and again: nothing lost, nothing doubled.

A kill falls at a random moment after a worker was seen inside a transaction: while it reads,
computes, copies in, or right after its commit. Most kills take the two processes that work, and
their parent replaces them; every fourth takes the parent along, and a new worker is started. It
goes on until a kill has left work behind. The long form (HUZHU_LONG=1) reaches the promised counts.
"""

import os
import random
import signal
import subprocess
import threading
from contextlib import suppress

import psycopg
import pytest
import redis

from app import bell
from tests.workers.running import eventually, start_worker, worker
from tests.workers.town import Town, assert_sound, promised, town_in

LONG = os.environ.get("HUZHU_LONG") == "1"
KILLS = 80 if LONG else 10
MOST_KILLS = 3 * KILLS
PEOPLE = 125 if LONG else 60
BILLS_EACH = 2
WITHIN_S = 120
_AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


@pytest.fixture
def town(database, broker):
    with redis.Redis.from_url(broker) as client:
        client.flushall()
    with town_in(database, PEOPLE) as made:
        yield made


def test_killed_workers_lose_and_double_nothing(database, town: Town, tmp_path):
    log, chance = tmp_path / "worker.log", random.Random(9)  # noqa: S311
    claims = at_work = unfinished = kills = 0
    program = start_worker(database.environ, log)
    with psycopg.connect(database.app_url.replace("+psycopg", ""), autocommit=True) as watch:

        def busy() -> bool:
            return bool(watch.execute(_AT_WORK).fetchone()[0])

        for number in range(MOST_KILLS):
            if number >= KILLS and unfinished:
                break
            assert eventually(lambda: b" ready." in log.read_bytes(), WITHIN_S), log.read_text()
            bills = [(person, f"{chance.randint(1, 90_000)}.37") for person in range(PEOPLE)]
            run_id = town.feed(bills * BILLS_EACH)
            claims += len(bills) * BILLS_EACH
            bell.ring(database.settings.broker_url, bell.DRAIN_RUN, run_id)
            at_work += eventually(busy, 5)
            threading.Event().wait(chance.random() * 0.1)
            whole = number % 4 == 3
            kills += 1
            kill(program, whole=whole)
            unfinished += promised() > 0
            if whole:
                log.unlink()
                program = start_worker(database.environ, log)
    kill(program, whole=True)
    with worker(database.environ, tmp_path / "last.log"):
        bell.ring(database.settings.broker_url, "find_due")
        assert eventually(lambda: not promised(), WITHIN_S)
    assert assert_sound() == claims
    print(f"\n{kills} kills, {at_work} at work, {unfinished} left work; {claims} claims, each once")
    assert at_work >= kills // 2, "hardly any kill met a worker at work"
    assert unfinished, "no kill left work behind"


def kill(program: "subprocess.Popen[bytes]", *, whole: bool) -> None:
    """Kill a worker's processes; `whole`: its parent too."""
    if whole:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        return
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [line.split() for line in listed.stdout.splitlines()]
    for pid in [int(pid) for pid, parent in pairs if int(parent) == program.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
