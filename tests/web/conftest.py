"""A filled fund and its web application, one for each module of tests: pages only read."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app import api as programs
from app.db import db, transaction
from app.web import create_app
from tests.conftest import Cluster, Database, copy_of
from tests.web.browser import Browser
from tests.web.fund import Fund


@pytest.fixture(scope="module")
def copied(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("web")) as database:
        yield database


@pytest.fixture(scope="module")
def web(copied: Database) -> Iterator[Flask]:
    made = create_app(copied.settings)
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
def fund(web: Flask) -> Fund:
    with web.app_context(), transaction() as session:
        made = Fund(session)
        made.fill()
    return made


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
