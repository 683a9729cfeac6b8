"""Hide rows of a signed bundle: as if they were other years', which a bundle need not show.

Whoever makes a bundle can put the hashes of a row's leaf into `gaps.csv` instead of the row, and
count its number as one of elsewhere: no signature is broken, and nothing in the log differs.
"""

import hashlib
from collections import Counter

from app.audit import verify
from app.audit.csv_lines import lines_of
from tests.faults.forge import Bundle, Table

RUNS, GAPS = "seals/rows.csv", "seals/gaps.csv"


def hide(bundle: Bundle, name: str, row: int) -> None:
    """Take out a row (1: the first) of a table whose rows are whole as they are sealed."""
    table = bundle.table(name)
    runs, gaps = _lines(bundle, RUNS), _lines(bundle, GAPS)
    leaf, at = _place(name, row, runs, gaps)
    line = lines_of([table[row]])[0][:-1]
    gaps.append([str(leaf), str(at), "1", hashlib.sha256(b"\0" + line).hexdigest()])
    gaps.sort(key=lambda gap: (int(gap[0]), int(gap[1])))
    _shorten(name, row, runs)
    _put(bundle, RUNS, runs, ["table", "leaf", "rows"])
    _put(bundle, GAPS, gaps, ["leaf", "at", "leaves", "hash"])
    number = verify.NUMBERS.get(name)
    if number:
        count_elsewhere(bundle, name, int(table[row][table[0].index(number)]))
    bundle.put(name, [*table[:row], *table[row + 1 :]])


def _place(name: str, row: int, runs: Table, gaps: Table) -> tuple[int, int]:
    """The leaf of the log a row is in, and which of its chunk's leaves it is."""
    sizes: Counter[int] = Counter()
    known = {(int(leaf), int(at)): int(leaves) for leaf, at, leaves, _ in gaps}
    seen = 0
    for table, leaf, rows in runs:
        if table != name:
            continue
        for _ in range(int(rows)):
            number = int(leaf)
            while (number, sizes[number]) in known:
                sizes[number] += known[number, sizes[number]]
            seen += 1
            if seen == row:
                return number, sizes[number]
            sizes[number] += 1
    raise LookupError(name, row)


def _shorten(name: str, row: int, runs: Table) -> None:
    for run in runs:
        if run[0] == name:
            if row <= int(run[2]):
                run[2] = str(int(run[2]) - 1)
                break
            row -= int(run[2])
    runs[:] = [run for run in runs if run[2] != "0"]


def count_elsewhere(bundle: Bundle, name: str, number: int, *, unused: bool = False) -> None:
    """The number is one of elsewhere, or was never used: a gap, or one more of those beside it."""
    sequence = next(s for s, tables in verify.NUMBERED.items() if name in tables)
    head, *rows = bundle.table("number_gap")
    mine = [[int(x) for x in row[1:]] for row in rows if row[0] == sequence]
    merged: list[list[int]] = []
    for gap in sorted([*mine, [number, number, int(not unused), int(unused)]]):
        if merged and merged[-1][1] + 1 == gap[0]:
            before = merged[-1]
            merged[-1] = [before[0], gap[1], before[2] + gap[2], before[3] + gap[3]]
        else:
            merged.append(gap)
    others = [row for row in rows if row[0] != sequence]
    made = [[sequence, *map(str, gap)] for gap in merged]
    told = sorted([*others, *made], key=lambda row: (row[0], int(row[1])))
    bundle.put("number_gap", [head, *told])


def _lines(bundle: Bundle, name: str) -> Table:
    _, *lines = bundle.files[name].decode().splitlines()
    return [line.split(",") for line in lines]


def _put(bundle: Bundle, name: str, rows: Table, head: list[str]) -> None:
    bundle.files[name] = "".join(",".join(row) + "\n" for row in [head, *rows]).encode()
