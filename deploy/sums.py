"""The sums for 300 million members, from rates that `python3 -m deploy test bench` measured.

    python3 -m deploy.sums [.data/bench/latest.json]

prints the table that stands in runbooks/scale.md; a run of the bench keeps the file. Whoever has
other machines measures there, and gets the table for them. What is supposed is named here, once.
"""

import json
import math
import sys
from pathlib import Path

RATES = Path(__file__).resolve().parent / "runbooks" / "rates.json"
"""The rates that the page was made with."""
MEMBERS = 300_000_000
BILLS_A_MEMBER_TENTHS = 5
"""Bills a member and year, in tenths: half a bill, about as many as basic insurance settles."""
YEARS_KEPT = 5
BYTES_A_HOST = 2_000_000_000_000
"""What one database server carries: half of a 4 TB disk."""
DAYS = 365
NIGHT_S = 6 * 3600
"""A day's bills are to be determined in a night."""
GIB = 1 << 30
NEEDED = ("rows_to_ready_a_processor_second", "replayed_a_processor_second")
_MEASURE = "`python3 -m deploy test bench tests/bench/bench_whole.py` measures it."


def sums(rates: dict[str, float]) -> list[tuple[str, str]]:
    """Each figure with its name, in the order they follow from one another."""
    bills = MEMBERS * BILLS_A_MEMBER_TENTHS // 10
    a_day = bills // DAYS
    of_member = sum(x for name, x in rates.items() if name.startswith("bytes_member_"))
    of_claim = sum(x for name, x in rates.items() if name.startswith("bytes_claim_"))
    of_year = MEMBERS * of_member + bills * of_claim
    shards = math.ceil(YEARS_KEPT * of_year / BYTES_A_HOST)
    day_s = a_day / rates["rows_to_ready_a_processor_second"]
    at_once = math.ceil(day_s / NIGHT_S)
    replay_s = bills / rates["replayed_a_processor_second"]
    return [
        ("members covered in a year", f"{MEMBERS:,}"),
        ("bills in a year", f"{bills:,}"),
        ("bills in a day", f"{a_day:,}"),
        ("bytes a member and year: member, line of the roster, cover", f"{of_member:,.0f}"),
        ("bytes a bill: settlement to posting, with indexes", f"{of_claim:,.0f}"),
        ("a year's tables and indexes", f"{of_year / GIB:,.0f} GiB"),
        (f"database servers for {YEARS_KEPT} years, 2 TB each", f"{shards:,}"),
        ("a day's bills from file to ready, of one processor", f"{day_s / 60:,.1f} minutes"),
        ("processors that do it within six hours, servers' share included", f"{at_once:,}"),
        ("replay of a year, of one processor", f"{replay_s / 60:,.1f} minutes"),
        ("replay of a year, a processor a server", f"{replay_s / 60 / shards:,.1f} minutes"),
    ]


def page(rates: dict[str, float]) -> str:
    """The table as it stands in the page."""
    rows = [f"| {name} | {figure} |" for name, figure in sums(rates)]
    return "\n".join(["| what | sum |", "|---|---|", *rows])


def measured(path: Path) -> dict[str, float]:
    """The rates of a run. Exits in words where there are none, or not all."""
    try:
        found: dict[str, float] = json.loads(path.read_text(encoding="utf-8")).get("rates", {})
    except OSError as fault:
        sys.exit(f"{path}: {fault.strerror}. {_MEASURE}")
    if missing := [name for name in NEEDED if name not in found]:
        sys.exit(f"{path}: that run did not measure {', '.join(missing)}. {_MEASURE}")
    return found


if __name__ == "__main__":
    print(page(measured(Path(sys.argv[1]) if sys.argv[1:] else RATES)))
