"""Settings and database, without routes: what every door starts from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import ProgrammingError

import app.tables  # noqa: F401 - an ORM flush needs all tables
from app.accounts.add import first_accounts
from app.asking import READER
from app.attachments.storage import set_storage
from app.benefits.scheme_file import package_schemes
from app.config import Settings
from app.db import act_as, db, transaction
from app.payments.keep_policy import keep_policy
from app.roster.make_findable import make_findable_of_before
from app.schemes.publish import publish
from app.secrets import Keys, set_keys
from app.servers import ASKED, REPLICA
from app.simulation.keep import set_folder

MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"

ASK_FOR_ROLE: Final = (
    "The sign-in of DATABASE_URL may not make or take the roles of the application and of auditors."
    " Let the database's administrator run: CREATE ROLE huzhu_app; CREATE ROLE huzhu_auditor; GRANT"
    " huzhu_app, huzhu_auditor TO that sign-in; then start again."
)
READS_THROUGH_OURS: Final = (
    "DATABASE_AUDITOR_URL is not set: auditors read through the application's own sign-in, which"
    " only puts its other rights aside for them. To read through one that has none, run: CREATE"
    " ROLE huzhu_reader LOGIN PASSWORD '…'; GRANT huzhu_auditor TO huzhu_reader; and name it there."
)
"""Said at the start."""
MAY_WRITE: Final = (
    "The sign-in of DATABASE_AUDITOR_URL may write (%s). Auditors read through it, so it must"
    " have no right but SELECT: make one that is a member of huzhu_auditor and of nothing else."
)
_WRITES: Final = text(
    """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p', 'v') AND relnamespace = 'public'::regnamespace
          AND (has_any_column_privilege(oid, 'INSERT, UPDATE, REFERENCES')
               OR has_table_privilege(oid, 'DELETE, TRUNCATE, TRIGGER'))
    ORDER BY relname LIMIT 3
    """
)
_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('prepare', 0))")
# Whoever keeps the server may have it end what is idle for a while: others work meanwhile.
_IDLE: Final = text("SET LOCAL idle_in_transaction_session_timeout = 0")
_KEPT_OPEN: Final = 5
"""Connections of a process that wait for the next request."""
_POOL: Final = {
    "pool_pre_ping": True,
    "hide_parameters": True,  # they hold personal data, and errors reach logs
    "connect_args": ASKED,
}


class NoRightToMigrate(Exception):
    """The owner may not do what a migration needs. What it `says` is for who starts us."""

    def __init__(self, says: str, *facts: str) -> None:
        super().__init__(says % facts if facts else says)
        self.says, self.facts = says, facts


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """A sign-in made for an empty installation; the password is shown once."""

    login: str
    password: str = ""

    def __repr__(self) -> str:
        return f"FirstAccount({self.login!r})"


def start(settings: Settings) -> Flask:
    """An application with database and keys and no routes, for commands and workers."""
    app = Flask("huzhu")
    connect(app, settings)
    return app


def connect(app: Flask, settings: Settings) -> None:
    """Give a Flask application its database and this process its keys."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_pool(settings),
        SQLALCHEMY_BINDS=_binds(settings),
    )
    set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
    set_storage(settings.storage)
    set_folder(settings.data_dir)
    db.init_app(app)
    with app.app_context():
        act_as(db.engine, settings.app_role)
        act_as(db.engines[READER], settings.reader_role)
        if settings.replica_url:
            act_as(db.engines[REPLICA], settings.app_role)


def _pool(settings: Settings) -> dict[str, Any]:
    kept = min(_KEPT_OPEN, settings.connections)
    more = settings.connections - kept
    wait_s = settings.connection_wait_s
    return {**_POOL, "pool_size": kept, "max_overflow": more, "pool_timeout": wait_s}


def _binds(settings: Settings) -> dict[str, Any]:
    # BEGIN READ ONLY comes on top of an auditors' sign-in's want of rights: temporary tables,
    # large objects and sequences are refused, too.
    only_read = {**_pool(settings), "execution_options": {"postgresql_readonly": True}}
    binds = {READER: {**only_read, "url": settings.reader_url}}
    if settings.replica_url:
        binds[REPLICA] = {**only_read, "url": settings.replica_url}
    return binds


def migrate(owner_url: str) -> None:
    """Bring the database to the newest migration, and what the owner alone writes up to date.

    Raises NoRightToMigrate.
    """
    # Late, for every process starts here and one of them migrates.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            keep_policy(connection)
    except (ProgrammingError, InsufficientPrivilege) as refused:  # by SQLAlchemy, or past it
        if not isinstance(getattr(refused, "orig", refused), InsufficientPrivilege):
            raise
        raise NoRightToMigrate(ASK_FOR_ROLE) from refused
    finally:
        engine.dispose()


def furnish(app: Flask) -> list[FirstAccount]:
    """Publish the program's schemes and make the first accounts where there are none."""
    with app.app_context(), transaction() as session:
        publish(session, package_schemes(), by=None)
        make_findable_of_before(session)
        return [FirstAccount(*made) for made in first_accounts(session)]


def prepare(settings: Settings) -> list[FirstAccount]:
    """Migrate and furnish: what a start does before it opens its doors. Twice equals once.

    Of two that start at once, such as the program and a command typed beside it, one waits.
    """
    with _alone(settings.owner_url):
        migrate(settings.owner_url)
        for role in (settings.app_role, settings.reader_role):
            if role:
                _let_take(settings.database_url, settings.owner_url, role)
        if not settings.reader_role:
            _check_reads_only(settings.reader_url)
        return furnish(start(settings))


@contextmanager
def _alone(owner_url: str) -> Iterator[None]:
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(_IDLE)
            connection.execute(_ALONE)
            yield
    finally:
        engine.dispose()


def _let_take(url: str, owner_url: str, role: str) -> None:
    """Where one sign-in serves for two roles, it must be able to take the other."""
    taker, owner = create_engine(url), create_engine(owner_url)
    try:
        with taker.connect() as connection:
            may = select(func.pg_has_role(role, "SET"), func.current_user())
            has, who = connection.execute(may).one()
        if not has:
            with owner.begin() as connection:
                quoted = connection.dialect.identifier_preparer.quote_identifier(who)
                connection.execute(text(f'GRANT "{role}" TO {quoted}'))
    except ProgrammingError as refused:
        raise NoRightToMigrate(ASK_FOR_ROLE) from refused
    finally:
        taker.dispose()
        owner.dispose()


def _check_reads_only(url: str) -> None:
    """What auditors read through may write nothing: refused before a door opens."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = connection.scalars(_WRITES).all()
    engine.dispose()
    if tables:
        raise NoRightToMigrate(MAY_WRITE, ", ".join(tables))


def prepare_once(settings: Settings) -> list[FirstAccount]:
    """The same where it is needed: a command that finds a newest, furnished database goes on."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(MIGRATIONS))
    engine = create_engine(settings.owner_url)
    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return [] if at == script.get_current_head() else prepare(settings)
