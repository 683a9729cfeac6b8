"""`huzhu scheme`: the published rules, and those being written."""

import json
from datetime import date

import click

from app.cli.drafts import discard_draft, edit_draft, open_year, publish, show_draft
from app.cli.frame import Told, command, office
from app.cli.rules import told
from app.cli.spoken import group
from app.errors import Refusal
from app.money import yuan


class NoSuchScheme(Refusal):
    """No scheme is in force for covers that start in this year."""


@group()
def scheme() -> None:
    """The yearly schemes (年度互助保障方案)."""


@command("list", help="The published schemes.")
def list_schemes(lang: str) -> Told:
    from app.benefits.tariffs import last_days
    from app.db import transaction
    from app.schemes.publish import published_schemes

    with office(), transaction() as session:
        schemes = published_schemes(session)
    ends = ["" if day == date.max else str(day) for day in last_days(schemes)]
    facts = [
        {
            "id": x.id,
            "from": str(x.starts_from),
            "to": end or None,
            "digest": x.digest(),
        }
        for x, end in zip(schemes, ends, strict=True)
    ]
    word = (
        "covers starting %s … %s; contribution %s"
        if lang == "en"
        else "保障起始 %s … %s；互助金 %s 元"
    )
    lines = [
        f"{x.id}  " + word % (x.starts_from, end, yuan(x.contribution.total_fen))
        for x, end in zip(schemes, ends, strict=True)
    ]
    return Told({"schemes": facts}, lines)


@command("show", help="The scheme for covers that start in YEAR, every figure with its source.")
@click.argument("year", type=click.IntRange(1900, 9999))
def show_scheme(lang: str, year: int) -> Told:
    from app.cover.place import ruling_in
    from app.db import transaction
    from app.schemes.publish import published_schemes

    with office(), transaction() as session:
        found = ruling_in(published_schemes(session), year)
    if not found:
        raise NoSuchScheme(year=year)
    documents = [json.loads(x.canonical()) | {"digest": x.digest()} for x in found]
    lines = [line for each in found for line in told(each, lang)]
    return Told({"year": year, "schemes": documents}, lines)


scheme.add_command(list_schemes)
scheme.add_command(show_scheme)
for each in (open_year, show_draft, edit_draft, publish, discard_draft):
    scheme.add_command(each)
