"""A settlements file to determined, booked and ready for review, against L; and its memory.

    HUZHU_LONG=1 python3 -m deploy test bench -k feed

L is what the database itself takes for as many rows, in the same run: a bare COPY out of the
columns that the kernel reads, and a COPY in of the results. The short form takes 20,000 and 100,000
rows, the long one a million besides; HUZHU_ROWS=10000000 adds a size. Memory is the largest of the
process that writes and of the one that reads, each by itself.
"""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app import boot
from app.claims.settlement import FIELDS
from app.db import db, transaction
from app.roster.members import add_members
from tests.bench import city
from tests.bench.bench_replay import INPUTS, RESULT
from tests.bench.copying import connect, copied_in, copied_out, seconds
from tests.bench.told import KEPT
from tests.factories import make_id

LONG = os.environ.get("HUZHU_LONG") == "1"
MORE = [int(x) for x in os.environ.get("HUZHU_ROWS", "").split()]
SIZES = [20_000, 100_000, *([1_000_000] if LONG else []), *MORE]
GOAL, MOST_MB = 6.0, 600
CAUSE = (
    "to read the file and to write the rows and keys of eight tables takes 39 µs of the processor a"
    " row, unchecked, of 77 in all; L, which writes one table without a key, 5.4 (app/feeds)"
)
WORKERS = 2
"""A worker a core drains, as workers do; one file is imported by one."""
IMPORT = """
import json, os, pathlib, re, resource, sys, time
from app import boot, config
from app.db import transaction
from app.feeds.import_file import import_file

def used():
    own, others = (resource.getrusage(x) for x in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, others.ru_utime + others.ru_stime

def step(what):
    began, before = time.perf_counter(), used()
    what()
    own, others = (x - y for x, y in zip(used(), before))
    return {"clock": time.perf_counter() - began, "own": own, "reader": others}

done = []
def take():
    with open(sys.argv[1], "rb") as file:
        done.extend(import_file(transaction, file, name="f", by=1))

with boot.start(config.load(os.environ)).app_context():
    told = step(take)
    assert (done[0].fault, done[0].new) == (None, done[0].rows_in)
told["run"] = done[0].run_id
status = pathlib.Path("/proc/self/status").read_text()
told["peak"] = int(re.search(r"VmHWM:\\s+([0-9]+)", status)[1]) * 1024
told["reader_peak"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps(told))
"""
DRAIN = """
import json, os, pathlib, re, sys, time
from app import boot, config
from app.db import transaction
from app.dispatch import drain_run
with boot.start(config.load(os.environ)).app_context():
    with transaction() as session:
        session.connection()
    print("ready", flush=True)
    sys.stdin.readline()
    began, used = time.perf_counter(), time.process_time()
    determined = sum(each.determined for each in drain_run(int(sys.argv[1])))
    told = {"clock": time.perf_counter() - began, "own": time.process_time() - used}
status = pathlib.Path("/proc/self/status").read_text()
told["peak"] = int(re.search(r"VmHWM:\\s+([0-9]+)", status)[1]) * 1024
print(json.dumps(told | {"determined": determined}))
"""


def furnished(database, members: int) -> list[str]:
    """A database with so many covered people; their IDs."""
    app = boot.start(database.settings)
    boot.furnish(app)
    certnos = [make_id(n) for n in range(members)]
    with app.app_context():
        with transaction() as session:
            known = [*add_members(session, certnos).values()]
            city.cover(session, known)
        db.engine.dispose()
    with connect(database.owner_url) as connection:
        connection.execute("ANALYZE")
    return certnos


def written(path: Path, certnos: list[str], rows: int) -> None:
    """A file of the bureau's with every column the interface has."""
    days = [(city.TERM.starts_on + timedelta(days=n)).isoformat() for n in range(-9, 360)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(FIELDS) + "\n")
        for n in range(rows):
            file.write(_ROW % cells(n, certnos[n % len(certnos)], days))


def cells(n: int, certno: str, days: list[str]) -> dict[str, str | int]:
    """What one row says. `days`: from nine days before the first on."""
    scope, day = 100_000 + n * 7919 % 9_000_000, 9 + n * 7919 % 360
    paid = scope * 6 // 10
    borne = scope - paid
    return {
        "n": n,
        "certno": certno,
        "begun": days[day - n % 9],
        "day": days[day],
        "time": f"{n % 12 + 8:02}:{n % 60:02}:{n * 7 % 60:02}",
        "care": "21" if n % 5 else "14",
        "psn": n % 500_000,
        "unit": n % 1_600,
        "hospital": n % 90,
        "scope": f"{scope // 100}.{scope % 100:02}",
        "paid": f"{paid // 100}.{paid % 100:02}",
        "borne": f"{borne // 100}.{borne % 100:02}",
    }


_CELLS = {
    "refd_setl_flag": "0",
    "begndate": "%(begun)s",
    "enddate": "%(day)s",
    "setl_time": "%(day)s %(time)s",
    "setl_id": "4105%(n)014d",
    "certno": "%(certno)s",
    "init_setl_id": "",
    "mdtrt_id": "V%(n)014d",
    "psn_no": "P%(psn)010d",
    "psn_name": "张三",
    "psn_cert_type": "01",
    "psn_type": "11",
    "insutype": "310",
    "med_type": "%(care)s",
    "cvlserv_flag": "0",
    "emp_name": "安阳市第%(unit)d单位",
    "insu_optins": "410500",
    "fixmedins_code": "H4105%(hospital)07d",
    "fixmedins_name": "安阳市第%(hospital)d人民医院",
    "hosp_lv": "03",
    "year": "2023",
    "dise_codg": "M03900",
    "dise_name": "高血压病2级",
    "invono": "%(n)020d",
    **dict.fromkeys(("medfee_sumamt", "inscp_scp_amt"), "%(scope)s"),
    **dict.fromkeys(("hifp_pay", "fund_pay_sumamt"), "%(paid)s"),
    **dict.fromkeys(("psn_part_amt", "psn_cash_pay"), "%(borne)s"),
}
_ROW = ",".join(_CELLS.get(name, "0.00") for name in FIELDS) + "\n"


@pytest.mark.parametrize("rows", SIZES)
def test_feed(database, tmp_path: Path, rows: int) -> None:
    certnos = furnished(database, rows // city.CLAIMS_A_MEMBER)
    path = tmp_path / "settlements.csv"
    written(path, certnos, rows)
    took = imported(database, path)
    drains = drained(database, took["run"])
    assert sum(each["determined"] for each in drains) == rows
    drain = {name: max(each[name] for each in drains) for name in ("clock", "peak")}
    drain["own"] = sum(each["own"] for each in drains)
    steps = {"import": took, "drain": drain}
    with connect(database.owner_url) as connection:
        connection.execute(RESULT.encode())
        out = seconds(lambda: [copied_out(connection, query) for query in INPUTS])
        limit = out + copied_in(connection, ("result",), like="")
    taken = steps["import"]["clock"] + steps["drain"]["clock"]
    peaks = [x >> 20 for x in (took["peak"], took["reader_peak"], drain["peak"])]
    print(
        f"\nfeed {rows:>10,} rows ({path.stat().st_size >> 20} MB), L {limit:.2f} s, load {load()}"
    )
    for name in ("import", "drain"):
        step = steps[name]
        print(
            f"  {name}: {step['clock']:.1f} s, {rows / step['clock']:,.0f} rows a second;"
            f" processor {step['own']:.1f} s, the reader {step.get('reader', 0.0):.1f} s"
        )
    missed = f": {CAUSE}" if taken > GOAL * limit else ""
    print(
        f"  in all {taken / limit:.1f} L (goal {GOAL}{missed}); peaks {peaks} MB (goal {MOST_MB})"
    )
    kept = {"rows": rows, "L": limit, "ratio": taken / limit, "peak_mb": peaks, **steps}
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"feed-{rows}.json").write_text(json.dumps(kept), encoding="utf-8")
    assert max(peaks) <= MOST_MB
    with connect(database.owner_url) as connection:
        [count] = connection.execute("SELECT count(*) FROM claim_queue").fetchone() or [0]
    assert count == rows


def imported(database, path: Path) -> dict[str, float]:
    """Import a file by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORT, str(path)],
        env={**os.environ, **database.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def drained(database, run_id: int) -> list[dict[str, float]]:
    """Drain its run by several, which are there and begin together."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", DRAIN, str(run_id)],
            env={**os.environ, **database.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * WORKERS
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate()[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS
    return [json.loads(each) for each in said]


def load() -> str:
    return " ".join(f"{x:.1f}" for x in os.getloadavg())
