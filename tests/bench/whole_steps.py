"""The steps of a whole year's bills, each with what a bare COPY takes right before and after it.

A machine that others use gives more at one moment than at another. What stands side by side swings
together, so a ratio of the two tells of the program.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.bench.bench_feed import drained, imported
from tests.bench.copying import ROUNDS, connect, limits
from tests.bench.processor import Taken, middle, server_s

COPIED = 100_000
"""Rows of the copy that stands beside a step."""
_YARDSTICK = f"""CREATE UNLOGGED TABLE IF NOT EXISTS yardstick AS
SELECT n AS member_id, n * 7919 AS base_fen, n * 31 AS payable_fen, repeat('a', 32) AS scheme_id
FROM generate_series(1, {COPIED}) n"""
_REPLAY = """
import json, os, pathlib, re, sys, time
from app import boot, config
from app.adjudication.replay import replay
from app.db import transaction
with boot.start(config.load(os.environ)).app_context():
    for asked in sys.stdin:
        began, used = time.perf_counter(), time.process_time()
        with transaction() as session:
            played = replay(session, 2023)
        taken = {"clock_s": time.perf_counter() - began, "own_s": time.process_time() - used}
        assert not played.differences
        status = pathlib.Path("/proc/self/status").read_text()
        peak = int(re.search(r"VmHWM:\\s+([0-9]+)", status)[1]) * 1024
        print(json.dumps([played.determinations, peak, taken]), flush=True)
"""


@dataclass
class Step:
    """What a step took, its memory at most in bytes, and what the copy beside it took."""

    taken: Taken
    peak: int
    copy: Taken
    reader_peak: int = 0


def of_server(database) -> float:
    """Seconds of the processor that the server has used so far."""
    with connect(database.owner_url) as connection:
        return server_s(connection.info.backend_pid)


@contextmanager
def _beside(database) -> Iterator[Callable[[], Taken]]:
    """Copies before and after a block; what is yielded tells their median afterwards."""
    rounds: list[Taken] = []
    with connect(database.owner_url) as connection:
        connection.execute(_YARDSTICK.encode())
        copies = limits(connection, ["SELECT * FROM yardstick"], results="yardstick")
        rounds += [next(copies) for _ in range(ROUNDS)]
        yield lambda: middle(rounds)
        rounds += [next(copies) for _ in range(ROUNDS)]


def ready(database, path: Path, rows: int) -> dict[str, Step]:
    """A file imported by one process and drained by a worker a core."""
    with _beside(database) as copy:
        before = of_server(database)
        took = imported(database, path)
        server = of_server(database) - before
    taken = Taken(took["clock"], took["own"] + took["reader"], server)
    steps = {"import": Step(taken, took["peak"], copy(), took["reader_peak"])}
    with _beside(database) as copy:
        before = of_server(database)
        drains = drained(database, took["run"])
        server = of_server(database) - before
    assert sum(each["determined"] for each in drains) == rows
    clock, own = max(each["clock"] for each in drains), sum(each["own"] for each in drains)
    peak = max(each["peak"] for each in drains)
    return steps | {"drain": Step(Taken(clock, own, server), peak, copy())}


@contextmanager
def player(database, rows: int) -> Iterator[Callable[[], Step]]:
    """A process that replays the year each time it is asked to."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _REPLAY],
        env={**os.environ, **database.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def play() -> Step:
            with _beside(database) as copy:
                before = of_server(database)
                process.stdin.write("go\n")
                process.stdin.flush()
                said = process.stdout.readline()
                server = of_server(database) - before
            assert said, process.wait()
            count, peak, taken = json.loads(said)
            assert count == rows
            return Step(Taken(**taken, server_s=server), peak, copy())

        yield play
        process.stdin.close()
    assert process.returncode == 0


def against_limit(
    database, rows: int, limit: Iterator[Taken]
) -> tuple[list[Step], list[Taken], list[float]]:
    """Replays; L before the first, between them and after the last; each against the two beside it.

    The ratios are by the clock.
    """
    with player(database, rows) as play:
        bare, steps = [next(limit)], []
        for _ in range(ROUNDS):
            steps.append(play())
            bare.append(next(limit))
    around = [(x.clock_s + y.clock_s) / 2 for x, y in pairwise(bare)]
    ratios = [step.taken.clock_s / of for step, of in zip(steps, around, strict=True)]
    return steps, bare, ratios
