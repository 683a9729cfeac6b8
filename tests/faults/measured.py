"""A roster file read, and its copies made, by a process of its own, which tells what that took.

Each may take five seconds and 300 MB. In every run the processor's seconds are judged, which stay
the same however busy a machine is; by hand (HUZHU_LONG=1) those of the clock, too.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.faults import hostile_books as books

LONG = "HUZHU_LONG" in os.environ
SECONDS = 5
BYTES = 300_000_000
READ = """
import gc, io, json, resource, sys, time
from contextlib import redirect_stdout, suppress
from datetime import date
from pathlib import Path
from app.cli import main
from app.errors import Refusal
from app.files.workbook import read_book, read_in_child
from app.roster.returned import copy_for
from app.roster.sheet import read_roster
from app.texts import say

def status(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(x.split()[1]) * 1024 for x in lines if x.startswith(key))

path, small = map(Path, sys.argv[1:])
day = date(2024, 6, 1)
read_roster(read_in_child(small.read_bytes()), day)
read_roster(read_book(small.read_bytes()), day)
data = path.read_bytes()
def worked():
    times = [resource.getrusage(x) for x in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(x.ru_utime + x.ru_stime for x in times)

def measured(do):
    gc.collect()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the high water mark begins anew
    before, began, used = status("VmRSS"), time.perf_counter(), worked()
    done = do()
    grew = status("VmHWM") - before
    return done, {"seconds": time.perf_counter() - began, "worked": worked() - used, "grew": grew}

def answered():
    try:
        book = read_book(data)
        return book, read_roster(book, day), None
    except Refusal as refused:
        return None, None, refused

(book, roster, refused), took = measured(answered)
told = {"fault": None, "copies": [], **took}
told["child"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
if roster:
    told["rows"], told["faults"] = len(roster.rows), [x.reason for x in roster.faults]
    told["notes"] = [x.reason for x in roster.notes]
    for alone in (False, True) if roster.faults else ():
        make = lambda: copy_for(data, book, roster, roster.faults, "zh", only_refused=alone)
        copy, took = measured(make)
        told["copies"].append(took)
        if len(roster.faults) < 1_000:
            took["faults"] = len(read_roster(read_book(copy), day).faults)
else:
    told |= {"fault": refused.name, "zh": say(refused, "zh"), "en": say(refused, "en")}
if told["fault"]:
    out = io.StringIO()
    given = ["--unit", "x", "--year", "2024", "--json", "--lang", "zh"]
    with redirect_stdout(out):
        told["exit"] = main(["roster", "import", str(path), *given])
    told["cli"] = json.loads(out.getvalue())
print(json.dumps(told))
"""


def measured(data: bytes, folder: Path) -> dict[str, Any]:
    """Read a file as both doors do, and make the copies of its refused rows; what was told."""
    path, small = folder / "花名册.xlsx", folder / "small.xlsx"
    path.write_bytes(data)
    small.write_bytes(books.roster())
    done = subprocess.run(
        [sys.executable, "-c", READ, path, small],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    print(f"{told['fault']}: {in_words(told)}, child {told['child'] / 1e6:.0f} MB")
    assert told["child"] <= BYTES
    assert_small(told)
    for copy in told["copies"]:
        print(f"  its copy: {in_words(copy)}")
        assert_small(copy)
    return told


def in_words(took: dict[str, Any]) -> str:
    worked, grew = took["worked"], took["grew"] / 1e6
    return f"{took['seconds']:.2f} s, worked {worked:.2f} s, grew {grew:.0f} MB"


def assert_small(took: dict[str, Any]) -> None:
    assert took["worked"] <= SECONDS
    assert took["seconds"] <= SECONDS or not LONG
    assert took["grew"] <= BYTES
