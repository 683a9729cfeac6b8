"""A filled fund and its web application, one for each module of tests.

The fund is filled once a run; what a module works on is a copy of its database.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from app import api as programs
from app.db import db, transaction
from app.web import create_app
from tests.conftest import Cluster, Database, copy_of
from tests.web.browser import Browser
from tests.web.fund import Fund


@dataclass(frozen=True)
class Filled:
    """The database of a filled fund, to be copied; nobody is connected to it."""

    database: str
    fund: Fund


@pytest.fixture(scope="session")
def filled_fund(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("filled")) as database:
        with create_app(database.settings).app_context():
            with transaction() as session:
                fund = Fund(session)
                fund.fill()
            db.session.remove()
            db.engine.dispose()
        yield Filled(database.name, fund)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as they were compiled: each application would begin with none."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def filled_database(
    cluster: Cluster, filled_fund: Filled, broker: str, tmp_path: Path
) -> Iterator[Database]:
    """The filled fund's database of a test's own."""
    with copy_of(cluster, filled_fund.database, broker, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def copied(
    cluster: Cluster, filled_fund: Filled, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    with copy_of(cluster, filled_fund.database, broker, tmp_path_factory.mktemp("web")) as database:
        yield database


@pytest.fixture(scope="module")
def web(copied: Database, templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    made = create_app(copied.settings)
    made.jinja_env.bytecode_cache = templates
    # No context around the tests: requests would share it, and all that is kept for one.
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def api(copied: Database) -> Iterator[Flask]:
    made = programs.create_app(copied.settings)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def fund(web: Flask, filled_fund: Filled) -> Fund:
    """Ids of what is there; a module may note its own in it."""
    return copy(filled_fund.fund)


@pytest.fixture
def browser(web: Flask) -> Browser:
    """Somebody who has not signed in."""
    return Browser(web)


@pytest.fixture
def officer(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("officer1")


@pytest.fixture
def member(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("zhao")


@pytest.fixture
def auditor(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("auditor")
