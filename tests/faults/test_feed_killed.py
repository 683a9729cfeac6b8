"""kill -9 at random moments of an import, a drain and a replay: nothing lost, nothing doubled.

Each is done by a process of its own that kills itself at a statement drawn at random, then done
again from the beginning, as an officer would type it. HUZHU_LONG=1 kills each ten times, of a feed
that is large.
"""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT
from tests.workers.town import Town, assert_sound, determined, one, promised, town_in

KILLS = 10 if os.environ.get("HUZHU_LONG") == "1" else 1
PEOPLE = 60
# So many are promised together, fewer a member (`app.claims.gather`).
BILLS = 2_400 if KILLS > 1 else 240
A_PART = BILLS // 12
STATEMENTS_OF_A_REPLAY = 5
"""The rules, and then four tables."""
_FACTS = """
SELECT sum(n) FROM (SELECT count(*) AS n FROM determination UNION ALL SELECT count(*) FROM posting
UNION ALL SELECT count(*) FROM event UNION ALL SELECT count(*) FROM settlement) x
"""
WORK = """
import os, signal, sys
import psycopg
from sqlalchemy import Pool, event
from app import boot
from app.adjudication.replay import replay
from app.config import load
from app.db import db, transaction
from app.dispatch import drain_run
from app.feeds.import_file import import_file

left, what, given = int(sys.argv[1]), sys.argv[2], sys.argv[3]

def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

class Counting(psycopg.Cursor):
    # A replay reads by COPY, past SQLAlchemy.
    def copy(self, *given, **more):
        count()
        return super().copy(*given, **more)

@event.listens_for(Pool, "connect")
def counting(connection, _record):
    connection.cursor_factory = Counting

with boot.start(load(os.environ)).app_context():
    event.listen(db.engine, "before_cursor_execute", count)
    if what == "import":
        with open(given, "rb") as file:
            [done] = import_file(transaction, file, name="f", by=1, at_once=%d)
        assert done.fault is None, done.fault
    elif what == "drain":
        for _ in drain_run(int(given), members=5):
            pass
    else:
        with transaction() as session:
            assert not replay(session, int(given)).differences
"""


@pytest.fixture
def town(database):
    with town_in(database, PEOPLE) as made:
        yield made


def work(database, what: str, given: object, killed_at: int) -> int:
    """The exit code of a process that does this, and kills itself at a statement (0: does not)."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORK % A_PART, str(killed_at), what, str(given)],
        env={**os.environ, **database.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


def killed(database, chance: random.Random, what: str, given: object, most: int) -> int:
    """Do it with some kills on the way; how many of them hit."""
    hits = [work(database, what, given, chance.randrange(2, most)) for _ in range(KILLS)]
    return sum(code != 0 for code in hits)


def test_killed_imports_and_drains_lose_and_double_nothing(database, town: Town, tmp_path: Path):
    chance = random.Random()  # noqa: S311 - moments to be killed at
    bills = [(n % PEOPLE, f"{100 + n}.00") for n in range(BILLS)]
    file = tmp_path / "bills.csv"
    file.write_bytes(town.file(bills))
    hits = killed(database, chance, "import", file, BILLS // A_PART * 2)
    assert work(database, "import", file, 0) == 0
    assert one("SELECT count(*) FROM claim") == BILLS
    # Not every kill hits: what was sent again when it was whole is a feed of duplicates.
    assert one("SELECT count(*) FROM feed WHERE state <> 'whole'") == 0
    first = "feed_id = (SELECT min(id) FROM feed)"
    assert one(f"SELECT sum(rows_in) FROM feed_part WHERE {first}") == BILLS
    assert one(f"SELECT sum(new) FROM feed_part WHERE {first}") == BILLS
    assert one("SELECT sum(rows_in - duplicate) FROM feed_part") == BILLS
    assert promised() == PEOPLE
    run_id = one("SELECT min(run_id) FROM feed")
    hits += killed(database, chance, "drain", run_id, PEOPLE // 5 * 2)
    assert work(database, "drain", run_id, 0) == 0
    assert (promised(), determined()) == (0, BILLS)
    before = one(_FACTS)
    replays = killed(database, chance, "replay", 2023, STATEMENTS_OF_A_REPLAY)
    assert work(database, "replay", 2023, 0) == 0
    assert one(_FACTS) == before, "a replay writes nothing"
    assert hits > 0
    assert replays > 0
    assert assert_sound() == BILLS
    print(f"{hits + replays} of {3 * KILLS} kills hit")
