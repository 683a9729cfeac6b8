"""A bundle's tables as they were before a seal, as SQL.

Under each table's own name stands a view of those of its rows that were recorded by then, so that
what `select` says stays as it is said there.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.audit.kept import HELD, RECORDED, TIMED, WIDENED, Kept

EVENTS: Final = "event t WHERE %(year)s = ANY(t.benefit_years) OR t.benefit_years = '{}'"
"""No act is left out where a checkpoint says up to where the log was read."""


def claims_of(members: str) -> str:
    return f"(SELECT * FROM claim WHERE member_id IN ({members}))"  # noqa: S608 - all said here


def seen(
    found: str,
    common: Mapping[str, str] = MappingProxyType({}),
    where: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A query of tables as they were before %(until)s; `where`: rows of these that suffice."""
    named = [f"{name} AS ({part})" for name, part in common.items()]
    words = set(re.findall(r"\w+", " ".join([*named, found])))
    held = [table for table in HELD if table in words]
    words |= {HELD[table][0] for table in held}
    timed = [table for table in TIMED if table in words]
    views = [
        *(_before(table, where.get(table, "true")) for table in timed),
        *(_made_with(table, where.get(table, "true")) for table in held),
    ]
    opening = ", ".join([*views, *named])
    return f"WITH {opening} {found}" if opening else found


def _before(table: str, where: str) -> str:
    recorded = WIDENED.get(table, RECORDED)
    rows = f"SELECT * FROM {table} WHERE {where} AND {recorded} < %(until)s"  # noqa: S608
    return f"{table} AS NOT MATERIALIZED ({rows})"


def _made_with(table: str, where: str) -> str:
    above, ours, key = HELD[table]
    some = f"SELECT * FROM {table} WHERE {where}"  # noqa: S608 - all said here
    rows = f"SELECT x.* FROM ({some}) x JOIN {above} a ON a.{key} = x.{ours}"  # noqa: S608
    return f"{table} AS NOT MATERIALIZED ({rows})"


def placed(rows: str, kept: Kept) -> str:
    """What a row's place is drawn from, behind the table itself."""
    of_claim = f"LEFT JOIN claim_years ON {kept.claim}" if kept.claim else ""
    return re.sub(r" t\b(?!\.)", f" t {kept.joins} {of_claim} ", rows, count=1)
