"""Long reads go to a streaming replica: one made by `pg_basebackup`, that follows while we work."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app import boot, config
from app.adjudication.replay import replay
from app.audit.gather import snapshot
from app.cli.frame import DONE
from app.db import db, transaction
from app.servers import REPLICA, ReplicaBehind, reads
from tests.workers.commands import Person
from tests.workers.running import eventually
from tests.workers.second_server import Second, second
from tests.workers.town import YEAR, Town, town_in

PEOPLE = 12


@pytest.fixture
def standby(cluster, database) -> Iterator[Second]:
    with town_in(database, PEOPLE) as town, second(cluster, standby=True) as made:
        fed(town, database)
        yield made


def fed(town: Town, database) -> None:
    """Written after the copy was made: what the replica has of it came by streaming."""
    town.feed([(person, f"{1_000 + person}.00") for person in range(PEOPLE)])
    assert person(database).types("drain", "--json").told["determined"] == PEOPLE


def person(database, **more: str) -> Person:
    return Person({**os.environ, **database.environ, **more}, begun=True)


def sessions(server: Second, database) -> int:
    asked = f"SELECT sessions FROM pg_stat_database WHERE datname = '{database.name}'"
    found = server.asked(asked)
    assert isinstance(found, int)
    return found


@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="a cluster that is not embedded")
def test_replay_what_if_and_bundle_read_from_a_replica(standby, database, tmp_path: Path) -> None:
    assert standby.asked("SELECT pg_is_in_recovery()") is True
    here = person(database)
    there = person(database, DATABASE_REPLICA_URL=standby.url("huzhu_app", database.name))
    what_if = ("simulate", "--years", YEAR, "--set", "benefit.inpatient.cap_fen=100000", "--anew")
    for words in (("replay", YEAR), ("replay", "--all"), what_if):
        before = sessions(standby, database)
        told = there.types(*words, "--json").told
        assert sessions(standby, database) > before, words
        other = here.types(*words, "--json").told
        assert {**told, "read_at": ""} == {**other, "read_at": ""}
    by_two(database, standby)
    before = sessions(standby, database)
    there.types("bundle", YEAR, "--out", tmp_path / "y.zip", "--unsigned")
    assert sessions(standby, database) > before
    assert here.types("verify", tmp_path / "y.zip").code == DONE
    behind(standby, database)


def by_two(database, standby: Second) -> None:
    """Some members at a time, every second of them through a connection of its own."""
    url = standby.url("huzhu_app", database.name)
    settings = config.load({**os.environ, **database.environ, "DATABASE_REPLICA_URL": url})
    with boot.start(settings).app_context():
        before = sessions(standby, database)
        with snapshot(reads()) as session:
            played = replay(session, int(YEAR), 2)
        assert (played.determinations, played.differences) == (PEOPLE, [])
        for engine in db.engines.values():
            engine.dispose()
        assert eventually(lambda: sessions(standby, database) >= before + 2)


def behind(standby: Second, database) -> None:
    """One that has stopped to follow is not asked; it is again when it has caught up."""
    standby.asked("SELECT pg_wal_replay_pause()")
    state = "SELECT pg_get_wal_replay_pause_state()"
    assert eventually(lambda: standby.asked(state) == "paused")
    environ = {**database.environ, "DATABASE_REPLICA_URL": standby.url("huzhu_app", database.name)}
    with boot.start(config.load(environ)).app_context():
        with transaction() as session:
            session.execute(text("SELECT pg_logical_emit_message(true, 'bell', 'rings')"))
        with pytest.raises(ReplicaBehind):
            reads(patience_s=0)
        standby.asked("SELECT pg_wal_replay_resume()")
        assert reads() is db.engines[REPLICA]
        for engine in db.engines.values():
            engine.dispose()


def test_a_year_is_named_or_all_are(database) -> None:
    for words in (("replay",), ("replay", YEAR, "--all")):
        assert person(database).types(*words, "--json", expect=2).told["error"] == "YearOrAll"
