"""A year's bills from the file to the replay and to what-if, as ratios to L; its memory and sizes.

    python3 -m deploy test bench -k whole

L is what the database takes for as many rows, in the same run: a bare COPY out of the columns that
the kernel reads, and a COPY in of the results. Ratios to it are told of a million rows; the other
sizes show whether time and memory stay flat. HUZHU_ROWS names others: "100000 1000000" takes two
minutes; ten million take fifteen, and forty gigabytes of disk, without which they are left out.
"""

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

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
from tests.bench.bench_feed import CAUSE, furnished, written
from tests.bench.bench_replay import INPUTS, RESULT
from tests.bench.bench_simulate import SIXTY
from tests.bench.copying import ROUNDS, connect, limits
from tests.bench.processor import Taken, measured, middle
from tests.bench.whole_steps import COPIED, Step, against_limit, player, ready
from tests.conftest import Cluster

SIZES = [int(x) for x in (os.environ.get("HUZHU_ROWS") or "10000 100000 1000000 10000000").split()]
HELD_TO_L = max((x for x in SIZES if x <= 1_000_000), default=max(SIZES))
MOST_MB = 600
FLAT = 1.2
GATHERED = "the claims of a feed that has ended are brought together half a million at a time"
"""And not more, however many there are (`app.claims.gather`)."""
BYTES_A_ROW = 4_000
"""Of disk: the file, tables with indexes, and the log of changes until it is recycled."""
GROWS = """
SELECT coalesce(pg_partition_root(c.oid), c.oid)::regclass::text,
       sum(pg_total_relation_size(c.oid))::bigint, sum(pg_relation_size(c.oid))::bigint
FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'by_year'::regnamespace)
GROUP BY 1 HAVING sum(pg_total_relation_size(c.oid)) > 1000000 ORDER BY 2 DESC
"""


@dataclass
class Size:
    """What was measured of so many rows."""

    steps: dict[str, Step]
    """By name: import, drain, replay."""
    memory: dict[str, float]
    """Megabytes at most."""


sizes: dict[int, Size] = {}


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
    limit: Taken | None = None
    if rows == HELD_TO_L:
        told.step(f"replaying {rows:,} claims, {ROUNDS} ×, and L beside them")
        with connect(database.owner_url) as connection:
            connection.execute(RESULT.encode())
            connection.commit()
            replays, bare, ratios = against_limit(database, rows, limits(connection, INPUTS))
        limit = middle(bare)
        compared(rows, fed, [x.taken for x in replays], bare, ratios)
    else:
        told.step(f"replaying {rows:,} claims")
        with player(database, rows) as play:
            replays = [play()]
    steps = fed | {"replay": replays[0]}  # the first: of the largest there is no other
    peaks = {
        "import and drain": max(fed["import"].peak, fed["drain"].peak),
        "reader": fed["import"].reader_peak,
        "replay": max(x.peak for x in replays),
    }
    sizes[rows] = Size(steps, {name: peak / 2**20 for name, peak in peaks.items()})
    if limit:
        told.step("what-if")
        what_if(database, rows, limit)
        rates(database, rows, fed, middle([x.taken for x in replays]), len(certnos))


def prepared(cluster: Cluster, database, rows: int) -> list[str]:
    """Covered people, and the server at rest: it has nothing of theirs still to write."""
    told.step(f"{rows // city.CLAIMS_A_MEMBER:,} people, and a file of {rows:,} rows of theirs")
    if rows > HELD_TO_L:  # more than half of the time that covers take, and no bill asks it
        with connect(database.owner_url) as connection:
            connection.execute(b"ALTER TABLE cover_term DROP CONSTRAINT cover_term_no_overlap")
    certnos = furnished(database, rows // city.CLAIMS_A_MEMBER)
    cluster.execute("CHECKPOINT")
    return certnos


def compared(
    rows: int, fed: dict[str, Step], replays: list[Taken], bare: list[Taken], ratios: list[float]
) -> None:
    """The replay and the feed, beside L."""
    limit, of = middle(bare), f"{rows:,}"
    around = f"L {', '.join(f'{x.clock_s:.2f}' for x in bare)} s"
    note = f"{', '.join(f'{x:.2f}' for x in ratios)}; {around}"
    by = middle(replays).processor_s / limit.processor_s
    what = f"replay of {of} claims"
    told.tell(what, median(ratios), "L", most=1.25, processor=by, note=note)
    whole = fed["import"].taken + fed["drain"].taken
    clock, by = whole.clock_s / limit.clock_s, whole.processor_s / limit.processor_s
    what = f"settlements file of {of} rows, to ready"
    each = {name: asdict(step.taken) for name, step in fed.items()}
    told.tell(what, clock, "L", most=6, cause=CAUSE, processor=by, **each)


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


def rates(database, rows: int, fed: dict[str, Step], replayed: Taken, members: int) -> None:
    """What the sums for 300 million members are made of.

    By the processor's seconds: a machine that others use tells little by the clock.
    """
    whole = fed["import"].taken + fed["drain"].taken
    told.rate("rows_to_ready_a_processor_second", rows / whole.processor_s)
    told.rate("replayed_a_processor_second", rows / replayed.processor_s)
    with connect(database.owner_url) as connection:
        for name, whole, _ in connection.execute(GROWS.encode()).fetchall():
            if name in {"result", "bare_result", "job"}:  # of this bench; of work that is done
                continue
            per = members if name in {"member", "cover", "cover_term", "roster_line"} else rows
            told.rate(f"bytes_{'member' if per == members else 'claim'}_{name}", whole / per)


def test_flat() -> None:
    """The largest size that was measured beside the others.

    Time against the best of the smaller, and the smallest against it; where that misses the goal,
    the bare copies beside both tell whether the machine gave less. Memory beside a hundred
    thousand, for a short file is read by no process of its own.
    """
    *smaller, largest = sorted(sizes) or [0]
    if not smaller:
        pytest.skip("one size tells nothing of another")
    for name in ("import", "drain", "replay"):
        flat_time(name, smaller, largest)
    for name in ("import and drain", "reader", "replay"):
        mb = {rows: sizes[rows].memory[name] for rows in sorted(sizes)}
        common = mb[min(smaller, key=lambda rows: abs(rows - 100_000))]
        if common:
            cause = GATHERED if name.startswith("import") and largest > 100_000 else ""
            note = _noted(mb, "MB")
            what, found = f"memory, {name}, to {largest:,} rows", mb[largest] / common
            told.tell(what, found, "×", most=FLAT, cause=cause, note=note, each=mb)
        told.tell(f"memory, {name}, at {largest:,}", mb[largest], "MB", most=MOST_MB)


def flat_time(name: str, smaller: list[int], largest: int) -> None:
    """What a claim takes at each size."""
    steps = {rows: sizes[rows].steps[name] for rows in sorted(sizes)}
    us = {rows: step.taken.clock_s / rows * 1e6 for rows, step in steps.items()}
    used = {rows: step.taken.processor_s / rows * 1e6 for rows, step in steps.items()}
    copied = {rows: step.copy.clock_s / COPIED * 1e6 for rows, step in steps.items()}
    best = min(smaller, key=us.__getitem__)
    swung = copied[largest] / copied[best]
    grew = us[largest] / us[best]
    less = f"a bare copy beside it took {swung:.2f} × as long, too" if grew / swung <= FLAT else ""
    told.tell(
        f"time a claim, {name}, to {largest:,} rows",
        grew,
        "×",
        most=FLAT,
        cause=less,
        processor=used[largest] / used[best],
        note=f"{_noted(us, 'µs')}, beside a copy of {_noted(copied, 'µs', places=2)}",
        us=us,
        processor_us=used,
        copy_us=copied,
    )
    few = smaller[0]
    once_s = (us[few] - us[largest]) * few / 1e6
    told.tell(
        f"time a claim, {name}, {few:,} rows beside {largest:,}",
        us[few] / us[largest],
        "×",
        most=FLAT,
        cause=f"what is done once, of however many rows, takes {once_s:.2f} s",
    )


def _noted(each: Mapping[int, float], unit: str, places: int = 1) -> str:
    said = ", ".join(f"{x:.{places}f}" for x in each.values())
    return f"{said} {unit} at {', '.join(f'{rows:,}' for rows in each)}"
