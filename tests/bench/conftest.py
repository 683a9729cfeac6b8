"""Benches run against a durable server: what is measured is what a fund would wait for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.embedded import server
from tests.conftest import Cluster


@pytest.fixture(scope="session")
def cluster(private_dir: Path) -> Iterator[Cluster]:
    with server.database(private_dir / "durable", durable=True) as where:
        yield Cluster(make_url(where.superuser_url))
