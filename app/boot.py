"""Settings and database, without routes: what every door starts from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import ProgrammingError

import app.tables  # noqa: F401 - an ORM flush needs all tables
from app.accounts.add import first_accounts
from app.attachments.storage import set_storage
from app.benefits.scheme_file import package_schemes
from app.config import Settings
from app.db import act_as, db, transaction
from app.roster.tails import fill_tails_of_before
from app.schemes.publish import publish
from app.secrets import Keys, set_keys

MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"

_ASK_FOR_ROLE: Final = (
    "The sign-in of DATABASE_URL may not make or take the application's role. Let the database's"
    " administrator run: CREATE ROLE huzhu_app; GRANT huzhu_app TO that sign-in; then start again."
)


class NoRightToMigrate(Exception):
    """The owner may not do what a migration needs. The message is for the person who starts us."""


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
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True,
            "pool_size": 5,
            "max_overflow": 10,
            "hide_parameters": True,  # they hold personal data, and errors reach logs
        },
    )
    set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
    set_storage(settings.storage)
    db.init_app(app)
    with app.app_context():
        act_as(db.engine, settings.app_role)


def migrate(owner_url: str) -> None:
    """Bring the database to the newest migration, as its owner. Raises NoRightToMigrate."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except (ProgrammingError, InsufficientPrivilege) as refused:  # by SQLAlchemy, or past it
        if not isinstance(getattr(refused, "orig", refused), InsufficientPrivilege):
            raise
        raise NoRightToMigrate(_ASK_FOR_ROLE) from refused
    finally:
        engine.dispose()


def furnish(app: Flask) -> list[FirstAccount]:
    """Publish the program's schemes and make the first accounts where there are none."""
    with app.app_context(), transaction() as session:
        publish(session, package_schemes(), by=None)
        fill_tails_of_before(session)
        return [FirstAccount(*made) for made in first_accounts(session)]


def prepare(settings: Settings) -> list[FirstAccount]:
    """Migrate and furnish: what a start does before it opens its doors. Twice equals once."""
    migrate(settings.owner_url)
    if settings.app_role:
        _let_owner_act(settings.owner_url, settings.app_role)
    return furnish(start(settings))


def _let_owner_act(owner_url: str, role: str) -> None:
    """Where the owner's sign-in serves the application too, it must be able to take its role."""
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            may = select(func.pg_has_role(role, "SET"))
            if not connection.scalar(may):
                connection.execute(text(f'GRANT "{role}" TO current_user'))
    except ProgrammingError as refused:
        raise NoRightToMigrate(_ASK_FOR_ROLE) from refused
    finally:
        engine.dispose()


def prepare_once(settings: Settings) -> list[FirstAccount]:
    """The same where it is needed: a command that finds a newest, furnished database goes on."""
    script = ScriptDirectory(str(MIGRATIONS))
    engine = create_engine(settings.owner_url)
    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return [] if at == script.get_current_head() else prepare(settings)
