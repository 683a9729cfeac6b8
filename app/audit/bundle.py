"""A bundle's files: CSV and JSON that are functions of what is in them. Pure.

Nothing is held in memory but some blocks of lines. `verify` has the tables: one description, read
by both.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from app.audit import verify
from app.audit.lines import Block
from app.audit.names import Numbers
from app.audit.pack import Part
from app.audit.standards import GBT, ISO, TABLE_NAMES, Names, names_of
from app.audit.words import FIELDS_SAY, TABLES_SAY

_TYPES: Final[dict[str, dict[str, str]]] = {
    "text": {"type": "string"},
    "int": {"type": "integer"},
    "fen": {"type": "integer"},
    "day": {"type": "date"},
    "moment": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S"},
    "time": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
    "bool": {"type": "boolean"},
    "json": {"type": "object"},
}


@dataclass(slots=True)
class Totals:
    """Control totals, counted while the tables are written."""

    tables: dict[str, Any] = field(default_factory=dict)
    accounts: dict[str, list[int]] = field(default_factory=dict)
    last_event: int = 0
    numbers: dict[str, list[list[int]]] = field(default_factory=lambda: defaultdict(list))

    def document(self) -> dict[str, Any]:
        return verify.control_totals(self.tables, self.accounts)


def table_blocks(table: str, blocks: Iterable[Block], totals: Totals) -> Iterator[bytes]:
    """A table as CSV (UTF-8, lines end with a line feed), counted into `totals`."""
    columns = verify.TABLES[table].columns
    fen = [name for name, (kind, _) in columns.items() if kind == "fen"]
    sums, count = [0] * len(fen), 0
    yield csv_bytes([list(columns)])
    for block in blocks:
        count += block.rows
        sums = [x + more for x, more in zip(sums, block.fen, strict=True)] if fen else sums
        _note(table, block, totals)
        yield block.lines
    totals.tables[table] = {"rows": count, "sums": dict(zip(fen, sums, strict=True))}


def _note(table: str, block: Block, totals: Totals) -> None:
    for account, turned in block.accounts.items():
        before = totals.accounts.setdefault(account, [0, 0])
        totals.accounts[account] = [x + more for x, more in zip(before, turned, strict=True)]
    if block.numbers is None:
        return
    if table == "event":
        totals.last_event = int(block.numbers[-1])
    _number(totals.numbers[table], block.numbers)


def _number(runs: list[list[int]], found: Numbers) -> None:
    """Keep runs of numbers."""
    new = np.flatnonzero(np.diff(found) != 1) + 1
    starts, ends = [0, *new.tolist()], [*new.tolist(), len(found)]
    for first, end in zip(starts, ends, strict=True):
        verify.add_number(runs, int(found[first]))
        runs[-1][1] = int(found[end - 1])


def csv_bytes(rows: Iterable[Sequence[str | None]]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def json_bytes(document: object) -> bytes:
    """JSON with sorted keys."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode("utf-8") + b"\n"


def log_blocks(log: Iterable[bytes]) -> Iterator[bytes]:
    """The log, a line a leaf."""
    return (entry + b"\n" for entry in log)


def datapackage(year: int, under: str, parts: Iterable[Part]) -> bytes:
    """The Frictionless description of a year's tables, which lie below `under` with it."""
    by_name = {part.name.removeprefix(under): part for part in parts}
    resources = [
        _resource(table, f"data/{table}.csv", by_name[f"data/{table}.csv"])
        for table in verify.TABLES
    ]
    return json_bytes(
        {
            "name": f"huzhu-{year}",
            "title": f"审计资料包 · audit bundle {year}",
            "description": "金额为整数分 · amounts are whole fen (0.01 yuan)",
            "profile": "tabular-data-package",
            "resources": resources,
        }
    )


def _resource(table: str, path: str, part: Part) -> dict[str, Any]:
    layout = verify.TABLES[table]
    fields = [_field(table, name, kind, empty) for name, (kind, empty) in layout.columns.items()]
    links = [
        {"fields": list(ours), "reference": {"resource": target, "fields": list(theirs)}}
        for ours, target, theirs in layout.refs
    ]
    schema = {"fields": fields, "primaryKey": list(layout.key), "foreignKeys": links}
    return {
        "name": table,
        "path": path,
        "description": TABLES_SAY[table],
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        "bytes": part.size,
        "hash": f"sha256:{part.sha256}",
        **_mapped(TABLE_NAMES.get(table, Names())),
        "schema": schema if links else {k: v for k, v in schema.items() if k != "foreignKeys"},
    }


def _mapped(names: Names) -> dict[str, Any]:
    named = {standard: name for standard, name in zip((ISO, GBT), names, strict=True) if name}
    return {"mapping": named} if named else {}


def _field(table: str, name: str, kind: str, empty: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, **_TYPES[kind], **_mapped(names_of(table, name))}
    words = FIELDS_SAY.get(f"{table}.{name}") or FIELDS_SAY.get(name)
    if words:
        said["description"] = words
    if kind == "fen":
        said["unit"] = "fen"
    if not empty:
        said["constraints"] = {"required": True}
    return said


def manifest(
    years: Sequence[int],
    booked: int | None,
    last_event: int,
    log_size: int | None,
    parts: Sequence[Part],
    *,
    reports: bool,
) -> bytes:
    """The list of files, in their order in the zip; `log_size`: of the checkpoint, if signed."""
    files = [{"name": x.name, "bytes": x.size, "sha256": x.sha256} for x in parts]
    return json_bytes(
        {
            "format": verify.FORMAT,
            "edition": verify.EDITION,
            "benefit_years": list(years),
            "booked": booked,
            "made_from_event": last_event,
            "checkpoint": log_size,
            "reports": reports,
            "files": files,
        }
    )
