"""A chunk: the rows of one table and one set of benefit years that one seal took in.

Its leaves are the rows' lines as they stand in a bundle, without the line feed and without the
columns of `verify.BARE`, in the order of their key.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy.orm import Session

from app.audit.as_of import TAIL, interval
from app.audit.gather import copied, in_key_order
from app.audit.kept import OTHERS
from app.audit.mask import Cells, Mask
from app.audit.verify import BARE, TABLES

_AT_ONCE: Final = 2_000


def lines_of(rows: Iterable[Sequence[str | None]]) -> list[bytes]:
    """Rows as lines of CSV, each by itself, with its line feed."""
    lines: list[str] = []
    csv.writer(SimpleNamespace(write=lines.append), lineterminator="\n").writerows(rows)
    return [line.encode("utf-8") for line in lines]


def bare_of(table: str) -> Callable[[Cells], Cells] | None:
    """Rows as they are sealed, where that is not all of them."""
    bare = BARE.get(table)
    if not bare:
        return None
    places = [n for n, name in enumerate(TABLES[table].columns) if name not in bare]
    return lambda row: [row[place] for place in places]


def years_of(tail: Cells, until: str) -> str:
    """The years a row belonged to when it was sealed, from its tail."""
    _, own, of_claim, since = tail
    if of_claim is None:
        return OTHERS if own is None else own if "+" not in own else _together(own)
    if own is None and "+" not in of_claim and since is not None:
        return of_claim if since < until else OTHERS
    dated = zip(of_claim.split("+"), (since or "").split("+"), strict=True)
    known = [year for year, day in dated if day < until]
    return _together("+".join([*known, *([own] if own else [])])) or OTHERS


def _together(years: str) -> str:
    return "+".join(sorted(set(years.split("+")))) if years else ""


def sealed_lines(
    session: Session, table: str, since: str, until: str
) -> Iterator[tuple[str, bytes]]:
    """(years, leaf) of every row of a table that was recorded in between, in key order."""
    names = [name for name in TABLES[table].columns if name not in BARE.get(table, ())]
    asked: dict[str, object] = {"since": since, "until": until}
    found: Iterator[Any] = copied(session, interval(table), asked)
    rows = in_key_order(table, map(Mask().of(table, names), found))
    while some := list(islice(rows, _AT_ONCE)):
        lines = lines_of(row[:-TAIL] for row in some)
        for row, line in zip(some, lines, strict=True):
            yield years_of(row[-TAIL:], until), line[:-1]
