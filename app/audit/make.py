"""Make a benefit year's bundle: gather, write, put the whole zip in its place."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.audit import bundle, gather, verify
from app.audit.bundle import Part, Totals, json_bytes, write_part
from app.benefits.care import MedTypes, package_med_types
from app.benefits.columns import FIRST_DAY, LAST_DAY, date_of
from app.errors import Refusal
from app.evidence.append import record


class NothingInYear(Refusal):
    """Nothing was recorded for this benefit year."""


class BundleUnwritable(Refusal):
    """The bundle cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was made."""

    year: int
    sha256: str
    size: int
    made_from_event: int
    rows: int


Watch = Callable[[int, int], None]
"""Is told how many tables are written, of how many."""


def make_bundle(
    session: Session, year: int, out: Path, watch: Watch = lambda done, of: None
) -> Made:
    """Write the bundle of a year from what `session` sees, best one snapshot (`gather.snapshot`).

    The zip appears whole or not at all, readable for its owner only. Raises NothingInYear,
    BundleTooLarge, BundleUnwritable.
    """
    beside = out.resolve().parent
    try:
        with tempfile.TemporaryDirectory(dir=beside, prefix=f".{out.name}.") as folder:
            parts, totals = _parts(session, year, Path(folder), watch)
            whole = Path(folder) / "whole"
            with open(os.open(whole, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as stream:
                bundle.write_zip(stream, parts)
                stream.flush()
                os.fsync(stream.fileno())
            with whole.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            size = whole.stat().st_size
            os.replace(whole, out)
    except OSError as fault:
        raise BundleUnwritable(path=str(out), why=fault.strerror or "") from fault
    rows = sum(total["rows"] for total in totals.tables.values())
    return Made(year, digest, size, totals.last_event, rows)


def record_making(session: Session, made: Made, *, by: int) -> None:
    """Say in the log that a bundle was made: in a transaction after its snapshot."""
    record(
        session,
        "bundle.made",
        by=by,
        years=[made.year],
        sha256=made.sha256,
        made_from_event=made.made_from_event,
    )


def _parts(session: Session, year: int, folder: Path, watch: Watch) -> tuple[list[Part], Totals]:
    """Every file of the bundle, in the order of the zip."""
    totals, parts = Totals(), []
    rules = gather.schemes(session)
    for table, rows in gather.tables(session, year, rules):
        blocks = bundle.table_blocks(table, rows, totals)
        parts.append(write_part(folder, f"data/{table}.csv", blocks))
        watch(len(parts), len(verify.TABLES))
    if not any(totals.tables[table]["rows"] for table in ("roster", "receipt", "claim", "entry")):
        raise NothingInYear(year=year)
    fixed = {
        "README.md": bundle.readme(year, totals.last_event),
        "control.json": json_bytes(totals.document()),
        "datapackage.json": bundle.datapackage(year, parts),
        "med_types.json": json_bytes(list(med_types(package_med_types()))),
        "verify.py": Path(verify.__file__).read_bytes(),
        **{f"schemes/{name}.json": canonical for name, canonical in rules.items()},
    }
    parts += [write_part(folder, name, [content]) for name, content in fixed.items()]
    place = {name: n for n, name in enumerate(verify.files_of(list(rules)))}
    parts.sort(key=lambda part: place[part.name])
    listed, last = verify.LAST
    listing = write_part(folder, listed, [bundle.manifest(year, totals.last_event, parts)])
    closing = write_part(folder, last, [f"{listing.sha256}  {listed}\n".encode()])
    return [*parts, listing, closing], totals


def med_types(table: MedTypes) -> Iterator[dict[str, Any]]:
    """The table of kinds of care; dated lines come last, and say more than undated ones."""
    for line in sorted(
        table.lines, key=lambda x: (x.first_day, x.last_day) != (FIRST_DAY, LAST_DAY)
    ):
        told = {"code": line.code, "class": line.care_class.name.lower()}
        if line.first_day != FIRST_DAY:
            told["from"] = date_of(line.first_day).isoformat()
        if line.last_day != LAST_DAY:
            told["to"] = date_of(line.last_day).isoformat()
        yield told
