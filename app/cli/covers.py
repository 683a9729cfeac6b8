"""`huzhu cover as-of`: who was covered on a day, on whose money, as known on another day."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from app.cli.contributions import DAY
from app.cli.frame import Told, command, office
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.cli.spoken import group
from app.errors import Refusal
from app.money import yuan

if TYPE_CHECKING:
    from app.cover.as_of import CoveredOn

HEADINGS: Final = {
    "zh": "姓名,身份证号,单位代码,单位或活动,方案,保障开始,保障截止,起付日,"
    "单位缴,职工缴,工会缴,银行流水号",
    "en": "name,id number,uscc,unit or campaign,scheme,starts on,ends on,first paying day,"
    "unit pays,worker pays,union pays,bank references",
}

SAID: Final = {
    "zh": (
        "%(day)s 当天，按 %(known)s 日终所知：有保障 %(covers)d 人，其中赠送 %(gifts)d 人。",
        "互助金：单位 %(unit)s 元，职工 %(worker)s 元，工会 %(union)s 元。",
    ),
    "en": (
        "%(day)s, as known at the end of %(known)s: covered %(covers)d, by gifts %(gifts)d.",
        "Contributions: units %(unit)s, workers %(worker)s, union %(union)s yuan.",
    ),
}


class CoverFileKind(Refusal):
    """Covers are written as a CSV file (facts: out)."""


@group()
def cover() -> None:
    """Covers (参保记录)."""


@dataclass
class Counted:
    """Heads by unit or campaign, and what a day's covers cost whom, in fen."""

    by: Counter[tuple[str, str]] = field(default_factory=Counter)
    gifts: int = 0
    unit_fen: int = 0
    worker_fen: int = 0
    union_fen: int = 0


@command("as-of", help="Who was covered on a day, on whose money, as it was known on a day.")
@click.argument("day", type=DAY)
@click.option("--known", type=DAY, help="As known at the end of this day. Default: now.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV file with every cover, ID numbers masked; must not exist.",
)
def as_of(lang: str, day: datetime, known: datetime | None, out: Path | None) -> Told:
    from app.clock import today
    from app.cover.as_of import covered_on
    from app.db import transaction

    if out:
        if out.suffix.lower() != ".csv":  # a workbook by its name alone could not be opened
            raise CoverFileKind(out=str(out))
        refuse_existing(out)
    known_on = known.date() if known else today()
    counted, table = Counted(), io.StringIO()
    with office(), transaction() as session:
        found = covered_on(session, day.date(), known_on)
        csv.writer(table, lineterminator="\r\n").writerows(_rows(found, counted, lang))
    if out:
        written = written_beside(out, table.getvalue().encode("utf-8-sig"))
        if not placed(written, out):
            raise OutFileExists(out=str(out))
    return _told(counted, day.date(), known_on, out, lang)


def _rows(found: "Iterable[CoveredOn]", counted: Counted, lang: str) -> Iterable[list[str]]:
    yield HEADINGS[lang].split(",")
    for x in found:
        counted.by[x.uscc or "", x.by] += 1
        counted.gifts += x.is_gift
        counted.unit_fen += x.unit_due_fen
        counted.worker_fen += x.worker_due_fen
        counted.union_fen += x.union_due_fen
        who = [x.name, x.masked_certno, x.uscc or "", x.by, x.scheme_id]
        days = [x.starts_on, x.ends_on, x.waits_until]
        parts = [x.unit_due_fen, x.worker_due_fen, x.union_due_fen]
        row = [*who, *(day.isoformat() if day else "" for day in days), *map(yuan, parts)]
        # A formula typed as a name or a reference stays a text in whatever opens the table.
        yield [_plain(cell) for cell in [*row, x.receipts]]


def _plain(cell: str) -> str:
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _told(counted: Counted, day: date, known_on: date, out: Path | None, lang: str) -> Told:
    covers = counted.by.total()
    facts = {
        "day": day.isoformat(),
        "known": known_on.isoformat(),
        "covers": covers,
        "gifts": counted.gifts,
        "unit": yuan(counted.unit_fen),
        "worker": yuan(counted.worker_fen),
        "union": yuan(counted.union_fen),
        "by": [{"uscc": code, "name": name, "covers": n} for (code, name), n in counted.by.items()],
        "out": str(out) if out else None,
    }
    said = [text % facts for text in SAID[lang]]
    units = [f"{n:>8}  {name}  {code}" for (code, name), n in counted.by.items()]
    return Told(facts, [*said, *units])


cover.add_command(as_of)
