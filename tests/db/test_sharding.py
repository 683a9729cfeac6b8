"""The plan for a distributed PostgreSQL (deploy/runbooks/sharding.toml), held against the tables.

A distributed table's keys must hold the column it is distributed by, its foreign keys must lead to
rows of the same shard or to a table that is everywhere, and the joins of the hot paths must be by
that column. What breaks a rule is found here, and the plan must name all of it, and nothing else
but tables that are planned and not there yet.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint, text

import app.tables  # noqa: F401 - fills the metadata
from app.adjudication.replay import replay
from app.config import ROOT
from app.db import Base
from tests.db.office import Office, bill, bills_csv, refund
from tests.db.test_feeds import BILLS, take

PLAN = tomllib.loads((ROOT / "deploy" / "runbooks" / "sharding.toml").read_text(encoding="utf-8"))
TABLES = Base.metadata.tables
KIND = {table: kind for kind, tables in PLAN["tables"].items() for table in tables}
SPREAD = ("member_id", "setl_id", "entry_id")
OWN = {"member": "id", "entry": "id"}
"""The tables that the columns of the others name."""


def column(table: str) -> str | None:
    """What a table is distributed by; None where it is not."""
    return OWN.get(table, KIND[table]) if KIND[table] in SPREAD else None


def test_every_table_has_its_place() -> None:
    listed = [table for tables in PLAN["tables"].values() for table in tables if table in TABLES]
    assert sorted(listed) == sorted(TABLES)
    for table in listed:
        if by := column(table):
            assert not TABLES[table].c[by].nullable, table


def keys(table: Table) -> Iterator[frozenset[str]]:
    yield frozenset(x.name for x in table.primary_key.columns)
    for held in table.constraints:
        if isinstance(held, UniqueConstraint):
            yield frozenset(x.name for x in held.columns)
    for index in table.indexes:
        if index.unique:
            yield frozenset(getattr(x, "name", str(x)) for x in index.expressions)


def test_every_key_holds_the_column_or_is_named() -> None:
    found = {
        (name, *sorted(key))
        for name, table in TABLES.items()
        for key in keys(table)
        if (by := column(name)) and by not in key
    }
    named = {(each["table"], *sorted(each["key"])) for each in PLAN["widen"]}
    assert found == named


def stays_at_home(name: str, refers: ForeignKeyConstraint) -> bool:
    """Whether a foreign key can be checked where the row lies."""
    other = refers.referred_table.name
    mine, theirs = KIND[name], KIND[other]
    if mine in SPREAD and mine == theirs:
        return (column(name), column(other)) in {
            (x.parent.name, x.column.name) for x in refers.elements
        }
    return theirs == "reference" or {mine, theirs} <= {"local", "reference"}


def test_every_foreign_key_stays_in_a_shard_or_is_named() -> None:
    found = {
        (name, other.referred_table.name)
        for name, table in TABLES.items()
        for other in table.foreign_key_constraints
        if not stays_at_home(name, other)
    }
    named = {(table, other) for other, tables in PLAN["cut"].items() for table in tables}
    assert found == {each for each in named if TABLES.keys() >= {*each}}


class Watching(psycopg.Cursor[Any]):
    """Asks the planner about every statement before it is done."""

    crossing: set[frozenset[str]]
    seen: int

    def execute(self, query: Any, params: Any = None, **more: Any) -> "Watching":
        self.look(query, params)
        return super().execute(query, params, **more)

    def copy(self, statement: Any, params: Any = None, **more: Any) -> Any:
        words = statement if isinstance(statement, str) else statement.as_string(self)
        if inner := re.match(r"COPY \((.*)\) TO STDOUT", words, re.DOTALL):
            self.look(inner[1], params)
        return super().copy(statement, params, **more)

    def look(self, query: Any, params: Any) -> None:
        words = query.decode() if isinstance(query, bytes) else query
        words = words if isinstance(words, str) else words.as_string(self)
        if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", words):
            return
        with psycopg.Cursor(self.connection) as asked:
            asked.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {words}", params)
            [plan] = asked.fetchone() or [[]]
        type(self).seen += 1
        type(self).crossing |= crossing(plan[0]["Plan"])


def crossing(plan: dict[str, Any]) -> set[frozenset[str]]:
    """The tables of a statement where it needs rows of more than one shard at once."""
    tables: dict[str, str] = {}
    conditions: list[str] = []
    for node in nodes(plan):
        if (name := node.get("Relation Name")) in KIND and node.get("Schema") == "public":
            tables[node["Alias"]] = name
        conditions += [x for key, x in node.items() if key.endswith(("Cond", "Filter"))]
        conditions += one_under_the_other(node)
    spread = {alias: name for alias, name in tables.items() if column(name)}
    if not spread:
        return set()
    kinds = {KIND[name] for name in tables.values()} - {"reference"}
    if len(kinds) == 1 and joined(spread, " ".join(conditions)):
        return set()
    return {frozenset(name for name in tables.values() if KIND[name] != "reference")}


def one_under_the_other(node: dict[str, Any]) -> list[str]:
    """What a UNION ALL or a subquery hands on by the member is joined as one."""
    if node["Node Type"] == "Subquery Scan":
        [inner] = [x for x in node["Plans"] if x["Parent Relationship"] == "Subquery"]
        members = re.findall(r"\b(\w+)\.member_id\b", " ".join(inner.get("Output", [])))
        members = [node["Alias"], *members[:1]]
    elif node["Node Type"] == "Append":
        outputs = " ".join(x for each in nodes(node) for x in each.get("Output", []))
        members = re.findall(r"\b(\w+)\.member_id\b", outputs)
    else:
        return []
    return [f"{members[0]}.member_id = {x}.member_id" for x in members[1:]]


def joined(spread: dict[str, str], conditions: str) -> bool:
    """Whether all of them are joined by the column they are distributed by."""
    groups = {alias: {alias} for alias in spread}
    for left, by, right, other in re.findall(r"(\w+)\.(\w+) = (\w+)\.(\w+)", conditions):
        ends = ((left, by), (right, other))
        if all(column(spread[x]) == y if x in spread else y == "member_id" for x, y in ends):
            together = groups.setdefault(left, {left}) | groups.setdefault(right, {right})
            for each in together:
                groups[each] = together
    return all(spread.keys() <= group for alias, group in groups.items() if alias in spread)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", []):
        yield from nodes(each)


@pytest.fixture
def watched(session) -> type[Watching]:
    Watching.crossing, Watching.seen = set(), 0
    raw = session.connection().connection.driver_connection
    raw.cursor_factory = Watching
    yield Watching
    raw.cursor_factory = psycopg.Cursor


@pytest.mark.parametrize("off", ["", "enable_nestloop", "enable_indexscan"])
def test_the_joins_of_the_hot_paths_stay_in_a_shard_or_are_named(session, watched, off) -> None:
    """However the planner goes about it."""
    if off:
        session.execute(text(f"SET LOCAL {off} = off"))
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    office.look_again()
    watched.crossing = set()
    take(office, bills_csv(*BILLS))
    office.drain()
    again = [bill("A00", 0, "2023-05-10", "90.00"), refund("R3", "A05", 2, "2023-05-10")]
    take(office, bills_csv(*again))
    office.drain()
    assert replay(session, 2023).differences == []
    named = {frozenset(each["tables"]) for each in PLAN["crosses"]}
    assert watched.seen > 40
    assert watched.crossing == named
