"""The little fund with everything in it (`fund_year`), lived once for all who only read it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.conftest import Cluster, Database, copy_of
from tests.db.fund_year import fund_year, keys


@pytest.fixture(scope="session")
def lived_database(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Its database. Nothing else is ever committed to it."""
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("lived")) as made:
        with made.engine.begin() as connection, _within(connection) as session:
            fund_year(session)  # in one transaction, as in a test of its own
            session.commit()
        yield made


@pytest.fixture
def lived(lived_database: Database) -> Iterator[Session]:
    """A session in it, in one transaction that is rolled back."""
    keys()
    with lived_database.engine.connect() as connection:
        outer = connection.begin()
        with _within(connection) as made:
            yield made
        outer.rollback()


def _within(connection: Connection) -> Session:
    """Its `commit()` ends a savepoint only."""
    return Session(connection, join_transaction_mode="create_savepoint")
