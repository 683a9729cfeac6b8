"""Make a benefit year's bundle: gather, write, put the whole zip in its place."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.audit import bundle, gather, verify
from app.audit.bundle import Part, Totals, json_bytes, write_part
from app.audit.log import Leaf, Signed, checkpoints, leaves
from app.audit.proof import Proof
from app.benefits.care import MedTypes, package_med_types
from app.benefits.columns import FIRST_DAY, LAST_DAY, date_of
from app.errors import Refusal
from app.evidence.append import record

_BLOCK: Final = 1 << 20
_BEGINS: Final = ("roster", "receipt", "claim", "entry")
"""A year of which none of these has a row has not begun."""


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
    checkpoint: int | None = None


Watch = Callable[[int, int], None]
"""Is told how many tables are written, of how many."""


def make_bundle(
    session: Session,
    year: int,
    out: Path,
    watch: Watch = lambda done, of: None,
    *,
    signed: bool = True,
) -> Made:
    """Write the bundle of a year from what `session` sees, best one snapshot (`gather.snapshot`).

    As of the latest signed checkpoint; where that has nothing of the year, or not `signed`, as of
    now. The zip appears whole or not at all, readable for its owner only. Raises NothingInYear,
    BundleTooLarge, BundleUnwritable, SealBroken.
    """
    notes = checkpoints(session) if signed else []
    log = leaves(session, notes[-1].note.size) if notes else []
    if not any(leaf.table in _BEGINS and str(year) in leaf.years.split("+") for leaf in log):
        notes, log = [], []
    beside = out.resolve().parent
    try:
        with tempfile.TemporaryDirectory(dir=beside, prefix=f".{out.name}.") as folder:
            parts, totals = _parts(session, year, Path(folder), watch, notes, log)
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
    checkpoint = notes[-1].note.size if notes else None
    return Made(year, digest, size, totals.last_event, rows, checkpoint)


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


def _parts(
    session: Session,
    year: int,
    folder: Path,
    watch: Watch,
    notes: list[Signed],
    log: list[Leaf],
) -> tuple[list[Part], Totals]:
    """Every file of the bundle, in the order of the zip."""
    totals, parts = Totals(), []
    until = log[-1].until if log else None
    rules = gather.schemes(session, until)
    with Proof(log, [year], folder / "runs") as proof:
        for table, rows in gather.tables(session, year, rules, until):
            blocks = bundle.table_blocks(table, rows, totals, proof.split if log else None)
            parts.append(write_part(folder, f"data/{table}.csv", blocks))
            watch(len(parts), len(verify.TABLES))
        if not any(totals.tables[x]["rows"] for x in _BEGINS):
            raise NothingInYear(year=year)
        proof.end()
        described = bundle.datapackage(year, parts)
        if log:
            parts += _seals(session, folder, proof, log, notes)
    fixed = {
        "README.md": bundle.readme(year, totals.last_event),
        "control.json": json_bytes(totals.document()),
        "datapackage.json": described,
        "med_types.json": json_bytes(list(med_types(package_med_types()))),
        "verify.py": Path(verify.__file__).read_bytes(),
        **{f"schemes/{name}.json": canonical for name, canonical in rules.items()},
    }
    parts += [write_part(folder, name, [content]) for name, content in fixed.items()]
    place = {name: n for n, name in enumerate(verify.files_of(list(rules), bool(log)))}
    parts.sort(key=lambda part: place[part.name])
    listed, last = verify.LAST
    told = bundle.manifest(year, totals.last_event, len(log) or None, parts)
    listing = write_part(folder, listed, [told])
    closing = write_part(folder, last, [f"{listing.sha256}  {listed}\n".encode()])
    return [*parts, listing, closing], totals


def _seals(
    session: Session, folder: Path, proof: Proof, log: list[Leaf], notes: list[Signed]
) -> Iterator[Part]:
    """What ties the rows to the checkpoint, and the checkpoint to those before it."""
    *earlier, last = notes
    keys = {x.public: {"name": x.name, "public": x.public.hex()} for x in notes}
    told = {"keys": list(keys.values()), "earlier": [x.note.text for x in earlier]}
    yield write_part(folder, "seals/log.jsonl", bundle.log_blocks(leaf.entry for leaf in log))
    yield write_part(folder, "seals/checkpoint.txt", [last.note.text.encode()])
    yield write_part(folder, "seals/notes.json", [json_bytes(told)])
    with (folder / "runs").open("rb") as runs:
        blocks = iter(lambda: runs.read(_BLOCK), b"")
        yield write_part(folder, "seals/rows.csv", blocks)
    yield write_part(folder, "seals/gaps.csv", proof.gaps(session))


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
