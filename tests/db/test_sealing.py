"""Sealing beside work that is under way, and work that comes too late for its time."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.accounts.prepares import ActNotOfRole
from app.audit.checkpoint import (
    KeyNotInUse,
    NoKeyYet,
    NothingSealed,
    register_key,
    sign_checkpoint,
)
from app.audit.joined import asks
from app.audit.kept import HELD, KEPT, TIMED, WITHIN
from app.audit.seal import ClockBehindSeal, WorkUnderWay
from app.audit.select import FROM
from app.db import as_refusal
from app.evidence.append import record
from app.evidence.models import Event
from app.evidence.note import NotAKey, SigningKey, fingerprint, new_key, read_note
from app.tables import METADATA
from app.texts import LANGUAGES, say
from tests.conftest import Cluster, Database
from tests.sealing import sealed


@contextmanager
def work(database: Database) -> Iterator[Session]:
    """A transaction that has begun: its time is drawn."""
    with Session(database.engine) as session, session.begin():
        session.scalar(text("SELECT transaction_timestamp()"))
        yield session


RULES = 1
"""What a migration recorded before anybody: since when filing wants a consent."""


def sealed_rows(database: Database) -> int:
    return sealed(database.engine).rows


def events(database: Database) -> int:
    with Session(database.engine) as session:
        return session.query(Event).count()


def note(session: Session) -> None:
    record(session, "sign_in.noted", by=None)


def test_work_under_way_is_left_to_the_next_seal(database: Database) -> None:
    with work(database) as early:
        note(early)
        with work(database) as late:
            note(late)
        assert sealed_rows(database) == RULES
        early.flush()
    assert events(database) == 2
    assert sealed_rows(database) == 2
    assert sealed_rows(database) == 0


def test_work_whose_time_is_sealed_is_refused(database: Database) -> None:
    """As after a clock was set back: its transaction is older than what was said to be final."""
    with work(database) as late:
        with psycopg.connect(database.owner_url.replace("+psycopg", "")) as owner:
            owner.execute("INSERT INTO seal_begun (until) VALUES (transaction_timestamp())")
        with pytest.raises(psycopg.IntegrityError) as refused, late.begin_nested():
            note(late)
    assert isinstance(as_refusal(refused.value), ClockBehindSeal)
    with work(database) as fresh:
        note(fresh)
    assert events(database) == 1


def test_work_that_nobody_sees_beginning_puts_the_seal_off(
    database: Database, cluster: Cluster
) -> None:
    """Somebody else's sign-in: neither the application nor the owner sees since when it works."""
    address = cluster.superuser_url.set(drivername="postgresql", database=database.name)
    with psycopg.connect(address.render_as_string(hide_password=False)) as other:
        other.execute("INSERT INTO event (act, benefit_years, facts) VALUES ('x.y', '{}', '{}')")
        with pytest.raises(WorkUnderWay):
            sealed_rows(database)
    assert sealed_rows(database) == RULES + 1


def test_what_bundles_are_drawn_from_is_seen_as_it_was(session: Session) -> None:
    """Every table that says when its rows were recorded is asked that, wherever it is read."""
    timed = {x.name for x in METADATA.tables.values() if "recorded_at" in x.columns}
    assert set(TIMED) <= timed
    drawn = " ".join(asks(x, sealed=False, escaped=False, ready=()) for x in FROM)
    words = {word for word in METADATA.tables if f" {word} " in drawn.replace("\n", " ")}
    assert (words & timed) - set(TIMED) == set()
    assert {x for x in words - timed if x != "settlement_key"} <= {*HELD, *WITHIN}
    for table, above in WITHIN.items():
        assert f" JOIN {above} " in FROM[table][1]
        assert f" JOIN {above} " in KEPT[table].rows
        assert [x for x in FROM if f" {table} " in f" {FROM[x][1]} "] == [table]


def test_only_the_audit_administrator_signs_and_only_with_the_key_in_use(
    database: Database,
) -> None:
    first, second = (SigningKey(new_key("phrase")[0], "phrase") for _ in range(2))
    with Session(database.engine) as session, session.begin():
        password = "correct horse battery"
        admin = add_account(session, "keeper", "戊", Role.AUDIT_ADMIN, password, by=None)
        clerk = add_account(session, "clerk", "甲", Role.OFFICER, password, by=None)
    with Session(database.engine) as session, session.begin():
        with pytest.raises(IntegrityError) as refused, session.begin_nested():
            register_key(session, "huzhu", first.public, by=clerk)
        assert isinstance(as_refusal(refused.value), ActNotOfRole)
        with pytest.raises(NoKeyYet):
            sign_checkpoint(session, first, by=admin)
        register_key(session, "huzhu", first.public, by=admin)
        with pytest.raises(NothingSealed):
            sign_checkpoint(session, first, by=admin)
    assert sealed_rows(database) > 0
    with Session(database.engine) as session, session.begin():
        made = sign_checkpoint(session, first, by=admin)
        assert sign_checkpoint(session, first, by=admin) == made == read_note(made.text)
        register_key(session, "huzhu", second.public, by=admin)
        with pytest.raises(KeyNotInUse) as other:
            sign_checkpoint(session, first, by=admin)
        for lang in LANGUAGES:  # both keys are named, so that one can tell which is at hand
            said = say(other.value, lang)
            assert all(fingerprint(each.public) in said for each in (first, second))
        assert sign_checkpoint(session, second, by=admin).root == made.root
    with pytest.raises(NotAKey):
        SigningKey(new_key("phrase")[0], "another")
