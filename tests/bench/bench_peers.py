"""The kernel in memory against its peers, on the same rows, with identical results.

    python3 -m deploy test bench -k peers

Python's integers and Decimal in a plain loop, DuckDB and polars with as-of joins and windows, the
whole rule each. OpenFisca and ZEN do not match covers: they get the bills that are granted, already
matched, and the kernel gets the same bills and matches them besides. What works by one thread is
timed by the processor, in turns with the kernel; DuckDB and polars, which take every processor,
by the clock. Decimal and ZEN go bill by bill, and as long for each of a million as of ten.
"""

import os
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from app.benefits.columns import BLOCK, Bills, Covers, Determinations, nothing_granted, part
from app.benefits.kernel import determine
from app.benefits.ruled import ruled
from tests.bench import told
from tests.bench.bench_kernel import ANYANG, as_lists, indexed, plain_loop, so_many
from tests.bench.peers_decimal import decimal_loop, in_yuan
from tests.bench.peers_openfisca import (
    asked_for,
    granted_bills,
    known_groups,
    simulation_of,
    system,
)
from tests.bench.peers_tables import InDuckDB, InPolars
from tests.bench.peers_zen import as_lists as zen_lists
from tests.bench.peers_zen import decision, in_zen

SMALL = 1_000_000
LARGE = 10_000_000
SIXTEEN_GB = 16 << 30
ROUNDS = int(os.environ.get("HUZHU_ROUNDS") or 3)
ONCE = {"Decimal": 1, "GoRules ZEN": 1}
"""They take long, and their goals are far off."""
MATCHED = (
    "its formulas run on numpy as the kernel does, on bills whose covers were found for it; the"
    " kernel finds them, without which it would be {alike:.1f} ×"
)


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
    """The medians of both by the processor, and what came of both; last the system's share of ours.

    The kernel is asked once before: memory that a process never had is slow to get.
    """
    kernel()
    both, in_system = [[], []], []
    for _ in range(rounds):
        before = in_the_system()
        both[0].append(timed(kernel, 1, time.process_time))
        in_system.append(in_the_system() - before)
        both[1].append(timed(peer, 1, time.process_time))
    told = [x for of in both for x in (median(taken for taken, _ in of), of[-1][1])]
    return [*told, median(in_system)]


def in_the_system() -> float:
    """Seconds of the processor that the system has used for this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_stime


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_tables_of_peers(count: int) -> None:
    _want_memory(count)
    bills, covers = so_many(count)
    kernel_s, found = timed(lambda: determine(bills, covers, ANYANG, nothing_granted()))
    told.rate(f"kernel_rows_a_second_{count}", count / kernel_s)
    names = ("refusal", "base", "gross", "payable")
    for name, peer in (("DuckDB", InDuckDB), ("polars", InPolars)):
        told.step(f"{name}, {count:,} rows")
        taken_s, answers = timed(peer(bills, covers, ANYANG))
        for column, of_peer in zip(names, answers, strict=True):
            assert np.array_equal(getattr(found, column), of_peer), (name, column)
        what = f"kernel, {count:,} rows, against {name}"
        told.tell(what, taken_s / kernel_s, "×", least=1, kernel_s=kernel_s, peer_s=taken_s)


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_python_integers(count: int) -> None:
    _want_memory(count)
    bills, covers = so_many(count)
    ask = partial(determine, bills, covers, ANYANG, nothing_granted())
    lists = as_lists(bills), as_lists(covers)
    found, answers = against(
        "Python integers", count, 12, ask, lambda: plain_loop(lists[0], indexed(lists[1]))
    )
    columns = (found.refusal, found.base, found.gross, found.payable)
    assert np.array_equal(np.array(answers).T, columns)


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_openfisca(count: int) -> None:
    _want_memory(count)
    bills, covers = so_many(count)
    found = determine(bills, covers, ANYANG, nothing_granted())
    rows, columns = granted_bills(bills, found)
    theirs = Bills(*(getattr(bills, name)[rows] for name in bills.__slots__))
    made, groups = system(), known_groups(columns)
    matching_s, _ = timed(lambda: covers_found(theirs, covers), clock=time.process_time)
    alike, answers = against(
        "OpenFisca",
        count,
        10,
        lambda: determine(theirs, covers, ANYANG, nothing_granted()),
        lambda: asked_for(simulation_of(made, columns, groups)),
        matching_s=matching_s,
    )
    assert np.array_equal(alike.payable, found.payable[rows])
    assert np.array_equal(answers, found.payable[rows])


def test_bill_by_bill() -> None:
    bills, covers = so_many(SMALL)
    ask = partial(determine, bills, covers, ANYANG, nothing_granted())
    lists = as_lists(bills), as_lists(covers)
    yuan = in_yuan(lists[0])
    found, answers = against(
        "Decimal", SMALL, 25, ask, lambda: decimal_loop(yuan, indexed(lists[1]))
    )
    assert [int(x * 100) for x in answers] == found.payable.tolist()
    rows, columns = granted_bills(bills, found)
    theirs = Bills(*(getattr(bills, name)[rows] for name in bills.__slots__))
    same = partial(determine, theirs, covers, ANYANG, nothing_granted())
    made, given = decision(), zen_lists(columns, len(rows))
    _, answers = against("GoRules ZEN", SMALL, 100, same, lambda: in_zen(made, given))
    assert answers == found.payable[rows].tolist()


def against(
    name: str,
    count: int,
    least: float,
    ask: Callable[[], Determinations],
    peer: Callable,
    matching_s: float = 0.0,
) -> tuple:
    """Tell how many times as long the peer takes; what the kernel and the peer found.

    `matching_s`: what the kernel takes to find covers that the peer was given.
    """
    told.step(f"{name}, {count:,} rows")
    rounds = ONCE.get(name, ROUNDS) if count == SMALL else 1
    kernel_s, found, peer_s, answers, system_s = in_turns(ask, peer, rounds)
    alike = peer_s / (kernel_s - matching_s)
    cause = MATCHED.format(alike=alike) if matching_s else ""
    if system_s > kernel_s / 2:
        slow = f"the system took {system_s:.2f} of the kernel's {kernel_s:.2f} s to give it memory"
        cause = "; ".join(filter(None, [cause, slow]))
    of = {
        "kernel_s": kernel_s,
        "system_s": system_s,
        "peer_s": peer_s,
        "matching_s": matching_s,
        "bills": len(found),
    }
    what = f"kernel, {count:,} rows, against {name}"
    told.tell(what, peer_s / kernel_s, "×", least=least, cause=cause, **of)
    return found, answers


def covers_found(bills: Bills, covers: Covers) -> None:
    """What the kernel does first, by itself."""
    ready, asks = ruled(covers, ANYANG), np.ones(BLOCK, np.bool_)
    for at in range(0, len(bills), BLOCK):
        some = part(bills, slice(at, at + BLOCK))
        ready.covering(some, some.care, asks[: len(some)])


def _want_memory(count: int) -> None:
    if count == LARGE and free_bytes() < SIXTEEN_GB:
        pytest.skip("ten million rows want 16 GB of memory that nobody uses")
