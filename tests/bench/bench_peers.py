"""The kernel in memory against its peers, on the same rows, with identical results.

    python3 -m deploy test bench -k peers

Python's integers and Decimal in a plain loop, DuckDB and polars with as-of joins and windows, the
whole rule each. OpenFisca and ZEN do not match covers: they get the bills that are granted, already
matched, and the kernel gets the same bills and matches them besides. At ten million rows: the
kernel, DuckDB and polars; a loop, and ZEN with it, takes ten times as long and as much memory, and
OpenFisca does not hold it. What works by one thread is timed by the processor, in turns with the
kernel; DuckDB and polars, which take every processor there is, by the clock.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from app.benefits.columns import Bills, Determinations, nothing_granted
from app.benefits.kernel import determine
from tests.bench import told
from tests.bench.bench_kernel import ANYANG, as_lists, indexed, plain_loop, so_many
from tests.bench.peers_decimal import decimal_loop, in_yuan
from tests.bench.peers_openfisca import granted_bills, in_openfisca, system
from tests.bench.peers_tables import InDuckDB, InPolars
from tests.bench.peers_zen import as_lists as zen_lists
from tests.bench.peers_zen import decision, in_zen

SMALL = 1_000_000
LARGE = 10_000_000
TEN_GB = 10 << 30
ROUNDS = int(os.environ.get("HUZHU_ROUNDS") or 3)
MATCHED = "its formulas run on numpy as the kernel does, on bills whose covers are found already"


def free_bytes() -> int:
    """Memory that can be had, what the system only keeps for reading again included."""
    told_of = Path("/proc/meminfo")
    if not told_of.exists():
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    [line] = [x for x in told_of.read_text().splitlines() if x.startswith("MemAvailable")]
    return int(line.split()[1]) << 10


def timed(
    work: Callable[[], object], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, object]:
    """The median of some rounds, and what came of it."""
    taken, found = [], None
    for _ in range(rounds):
        began = clock()
        found = work()
        taken.append(clock() - began)
    return median(taken), found


def in_turns(kernel: Callable[[], object], peer: Callable[[], object], rounds: int) -> list:
    """The medians of both by the processor, and what came of both."""
    both = [[], []]
    for _ in range(rounds):
        for of, work in zip(both, (kernel, peer), strict=True):
            of.append(timed(work, 1, time.process_time))
    return [x for of in both for x in (median(taken for taken, _ in of), of[-1][1])]


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_tables_of_peers(count: int) -> None:
    if count == LARGE and free_bytes() < TEN_GB:
        pytest.skip("ten million rows want 10 GB of memory that nobody uses")
    bills, covers = so_many(count)
    kernel_s, found = timed(lambda: determine(bills, covers, ANYANG, nothing_granted()))
    told.rate(f"kernel_rows_a_second_{count}", count / kernel_s)
    names = ("refusal", "base", "gross", "payable")
    for name, peer in (("DuckDB", InDuckDB), ("polars", InPolars)):
        taken_s, answers = timed(peer(bills, covers, ANYANG))
        for column, of_peer in zip(names, answers, strict=True):
            assert np.array_equal(getattr(found, column), of_peer), (name, column)
        what = f"kernel, {count:,} rows, against {name}"
        told.tell(what, taken_s / kernel_s, "×", least=1, kernel_s=kernel_s, peer_s=taken_s)


def against(
    name: str, least: float, ask: Callable[[], object], peer: Callable, rounds: int = ROUNDS
) -> tuple:
    """Tell how many times as long the peer takes; what the kernel and the peer found."""
    kernel_s, found, peer_s, answers = in_turns(ask, peer, rounds)
    what, times = f"kernel, 1,000,000 rows, against {name}", peer_s / kernel_s
    cause = MATCHED if name == "OpenFisca" else ""
    of = {"kernel_s": kernel_s, "peer_s": peer_s, "bills": len(found)}
    told.tell(what, times, "×", least=least, cause=cause, **of)
    return found, answers


def test_loops_and_engines() -> None:
    bills, covers = so_many(SMALL)

    def kernel() -> Determinations:
        return determine(bills, covers, ANYANG, nothing_granted())

    lists = as_lists(bills), as_lists(covers)
    found, answers = against(
        "Python integers", 12, kernel, lambda: plain_loop(lists[0], indexed(lists[1]))
    )
    names = ("refusal", "base", "gross", "payable")
    expected = [*zip(*(getattr(found, x).tolist() for x in names), strict=True)]
    assert answers == expected
    yuan = in_yuan(lists[0])
    _, answers = against(
        "Decimal", 25, kernel, lambda: decimal_loop(yuan, indexed(lists[1])), rounds=1
    )
    assert [int(x * 100) for x in answers] == [x[3] for x in expected]
    rows, columns = granted_bills(bills, found)
    theirs = Bills(*(getattr(bills, name)[rows] for name in bills.__slots__))

    def same() -> Determinations:
        return determine(theirs, covers, ANYANG, nothing_granted())

    fisca = system()
    alike, of_fisca = against("OpenFisca", 10, same, lambda: in_openfisca(fisca, columns))
    assert np.array_equal(alike.payable, found.payable[rows])
    assert np.array_equal(of_fisca, found.payable[rows])
    made, given = decision(), zen_lists(columns, len(rows))
    _, of_zen = against("GoRules ZEN", 100, same, lambda: in_zen(made, given), rounds=1)
    assert of_zen == found.payable[rows].tolist()
