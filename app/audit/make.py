"""Make a bundle of benefit years: gather, write, put the whole zip in its place."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import get_ident
from typing import Final

from sqlalchemy.orm import Session

from app.audit import bundle, gather, verify
from app.audit.booked import booked_lines, booked_years
from app.audit.bundle import Totals, json_bytes
from app.audit.cells import Unclean
from app.audit.common import common_files, readme
from app.audit.lines import Block
from app.audit.log import Leaf, Signed, checkpoints, leaves
from app.audit.pack import Part, write_part, write_zip
from app.audit.proof import Proof
from app.audit.reader import asked_with, read_year
from app.audit.report_files import report_files
from app.errors import Refusal
from app.evidence.append import record
from app.files.disk import cause_of
from app.same_moment import same_moment

_BEGINS: Final = ("roster", "receipt", "claim", "entry")
"""A year of which none of these has a row has not begun."""


class NothingInYear(Refusal):
    """Nothing was recorded for this benefit year."""


class NothingBookedInYear(Refusal):
    """Nothing was booked in this calendar year."""


class BundleUnwritable(Refusal):
    """The bundle cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was made; `booked`: the calendar year it is of, if it is of one; `lacks`: a
    year of which the last checkpoint has nothing, for which the bundle is unsigned."""

    years: tuple[int, ...]
    booked: int | None
    sha256: str
    size: int
    made_from_event: int
    rows: int
    checkpoint: int | None = None
    lacks: int | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a bundle is made from: its years, and the log up to the checkpoint, if it is signed."""

    years: tuple[int, ...]
    booked: int | None
    notes: list[Signed]
    log: list[Leaf]
    rules: dict[str, bytes]
    reports: bool
    escaped: bool = False
    lacks: int | None = None

    @property
    def untils(self) -> list[str]:
        return sorted({leaf.until for leaf in self.log})

    @property
    def until(self) -> str | None:
        return _until(self.log)

    @property
    def doubtful_first(self) -> list[int]:
        """Its years, first those of which the log need not have anything."""
        begun = {x for leaf in self.log if leaf.table in _BEGINS for x in leaf.years.split("+")}
        return sorted(self.years, key=lambda year: str(year) in begun)

    def under(self, year: int) -> str:
        return verify.under_of(list(self.years), self.booked, year)


Watch = Callable[[int, int], None]
"""Is told how many tables are written, of how many."""
_Seen = tuple[Session, Session | None]
"""By whom a bundle is read, and by whom beside."""


def make_bundle(
    session: Session,
    years: int | Iterable[int],
    out: Path,
    watch: Watch = lambda done, of: None,
    *,
    signed: bool = True,
    booked: int | None = None,
    reports: bool = False,
) -> Made:
    """Write the bundle of benefit years from what `session` sees, best one snapshot
    (`gather.snapshot`); `booked`: with the calendar year that these are all years of; with
    `reports`, or without.

    As of the latest signed checkpoint; where that has nothing of a year, or not `signed`, as of
    now. The zip appears whole or not at all, readable for its owner only. Raises NothingInYear,
    BundleTooLarge, BundleUnwritable, SealBroken.
    """
    wanted = (years,) if isinstance(years, int) else tuple(sorted(set(years)))
    notes, log = _signed(session) if signed else ([], [])
    asked = _Asked(wanted, booked, notes, log, gather.schemes(session, _until(log)), reports)
    where = out.resolve().parent
    try:
        with (
            tempfile.TemporaryDirectory(dir=where, prefix=f".{out.name}.") as folder,
            same_moment(session) as beside,
        ):
            asked, parts, totals = _whole((session, beside), asked, Path(folder), watch)
            whole = Path(folder) / "whole"
            with open(os.open(whole, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as stream:
                digest = write_zip(stream, parts)
                stream.flush()
                os.fsync(stream.fileno())
            size = whole.stat().st_size
            os.replace(whole, out)
    except OSError as fault:
        raise BundleUnwritable(path=str(out), cause=cause_of(fault)) from fault
    rows = sum(table["rows"] for of_year in totals for table in of_year.tables.values())
    checkpoint = asked.notes[-1].note.size if asked.notes else None
    last, lacks = _last_event(totals), asked.lacks
    return Made(wanted, booked, digest, size, last, rows, checkpoint, lacks)


def make_booked(
    session: Session,
    booked: int,
    out: Path,
    watch: Watch = lambda done, of: None,
    *,
    signed: bool = True,
    reports: bool = False,
) -> Made:
    """The bundle of a calendar year: of every benefit year of which something was booked in it.

    So each of its entries is there, with the determinations they rest on and what was granted
    before these. Raises NothingBookedInYear and what `make_bundle` does.
    """
    log = _signed(session)[1] if signed else []
    years = booked_years(session, booked, _until(log))
    if log and not years:
        signed, years = False, booked_years(session, booked, None)
    if not years:
        raise NothingBookedInYear(year=booked)
    return make_bundle(session, years, out, watch, signed=signed, booked=booked, reports=reports)


def record_making(session: Session, made: Made, *, by: int) -> None:
    """Say in the log that a bundle was made: in a transaction after its snapshot."""
    calendar = {} if made.booked is None else {"booked": made.booked}
    record(
        session,
        "bundle.made",
        by=by,
        years=list(made.years),
        sha256=made.sha256,
        made_from_event=made.made_from_event,
        **calendar,
    )


def _signed(session: Session) -> tuple[list[Signed], list[Leaf]]:
    """The checkpoints, and the log up to the last."""
    notes = checkpoints(session)
    return notes, leaves(session, notes[-1].note.size) if notes else []


def _until(log: list[Leaf]) -> str | None:
    return log[-1].until if log else None


def _last_event(totals: Iterable[Totals]) -> int:
    return max(each.last_event for each in totals)


def _whole(
    seen: _Seen, asked: _Asked, folder: Path, watch: Watch
) -> tuple[_Asked, list[Part], list[Totals]]:
    """All of it as it was asked for, or as it must be read instead."""
    while True:
        try:
            return asked, *_parts(seen, asked, folder, watch)
        except Unclean:
            asked = replace(asked, escaped=True)
        except NothingInYear as refused:
            if not asked.log:
                raise
            lacks, rules = int(str(refused.facts["year"])), gather.schemes(seen[0])
            asked = replace(asked, notes=[], log=[], rules=rules, lacks=lacks)


def _parts(
    seen: _Seen, asked: _Asked, folder: Path, watch: Watch
) -> tuple[list[Part], list[Totals]]:
    """Every file of the bundle, in the order of the zip, and what each year adds up to."""
    years, booked, parts, totals = list(asked.years), asked.booked, list[Part](), list[Totals]()
    session, _ = seen

    def written() -> None:
        done = sum(len(of_year.tables) for of_year in totals)
        watch(done, len(years) * len(verify.TABLES))

    for year in asked.doubtful_first:
        totals.append(Totals())
        parts += _of_year(seen, asked, year, folder, totals[-1], written)
    last_event = _last_event(totals)
    fixed = common_files(asked.rules) | {"README.md": readme(years, booked, last_event)}
    if booked is not None:
        fixed[verify.TURNOVER] = bundle.csv_bytes(booked_lines(session, booked, asked.until))
    if asked.log:
        fixed |= _seals(asked)
    parts += [write_part(folder, name, [content]) for name, content in fixed.items()]
    names = verify.files_of(list(asked.rules), bool(asked.log), asked.reports, years, booked)
    place = {name: n for n, name in enumerate(names)}
    parts.sort(key=lambda part: place[part.name])
    listed, last = verify.LAST
    size = len(asked.log) or None
    told = bundle.manifest(years, booked, last_event, size, parts, reports=asked.reports)
    listing = write_part(folder, listed, [told])
    closing = write_part(folder, last, [f"{listing.sha256}  {listed}\n".encode()])
    return [*parts, listing, closing], totals


def _of_year(
    seen: _Seen,
    asked: _Asked,
    year: int,
    folder: Path,
    totals: Totals,
    written: Callable[[], None],
) -> list[Part]:
    """A benefit year's own files."""
    under, log, parts = asked.under(year), asked.log, list[Part]()
    proof, here = Proof(log, [year], folder / f"runs-{year}"), get_ident()

    def write(table: str, rows: Iterator[Block]) -> None:
        blocks = bundle.table_blocks(table, proof.seen(table, rows), totals)
        parts.append(write_part(folder, f"{under}data/{table}.csv", blocks))
        if get_ident() == here:  # who watches may speak to a database of this thread
            written()

    def sealed(own: Session) -> None:
        if not any(totals.tables[x]["rows"] for x in _BEGINS):
            raise NothingInYear(year=year)
        proof.end()
        if log:
            parts.append(write_part(folder, f"{under}seals/rows.csv", proof.rows()))
            parts.append(write_part(folder, f"{under}seals/gaps.csv", proof.gaps(own)))

    told = asked_with(year, asked.rules, asked.untils)
    read_year(seen, told, asked.untils, totals.numbers, write, sealed, escaped=asked.escaped)
    session, _ = seen
    fixed = {
        "control.json": json_bytes(totals.document()),
        "datapackage.json": bundle.datapackage(year, under, parts),
    }
    if asked.reports:
        fixed |= dict(report_files(session, year, asked.until))
    return parts + [write_part(folder, under + name, [x]) for name, x in fixed.items()]


def _seals(asked: _Asked) -> dict[str, bytes]:
    """What ties the log to the checkpoint, and the checkpoint to those before it."""
    *earlier, last = asked.notes
    keys = {x.public: {"name": x.name, "public": x.public.hex()} for x in asked.notes}
    told = {"keys": list(keys.values()), "earlier": [x.note.text for x in earlier]}
    return {
        "seals/log.jsonl": b"".join(bundle.log_blocks(leaf.entry for leaf in asked.log)),
        "seals/checkpoint.txt": last.note.text.encode(),
        "seals/notes.json": json_bytes(told),
    }
