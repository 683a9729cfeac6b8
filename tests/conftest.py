"""A real PostgreSQL built by the migrations and a real Valkey, one each for the whole run.

`database` is a fresh copy for one test: real commits, several connections, commands. `session` is
one transaction that is rolled back: cheap, for everything else. TEST_DATABASE_URL (a superuser's)
and TEST_REDIS_URL bring servers of your own.
"""

import base64
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from sqlalchemy import Engine, NullPool, Pool, QueuePool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from app import config
from app.accounts import password
from app.attachments.storage import set_storage
from app.config import Settings
from app.embedded import broker as embedded_broker
from app.embedded import server
from app.embedded.cluster import APP, OWNER, READER
from app.secrets import Keys, set_keys
from tests.order import LongestFirst, rank

# How long an example takes says something about this machine's neighbours, nothing about the code.
hypothesis_settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=100 if os.environ.get("HUZHU_LONG") == "1" else 40,
)
hypothesis_settings.load_profile("any machine")

AS_INSTALLED = password._HASHER
password._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Thousands sign in here: at a fraction of the cost, which is tests/unit/test_password.py's."""
TEMPLATE = "huzhu_template"
KEY = {
    name: base64.b64encode(bytes([number] * config.KEY_BYTES)).decode()
    for number, name in enumerate(config.KEYS)
}
"""One set for all tests: a process has one vault, and what one test sealed another may read."""
MEMORY = "/dev/shm"  # noqa: S108  # a private folder in it
PLENTY = 4 << 30
"""Bytes free for a process's databases; they take half of it at most."""
PAPERS = Path(tempfile.gettempdir()) / f"huzhu-test-papers-{os.getpid()}"
"""One storage for all tests, too: places in it are drawn at random."""
numbers = count(1)
opened: set[psycopg.Connection] = set()
"""What pools of this process connected: whoever makes an application need not close its pool. Held
until its database goes, or a collection of garbage in between would find it open and complain."""


@event.listens_for(Pool, "connect")
def remember(connection: psycopg.Connection, _record: object) -> None:
    opened.add(connection)


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("numprocesses", None):  # who hands tests out collects none
        gc.disable()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Told(config))
    # A connection that is left to the collector may say so while Python parses something. Writing
    # its traceback parses, too, and Python 3.11 loses count of its depth then: a SystemError.
    for pool in (QueuePool, NullPool):
        name = f"{pool.__module__}.{pool.__name__}"
        logging.getLogger(name).addFilter(without_traceback)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=rank)


def without_traceback(record: logging.LogRecord) -> bool:
    if record.exc_info:
        record.msg = f"{record.msg}: {record.exc_info[1]!r}"
        record.exc_info = None
    return True


def pytest_collection_finish() -> None:
    # Thousands of tests and all modules stay to the end: the collector need not walk them again
    # and again, neither from now on nor while they were read.
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(PAPERS, ignore_errors=True)


class Told:
    """Each failure in full as it happens: of a run that is cut off this is all that stays."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            terminal = self.config.get_terminal_writer()
            terminal.line(f"\n{report.nodeid} ({report.when}):\n{report.longreprtext}")
            terminal.flush()


@dataclass(frozen=True)
class Database:
    """A database of a test's own, and what the doors must be told to use it."""

    name: str
    environ: dict[str, str]
    settings: Settings
    engine: Engine
    """Connects as the application's role; no pool, so that a connection is a connection."""

    @property
    def app_url(self) -> str:
        return self.settings.database_url

    @property
    def owner_url(self) -> str:
        return self.settings.owner_url


@dataclass(frozen=True)
class Cluster:
    """A server on which the tests may make databases."""

    superuser_url: URL

    def url(self, role: str, database: str) -> str:
        return self.superuser_url.set(username=role, database=database).render_as_string(
            hide_password=False
        )

    def execute(self, statement: str, **names: str) -> None:
        plain = self.superuser_url.set(drivername="postgresql")
        with psycopg.connect(
            plain.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute(
                sql.SQL(statement).format(**{k: sql.Identifier(v) for k, v in names.items()})
            )

    def make(self, database: str, template: str) -> None:
        self.execute(
            "CREATE DATABASE {database} OWNER {owner} TEMPLATE {template}",
            database=database,
            owner=OWNER,
            template=template,
        )

    def drop(self, database: str) -> None:
        self.execute("DROP DATABASE IF EXISTS {database} WITH (FORCE)", database=database)


@pytest.fixture(scope="session")
def private_dir() -> Iterator[Path]:
    """A short directory: sockets lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="huzhu-test-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(private_dir: Path) -> Iterator[Cluster]:
    if own := os.environ.get("TEST_DATABASE_URL"):
        made = Cluster(make_url(own).set(drivername="postgresql+psycopg"))
        _have_roles(made)
        yield made
        return
    durable = os.environ.get("HUZHU_TEST_DURABLE") == "1"
    with (
        nullcontext(private_dir) if durable else in_memory(private_dir) as folder,
        server.database(folder / "data", durable=durable) as where,
    ):
        yield Cluster(make_url(where.superuser_url))


@contextmanager
def in_memory(otherwise: Path) -> Iterator[Path]:
    """A folder in the machine's memory where it has plenty: a copy of the template is 1,300 files,
    which a disk takes 0.2 to 0.7 s for and memory 0.07 s, some hundred times."""
    if not memory_is_plenty():
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="huzhu-test-", dir=MEMORY) as folder:
        yield Path(folder)


def memory_is_plenty() -> bool:
    try:
        there = os.statvfs(MEMORY)
        told = Path("/proc/meminfo").read_text(encoding="ascii")
    except FileNotFoundError:  # no Linux
        return False
    free = int(told.partition("MemAvailable:")[2].split()[0]) << 10
    return os.access(MEMORY, os.W_OK) and min(there.f_bavail * there.f_frsize, free) > PLENTY


def _have_roles(own: Cluster) -> None:
    """The roles, where a server of one's own lacks them, with the superuser's password."""
    plain = own.superuser_url.set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as asked:
        for role in (OWNER, APP, READER):
            if not asked.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                secret = sql.Literal(plain.password or "")
                asked.execute(made.format(sql.Identifier(role), secret))


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A database built by the migrations, from nothing; every other is its copy."""
    from app.boot import migrate

    cluster.drop(TEMPLATE)
    cluster.make(TEMPLATE, "template1")
    migrate(cluster.url(OWNER, TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database(cluster: Cluster, template: str, broker: str, tmp_path: Path) -> Iterator[Database]:
    """A fresh database of this test's own: real commits, real connections."""
    with copy_of(cluster, template, broker, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def shared_database(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The database `session` works in. Nothing is ever committed to it."""
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture(scope="session")
def kept_open(shared_database: Database) -> Iterator[Engine]:
    """Its engine for `session`, with a connection that stays open."""
    with kept_open_to(shared_database) as engine:
        yield engine


@contextmanager
def kept_open_to(database: Database) -> Iterator[Engine]:
    """An engine with one connection, taken again and again; of a server that ended it another.

    A new one is a new process of the server, which reads the catalogue and compiles each trigger
    anew: a third of what a short test takes. Nothing is prepared, so that a statement is planned
    as on a new one; what a test sets must be set for its transaction.
    """
    engine = create_engine(
        database.settings.database_url,
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"prepare_threshold": None},
    )
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def session(kept_open: Engine) -> Iterator[Session]:
    """A session as the application's role, in one transaction that is rolled back.

    Its `commit()` ends a savepoint only.
    """
    with kept_open.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()


@contextmanager
def copy_of(cluster: Cluster, template: str, broker: str, data_dir: Path) -> Iterator[Database]:
    name = f"huzhu_{os.getpid()}_{next(numbers)}"
    cluster.make(name, template)
    try:
        with opened_at(cluster, name, broker, data_dir) as made:
            yield made
    finally:
        cluster.drop(name)


@contextmanager
def opened_at(cluster: Cluster, name: str, broker: str, data_dir: Path) -> Iterator[Database]:
    """A database that is there, for as long as a block runs."""
    environ = {
        **KEY,
        "HUZHU_EMBEDDED": "1",
        "HUZHU_DATA": str(data_dir),
        "DATABASE_URL": cluster.url(APP, name),
        "DATABASE_OWNER_URL": cluster.url(OWNER, name),
        "DATABASE_AUDITOR_URL": cluster.url(READER, name),
        "REDIS_URL": broker,
        "HUZHU_STORAGE": f"file://{PAPERS}",
    }
    settings = config.load(environ)
    set_storage(settings.storage)
    set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
    engine = create_engine(settings.database_url, poolclass=NullPool)
    try:
        yield Database(name, environ, settings, engine)
    finally:
        engine.dispose()
        for connection in list(opened):
            if connection.closed or connection.info.dbname == name:
                connection.close()
                opened.discard(connection)


@pytest.fixture(scope="session")
def broker(private_dir: Path) -> Iterator[str]:
    """The address of a real Valkey. Queues in it are the tests' to empty."""
    if own := os.environ.get("TEST_REDIS_URL"):
        yield own
        return
    with embedded_broker.running(private_dir / "valkey", durable=False) as address:
        yield address
