"""The drain of 100,000 due claims against a bare COPY of all the rows it writes; and its memory.

    python3 -m deploy test bench -k drain

Two limits: COPY into tables without keys, and into tables with the drain's own keys and indexes,
which no writer is spared. Both are one COPY a table of rows ready made; the drain besides takes and
locks its work, reads bills and covers, computes, books, and deletes its jobs. HUZHU_LONG=1 drains a
million to show that memory stays where it is.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.bench import city
from tests.bench.copying import connect, copied_in

CLAIMS = 100_000
WRITTEN = ("determination", "claim_move", "claim_queue", "entitlement", "entry", "posting", "event")
SIZES = (10_000, 100_000, *((1_000_000,) if os.environ.get("HUZHU_LONG") == "1" else ()))
DRAIN = """
import json, os, pathlib, re, resource, sys, time
from app import boot, config
from app.dispatch import drain_run
with boot.start(config.load(os.environ)).app_context():
    began = time.perf_counter()
    determined = sum(done.determined for done in drain_run(int(sys.argv[1])))
    taken = time.perf_counter() - began
status = pathlib.Path("/proc/self/status")
if status.exists():  # there ru_maxrss also counts the process that started this one
    peak = int(re.search(r"VmHWM:\\s+([0-9]+)", status.read_text())[1]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"determined": determined, "seconds": taken, "peak": peak}))
"""


def drained(database, claims: int) -> dict[str, float]:
    """Seed so many claims and drain them in a process of its own."""
    run_id = city.settled(database, claims)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DRAIN, str(run_id)],
        env={**os.environ, **database.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["determined"] == claims
    return found


@pytest.mark.parametrize("claims", SIZES)
def test_drain(database, claims: int) -> None:
    found = drained(database, claims)
    print(
        f"\ndrain {claims:>9,}: {found['seconds']:.2f} s,"
        f" {found['seconds'] / claims * 1e6:.1f} µs a claim, peak {found['peak'] / 2**20:.0f} MB"
    )
    if claims != CLAIMS:
        return
    with connect(database.owner_url) as connection:
        for what, like in (("without keys", ""), ("with its keys", "INCLUDING INDEXES")):
            bare = copied_in(connection, WRITTEN, like=like)
            print(
                f"  bare COPY {what}: {bare:.2f} s; the drain takes {found['seconds'] / bare:.1f} ×"
            )
