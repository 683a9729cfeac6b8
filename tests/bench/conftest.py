"""Benches run against a durable server: what is measured is what a fund would wait for.

With HUZHU_BENCH_DATA its data lie in that directory and stay there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.embedded import server
from tests.conftest import Cluster


@pytest.fixture(scope="session")
def cluster(private_dir: Path) -> Iterator[Cluster]:
    kept = os.environ.get("HUZHU_BENCH_DATA")
    with server.database(Path(kept) if kept else private_dir / "durable", durable=True) as where:
        yield Cluster(make_url(where.superuser_url))
