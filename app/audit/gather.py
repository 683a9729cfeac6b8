"""One moment of the database, and what is copied out of it as the server makes it."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.audit.cells import Joined
from app.audit.chosen import make_scratch
from app.db import array, cursor
from app.schemes.models import PublishedScheme

_SET: Final = (
    text("SET LOCAL DateStyle = 'ISO, YMD'"),
    # Its processes beside this one's would take from whoever packs what is read, and from others.
    text("SET LOCAL max_parallel_workers_per_gather = 0"),
)
_ROW: Final = ("int8", *["bytea"] * 7)
_MEMBERS_AT_ONCE: Final = 4_000


@contextmanager
def snapshot(engine: Engine, *, scratch: bool = False) -> Iterator[Session]:
    """A session that sees one moment of the database and can write nothing; with `scratch`, but
    to tables of its own."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection:
        if scratch:
            with connection.begin():
                scratch = make_scratch(connection, "DELETE ROWS")
        try:
            with Session(connection.execution_options(**options)) as session:
                yield session
        finally:
            if scratch:
                connection.rollback()
                connection.execution_options(postgresql_readonly=False)
                with connection.begin():
                    connection.execute(text("DISCARD TEMP"))


def schemes(session: Session, until: str | None = None) -> dict[str, bytes]:
    """Every published scheme's canonical bytes; those published before `until`."""
    found = select(PublishedScheme.id, PublishedScheme.canonical)
    if until:
        found = found.where(PublishedScheme.recorded_at < datetime.fromisoformat(until))
    return {name: bytes(canonical) for name, canonical in session.execute(found)}


def untils_of(seals: Iterable[str]) -> str:
    """The moments of seals, to be asked with."""
    return array(f'"{until}"' for until in seals)


def write_plainly(session: Session) -> None:
    """Have the server write days as they stand in a bundle."""
    for setting in _SET:
        session.execute(setting)


def copied_joined(
    session: Session, asks: str, asked: Mapping[str, object]
) -> Generator[Joined, None, None]:
    """Rows that were joined. Whoever takes no more says so by closing it: else the next question
    would wait for ever for the end of this one's answer."""
    with (
        cursor(session) as cur,
        cur.copy(f"COPY ({asks}) TO STDOUT (FORMAT binary)", asked) as copy,
    ):
        copy.set_types(_ROW)
        rows = copy.rows()
        try:
            for row in rows:
                yield Joined(*row)
        finally:
            # What is broken off ends the transaction; what is left is little beside asking anew.
            deque(rows, maxlen=0)


def joined_members(
    session: Session, asks: str, asked: Mapping[str, object]
) -> Iterator[np.ndarray[Any, np.dtype[np.int64]]]:
    """Numbers of the year's members, some thousand at once."""
    some = (
        "SELECT string_agg(member, ',') FROM (SELECT x.*, row_number() OVER () AS n"  # noqa: S608
        f" FROM ({asks}) x(member)) numbered GROUP BY n / {_MEMBERS_AT_ONCE}"
    )
    for (text_of,) in copied(session, some, asked):
        yield np.array(text_of.split(","), dtype=np.int64)


def copied(session: Session, asks: str, asked: Mapping[str, object]) -> Iterator[Any]:
    """The rows of a query as the server makes them."""
    with cursor(session) as cur, cur.copy(f"COPY ({asks}) TO STDOUT", asked) as copy:
        yield from copy.rows()
