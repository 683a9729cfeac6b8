"""A roster that was sent is read, and when it was confirmed enrolled, by workers that are rung."""

import json
import os
from base64 import b64decode
from datetime import date

import pytest
import redis
from sqlalchemy import text

from app import bell
from app.contributions.receive import receive
from app.db import transaction
from app.enrolment.upload import Wish, confirm_upload, take_upload
from app.jobs import CHECK_ROSTER, ENROL_ROSTER
from tests.clear import in_the_clear, queued
from tests.factories import make_account, make_id, make_name, roster_xlsx
from tests.workers.running import celery, eventually, stopped, worker
from tests.workers.town import Town, one, town_in

NEXT_YEAR = 2024
FIRST = date(NEXT_YEAR, 1, 1)
PEOPLE = 3


@pytest.fixture
def town(database):
    with town_in(database, people=PEOPLE) as made:
        yield made


@pytest.fixture
def queue(broker):
    client = redis.Redis.from_url(broker)
    client.flushall()
    yield client
    client.flushall()
    client.close()


def send(town: Town, seeds: range, key: str = "form") -> int:
    rows = [[make_name(seed), make_id(seed), make_account(seed)] for seed in seeds]
    unit_id = one("SELECT min(id) FROM unit")
    with transaction() as session:
        wish = Wish(unit_id, NEXT_YEAR, FIRST, FIRST, key, "zh")
        return take_upload(session, wish, roster_xlsx(rows), name="花名册.xlsx", by=town.by)


def stands(upload_id: int) -> str:
    with transaction() as session:
        found = text("SELECT state FROM roster_upload WHERE id = :id")
        return str(session.execute(found, {"id": upload_id}).scalar_one())


def test_a_roster_becomes_covers(database, town, queue, tmp_path):
    broker = database.settings.broker_url
    upload_id = send(town, range(40))
    with worker(database.environ, tmp_path / "worker.log"):
        bell.ring(broker, CHECK_ROSTER, upload_id)
        assert eventually(lambda: stands(upload_id) == "checked")
        with transaction() as session:
            confirm_upload(session, upload_id, by=town.by)
        for _ in range(3):  # twice equals once
            bell.ring(broker, ENROL_ROSTER, upload_id)
        assert eventually(lambda: stands(upload_id) == "enrolled")
        assert eventually(lambda: queue.llen("celery") == 0)
        roster_id = one("SELECT roster_id FROM roster_upload WHERE id = :id", id=upload_id)
        with transaction() as session:
            receive(
                session,
                unit_id=one("SELECT min(id) FROM unit"),
                year=NEXT_YEAR,
                amount_fen=40 * 5000,
                received_on=date(2023, 12, 20),
                reference="流水 2024",
                by=town.by,
            )
    assert one("SELECT count(*) FROM roster WHERE benefit_year = :year", year=NEXT_YEAR) == 1
    assert one("SELECT count(*) FROM cover WHERE roster_id = :id", id=roster_id) == 40


@pytest.mark.skipif(os.environ.get("HUZHU_LONG") != "1", reason="test_worker waits for the same")
def test_what_nobody_rang_for_is_read_by_the_schedule(database, town, queue, tmp_path):
    upload_id = send(town, range(5))
    beat = ("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
    with (
        worker(database.environ, tmp_path / "worker.log"),
        stopped(celery(database.environ, tmp_path / "beat.log", *beat)),
    ):
        assert eventually(lambda: stands(upload_id) == "checked")


def test_a_message_about_a_roster_is_a_name_and_a_number(database, town, queue):
    upload_id = send(town, range(2))
    bell.ring(database.settings.broker_url, CHECK_ROSTER, upload_id)
    (raw,) = queue.lrange("celery", 0, -1)
    message = json.loads(raw)
    assert message["headers"]["task"] == CHECK_ROSTER
    assert json.loads(b64decode(message["body"]))[:2] == [[upload_id], {}]
    assert not in_the_clear(queued(queue), (make_id(1), make_name(1), "花名册"))


def test_several_workers_do_a_roster_once(database, town, queue, tmp_path):
    """Rung for many times at once, every roster is read and enrolled by one of them."""
    broker = database.settings.broker_url
    sent = [send(town, range(10 * n, 10 * n + 10), key=str(n)) for n in range(4)]
    with worker(database.environ, tmp_path / "worker.log"):
        for upload_id in sent * 4:
            bell.ring(broker, CHECK_ROSTER, upload_id)
        assert eventually(lambda: all(stands(each) == "checked" for each in sent))
        for upload_id in sent:
            with transaction() as session:
                confirm_upload(session, upload_id, by=town.by)
        for upload_id in sent * 4:
            bell.ring(broker, ENROL_ROSTER, upload_id)
        assert eventually(lambda: all(stands(each) == "enrolled" for each in sent))
    assert one("SELECT count(*) FROM roster WHERE benefit_year = :year", year=NEXT_YEAR) == 4
    assert one("SELECT count(*) FROM job WHERE kind <> 'look_again'") == 0
