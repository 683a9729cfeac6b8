"""What a year's tables are drawn from: which claims, covers, members' lines are the year's.

Found once and kept in tables of the session's own (SCRATCH), where it may have some: found anew for
each table it took as long as all the rest. Their rows go with the transaction.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.audit import as_of, joined
from app.audit.near import Codes, bits_of, codes_of
from app.audit.places import Years
from app.db import array, cursor

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
_KINDS: Final = ("dated", "member")
"""What is known of these by bits, if each number has one of its own."""
_MAY: Final = text(
    "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'"
    " AND has_database_privilege(current_database(), 'TEMPORARY')"
)


def make_scratch(connection: Connection, at_end: str) -> bool:
    """Whether the session may have tables of its own: a standby gives none."""
    may: bool = connection.execute(_MAY).scalar_one()
    for table, columns in SCRATCH.items() if may else ():
        made = f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns}) ON COMMIT {at_end}"
        connection.execute(text(made))
    return may


def fill_scratch(
    session: Session, asked: dict[str, object], known: dict[str, Codes], *, sealed: bool
) -> Iterator[str]:
    """Find what is kept, anew; the names of what is there, each when it is. What is asked with
    knows it then, and `known` the codes of claims, where these can be."""
    make_scratch(session.connection(), "DROP")
    ready: list[str] = []
    # How many rows there are is what plans need of these; more would take as long as filling them.
    session.execute(text("SET LOCAL default_statistics_target = 1"))
    there = text("SELECT to_regclass('pg_temp.chosen') IS NOT NULL")
    if not session.execute(there).scalar_one():
        return
    if sealed:
        asked |= _dated(session, asked)
    for part in SCRATCH:
        own = {*known, *(kind for kind in _KINDS if asked.get(f"shift_{kind}") == 0)}
        with cursor(session) as cur:
            cur.execute(f"DELETE FROM pg_temp.{part}")  # noqa: S608 - all said above
            found = joined.fills(part, sealed=sealed, ready=ready, known=own)
            cur.execute(f"INSERT INTO pg_temp.{part} {found}", asked)
            cur.execute(f"ANALYZE pg_temp.{part}")
        ready.append(part)
        if part == "chosen" and sealed:
            asked |= _claims(session, known) | _near(session, "member")
        yield part


def _dated(session: Session, asked: dict[str, object]) -> dict[str, object]:
    """Which claims were ever determined for a year, as bits: to look for each of all claims among
    all determinations took twice as long."""
    bounds = text("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM claim")
    first, last = session.execute(bounds).one()
    some = as_of.seen(
        "SELECT string_agg(int8send(claim_id), ''::bytea) FROM determination"
        " WHERE benefit_year IS NOT NULL GROUP BY claim_id / 65536"
    )
    with (
        cursor(session) as cur,
        cur.copy(f"COPY ({some}) TO STDOUT (FORMAT binary)", asked) as copy,
    ):
        copy.set_types(["bytea"])
        return bits_of(first, last, (numbers for (numbers,) in copy.rows())).asked("dated")


def _claims(session: Session, known: dict[str, Codes]) -> dict[str, object]:
    """The same of claims, whose codes come with them."""
    some = (
        "SELECT string_agg(int8send(claim_id), ''::bytea), string_agg(int8send(k_code), ''::bytea)"
        " FROM chosen GROUP BY claim_id / 65536"
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
        f"SELECT string_agg(int8send({kind}_id), ''::bytea) FROM chosen"  # noqa: S608
        f" GROUP BY {kind}_id / 65536"
    )
    with cursor(session) as cur, cur.copy(f"COPY ({some}) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["bytea"])
        return bits_of(first, last, (numbers for (numbers,) in copy.rows())).asked(kind)


def several_years(session: Session, asked: dict[str, object]) -> Years:
    """Of chosen claims that were determined for several years, by their code. What is asked with
    knows the last determination of claims that have more than one."""
    found = text(
        "SELECT claim_id, k_code, k_years, k_since, k_last FROM chosen"
        " WHERE k_code < 0 OR k_last > 1"
    )
    told = session.execute(found).all()
    again = [(claim, last) for claim, *_, last in told if last and last > 1]
    asked |= {"again": array(x for x, _ in again), "last": array(x for _, x in again)}
    return {code: (years, since) for _, code, years, since, _ in told if code and code < 0}
