"""Read a benefit year in one snapshot and stream its masked rows, table by table.

What the tables are drawn from (which claims, covers, members' lines are the year's) is found once
and kept in tables of the session's own (SCRATCH), where it may have some: found anew for each
table it took as long as all the rest. Their rows go with the transaction.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from app.audit import joined, lines
from app.audit.cells import Joined
from app.audit.lines import Block, Lines
from app.audit.near import Codes, bits_of, codes_of
from app.audit.number_gaps import number_gaps
from app.audit.places import Places, Years
from app.audit.select import NOT_YET
from app.audit.verify import TABLES
from app.db import array, cursor
from app.schemes.models import PublishedScheme

Cells = list[str | None]

_GAPS: Final = "number_gap"
_RUNS: Final = "run"
_LAST: Final = (_RUNS, _GAPS, "staff", "member")
"""Who appears, by which runs, and which numbers, is known only when everything else was read."""
SCRATCH: Final = {
    "chosen": "member_id BIGINT, claim_id BIGINT, k_years TEXT, k_since TEXT, k_code BIGINT,"
    " k_last INTEGER",
    "claims": "member_id BIGINT, id BIGINT, setl_id TEXT, run_id BIGINT, recorded_at TIMESTAMPTZ,"
    " k_years TEXT, k_since TEXT, k_code BIGINT, k_place BIGINT",
    "covers": "member_id BIGINT, id BIGINT, roster_id BIGINT",
    "rosters": "LIKE roster",
    "lines": "LIKE roster_line",
    "batches": "LIKE payment_batch",
}
_MAY: Final = text(
    "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'"
    " AND has_database_privilege(current_database(), 'TEMPORARY')"
)
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
                scratch = _make_scratch(connection, "DELETE ROWS")
        try:
            with Session(connection.execution_options(**options)) as session:
                yield session
        finally:
            if scratch:
                connection.rollback()
                connection.execution_options(postgresql_readonly=False)
                with connection.begin():
                    connection.execute(text("DISCARD TEMP"))


def _make_scratch(connection: Connection, at_end: str) -> bool:
    """Whether the session may have tables of its own: a standby gives none."""
    may: bool = connection.execute(_MAY).scalar_one()
    for table, columns in SCRATCH.items() if may else ():
        made = f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns}) ON COMMIT {at_end}"
        connection.execute(text(made))
    return may


def _fill_scratch(
    session: Session, asked: dict[str, object], known: dict[str, Codes], *, sealed: bool
) -> list[str]:
    """Find what is kept, anew; the names of what is there. What is asked with knows it then, and
    `known` the codes of claims, where these can be."""
    _make_scratch(session.connection(), "DROP")
    ready: list[str] = []
    # How many rows there are is what plans need of these; more would take as long as filling them.
    session.execute(text("SET LOCAL default_statistics_target = 1"))
    there = text("SELECT to_regclass('pg_temp.chosen') IS NOT NULL")
    if session.execute(there).scalar_one():
        with cursor(session) as cur:
            for part in SCRATCH:
                cur.execute(f"DELETE FROM pg_temp.{part}")  # noqa: S608 - all said above
                found = joined.fills(part, sealed=sealed, ready=ready, known=known)
                cur.execute(f"INSERT INTO pg_temp.{part} {found}", asked)
                cur.execute(f"ANALYZE pg_temp.{part}")
                ready.append(part)
                if part == "chosen" and sealed:
                    asked |= _claims(session, known) | _near(session, "member")
    return ready


def _claims(session: Session, known: dict[str, Codes]) -> dict[str, object]:
    """The same of claims, whose codes come with them."""
    some = (
        "SELECT string_agg(int8send(claim_id), ''::bytea), string_agg(int8send(k_code), ''::bytea)"
        " FROM (SELECT claim_id, k_code, row_number() OVER () AS n FROM chosen) numbered"
        " GROUP BY n / 65536"
    )
    with cursor(session) as cur, cur.copy(f"COPY ({some}) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["bytea", "bytea"])
        sent = list(copy.rows())
    numbers, codes = (
        np.frombuffer(b"".join(x), dtype=">i8").astype(np.int64)
        for x in (zip(*sent, strict=True) if sent else ((), ()))
    )
    found = codes_of(numbers, codes)
    if found is None:
        return _near(session, "claim")
    known["claim"] = found
    return found.bits().asked("claim")


def _near(session: Session, kind: str) -> dict[str, object]:
    """Which numbers the chosen claims and their members have, as bits."""
    bounds = text(f"SELECT coalesce(min({kind}_id), 0), coalesce(max({kind}_id), 0) FROM chosen")  # noqa: S608
    first, last = session.execute(bounds).one()
    some = (
        f"SELECT string_agg(int8send({kind}_id), ''::bytea) FROM ("  # noqa: S608 - all said here
        f"SELECT {kind}_id, row_number() OVER () AS n FROM chosen) numbered GROUP BY n / 65536"
    )
    with cursor(session) as cur, cur.copy(f"COPY ({some}) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["bytea"])
        return bits_of(first, last, (numbers for (numbers,) in copy.rows())).asked(kind)


def _several_years(session: Session, ready: Collection[str]) -> Years:
    """Of claims that were determined for several years, by their code."""
    if not ready:
        return {}
    found = session.execute(text("SELECT k_code, k_years, k_since FROM chosen WHERE k_code < 0"))
    return {code: (years, since) for code, years, since in found}


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


def tables(
    session: Session,
    year: int,
    rules: dict[str, bytes],
    numbers: Mapping[str, list[list[int]]],
    untils: Sequence[str] = (),
    *,
    escaped: bool = False,
) -> Iterator[tuple[str, Iterator[Block]]]:
    """Each table of the year with its rows. Read a table to its end before asking for the next.

    `numbers`: runs of numbers that were read so far, which the reader keeps by table.
    With `untils`, of the seals: as it was before the last, and where each row is sealed. Raises
    Unclean: then everything must be read again, `escaped`.
    """
    waits = [json.loads(canonical) for canonical in rules.values()]
    until = untils[-1] if untils else None
    asked: dict[str, object] = {
        "year": year,
        "not_yet": list(NOT_YET),
        "waiting": [scheme["id"] for scheme in waits if scheme["waiting_days"]],
        "gap": max((scheme["renewal_gap_days"] for scheme in waits), default=0),
        "until": until,
        "untils": untils_of(untils),
    }
    write_plainly(session)
    if until:
        # The server cannot know how much a view of before holds, and would look for each claim's
        # years from the start.
        session.execute(text("SET LOCAL enable_nestloop = off"))
    known: dict[str, Codes] = {}
    ready = _fill_scratch(session, asked, known, sealed=bool(until))
    made = Lines(escaped=escaped, places=Places(untils, _several_years(session, ready)))
    made.known = known
    for table in (*(x for x in TABLES if x not in _LAST), _RUNS):
        asked["runs"] = sorted(made.runs)
        asks = joined.asks(table, sealed=bool(until), escaped=escaped, ready=ready, known=known)
        yield table, made.blocks(table, copied_joined(session, asks, asked))
        granted = made.granted() if table == "determination" else None
        if granted:
            known["grant"] = granted
            asked |= granted.bits().asked("grant")
    yield _GAPS, _one_by_one(number_gaps(session, numbers, until))
    asked["staff"] = sorted(made.mask.staff)
    plain = partial(joined.plain, sealed=bool(until), ready=ready)
    staff = map(made.mask.of("staff"), copied(session, plain("staff"), asked))
    yield "staff", _one_by_one(sorted(staff, key=lambda cells: str(cells[0])))
    yield "member", made.members(_joined_members(session, plain("member"), asked))


def _one_by_one(rows: Iterable[Cells]) -> Iterator[Block]:
    listed = list(rows)
    return iter([lines.of_rows(listed)] if listed else [])


def copied_joined(session: Session, asks: str, asked: Mapping[str, object]) -> Iterator[Joined]:
    with (
        cursor(session) as cur,
        cur.copy(f"COPY ({asks}) TO STDOUT (FORMAT binary)", asked) as copy,
    ):
        copy.set_types(_ROW)
        for row in copy.rows():
            yield Joined(*row)


def _joined_members(
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
