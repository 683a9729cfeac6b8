"""A second connection sees what a transaction sees: no more, no less, and it writes nothing."""

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from app.same_moment import same_moment

COUNT = text("SELECT count(*) FROM seen")
ONE_MORE = text("INSERT INTO seen VALUES (1)")
WAIT = text("SELECT pg_sleep(0.5)")


@pytest.fixture
def engine(database):
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE seen (n int)"))
        connection.execute(ONE_MORE)
    yield owner
    owner.dispose()


def test_what_is_committed_since_is_seen_by_neither(engine):
    whole = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(whole) as session:
        assert session.scalar(COUNT) == 1
        with engine.begin() as other:
            other.execute(ONE_MORE)
        with same_moment(session) as beside:
            assert beside.scalar(COUNT) == session.scalar(COUNT) == 1
            assert beside.connection().connection is not session.connection().connection


def test_what_was_written_and_not_committed_nobody_else_can_see(engine):
    with Session(engine) as session:
        session.execute(ONE_MORE)
        with same_moment(session) as beside:
            assert beside is None


def test_within_a_savepoint_there_is_none(engine):
    with Session(engine) as session, session.begin_nested(), same_moment(session) as beside:
        assert beside is None


def test_it_can_write_nothing_and_the_connection_is_as_before_afterwards(engine):
    refused = pytest.raises(InternalError, match="read-only")
    with Session(engine) as session, same_moment(session) as beside, refused:
        beside.execute(ONE_MORE)
    with Session(engine) as session, session.begin():
        session.execute(ONE_MORE)
        assert session.scalar(COUNT) == 2


def test_either_may_wait_for_the_other_where_the_server_ends_what_is_idle(database, engine):
    name = make_url(database.owner_url).database
    ends = f'ALTER DATABASE "{name}" SET idle_in_transaction_session_timeout = 50'
    with engine.begin() as owner:
        owner.exec_driver_sql(ends)
    engine.dispose()
    with Session(engine) as session, same_moment(session) as beside:
        beside.execute(WAIT)
        assert session.scalar(COUNT) == 1
        session.execute(WAIT)
        assert beside.scalar(COUNT) == 1
