"""A bundle's rows as of a seal, and those that one seal takes in, as SQL.

Every table is seen as it was before `until`: under its own name stands a view of those of its rows
that were recorded by then, so that what `select` says stays as it is said there.

Behind each row come TAIL more columns that say where it is sealed: when it was recorded, where it
does not say so itself; years of its own; the years of its claim; and since when these are.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from app.audit.kept import ALL, HELD, KEPT, OTHERS, RECORDED, TIMED, WIDENED, Kept
from app.audit.parts import CLAIM_YEARS, SINCE_TIME
from app.audit.select import FROM, TIME, column
from app.audit.verify import BARE, TABLES

TAIL: Final = 4
EVENTS: Final = "event t WHERE %(year)s = ANY(t.benefit_years) OR t.benefit_years = '{}'"
"""No act is left out where a checkpoint says up to where the log was read."""


def interval(table: str, *, some: bool = False) -> str:
    """The rows of a table that one seal takes in, in the order of their key, without BARE.

    `some`: those of %(years)s suffice; others are only left out where that is cheap to see.
    """
    kept, order, bare = KEPT[table], FROM[table][2], BARE.get(table, ())
    shown = TABLES[table].columns.items()
    columns = [column(table, name, kind) for name, (kind, _) in shown if name not in bare]
    rows = kept.rows or f"{table} t"
    when = f"{kept.recorded} >= %(since)s AND {kept.recorded} < %(until)s"
    when = f"{'AND' if 'WHERE' in rows else 'WHERE'} {when}"
    common = {}
    if kept.claim:
        plain = placed(rows, kept._replace(claim=""))
        members = f"SELECT {kept.member} FROM {plain} {when}"  # noqa: S608 - all said here
        common = {"claim_years": CLAIM_YEARS.format(claims_of(members), SINCE_TIME)}
    if some and not (kept.years and kept.claim):
        years = f"coalesce({'k_years' if kept.claim else kept.years or 'NULL'}, '{OTHERS}')"
        when += f" AND ({years} = ANY(%(years)s) OR {years} LIKE '%%+%%')"
    found = f"{placed(rows, kept)} {when}"
    return _seen([*columns, *_tail(kept, table)], found, order, common)


def claims_of(members: str) -> str:
    return f"(SELECT * FROM claim WHERE member_id IN ({members}))"  # noqa: S608 - all said here


def _seen(columns: Iterable[str], rows: str, order: str, common: dict[str, str]) -> str:
    chosen = ", ".join(columns)
    return seen(f"SELECT {chosen} FROM {rows} ORDER BY {order}", common)  # noqa: S608 - all said here


def seen(found: str, common: Mapping[str, str] = MappingProxyType({})) -> str:
    """A query of tables as they were before %(until)s."""
    named = [f"{name} AS ({part})" for name, part in common.items()]
    words = set(re.findall(r"\w+", " ".join([*named, found])))
    held = [table for table in HELD if table in words]
    words |= {HELD[table][0] for table in held}
    views = [*(_before(x) for x in TIMED if x in words), *map(_made_with, held)]
    opening = ", ".join([*views, *named])
    return f"WITH {opening} {found}" if opening else found


def _before(table: str) -> str:
    recorded = WIDENED.get(table, RECORDED)
    rows = f"SELECT * FROM {table} WHERE {recorded} < %(until)s"  # noqa: S608 - all said here
    return f"{table} AS NOT MATERIALIZED ({rows})"


def _made_with(table: str) -> str:
    above, ours, key = HELD[table]
    rows = f"SELECT x.* FROM {table} x JOIN {above} a ON a.{key} = x.{ours}"  # noqa: S608
    return f"{table} AS NOT MATERIALIZED ({rows})"


def _tail(kept: Kept, table: str) -> list[str]:
    own = kept.recorded == f"t.{RECORDED}" and RECORDED in TABLES[table].columns
    return [
        "NULL" if own else f"to_char({kept.recorded} AT TIME ZONE 'UTC', {TIME})",
        "'*'" if kept.years == ALL else kept.years or "NULL",
        *(("k_years", "k_since") if kept.claim else ("NULL", "NULL")),
    ]


def placed(rows: str, kept: Kept) -> str:
    """What a row's place is drawn from, behind the table itself."""
    of_claim = f"LEFT JOIN claim_years ON {kept.claim}" if kept.claim else ""
    return re.sub(r" t\b(?!\.)", f" t {kept.joins} {of_claim} ", rows, count=1)
