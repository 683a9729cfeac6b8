"""`huzhu enquiries figures`: how many were asked and answered, how late, how well."""

from datetime import date, datetime
from pathlib import Path

import click

from app.cli.frame import Told, command, office
from app.cli.ledgers import DAY, BooksFileKind
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.cli.spoken import group


@group()
def enquiries() -> None:
    """Enquiries (咨询)."""


@command("figures", help="Enquiries asked in these days: answered, late, median days, rating.")
@click.option("--from", "first", required=True, type=DAY, help="The first day.")
@click.option("--to", "last", required=True, type=DAY, help="The last day.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A workbook to write (.xlsx); must not exist.",
)
def figures(lang: str, first: datetime, last: datetime, out: Path | None) -> Told:
    from app.books.workbook import workbook
    from app.db import transaction
    from app.enquiries.table import mean, table
    from app.enquiries.weekly import By
    from app.enquiries.weekly import figures as found_of

    if out is not None:
        if out.suffix.lower() != ".xlsx":
            raise BooksFileKind(out=str(out))
        refuse_existing(out)
    ways: tuple[By, ...] = ("week", "category", "union")
    with office(), transaction() as session:
        parts = {by: found_of(session, by, first.date(), last.date(), None) for by in ways}
    days = _days(first.date(), last.date())
    facts = {
        str(by): [
            {
                "key": x.key,
                "asked": x.asked,
                "answered": x.answered,
                "late": x.late,
                "median_days": x.median_days,
                "rated": x.rated,
                "rating": mean(x.rating) or None,
            }
            for x in found
        ]
        for by, found in parts.items()
    }
    if out is not None:
        made = workbook([table(by, found, days, lang) for by, found in parts.items()], lang)
        if not placed(written_beside(out, made), out):
            raise OutFileExists(out=str(out))
    asked = sum(x.asked for x in parts["week"])
    late = sum(x.late for x in parts["week"])
    said = f"{asked} asked, {late} late." if lang == "en" else f"咨询 {asked} 件，逾期 {late} 件。"
    lines: list[str] = [
        f"{x['key']}  {x['asked']}  {x['answered']}  {x['late']}" for x in facts["week"]
    ]
    return Told(facts, [said, *lines])


def _days(first: date, last: date) -> tuple[str, str]:
    return f"{first} 至 {last}", f"{first} to {last}"


enquiries.add_command(figures)
