"""Workers as real processes: what is imported is determined without anybody asking."""

import json
import os
from base64 import b64decode

import pytest
import redis

from app import bell
from tests import forks
from tests.clear import in_the_clear, queued
from tests.factories import make_id, make_name
from tests.workers.running import celery, eventually, stopped, worker
from tests.workers.town import (
    DIAGNOSIS,
    Town,
    assert_sound,
    determined,
    one,
    promised,
    town_in,
)


@pytest.fixture
def town(database):
    with town_in(database, people=8) as made:
        yield made


@pytest.fixture
def queue(broker):
    """The broker, with nothing in it."""
    client = redis.Redis.from_url(broker)
    client.flushall()
    yield client
    client.flushall()
    client.close()


def huzhu(database, *words: str) -> dict[str, object]:
    done = forks.run(*words, "--json", env={**os.environ, **database.environ})
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_an_imported_file_is_determined_though_nobody_drains(database, town, queue, tmp_path):
    feed = tmp_path / "feed.csv"
    feed.write_bytes(town.file([(person, "20000.00") for person in range(8)] * 5))
    with worker(database.environ, tmp_path / "worker.log"):
        told = huzhu(database, "settlements", "import", str(feed))
        assert told["promised"] == 40
        assert eventually(lambda: determined() == 40)
        assert eventually(lambda: promised() == 0)
    assert assert_sound() == 40
    assert one("SELECT sum(payable_fen) FROM determination") == 40 * 1_000_000


def test_what_nobody_rang_for_is_found_by_the_schedule(database, town, queue, tmp_path):
    town.feed([(person, "3000.00") for person in range(8)])
    beat = ("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
    with (
        worker(database.environ, tmp_path / "worker.log"),
        stopped(celery(database.environ, tmp_path / "beat.log", *beat)),
    ):
        assert eventually(lambda: determined() == 8)
    assert assert_sound() == 8


def seals() -> int:
    from sqlalchemy import text

    from app.db import transaction

    with transaction() as session:
        return session.scalar(text("SELECT count(*) FROM seal"))


def test_a_job_that_no_row_was_written_for_is_promised_by_the_sweep(
    database, town, queue, tmp_path
):
    town.feed([(person, "3000.00") for person in range(8)])
    from sqlalchemy import text

    from app.db import transaction

    with transaction() as session:
        session.execute(text("DELETE FROM job"))
    with worker(database.environ, tmp_path / "worker.log"):
        for task in ("sweep", "find_due", "seal"):
            bell.ring(database.settings.broker_url, task)
        assert eventually(lambda: promised() > 0 or determined() == 8)
        assert eventually(lambda: seals() == 1), "once a day, asked or not"
        bell.ring(database.settings.broker_url, "find_due")
        assert eventually(lambda: determined() == 8)
    assert assert_sound() == 8


def test_work_rung_for_while_no_worker_was_up_is_done_when_one_is(database, town, queue, tmp_path):
    run_id = town.feed([(0, "3000.00")])
    for _ in range(3):  # twice equals once
        bell.ring(database.settings.broker_url, bell.DRAIN_RUN, run_id)
    with worker(database.environ, tmp_path / "worker.log"):
        assert eventually(lambda: determined() == 1)
        assert eventually(lambda: queue.llen("celery") == 0)
    assert assert_sound() == 1


def test_a_message_is_a_name_and_numbers(database, town: Town, queue, tmp_path):
    feed = tmp_path / "feed.csv"
    feed.write_bytes(town.file([(3, "3000.00")]))
    run_id = huzhu(database, "settlements", "import", str(feed))["run"]
    bell.ring(database.settings.broker_url, bell.LOOK_AGAIN)
    messages = [json.loads(raw) for raw in queue.lrange("celery", 0, -1)]
    said = {(x["headers"]["task"], *json.loads(b64decode(x["body"]))[0]) for x in messages}
    assert said == {("drain_run", run_id), ("look_again",)}
    for message in messages:
        assert message["content-type"] == "application/json"
        assert json.loads(b64decode(message["body"]))[1] == {}
    everything = queued(queue)
    assert in_the_clear(everything, ("drain_run", f"[[{run_id}], {{}}")) == [
        *("drain_run", f"[[{run_id}], {{}}"),
    ]
    assert not in_the_clear(everything, (make_id(3), make_name(3), DIAGNOSIS, "S00000001"))


def test_a_broker_that_is_down_is_no_fault_of_the_import(database, town, tmp_path):
    feed = tmp_path / "feed.csv"
    feed.write_bytes(town.file([(1, "3000.00")]))
    nobody = {**database.environ, "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}
    done = forks.run("settlements", "import", str(feed), "--json", env={**os.environ, **nobody})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["promised"] == 1
    assert promised() == 1
