"""`huzhu report 2024|2024-05`: the report of a year or a month, on the terminal or in a file."""

import re
from pathlib import Path
from typing import Final

import click

from app.accounts.models import Role
from app.cli.frame import Told, acting, command, office
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.errors import Refusal

_PERIOD: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")
_KINDS: Final = (".pdf", ".xlsx")


class PeriodOdd(Refusal):
    """A report is of a year or of a month (facts: period)."""


class ReportFileKind(Refusal):
    """A report is written as PDF or as a workbook (facts: out)."""


@command("report", help="The report of a benefit year (2024) or of a month (2024-05).")
@click.argument("period")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file, .pdf or .xlsx; must not exist.",
)
@click.option("--by", metavar="ACCOUNT", help="The officer or auditor who acts.")
def report(lang: str, period: str, out: Path | None, by: str | None) -> Told:
    from app.books.table import as_facts, as_lines
    from app.db import transaction
    from app.reports.book import report_book
    from app.reports.order import report_of
    from app.reports.paper import report_paper

    known = _PERIOD.fullmatch(period)
    if known is None:
        raise PeriodOdd(period=period)
    if out and out.suffix.lower() not in _KINDS:
        raise ReportFileKind(out=str(out))
    if out:
        refuse_existing(out)
    with office() as settings, transaction() as session:
        acting(session, settings, by, Role.AUDITOR)
        made = report_of(session, int(known[1]), int(known[2] or 0), lang)
    tables = [section.table for section in made.sections]
    facts = {table.title[1]: as_facts(table) for table in tables}
    lines = [made.title[lang == "en"], *(each[lang == "en"] for each in made.about)]
    if out is None:
        for table in tables:
            lines += ["", table.title[lang == "en"], *as_lines(table, lang)]
        return Told({"period": period, "sections": facts}, lines)
    data = report_paper(made, lang) if out.suffix.lower() == ".pdf" else report_book(made, lang)
    if not placed(written_beside(out, data), out):
        raise OutFileExists(out=str(out))
    said = f"Written to {out}." if lang == "en" else f"已写入 {out}。"
    return Told({"period": period, "out": str(out)}, [said])
