"""A chunk: the rows of one table and one set of benefit years that one seal took in.

Its leaves are the rows' lines as they stand in a bundle, without the line feed and without the
columns of `verify.BARE`, in the order of their key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from sqlalchemy.orm import Session

from app.audit.cells import Unclean
from app.audit.gather import copied_joined, untils_of, write_plainly
from app.audit.joined import interval, sealed_columns
from app.audit.kept import OTHERS
from app.audit.lines import Block, Lines
from app.audit.places import Places
from app.audit.verify import BARE, TABLES

_NEVER: Final = 1_000_000


def bare_of(table: str) -> Callable[[Sequence[str]], Any]:
    """Rows as they are sealed, where that is not all of them."""
    bare = BARE[table]
    return itemgetter(*(n for n, name in enumerate(TABLES[table].columns) if name not in bare))


def place_of(place: bytes) -> tuple[int, str]:
    """Where a row is sealed: how many seals came before, and the years it belonged to by then."""
    before, *told = place.decode().split(",")
    after = int(before or _NEVER)
    return after, _years_of(told, f"{after + 1:06}")


def _years_of(told: Sequence[str], seal: str) -> str:
    """A claim is of a year from the seal on that its determination of that year is in."""
    own, of_claim, since = told
    if not of_claim:
        return _together(own) if "+" in own else own or OTHERS
    if not own and "+" not in of_claim and since:
        return of_claim if since < seal else OTHERS
    dated = zip(of_claim.split("+"), since.split("+"), strict=True)
    known = [year for year, before in dated if before < seal]
    return _together("+".join([*known, *([own] if own else [])])) or OTHERS


def _together(years: str) -> str:
    return "+".join(sorted(set(years.split("+")))) if years else ""


def sealed_lines(
    session: Session, table: str, since: str, until: str, of: Sequence[str] | None = None
) -> Iterator[tuple[str, list[bytes]]]:
    """(years, leaves) of the rows of a table that were recorded in between, in key order.

    So many rows at once, apart by years. `of`: these years are wanted; others may come, too.
    """
    asked = {"since": since, "until": until, "untils": untils_of([until]), "years": of}
    given = 0
    try:
        for block in _blocks(session, table, asked, escaped=False):
            yield from _apart(block)
            given += 1
    except Unclean:
        for block in islice(_blocks(session, table, asked, escaped=True), given, None):
            yield from _apart(block)


def _blocks(
    session: Session, table: str, asked: Mapping[str, object], *, escaped: bool
) -> Iterator[Block]:
    write_plainly(session)
    until = str(asked["until"])
    asks = interval(table, escaped=escaped, some=asked["years"] is not None)
    lines = Lines(escaped=escaped, places=Places([until], {}))
    with closing(copied_joined(session, asks, asked)) as rows:
        yield from lines.blocks(table, rows, sealed_columns(table))


def _apart(block: Block) -> Iterator[tuple[str, list[bytes]]]:
    each, at = block.each, 0
    for place, count in block.places:
        _, years = place_of(place)
        yield years, each[at : at + count]
        at += count
