"""The migrations build the database from nothing, and what they build is what the models say."""

import os
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

from app import boot
from app.boot import MIGRATIONS, furnish, migrate
from app.db import _refusals, db, transaction
from app.embedded.cluster import OWNER
from app.payments.policy import rules
from app.tables import METADATA
from tests.conftest import copy_of

PREPARES = (
    "import os; from app import boot, config; print(len(boot.prepare(config.load(os.environ))))"
)


@pytest.fixture
def owner(database):
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(cluster):
    """The owner's address of a database with nothing in it."""
    cluster.drop("huzhu_empty")
    cluster.make("huzhu_empty", "template1")
    yield cluster.url(OWNER, "huzhu_empty")
    cluster.drop("huzhu_empty")


def test_there_is_one_head_and_one_way_to_it():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_from_nothing_to_the_newest_and_twice_is_fine(empty):
    migrate(empty)
    migrate(empty)
    engine = create_engine(empty)
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    assert tables == set(METADATA.tables) | {"alembic_version"}


def test_of_two_that_start_at_once_one_waits_and_finds_all_there(cluster, broker, tmp_path):
    """The program, and a command typed beside it before there is a table."""
    with copy_of(cluster, "template1", broker, tmp_path) as opened:
        told = [sys.executable, "-W", "ignore", "-c", PREPARES]
        env = {**os.environ, **opened.environ}
        both = [
            subprocess.Popen(told, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        said = [each.communicate() for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert sorted(out.strip() for out, _ in said) == [b"0", b"3"]


def test_the_migrations_alone_leave_a_policy(empty):
    """Whoever migrates by alembic alone: batches are not refused until the next start."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(empty)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    asked = text("SELECT starts_on, total_over_fen, line_over_fen FROM payment_policy ORDER BY 1")
    with engine.connect() as connection:
        kept = [tuple(row) for row in connection.execute(asked)]
    engine.dispose()
    assert kept == [(x.starts_on, x.total_over_fen, x.line_over_fen) for x in rules()]


# A payment names the outcome of the one before it, and an outcome its payment: a circle on purpose.
@pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")
def test_what_is_built_is_what_the_models_say(owner):
    with owner.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        assert compare_metadata(context, METADATA) == []


def test_constraints_are_what_the_models_say(owner):
    """Alembic compares no CHECK and no exclusion: by name, that each is there."""
    declared = {
        str(constraint.name)
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if constraint.name
    }
    with owner.connect() as connection:
        built = set(
            connection.scalars(
                text(
                    "SELECT conname FROM pg_constraint WHERE contype IN ('c','x','u','f','p')"
                    " AND connamespace = 'public'::regnamespace"
                    " AND conname <> 'alembic_version_pkc'"
                )
            )
        )
    assert declared == built


def test_every_constraint_that_means_a_refusal_exists(owner):
    with owner.connect() as connection:
        named = "SELECT conname FROM pg_constraint UNION SELECT indexrelid::regclass::text"
        built = set(connection.scalars(text(f"{named} FROM pg_index WHERE indisunique")))
    assert _refusals
    assert set(_refusals) <= built


def test_furnishing_twice_makes_schemes_and_first_accounts_once(database):
    migrate(database.owner_url)
    app = boot.start(database.settings)
    assert len(furnish(app)) == 3
    assert furnish(app) == []
    with app.app_context(), transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM account")) == 3
        assert session.scalar(text("SELECT count(*) FROM scheme")) == 4
    with app.app_context():
        db.engine.dispose()


def test_a_long_start_keeps_its_turn_where_the_server_ends_what_is_idle(database, owner):
    name = make_url(database.owner_url).database
    ends = f'ALTER DATABASE "{name}" SET idle_in_transaction_session_timeout = 50'
    asked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.exec_driver_sql(ends)
        with boot._alone(database.owner_url):
            other.exec_driver_sql("SELECT pg_sleep(0.5)")
            assert other.scalar(asked) == 1
