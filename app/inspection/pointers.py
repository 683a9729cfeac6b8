"""What deserves a look, as `pointers.toml` has it, and what is made of the rows. Pure."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.books.table import Cell, Column, Said
from app.inspection.benford import expected, off, verdict
from app.workdays import is_working_day

FIRST_HOUR, LAST_HOUR = 7, 21
NUMBERS_SHOWN: Final = 60
"""Of a row's claims; who wants more opens the unit or the officer."""
FIGURES: Final = {"near": 95, "soon": 30, "quick": 5, "fewest": 5}
"""Percent of a limit, days after joining, seconds between reviews, members paid in a unit."""
_NUMBERS: Final = re.compile(r"numbers\(([a-z_.]+)\)")

Row = Sequence[Any]
Rows = list[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Pointer:
    """One question. `query` is whole, with values named `:so`."""

    key: str
    title: Said
    why: Said
    innocent: Said
    columns: tuple[Column, ...]
    query: str
    claims_at: int | None
    """The column that holds numbers of claims."""

    def rows(self, found: Iterable[Row]) -> Rows:
        """What is shown of what the query found."""
        made = _MADE.get(self.key)
        return made(found) if made else [tuple(map(_short, row)) for row in found]

    def says(self, rows: Sequence[Row]) -> list[Said]:
        """What can be said of all rows together."""
        return [_by_the_law(rows)] if self.key == "first_digits" else []


@cache
def pointers() -> Mapping[str, Pointer]:
    """All of them, by their keys, in the order in which they are shown."""
    written = tomllib.loads(Path(__file__).with_name("pointers.toml").read_text(encoding="utf-8"))
    parts: dict[str, str] = written["with"]
    return {each["key"]: _pointer(each, parts) for each in written["pointer"]}


def _pointer(written: dict[str, Any], parts: dict[str, str]) -> Pointer:
    query = str(written["query"]).strip()
    more = query.removeprefix("WITH ") if query.startswith("WITH ") else ""
    begun = f"WITH {parts[written['of']].strip()}"
    whole = f"{begun},\n{more}" if more else f"{begun}\n{query}"
    return Pointer(
        written["key"],
        _said(written["title"]),
        _said(written["why"]),
        _said(written["innocent"]),
        tuple(Column(_said(each), each["kind"], each["width"]) for each in written["columns"]),
        query=_NUMBERS.sub(r"string_agg(DISTINCT \1::text, ' ' ORDER BY \1::text)", whole),
        claims_at=next((n for n, x in enumerate(written["columns"]) if x.get("claims")), None),
    )


def _said(words: Mapping[str, str]) -> Said:
    return words["zh"], words["en"]


def _off_hours(found: Iterable[Row]) -> Rows:
    """Of each officer's acts, those on days off and at night."""
    acts: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for number, name, day, hour, count in found:
        who = (number, name)
        at_night = not FIRST_HOUR <= hour < LAST_HOUR
        place = 2 if at_night else 1
        acts[who][0] += count
        if at_night or not is_working_day(day):
            acts[who][place] += count
    most = sorted(acts.items(), key=lambda each: (-each[1][1] - each[1][2], each[0]))
    return [(name, *counts) for (_, name), counts in most if counts[1] or counts[2]]


def _digits(found: Iterable[Row]) -> Rows:
    counts = {int(digit): int(count) for digit, count in found}
    wanted = expected(sum(counts.values()))
    return [(digit, counts.get(digit, 0), wanted[digit]) for digit in wanted]


def _by_the_law(rows: Sequence[Row]) -> Said:
    counts = {int(digit): int(count) for digit, count, _ in rows}
    zh, en = _VERDICTS[verdict(counts)]
    return (
        f"平均绝对偏差 {off(counts):.4f}：{zh}",
        f"Mean absolute deviation {off(counts):.4f}: {en}",
    )


def _short(cell: Cell) -> Cell:
    """A cell that can be read: of many claims the first."""
    if not isinstance(cell, str):
        return cell
    parts = cell.split(" ")
    claims = len(parts) > NUMBERS_SHOWN and all(map(str.isdigit, parts))
    return " ".join([*parts[:NUMBERS_SHOWN], "…"]) if claims else cell


_MADE: Final[dict[str, Callable[[Iterable[Row]], Rows]]] = {
    "off_hours": _off_hours,
    "first_digits": _digits,
}
_VERDICTS: Final[dict[str, Said]] = {
    "few": ("金额太少，不作判断。", "too few amounts to say anything."),
    "close": ("与该定律很接近。", "close to the law."),
    "acceptable": ("与该定律的差距可以接受。", "acceptably near the law."),
    "marginal": ("与该定律的差距处在边缘。", "marginally near the law."),
    "not": ("与该定律不符。", "not as the law has it."),
}
