"""Benches run against a durable server: what is measured is what a fund would wait for.

With HUZHU_BENCH_DATA its data lie in that directory and stay there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.embedded import server
from tests.bench import told
from tests.conftest import Cluster


@pytest.fixture(scope="session")
def cluster(private_dir: Path) -> Iterator[Cluster]:
    kept = os.environ.get("HUZHU_BENCH_DATA")
    with server.database(Path(kept) if kept else private_dir / "durable", durable=True) as where:
        yield Cluster(make_url(where.superuser_url))


TABLE = ("bench_workers", "bench_peers", "bench_whole")
"""What the table is made of, the shortest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The table comes first: whoever has not the hour for the rest has it after half of one."""
    names = [item.path.stem for item in items]
    order = [*TABLE, *(name for name in dict.fromkeys(names) if name not in TABLE)]
    items.sort(key=lambda item: order.index(item.path.stem))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """How long each bench took, what it stands on included, and why it broke off."""
    name = report.nodeid.rpartition("/")[2]
    told.took[name] = round(told.took.get(name, 0.0) + report.duration, 1)
    if report.failed or report.skipped:
        told.undone[name] = _why(report)
    if report.when == "teardown" and (told.lines or told.rates):
        told.kept()


def _why(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):  # file, line and reason of a skip
        return str(report.longrepr[2])
    return report.longreprtext.strip().rpartition("\n")[2] or report.when


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured for the table, at the end of the run, and what was not."""
    if told.lines:
        terminalreporter.section("speed, as ratios measured in this run")
        for row in told.table():
            terminalreporter.write_line(row)
    for name, why in told.undone.items():
        terminalreporter.write_line(f"NOT MEASURED, {name}: {why}")
    if told.lines or told.rates:
        for name, seconds in told.took.items():
            terminalreporter.write_line(f"{name} took {seconds:,.0f} s")
        terminalreporter.write_line(f"kept in {told.kept()}")
