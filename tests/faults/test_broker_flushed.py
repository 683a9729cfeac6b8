"""The broker is disposable: emptied and killed while work is promised, and all of it is done.

Beat rings every few seconds for whatever is due, so what a lost message named is found. The long
form (HUZHU_LONG=1) does each as often as promised.
"""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from app import bell, config
from app.embedded import broker as embedded_broker
from tests.workers.running import celery, eventually, start_worker, stopped
from tests.workers.town import assert_sound, promised, town_in

LONG = os.environ.get("HUZHU_LONG") == "1"
FLUSHES = 10 if LONG else 2
KILLS = 10 if LONG else 1
PEOPLE = 40
DONE_S = 120


class Valkey:
    """A broker of this test's own, to be killed and started again in the same place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = ExitStack()
        self.url = self.start()
        self.client = redis.Redis.from_url(self.url)

    def start(self) -> str:
        return self._running.enter_context(embedded_broker.running(self._folder))

    def kill(self) -> None:
        os.kill(int(self.client.info()["process_id"]), signal.SIGKILL)
        self._running.close()

    def close(self) -> None:
        self.client.close()
        self._running.close()


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    folder = Path(tempfile.mkdtemp(prefix="huzhu-test-", dir="/tmp"))
    made = Valkey(folder)
    yield made
    made.close()
    shutil.rmtree(folder)


def test_a_broker_flushed_and_killed_loses_nothing(database, valkey: Valkey, tmp_path):
    environ = {**database.environ, "REDIS_URL": valkey.url}
    url = config.load(environ).broker_url
    beat = ("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
    claims = lost = 0
    slowest_s = 0.0
    with (
        town_in(database, PEOPLE) as town,
        stopped(start_worker(environ, tmp_path / "worker.log")) as program,
        stopped(celery(environ, tmp_path / "beat.log", *beat)),
    ):
        for number in range(FLUSHES + KILLS):
            run_id = town.feed([(person, "2000.00") for person in range(PEOPLE)])
            claims += PEOPLE
            os.killpg(program.pid, signal.SIGSTOP)  # so that the message is there to be lost
            bell.ring(url, bell.DRAIN_RUN, 0)  # goes to who was waiting already
            bell.ring(url, bell.DRAIN_RUN, run_id)
            lost += valkey.client.llen("celery")
            valkey.client.flushall()
            os.killpg(program.pid, signal.SIGCONT)
            if number >= FLUSHES:
                valkey.kill()
                bell.ring(url, bell.DRAIN_RUN, run_id)  # nobody hears it, and that is no fault
                valkey.start()
            began = time.monotonic()
            assert eventually(lambda: not promised(), DONE_S), (tmp_path / "worker.log").read_text()
            slowest_s = max(slowest_s, time.monotonic() - began)
        assert assert_sound() == claims
    print(
        f"\n{FLUSHES} × FLUSHALL, {KILLS} × kill, {lost} messages lost; {claims} claims, each once,"
        f" after {slowest_s:.1f} s at most"
    )
    assert lost >= FLUSHES + KILLS, "a message was not lost"
