"""A chunk: the rows of one table and one set of benefit years that one seal took in.

Its leaves are the rows' lines as they stand in a bundle, without the line feed and without the
columns of `verify.BARE`, in the order of their key.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
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


def bare_of(table: str) -> Callable[[Cells], Cells]:
    """Rows as they are sealed, where that is not all of them."""
    bare = BARE[table]
    return itemgetter(*(n for n, name in enumerate(TABLES[table].columns) if name not in bare))


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
    session: Session, table: str, since: str, until: str, of: Sequence[str] | None = None
) -> Iterator[tuple[str, list[bytes]]]:
    """(years, leaves) of the rows of a table that were recorded in between, in key order.

    Rows of the same years that follow each other come together, some thousand at most. `of`: these
    years are wanted; others may come, too.
    """
    names = [name for name in TABLES[table].columns if name not in BARE.get(table, ())]
    asked: dict[str, object] = {"since": since, "until": until, "years": of}
    asks = interval(table, some=of is not None)
    found: Iterator[Any] = copied(session, asks, asked)
    rows = in_key_order(table, map(Mask().of(table, names), found))
    tail_of = itemgetter(slice(-TAIL, None))
    while some := list(islice(rows, _AT_ONCE)):
        tails = [tail_of(row) for row in some]
        for row in some:
            del row[-TAIL:]
        leaves, at = [line[:-1] for line in lines_of(some)], 0
        for tail, run in groupby(tails):
            count = sum(1 for _ in run)
            yield years_of(tail, until), leaves[at : at + count]
            at += count
