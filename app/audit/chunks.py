"""A chunk: the rows of one table and one set of benefit years that one seal took in.

Its leaves are the rows' lines as they stand in a bundle, without the line feed and without the
columns of `verify.BARE`, in the order of their key.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from sqlalchemy.orm import Session

from app.audit.as_of import TAIL, interval
from app.audit.csv_lines import plain_lines, written_lines
from app.audit.gather import copied, in_key_order
from app.audit.kept import OTHERS
from app.audit.mask import Cells, Column, Mask
from app.audit.verify import BARE, TABLES

_AT_ONCE: Final = 2_000
_PSEUDONYMS: Final = frozenset({"member", "staff"})
"""Columns of keys that the database cannot sort by."""


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

    So many rows at once, apart by years. `of`: these years are wanted; others may come, too.
    """
    names = [name for name in TABLES[table].columns if name not in BARE.get(table, ())]
    asked: dict[str, object] = {"since": since, "until": until, "years": of}
    asks = interval(table, some=of is not None)
    found: Iterator[Any] = copied(session, asks, asked)
    for columns in _in_key_order(table, _masked(table, names, found)):
        tails = list(zip(*columns[-TAIL:], strict=True))
        years = {tail: years_of(tail, until) for tail in set(tails)}
        leaves = _leaves(columns[:-TAIL])
        if len(set(years.values())) == 1:
            yield years[tails[0]], leaves
            continue
        apart: dict[str, list[bytes]] = {each: [] for each in years.values()}
        for tail, leaf in zip(tails, leaves, strict=True):
            apart[years[tail]].append(leaf)
        yield from apart.items()


def _masked(table: str, names: Sequence[str], rows: Iterator[Cells]) -> Iterator[list[Column]]:
    """Rows as columns, so many at once: what is done to a column is done in one go."""
    mask = Mask().columns(table, names)
    while some := list(islice(rows, _AT_ONCE)):
        yield mask(list(zip(*some, strict=True)))


def _in_key_order(table: str, parts: Iterator[list[Column]]) -> Iterator[list[Column]]:
    """The same, sorted where a key holds a pseudonym (`gather.in_key_order`)."""
    if _PSEUDONYMS.isdisjoint(TABLES[table].key):
        yield from parts
        return
    rows = in_key_order(table, (list(row) for part in parts for row in zip(*part, strict=True)))
    while some := list(islice(rows, _AT_ONCE)):
        yield list(zip(*some, strict=True))


def _leaves(columns: Sequence[Column]) -> list[bytes]:
    """Lines without their line feed."""
    plain = plain_lines(columns)
    if plain is None:
        return [line[:-1] for line in written_lines(zip(*columns, strict=True))]
    return plain
