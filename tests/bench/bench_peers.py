"""The kernel in memory against its peers, on the same rows, with identical results.

    python3 -m deploy test bench -k peers

Python's integers and Decimal in a plain loop, DuckDB and polars with as-of joins and windows, the
whole rule each. OpenFisca and ZEN do not match covers: they get the bills that are granted, and the
kernel's time is that of the whole. At ten million rows: the kernel, DuckDB and polars; a loop, and
ZEN with it, takes ten times as long and as much memory, and OpenFisca does not hold it.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from app.benefits.columns import nothing_granted
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


def free_bytes() -> int:
    """Memory that can be had, what the system only keeps for reading again included."""
    told_of = Path("/proc/meminfo")
    if not told_of.exists():
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    [line] = [x for x in told_of.read_text().splitlines() if x.startswith("MemAvailable")]
    return int(line.split()[1]) << 10


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, object]:
    """The median of some rounds, and what came of it."""
    taken, found = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - began)
    return median(taken), found


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


def test_loops_and_engines() -> None:
    bills, covers = so_many(SMALL)
    kernel_s, found = timed(lambda: determine(bills, covers, ANYANG, nothing_granted()))
    names = ("refusal", "base", "gross", "payable")
    expected = [*zip(*(getattr(found, x).tolist() for x in names), strict=True)]
    lists = as_lists(bills), as_lists(covers)
    loop_s, answers = timed(lambda: plain_loop(lists[0], indexed(lists[1])))
    assert answers == expected
    yuan = in_yuan(lists[0])
    decimal_s, answers = timed(lambda: decimal_loop(yuan, indexed(lists[1])), 1)
    assert [int(x * 100) for x in answers] == [x[3] for x in expected]
    rows, columns = granted_bills(bills, found)
    fisca = system()
    fisca_s, of_fisca = timed(lambda: in_openfisca(fisca, columns))
    assert np.array_equal(of_fisca, found.payable[rows])
    made, given = decision(), zen_lists(columns, len(rows))
    zen_s, of_zen = timed(lambda: in_zen(made, given), 1)
    assert of_zen == found.payable[rows].tolist()
    only = "it gets the bills already matched, and its formulas run on numpy as the kernel does"
    for name, taken_s, least, cause in (
        ("Python integers", loop_s, 12, ""),
        ("Decimal", decimal_s, 25, ""),
        ("OpenFisca", fisca_s, 10, only),
        ("GoRules ZEN", zen_s, 100, "it gets the bills already matched, and sums kept for it"),
    ):
        of = {"kernel_s": kernel_s, "peer_s": taken_s, "bills": len(rows)}
        told.tell(
            f"kernel, 1,000,000 rows, against {name}",
            taken_s / kernel_s,
            "×",
            least=least,
            cause=cause,
            **of,
        )
