"""A bundle is ordered, made by a real worker, fetched and checked; a worker killed at it costs time
and nothing else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import text

from app import bell
from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit.models import BundleOrder
from app.audit.order import order_bundle
from app.audit.verify import TABLES
from app.config import ROOT
from app.db import db, transaction
from app.dispatch import drain_all
from app.jobs import MAKE_BUNDLE
from app.web import create_app
from tests.web.browser import Browser
from tests.web.fund import PASSWORD
from tests.workers.running import eventually, start_worker, stopped, worker
from tests.workers.town import YEAR, one, town_in


@pytest.fixture
def town(database, broker):
    with redis.Redis.from_url(broker) as client:
        client.flushall()
    with town_in(database, people=8) as made:
        made.feed([(person, "20000.00") for person in range(8)] * 2)
        drain_all()
        with transaction() as session:
            add_account(session, "auditor1", "审计", Role.AUDITOR, PASSWORD, by=made.by)
        yield made


@pytest.fixture
def environ(database, tmp_path):
    """Workers put what they work on below the test's own folder."""
    work = tmp_path / "work"
    work.mkdir()
    return {**database.environ, "TMPDIR": str(work)}


@pytest.fixture
def auditor(database, town):
    web = create_app(database.settings)
    yield Browser(web).sign_in("auditor1")
    with web.app_context():
        db.engine.dispose()


def state_of(order_id: int) -> tuple[str, int]:
    with transaction() as session:
        row = session.execute(
            text("SELECT state, done FROM bundle_order WHERE id = :id"), {"id": order_id}
        ).one()
    return row.state, row.done


def ready(order_id: int) -> bool:
    return state_of(order_id)[0] == "ready"


def left_in(environ: dict[str, str]) -> list[Path]:
    """Folders of bundles that are being made, or that nobody cleared."""
    return list(Path(environ["TMPDIR"]).glob("huzhu-bundle.*"))


def verified(file: Path) -> "subprocess.CompletedProcess[str]":
    """As an auditor: nothing of ours but the verifier."""
    return subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "app/audit/verify.py", file, "--lang", "en"],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_order_becomes_a_bundle_that_can_be_fetched_and_holds(auditor, environ, tmp_path):
    with worker(environ, tmp_path / "worker.log"):
        path = auditor.post(f"/audit/{YEAR}/bundles").location
        # No schedule runs here: it is made because the page rang.
        assert eventually(lambda: ready(int(path.rsplit("/", 1)[1])))
    page = auditor.read(path)
    file = tmp_path / "fetched.zip"
    whole = auditor.get(f"{path}/file")
    start = auditor.get(f"{path}/file", headers={"Range": "bytes=0-4999"})
    rest = auditor.get(f"{path}/file", headers={"Range": "bytes=5000-"})
    assert (start.status_code, rest.status_code) == (206, 206)
    assert start.data + rest.data == whole.data
    file.write_bytes(whole.data)
    done = verified(file)
    assert done.returncode == 0, done.stdout
    assert "16 determinations" in done.stdout
    assert whole.headers["ETag"].strip('"') in page
    assert one("SELECT count(*) FROM job") == 0
    assert left_in(environ) == []


def test_a_worker_killed_in_the_middle_leaves_an_order_that_is_made_after(
    database, town, environ, tmp_path
):
    with transaction() as session:
        order_id = order_bundle(session, YEAR, by=town.by)
    owner = database.owner_url.replace("+psycopg", "")
    log = tmp_path / "worker.log"
    program = start_worker(environ, log)
    with psycopg.connect(owner) as holds, stopped(program):
        # The log's table cannot be read: the worker stands still before the last few.
        holds.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
        bell.ring(database.settings.broker_url, MAKE_BUNDLE, order_id)
        before = list(TABLES).index("event")
        assert eventually(lambda: state_of(order_id)[1] > 0), log.read_text()
        assert eventually(lambda: waits_for_the_log(owner))
        state, done = state_of(order_id)
        assert state == "making"
        assert 0 < done <= before
        os.killpg(program.pid, signal.SIGKILL)
        holds.rollback()
    assert state_of(order_id)[0] == "making"
    assert one("SELECT count(*) FROM stored_file") == 0
    assert one("SELECT count(*) FROM event WHERE act LIKE 'bundle.%'") == 0
    assert one("SELECT count(*) FROM job WHERE kind = :kind", kind=MAKE_BUNDLE) == 1
    assert len(left_in(environ)) == 1, "it was not killed at work"
    with worker(environ, tmp_path / "second.log"):
        bell.ring(database.settings.broker_url, "find_due")
        assert eventually(lambda: ready(order_id)), (tmp_path / "second.log").read_text()
        assert eventually(lambda: one("SELECT count(*) FROM job") == 0)
    assert one("SELECT count(*) FROM stored_file") == 1
    assert one("SELECT count(*) FROM event WHERE act = 'bundle.made'") == 1
    assert left_in(environ) == [], "what the first left behind is still there"
    with transaction() as session:
        assert session.get_one(BundleOrder, order_id).verdict["ok"] is True


def waits_for_the_log(owner: str) -> bool:
    with psycopg.connect(owner) as watch:
        waiting = watch.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'event'::regclass"
        ).fetchone()
    return bool(waiting[0])
