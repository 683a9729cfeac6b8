"""`deploy run` at work: pages answer, a worker determines what is imported, and it all ends.

That it starts, restarts what dies and leaves nothing behind is `tests/faults/test_run.py`'s; here
it does its work. The long form (HUZHU_LONG=1) does the same in a fresh copy of the tree, with an
environment of its own and an empty home, and starts it again.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.config import ROOT
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc, roster_xlsx
from tests.workers.commands import Person, of_its_own
from tests.workers.running import eventually
from tests.workers.town import BILL

LONG = os.environ.get("HUZHU_LONG") == "1"
START_S = 600 if LONG else 90
DAYS = ("2023-03-01", "2023-03-09", "2023-03-09 10:00:00")
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".data", "__pycache__", ".*_cache", "*.egg-info")


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="huzhu-test-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


class Run:
    """A run of the program, on any free port, in a session of its own."""

    def __init__(self, tree: Path, environ: dict[str, str]) -> None:
        self._log = Path(environ["HUZHU_DATA"]).with_suffix(".said")
        begun = time.monotonic()
        with self._log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy", "run", "--port", "0", "--empty"],
                cwd=tree,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        assert eventually(lambda: self.url or self.process.poll() is not None, START_S), self.said
        assert self.url, self.said
        with closing(urllib.request.urlopen(self.url, timeout=10)) as page:  # noqa: S310
            assert page.status == 200
        self.first_page_s = time.monotonic() - begun

    @property
    def said(self) -> str:
        return self._log.read_text()

    @property
    def url(self) -> str:
        found = re.search(r"^http://127.0.0.1:\d+$", self.said, re.MULTILINE)
        return found[0] if found else ""

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        assert self.process.returncode == 0, self.said


def test_what_is_imported_while_it_runs_is_determined_by_its_worker(place: Path) -> None:
    tree = place / "tree" if LONG else ROOT
    if LONG:
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
    environ = of_its_own(place / "data")
    officer = Person(environ)
    run = Run(tree, environ)
    try:
        assert "sign in as officer1" in run.said
        _enrol(officer, place)
        feed = place / "feed.csv"
        feed.write_bytes(_feed())
        assert officer.asks("settlements", "import", feed)["promised"] == 5
        # Nobody types drain: the replay sees the determinations when the worker has made them.
        assert eventually(lambda: officer.asks("replay", 2023)["determinations"] == 5)
        assert officer.asks("replay", 2023)["payable"] == "2500.00"
        assert officer.asks("drain")["determined"] == 0
    finally:
        run.stop()
    if LONG:
        again = Run(tree, environ)
        print(f"\nfirst page of the second start after {again.first_page_s:.1f} s")
        again.stop()
        assert "password " not in again.said


def _enrol(officer: Person, place: Path) -> None:
    people = [[make_name(n), make_id(n), make_account(n)] for n in range(5)]
    roster = place / "roster.xlsx"
    roster.write_bytes(roster_xlsx(people))
    unit = ("--unit", make_uscc(1), "--year", 2023)
    officer.asks("unit", "add", "--uscc", make_uscc(1), "--name", "第一机械厂")
    officer.asks("roster", "import", roster, *unit, "--confirmed-on", "2022-12-01")
    paid = ("--amount", "250.00", "--on", "2022-12-20", "--ref", "流水1")
    assert officer.asks("contributions", "receive", *unit, *paid)["covers_begun"] == 5


def _feed() -> bytes:
    rows = [
        (f"S{n}", make_id(n), make_name(n), "21", *DAYS, "1000.00", "0", "0", "0", f"V{n}", "")
        for n in range(5)
    ]
    return csv_bytes([BILL, *rows])
