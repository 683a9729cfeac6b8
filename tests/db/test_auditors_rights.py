"""As the role that auditors' pages read through: it reads what it may, and does nothing else."""

import os
import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from app import boot, config
from app.asking import READER
from app.boot import NoRightToMigrate
from app.config import DRIVER, READER_ROLE
from app.db import db
from app.embedded import cluster as embedded
from app.embedded.roles import have_roles
from app.tables import METADATA
from tests.conftest import Cluster, Database

CLOSED = {
    *("sign_in", "sign_in_try", "sign_in_log", "second_factor", "recovery_code"),
    *("self_enrolment_try", "job", "storage_gone", "storage_day", "kept_paper", "claim_draft"),
    *("sign_in_code", "kept_search", "api_token", "sheet_reading"),
}
"""What stands for a password or a second step, where people signed in, what only machines keep."""
OPEN = sorted(set(METADATA.tables) - CLOSED)
SECRET = re.compile("password|secret|token|code_hash")
WRITES = (
    "INSERT INTO {t} DEFAULT VALUES",
    "UPDATE {t} SET {c} = {c}",
    "DELETE FROM {t}",
    "TRUNCATE {t} CASCADE",
    "COPY {t} FROM STDIN",
    "DO $$ BEGIN LOCK TABLE {t} IN ROW EXCLUSIVE MODE; END $$",
    "SELECT FROM {t} FOR KEY SHARE",
    "ALTER TABLE {t} DISABLE TRIGGER USER",
    "DROP TABLE {t} CASCADE",
)
ELSEWHERE = (
    "SET ROLE huzhu_app",
    "SET ROLE huzhu_owner",
    "SET SESSION AUTHORIZATION huzhu_app",
    "SET session_replication_role = replica",
    "SELECT nextval('grant_number')",
    "SELECT setval('grant_number', 1)",
    "SELECT forget_sign_ins()",
    "SELECT * FROM account",
    "SELECT password_hash FROM account",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "GRANT SELECT ON sign_in TO huzhu_auditor",
    "ALTER ROLE huzhu_auditor SUPERUSER",
    "SELECT pg_read_file('postgresql.conf')",
)


@pytest.fixture(scope="module")
def auditor(shared_database: Database) -> Iterator[psycopg.Connection]:
    """A connection that has put off even "read only": what is left is what it may."""
    plain = shared_database.settings.reader_url.replace(DRIVER, "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        yield connection


def refused(connection: psycopg.Connection, statement: sql.Composable | str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("table", sorted(METADATA.tables))
def test_no_table_can_be_written_by_any_statement(auditor: psycopg.Connection, table: str) -> None:
    column = next(iter(METADATA.tables[table].columns)).name
    names = {"t": sql.Identifier(table), "c": sql.Identifier(column)}
    for statement in WRITES:
        refused(auditor, sql.SQL(statement).format(**names))


def test_it_reads_all_tables_but_those_that_are_closed(auditor: psycopg.Connection) -> None:
    for table in OPEN:
        columns = [x.name for x in METADATA.tables[table].columns if x.name != "password_hash"]
        assert not [name for name in columns if SECRET.search(name)], table
        named = sql.SQL(", ").join(map(sql.Identifier, columns))
        auditor.execute(sql.SQL("SELECT {} FROM {} LIMIT 1").format(named, sql.Identifier(table)))
    for table in {*CLOSED, "alembic_version"}:
        refused(auditor, sql.SQL("SELECT FROM {}").format(sql.Identifier(table)))
    for view in ("unit_now", "resolution_now"):
        auditor.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(view)))


@pytest.mark.parametrize("statement", ELSEWHERE)
def test_nor_does_it_come_by_other_rights(auditor: psycopg.Connection, statement: str) -> None:
    refused(auditor, statement)


def test_a_session_of_a_request_begins_read_only_besides(database: Database) -> None:
    app = boot.start(database.settings)
    with app.app_context(), db.engines[READER].connect() as connection:
        asked = "SELECT current_user, session_user, current_setting('transaction_read_only')"
        who = connection.exec_driver_sql(asked).one()
        assert tuple(who) == (READER_ROLE, READER_ROLE, "on")
        with pytest.raises(Exception, match="read-only transaction"):
            connection.exec_driver_sql("SELECT lo_create(0)")


def test_without_a_sign_in_of_its_own_the_role_is_taken(
    database: Database, cluster: Cluster
) -> None:
    told = {k: v for k, v in database.environ.items() if k != "DATABASE_AUDITOR_URL"}
    settings = config.load(told)
    assert settings.reader_role == READER_ROLE
    # The owner of this database may not give the role away; who set the server up may.
    with pytest.raises(NoRightToMigrate, match="GRANT huzhu_app, huzhu_auditor TO"):
        boot.prepare(settings)
    cluster.execute("GRANT {reader} TO {app}", reader=READER_ROLE, app=embedded.APP)
    try:
        boot.prepare(settings)
        app = boot.start(settings)
        with app.app_context():
            with db.engines[READER].connect() as connection:
                who = connection.exec_driver_sql("SELECT current_user, session_user").one()
            db.engines[READER].dispose()
        assert tuple(who) == (READER_ROLE, embedded.APP)
    finally:
        cluster.execute("REVOKE {reader} FROM {app}", reader=READER_ROLE, app=embedded.APP)


def test_a_sign_in_for_auditors_that_may_write_is_refused_at_the_start(database: Database) -> None:
    told = {**database.environ, "DATABASE_AUDITOR_URL": database.app_url}
    with pytest.raises(NoRightToMigrate, match="DATABASE_AUDITOR_URL may write \\(account, "):
        boot.prepare(config.load(told))


@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="a cluster that is not embedded")
def test_a_cluster_of_before_gets_the_role_once(cluster: Cluster) -> None:
    address = cluster.superuser_url.render_as_string(hide_password=False)
    cluster.execute("ALTER ROLE {reader} RENAME TO {away}", reader=READER_ROLE, away="away")
    try:
        have_roles(address)
        have_roles(address)
        names = {"reader": READER_ROLE, "base": embedded.DATABASE}
        cluster.execute("REVOKE CONNECT ON DATABASE {base} FROM {reader}", **names)
        cluster.execute("DROP ROLE {reader}", reader=READER_ROLE)
    finally:
        cluster.execute("ALTER ROLE {away} RENAME TO {reader}", reader=READER_ROLE, away="away")
