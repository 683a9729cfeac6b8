"""Covers and bills as the files `huzhu determine` reads, and what it answers."""

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

from app.adjudication.offline import HEADER, determine_files
from tests.factories import csv_bytes
from tests.unit.model import Bill, Cover

BILL_FIELDS = [x.name for x in fields(Bill)]


def covers_csv(covers: Sequence[Cover]) -> bytes:
    rows = [
        [x.certno, x.starts_on, x.ends_on, x.waits_until or "", " ".join(sorted(x.cares))]
        for x in covers
    ]
    return csv_bytes([["certno", "starts_on", "ends_on", "waits_until", "cares"], *rows])


def settlements_csv(bills: Sequence[Bill]) -> bytes:
    rows = [[_cell(name, getattr(bill, name)) for name in BILL_FIELDS] for bill in bills]
    return csv_bytes([BILL_FIELDS, *rows])


def determine_csv(covers: bytes, settlements: bytes) -> list[tuple[str, ...]]:
    """The rows of D.csv behind its header, through real files."""
    with tempfile.TemporaryDirectory() as folder:
        inputs, out = (Path(folder, "C.csv"), Path(folder, "S.csv")), Path(folder, "D.csv")
        for path, content in zip(inputs, (covers, settlements), strict=True):
            path.write_bytes(content)
        determine_files(*inputs, out)
        with out.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
    assert tuple(header) == HEADER
    return [tuple(row) for row in rows]


def determine_run(covers: Sequence[Cover], bills: Sequence[Bill]) -> list[tuple[str, ...]]:
    return determine_csv(covers_csv(covers), settlements_csv(bills))


def yuan(fen: int) -> str:
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, int):
        return yuan(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
