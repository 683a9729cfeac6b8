"""A year's bills from the file to the replay and to what-if, as ratios to L; its memory and sizes.

    python3 -m deploy test bench -k whole

L is what the database takes for as many rows, in the same run: a bare COPY out of the columns that
the kernel reads, and a COPY in of the results. Ratios to it are told of a million rows; the other
sizes show whether time and memory stay flat. HUZHU_ROWS names others: "100000 1000000" takes two
minutes; ten million take fifteen, and forty gigabytes of disk, without which they are left out.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import boot
from app.audit.gather import snapshot
from app.benefits.scheme_file import package_schemes
from app.db import db
from app.simulation.asked import ask
from app.simulation.keep import loaded
from app.simulation.outlook import Ahead
from app.simulation.supposed import supposed_change
from tests.bench import city, told
from tests.bench.bench_feed import CAUSE, drained, furnished, imported, written
from tests.bench.bench_replay import INPUTS, RESULT
from tests.bench.bench_simulate import SIXTY
from tests.bench.copying import connect, limit
from tests.bench.processor import Taken, measured, middle, server_s
from tests.conftest import Cluster

SIZES = [int(x) for x in (os.environ.get("HUZHU_ROWS") or "10000 100000 1000000 10000000").split()]
HELD_TO_L = max((x for x in SIZES if x <= 1_000_000), default=max(SIZES))
MOST_MB = 600
FLAT = 1.2
ROUNDS = 3
GATHERED = "the claims of a feed that has ended are brought together half a million at a time"
"""And not more, however many there are (`app.claims.gather`)."""
BYTES_A_ROW = 4_000
"""Of disk: the file, tables with indexes, and the log of changes until it is recycled."""
REPLAY = """
import json, os, pathlib, re, sys, time
from app import boot, config
from app.adjudication.replay import replay
from app.db import transaction
taken = []
used = time.process_time
with boot.start(config.load(os.environ)).app_context():
    own = used()
    for _ in range(int(sys.argv[1])):
        began = time.perf_counter()
        with transaction() as session:
            played = replay(session, 2023)
        taken.append(time.perf_counter() - began)
    assert not played.differences
    own = used() - own
status = pathlib.Path("/proc/self/status").read_text()
peak = int(re.search(r"VmHWM:\\s+([0-9]+)", status)[1]) * 1024
print(json.dumps({"count": played.determinations, "clock": sorted(taken)[len(taken) // 2],
                  "first": taken[0], "own": own, "peak": peak}))
"""
GROWS = """
SELECT coalesce(pg_partition_root(c.oid), c.oid)::regclass::text,
       sum(pg_total_relation_size(c.oid))::bigint, sum(pg_relation_size(c.oid))::bigint
FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'by_year'::regnamespace)
GROUP BY 1 HAVING sum(pg_total_relation_size(c.oid)) > 1000000 ORDER BY 2 DESC
"""
sizes: dict[int, dict[str, float]] = {}


def program(database, code: str, *words: object) -> dict:
    before = of_server(database)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *map(str, words)],
        env={**os.environ, **database.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"server": of_server(database) - before}


def ready(database, path: Path, rows: int) -> dict:
    """A file imported by one process and drained by a worker a core."""
    before = of_server(database)
    took = imported(database, path)
    drains = drained(database, took["run"])
    assert sum(each["determined"] for each in drains) == rows
    drain = {
        "clock": max(each["clock"] for each in drains),
        "own": sum(each["own"] for each in drains),
        "reader": 0.0,
    }
    peak = max(took["peak"], *(each["peak"] for each in drains))
    server = of_server(database) - before
    seen = {"import": took, "drain": drain, "server": server}
    return seen | {"peak": peak, "reader_peak": took["reader_peak"]}


def of_server(database) -> float:
    """Seconds of the processor that the server has used so far."""
    with connect(database.owner_url) as connection:
        return server_s(connection.info.backend_pid)


def at_rest(database) -> None:
    """What the server does by itself in the minutes after so many rows, done: it ran beside the
    replay, and L came after it."""
    told.step("vacuuming what was written")
    with connect(database.owner_url) as connection:
        connection.autocommit = True
        connection.execute(b"VACUUM (ANALYZE)")


@pytest.mark.parametrize("rows", SIZES)
def test_whole(cluster: Cluster, database, tmp_path: Path, rows: int) -> None:
    if shutil.disk_usage(tmp_path).free < rows * BYTES_A_ROW:
        pytest.skip(f"{rows:,} rows want {rows * BYTES_A_ROW >> 30} GB of disk")
    certnos = prepared(cluster, database, rows)
    path = tmp_path / "settlements.csv"
    written(path, certnos, rows)
    told.step(f"importing {rows:,} rows, {path.stat().st_size >> 20:,} MB, and determining them")
    fed = ready(database, path, rows)
    path.unlink()
    at_rest(database)
    rounds = ROUNDS if rows <= HELD_TO_L else 1
    told.step(f"replaying {rows:,} claims, {rounds} ×")
    played = program(database, REPLAY, rounds)
    assert played["count"] == rows
    sizes[rows] = {
        **{f"{x} s": fed[x]["clock"] / rows for x in ("import", "drain")},
        "replay s": played["first"] / rows,  # of the largest there is no other
        "import and drain MB": fed["peak"] / 2**20,
        "reader MB": fed["reader_peak"] / 2**20,
        "replay MB": played["peak"] / 2**20,
    }
    if rows == HELD_TO_L:
        told.step("L, and what-if")
        with connect(database.owner_url) as connection:
            connection.execute(RESULT.encode())
            bare = limit(connection, INPUTS)
        compared(rows, fed, played, bare)
        what_if(database, rows, bare)
        rates(database, rows, fed, played, len(certnos))


def prepared(cluster: Cluster, database, rows: int) -> list[str]:
    """Covered people, and the server at rest: it has nothing of theirs still to write."""
    told.step(f"{rows // city.CLAIMS_A_MEMBER:,} people, and a file of {rows:,} rows of theirs")
    if rows > HELD_TO_L:  # more than half of the time that covers take, and no bill asks it
        with connect(database.owner_url) as connection:
            connection.execute(b"ALTER TABLE cover_term DROP CONSTRAINT cover_term_no_overlap")
    certnos = furnished(database, rows // city.CLAIMS_A_MEMBER)
    cluster.execute("CHECKPOINT")
    return certnos


def compared(rows: int, fed: dict, played: dict, bare: Taken) -> None:
    """The replay and the feed, beside L."""
    of, took = f"{rows:,}", played["clock"] / bare.clock_s
    by = (played["own"] + played["server"]) / ROUNDS / bare.processor_s
    what = f"replay of {of} claims"
    told.tell(what, took, "L", most=1.25, processor=by, limit_s=bare.clock_s)
    steps = fed["import"], fed["drain"]
    whole = sum(step["clock"] for step in steps)
    used = sum(step["own"] + step["reader"] for step in steps) + fed["server"]
    by = used / bare.processor_s
    what = f"settlements file of {of} rows, to ready"
    told.tell(what, whole / bare.clock_s, "L", most=6, cause=CAUSE, processor=by, **fed)


def what_if(database, rows: int, bare: Taken) -> None:
    scheme = next(x for x in package_schemes() if x.starts_from.year == city.YEAR)
    with boot.start(database.settings).app_context():
        with snapshot(db.engine) as session:
            began = time.perf_counter()
            held = loaded(session, anew=True)
            read = time.perf_counter() - began
        taken = []
        for cap in range(150, 154):
            figures = {"benefit.inpatient.bands": SIXTY, "benefit.inpatient.cap_fen": cap * 100_000}
            with measured(os.getpid()) as one:
                asked = ask(held, supposed_change(scheme, figures), city.YEAR, city.YEAR, Ahead())
            taken.append(one)
            assert asked.answer.changed.more > 0
        db.engine.dispose()
    of, later = f"what-if on {rows:,} claims", middle(taken[1:])
    for what, most, one in (("inputs loaded", 0.3, taken[0]), ("second question", 0.15, later)):
        by = one.own_s / bare.processor_s
        told.tell(
            f"{of}, {what}", one.clock_s / bare.clock_s, "L", most=most, processor=by, read_s=read
        )
    replaced(database, rows)


def replaced(database, rows: int) -> None:
    """A question's columns go as a folder; as rows of a table they would be deleted."""
    [folder] = [x for x in (database.settings.data_dir / "what-if").iterdir() if x.is_dir()]
    began = time.perf_counter()
    shutil.rmtree(folder)
    went = time.perf_counter() - began
    with connect(database.owner_url) as connection:
        connection.execute(b"ALTER TABLE result ADD PRIMARY KEY (member_id, grant_no)")
        connection.commit()
        began = time.perf_counter()
        connection.execute(b"DELETE FROM result")
        connection.commit()
        deleted = time.perf_counter() - began
    what = f"replacing a simulated run of {rows:,}"
    told.tell(what, went / deleted, "× DELETE", most=0.1, went_s=went, deleted_s=deleted)


def rates(database, rows: int, fed: dict, played: dict, members: int) -> None:
    """What the sums for 300 million members are made of.

    By the processor's seconds: a machine that others use tells little by the clock.
    """
    steps = (fed[step][whose] for step in ("import", "drain") for whose in ("own", "reader"))
    told.rate("rows_to_ready_a_processor_second", rows / (sum(steps) + fed["server"]))
    replayed_s = (played["own"] + played["server"]) / ROUNDS
    told.rate("replayed_a_processor_second", rows / replayed_s)
    with connect(database.owner_url) as connection:
        for name, whole, _ in connection.execute(GROWS.encode()).fetchall():
            if name in {"result", "bare_result", "job"}:  # of this bench; of work that is done
                continue
            per = members if name in {"member", "cover", "cover_term", "roster_line"} else rows
            told.rate(f"bytes_{'member' if per == members else 'claim'}_{name}", whole / per)


def test_flat() -> None:
    """The largest size that was measured beside the others.

    Time beside the best of them, and the smallest beside it; memory beside a hundred thousand, for
    a short file is read by no process of its own.
    """
    *smaller, largest = sorted(sizes) or [0]
    if not smaller:
        pytest.skip("one size tells nothing of another")
    for name in ("import", "drain", "replay"):
        us = {rows: sizes[rows][f"{name} s"] * 1e6 for rows in sorted(sizes)}
        least = min(us[rows] for rows in smaller)
        _flat(f"time a claim, {name}", us[largest] / least, us, "µs")
        few = min(smaller)
        once_s = (us[few] - us[largest]) * few / 1e6
        told.tell(
            f"time a claim, {name}, {few:,} rows beside {largest:,}",
            us[few] / us[largest],
            "×",
            most=FLAT,
            cause=f"what is done once, of however many rows, takes {once_s:.2f} s",
        )
    for name in ("import and drain", "reader", "replay"):
        mb = {rows: sizes[rows][f"{name} MB"] for rows in sorted(sizes)}
        common = mb[min(smaller, key=lambda rows: abs(rows - 100_000))]
        if common:
            cause = GATHERED if name.startswith("import") and largest > 100_000 else ""
            _flat(f"memory, {name}", mb[largest] / common, mb, "MB", cause)
        told.tell(f"memory, {name}, at {largest:,}", mb[largest], "MB", most=MOST_MB)


def _flat(what: str, found: float, each: dict[int, float], unit: str, cause: str = "") -> None:
    said = ", ".join(f"{x:.1f}" for x in each.values())
    note = f"{said} {unit} at {', '.join(f'{rows:,}' for rows in each)}"
    told.tell(
        f"{what}, to {max(each):,} rows", found, "×", most=FLAT, cause=cause, note=note, each=each
    )
