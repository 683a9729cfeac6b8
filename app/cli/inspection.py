"""`huzhu audit sample|look|findings`: an auditor's samples, what deserves a look, findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from app.accounts.models import Role
from app.cli.frame import SHOWN, Told, acting, command, office
from app.cli.ledgers import BooksFileKind
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.cli.spoken import group
from app.cli.typed import amount_fen_of
from app.errors import Refusal

if TYPE_CHECKING:
    from app.books.table import Table

_YEAR: Final = click.argument("year", type=click.IntRange(1900, 9999))
_BY: Final = click.option("--by", metavar="ACCOUNT", help="The auditor who acts.")
_OUT: Final = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file as well, .csv or .xlsx; must not exist.",
)
_KINDS: Final = (".csv", ".xlsx")


class WorkbookOnly(Refusal):
    """Several tables are one workbook, and no CSV file."""


class NoSuchQuestion(Refusal):
    """No pointer is called so (facts: only, known)."""


@group()
def audit() -> None:
    """The auditor's samples, questions and findings (审计)."""


@command("sample", help="Draw a sample of a year's payments, and keep how it was drawn.")
@_YEAR
@click.option(
    "--method",
    type=click.Choice(["simple", "strata", "money"]),
    default="money",
    show_default=True,
    help="Simple, by strata of amounts, or by monetary units.",
)
@click.option("--size", type=click.IntRange(1), help="How many to draw.")
@click.option(
    "--bounds",
    default="500 2000 10000",
    show_default=True,
    help="Bounds of the strata in yuan, rising, with spaces between.",
)
@click.option("--tolerable", help="Tolerable misstatement in yuan: the size is worked out.")
@click.option("--expected", default="0", help="Expected misstatement in yuan.")
@click.option("--risk", type=int, default=5, show_default=True, help="Risk in percent.")
@click.option("--seed", default="", help="Letters, digits, dashes; without it chance makes one.")
@_OUT
@_BY
def sample(
    lang: str,
    year: int,
    method: str,
    size: int | None,
    bounds: str,
    tolerable: str | None,
    expected: str,
    risk: int,
    seed: str,
    out: Path | None,
    by: str | None,
) -> Told:
    from app.db import transaction
    from app.inspection.draw import METHODS, Formula, draw_sample
    from app.inspection.seen import sample_seen, sample_table

    _refuse_out(out)
    formula = None
    if tolerable is not None:
        formula = Formula(risk, amount_fen_of(tolerable), amount_fen_of(expected))
    words = bounds.split() if method == "strata" else ()
    beside = None
    try:
        # The file first: where it cannot be written, nothing was drawn.
        with office() as settings, transaction() as session:
            sample_id = draw_sample(
                session,
                year,
                next(each for each in METHODS if each == method),
                size=size,
                formula=formula,
                bounds_fen=[amount_fen_of(word) for word in words],
                seed=seed,
                by=acting(session, settings, by, Role.AUDITOR, first=Role.AUDITOR),
            )
            drawn, items = sample_seen(session, sample_id) or (None, [])
            assert drawn is not None  # noqa: S101 - it was written above
            table = sample_table(drawn, items)
            beside = _written(out, [table], lang)
    except BaseException:
        if beside:
            beside.unlink(missing_ok=True)
        raise
    _place(beside, out)
    facts = {
        "sample": sample_id,
        "seed": drawn.seed,
        "counted": drawn.counted,
        "sha256": drawn.digest,
        "payments": [each.payment_id for each in items],
    }
    return Told(facts, _lines(table, lang))


@command("look", help="Ask a year all questions that point at what deserves a look.")
@_YEAR
@click.option("--only", help="One question, by its name.")
@_OUT
@_BY
def look(lang: str, year: int, only: str | None, out: Path | None, by: str | None) -> Told:
    from app.audit.gather import snapshot
    from app.db import db, transaction
    from app.inspection.draw import may_look
    from app.inspection.look import answer, as_table, check_anything
    from app.inspection.pointers import pointers

    _refuse_out(out, ".xlsx", *([".csv"] if only else []))
    asked = [each for key, each in pointers().items() if only in (None, key)]
    if not asked:
        raise NoSuchQuestion(only=only, known=", ".join(pointers()))
    with office() as settings:
        with transaction() as session:
            may_look(session, acting(session, settings, by, Role.AUDITOR, first=Role.AUDITOR))
        with snapshot(db.engine) as seen:
            check_anything(seen, year)
            answers = {each.key: answer(seen, each, year) for each in asked}
    tables = [as_table(each, answers[each.key], year) for each in asked]
    _place(_written(out, tables, lang), out)
    if len(tables) == 1:
        lines = _lines(tables[0], lang)
    else:
        lines = [
            f"{answers[each.key]['found']:>8}  {each.key}  {each.title[lang == 'en']}"
            for each in asked
        ]
    return Told({"year": year, "answers": answers}, lines)


@command("findings", help="List findings, the last first.")
@click.option("--all", "also_closed", is_flag=True, help="Also those that are closed.")
@_BY
def findings(lang: str, also_closed: bool, by: str | None) -> Told:
    from app.accounts.models import Account
    from app.db import transaction
    from app.inspection.seen import findings as listed
    from app.unions.tree import reach_of_union

    with office() as settings, transaction() as session:
        who = session.get_one(Account, acting(session, settings, by, Role.AUDITOR))
        found = listed(
            session,
            reach_of_union(session, who.union_id),
            after=None,
            size=100,
            only_open=not also_closed,
        )
    facts = [
        {"finding": x.id, "year": x.year, "weight": x.weight, "title": x.title, "state": x.state}
        for x in found
    ]
    lines = [f"{x.id}  {x.year}  {x.weight}  {x.state}  {x.title}" for x in found]
    none = "No finding." if lang == "en" else "没有审计发现。"
    return Told({"findings": facts}, lines or [none])


def _lines(table: Table, lang: str) -> list[str]:
    from app.books.table import as_lines

    lines = as_lines(table, lang)
    said = [each[lang == "en"] for each in (table.title, *table.about)]
    return [*said, *lines[: SHOWN + 1], *(["…"] if len(lines) > SHOWN + 1 else [])]


def _refuse_out(out: Path | None, *kinds: str) -> None:
    """Raises BooksFileKind, WorkbookOnly, OutFileExists."""
    if out is None:
        return
    if out.suffix.lower() not in (kinds or _KINDS):
        raise WorkbookOnly(out=str(out)) if kinds == (".xlsx",) else BooksFileKind(out=str(out))
    refuse_existing(out)


def _written(out: Path | None, tables: list[Table], lang: str) -> Path | None:
    """The file under another name, until all is done."""
    from app.books.table import as_csv
    from app.books.workbook import workbook

    if out is None:
        return None
    plain = out.suffix.lower() == ".csv"
    return written_beside(out, as_csv(tables[0], lang) if plain else workbook(tables, lang))


def _place(beside: Path | None, out: Path | None) -> None:
    if beside and out and not placed(beside, out):
        raise OutFileExists(out=str(out))


audit.add_command(sample)
audit.add_command(look)
audit.add_command(findings)
