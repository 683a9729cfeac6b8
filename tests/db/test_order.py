"""Orders of bundles: made once, checked by the verifier as it stands, and failing in words."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import boot
from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import NothingInYear, make_bundle
from app.audit.models import BundleOrder
from app.audit.order import BUNDLES, make_order, order_bundle
from app.audit.second import VerifierFailed, verdict
from app.cli import main
from app.db import db, transaction
from app.evidence.models import Event
from app.files.keep import kept, read
from app.files.models import StoredFile
from app.jobs import MAKE_BUNDLE, Job
from tests.conftest import Cluster, Database, copy_of
from tests.db.fund_year import keys

YEAR = 2021


@pytest.fixture
def database(
    cluster: Cluster, lived_database: Database, broker: str, tmp_path: Path
) -> Iterator[Database]:
    """A fund with its years, of a test's own."""
    with copy_of(cluster, lived_database.name, broker, tmp_path) as made:
        yield made


@pytest.fixture
def by(database: Database) -> Iterator[int]:
    """This process as the doors are; an account."""
    with boot.start(database.settings).app_context():
        keys()
        yield db.session.execute(text("SELECT min(id) FROM account")).scalar_one()
        db.session.remove()
        db.engine.dispose()


def test_an_order_is_made_once(by: int, tmp_path: Path) -> None:
    with transaction() as session:
        order_id = order_bundle(session, YEAR, by=by)
        assert order_bundle(session, YEAR, by=by) == order_id
    for _ in range(2):  # twice equals once
        with transaction() as session:
            make_order(session, order_id)
    with transaction() as session:
        order = session.get_one(BundleOrder, order_id)
        assert order.state == "ready"
        [file] = session.scalars(select(StoredFile.id))
        assert file == order.file_id
        found = kept(session, file)
        assert found
        whole = b"".join(read(session, found))
        assert (found.sha256, found.size) == (order.sha256, order.size)
        acts = session.scalars(select(Event.act).where(Event.act.like("bundle.%"))).all()
        assert acts == ["bundle.made", "bundle.verified"]
        assert session.scalars(select(Job.subject_id).where(Job.kind == MAKE_BUNDLE)).all() == [
            order_id
        ]
        again = make_bundle(session, YEAR, tmp_path / "again.zip", reports=True)
    assert (tmp_path / "again.zip").read_bytes() == whole
    assert again.sha256 == order.sha256


def test_what_was_said_of_it_is_what_the_verifier_says(by: int, tmp_path: Path) -> None:
    out = tmp_path / "2021.zip"
    seen: list[tuple[int, int]] = []
    with transaction() as session:
        make_bundle(session, YEAR, out)
    found = verdict(out, lambda done, of: seen.append((done, of)))
    assert found["ok"] is True
    for lang in ("zh", "en"):
        assert found["says"][lang] == verify.report(verify.examine(str(out)), lang)
    assert json.loads(json.dumps(found)) == found
    steps = len(verify.TABLES) + 1
    assert seen == [(done, steps) for done in range(steps + 1)]


def test_a_bundle_that_was_touched_is_told_of_in_both_languages(by: int, tmp_path: Path) -> None:
    out = tmp_path / "2021.zip"
    with transaction() as session:
        make_bundle(session, YEAR, out)
    flipped = bytearray(out.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    out.write_bytes(flipped)
    found = verdict(out, lambda done, of: None)
    assert found["ok"] is False
    for lang in ("zh", "en"):
        assert found["says"][lang] == verify.report(verify.examine(str(out)), lang)
    assert "第一条有问题的记录" in found["says"]["zh"]
    assert "First bad record" in found["says"]["en"]


def test_a_verifier_without_an_answer_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(VerifierFailed):
        verdict(tmp_path / "missing.zip", lambda done, of: None)


def test_the_verifier_says_how_far_it_is_when_it_is_asked(by: int, tmp_path: Path) -> None:
    out = tmp_path / "2021.zip"
    with transaction() as session:
        make_bundle(session, YEAR, out)
    for more, lines in (([], 0), (["--progress"], len(verify.TABLES) + 2)):
        done = subprocess.run(
            [sys.executable, "-I", "-S", verify.__file__, str(out), *more],
            capture_output=True,
            text=True,
            check=True,
        )
        assert len(done.stderr.splitlines()) == lines


def test_nothing_in_the_year_is_no_order(session: Session) -> None:
    with pytest.raises(NothingInYear):
        order_bundle(session, YEAR, by=1)
    assert session.scalars(select(BundleOrder)).all() == []


def test_an_order_whose_tries_ran_out_says_why_and_leaves_room_for_another(by: int) -> None:
    with transaction() as session:
        first = order_bundle(session, YEAR, by=by)
        session.execute(text("UPDATE job SET trouble = 'OSError'"))
        BUNDLES.give_up(session, first)
    with transaction() as session:
        order = session.get_one(BundleOrder, first)
        assert (order.state, order.trouble, order.file_id) == ("failed", "OSError", None)
        assert order_bundle(session, YEAR, by=by) != first


def test_the_database_too_knows_that_one_goes_at_a_time(by: int) -> None:
    with transaction() as session:
        order_bundle(session, YEAR, by=by)
    another = BundleOrder(benefit_year=YEAR, last_year=YEAR, state="verifying", asked_by=by)
    with pytest.raises(Exception, match="bundle_order_one_going_key"), transaction() as session:
        session.add(another)


def test_an_auditor_may_make_one_by_the_command(
    database: Database, by: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)
    out = tmp_path / "2021.zip"
    with transaction() as session:
        add_account(session, "auditor", "审计", Role.AUDITOR, "a good long password", by=by)
    assert main(["bundle", str(YEAR), "--out", str(out), "--by", "auditor"]) == 0
    assert verify.examine(str(out))["ok"]
    with transaction() as session:
        event = session.scalars(select(Event).where(Event.act == "bundle.made")).one()
        role = text("SELECT role FROM account WHERE id = :id")
        assert session.execute(role, {"id": event.by}).scalar_one() == "auditor"
    # What writes into the fund stays the officers'.
    told = main(["unit", "add", "--uscc", "91410500000000000X", "--name", "x", "--by", "auditor"])
    assert told == 2
