"""Read a benefit year in one snapshot and stream its masked rows, table by table.

COPY TO hands rows over as the server makes them, so that memory stays flat at any size, except for
the list of the year's members: their pseudonyms are sorted here (about 70 bytes a member).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.audit import as_of
from app.audit.mask import Mask
from app.audit.select import NOT_YET, query
from app.audit.verify import TABLES
from app.db import cursor
from app.schemes.models import PublishedScheme

Cells = list[str | None]

_LAST: Final = ("staff", "member")
"""Who appears is known only when everything else was read."""
_SORTED_HERE: Final[dict[str, Callable[[Cells], Any]]] = {
    "member": lambda cells: None,
    "staff": lambda cells: None,
    "roster_line": lambda cells: cells[0],
    "enrolment_outcome": lambda cells: cells[0],
    "member_fate": lambda cells: cells[0],
}
"""Tables whose key holds a pseudonym, which the database cannot sort by; they come sorted by what
is given here."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session that sees one moment of the database and can write nothing."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with (
        engine.connect().execution_options(**options) as connection,
        Session(connection) as session,
    ):
        yield session


def schemes(session: Session, until: str | None = None) -> dict[str, bytes]:
    """Every published scheme's canonical bytes; those published before `until`."""
    found = select(PublishedScheme.id, PublishedScheme.canonical)
    if until:
        found = found.where(PublishedScheme.recorded_at < datetime.fromisoformat(until))
    return {name: bytes(canonical) for name, canonical in session.execute(found)}


def tables(
    session: Session, year: int, rules: dict[str, bytes], until: str | None = None
) -> Iterator[tuple[str, Iterator[Cells]]]:
    """Each table of the year with its rows. Read a table to its end before asking for the next.

    With `until`: as it was before that moment, and where each row is sealed behind it (TAIL).
    """
    waits = [json.loads(canonical) for canonical in rules.values()]
    asked: dict[str, object] = {
        "year": year,
        "not_yet": list(NOT_YET),
        "waiting": [scheme["id"] for scheme in waits if scheme["waiting_days"]],
        "gap": max((scheme["renewal_gap_days"] for scheme in waits), default=0),
        "until": until,
    }
    if until:
        # The server cannot know how much a view of before holds, and would look for each claim's
        # years from the start.
        session.execute(text("SET LOCAL enable_nestloop = off"))
    mask = Mask()
    for table in [*(name for name in TABLES if name not in _LAST), *_LAST]:
        asked["staff"] = sorted(mask.staff)
        found = copied(session, as_of.query(table) if until else query(table), asked)
        yield table, in_key_order(table, map(mask.of(table), found))


def copied(session: Session, asks: str, asked: dict[str, object]) -> Iterator[Any]:
    """The rows of a query as the server makes them."""
    with cursor(session) as cur, cur.copy(f"COPY ({asks}) TO STDOUT", asked) as copy:
        yield from copy.rows()


def in_key_order(table: str, rows: Iterable[Cells]) -> Iterator[Cells]:
    """Rows as they came, or sorted by the pseudonym in their key."""
    begins = _SORTED_HERE.get(table)
    return _sorted(table, rows, begins) if begins else iter(rows)


def _sorted(table: str, rows: Iterable[Cells], begins: Callable[[Cells], Any]) -> Iterator[Cells]:
    places = [list(TABLES[table].columns).index(name) for name in TABLES[table].key]
    last = places[-1]
    for _, some in groupby(rows, key=begins):
        yield from sorted(some, key=lambda cells: str(cells[last]))
