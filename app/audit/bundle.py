"""A bundle's bytes: CSV, JSON and a zip that are functions of what is in them. Pure.

Files are written one after the other, hashed on the way; nothing is held in memory but one batch
of lines. `verify` has the tables and the zip's layout: one description, read by both.
"""

import csv
import hashlib
import io
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from app.audit import verify
from app.audit.standards import GBT, ISO, TABLE_NAMES, Names, names_of
from app.audit.words import FIELDS_SAY, TABLES_SAY
from app.errors import Refusal

MOST_BYTES: Final = 0xFFFF_FFFF
_LINES_AT_ONCE: Final = 2_000
_BLOCK: Final = 1 << 20
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


class BundleTooLarge(Refusal):
    """The bundle is larger than a plain zip can be, 4 GiB."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bundle, written to `path`."""

    name: str
    path: Path
    size: int
    crc: int
    sha256: str


@dataclass(slots=True)
class Totals:
    """Control totals, counted while the tables are written."""

    tables: dict[str, Any] = field(default_factory=dict)
    accounts: dict[str, list[int]] = field(default_factory=dict)
    last_event: int = 0
    numbers: dict[str, list[list[int]]] = field(default_factory=lambda: defaultdict(list))

    def document(self) -> dict[str, Any]:
        return verify.control_totals(self.tables, self.accounts)


def write_part(folder: Path, name: str, blocks: Iterable[bytes]) -> Part:
    """Write one file into the folder, hashing it on the way."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, crc, size = hashlib.sha256(), 0, 0
    with path.open("wb") as out:
        for block in blocks:
            digest.update(block)
            crc = zlib.crc32(block, crc)
            size += len(block)
            out.write(block)
    return Part(name, path, size, crc, digest.hexdigest())


Split = Callable[[str, Sequence[list[str | None]]], Sequence[bytes]]
"""Takes off what was added behind rows; their lines."""


def table_blocks(
    table: str, rows: Iterable[list[str | None]], totals: Totals, split: Split | None = None
) -> Iterator[bytes]:
    """A table as CSV (UTF-8, lines end with a line feed), counted into `totals`."""
    columns = verify.TABLES[table].columns
    fen = [place for place, (kind, _) in enumerate(columns.values()) if kind == "fen"]
    sums, count = [0] * len(fen), 0
    yield csv_bytes([list(columns)])
    remaining = iter(rows)
    while some := list(islice(remaining, _LINES_AT_ONCE)):
        lines = split(table, some) if split else None
        count += len(some)
        sums = [
            total + sum(int(row[place] or 0) for row in some)
            for total, place in zip(sums, fen, strict=True)
        ]
        _note(table, some, totals)
        yield csv_bytes(some) if lines is None else b"".join(lines)
    names = list(columns)
    totals.tables[table] = {
        "rows": count,
        "sums": {names[place]: total for place, total in zip(fen, sums, strict=True)},
    }


def _note(table: str, rows: Sequence[Sequence[str | None]], totals: Totals) -> None:
    if table == "posting":
        for _, _, account, amount, *_ in rows:
            fen = int(amount or 0)
            totals.accounts.setdefault(str(account), [0, 0])[fen < 0] += abs(fen)
    elif table == "event":
        totals.last_event = int(rows[-1][0] or 0)
    if table in verify.NUMBERS:
        place = list(verify.TABLES[table].columns).index(verify.NUMBERS[table])
        _number(totals.numbers[table], [row[place] for row in rows])


def _number(runs: list[list[int]], found: Sequence[str | None]) -> None:
    """Keep runs of numbers; most batches are one."""
    first, last = int(found[0] or 0), int(found[-1] or 0)
    if last - first + 1 == len(found) and runs and runs[-1][1] + 1 == first:
        runs[-1][1] = last
        return
    for each in found:
        verify.add_number(runs, int(each) if each else None)


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
    if name in FIELDS_SAY:
        said["description"] = FIELDS_SAY[name]
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


def write_zip(out: BinaryIO, parts: Sequence[Part]) -> None:
    """The parts as a zip, stored, in the order given. Raises BundleTooLarge."""
    at, directory = 0, b""
    for part in parts:
        if at + part.size + len(directory) + _BLOCK > MOST_BYTES:
            raise BundleTooLarge
        head = verify.local_header(part.name, part.crc, part.size)
        directory += verify.central_header(part.name, part.crc, part.size, at)
        out.write(head)
        with part.path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                out.write(block)
        at += len(head) + part.size
    out.write(directory)
    out.write(verify.end_record(len(parts), len(directory), at))
