"""`huzhu simulate`: what other rules would have cost, and what they would cost from now on."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from app.benefits.fields import SchemeFault
from app.cli.frame import REFUSED, Told, command, office
from app.cli.going import Going
from app.cli.scheme import NoSuchScheme
from app.cli.scheme_typed import FileOrFigures, setting, text_in
from app.errors import Refusal
from app.texts import say

if TYPE_CHECKING:
    from app.benefits.scheme import Scheme
    from app.simulation.keep import Loaded

_YEARS: Final = re.compile(r"([1-9][0-9]{3})(?:-([1-9][0-9]{3}))?")


class YearsWrong(Refusal):
    """The years are not written as 2021-2024 or 2021."""


@command("simulate", help="What other rules would have cost. Nothing is changed by asking.")
@click.option("--years", required=True, metavar="FIRST-LAST", help="The benefit years asked about.")
@click.option(
    "--scheme",
    "file",
    type=click.Path(path_type=Path, readable=False),
    help="The supposed scheme, a TOML file.",
)
@click.option(
    "--set",
    "settings_",
    multiple=True,
    metavar="NAME=VALUE",
    help="Or the scheme of the last of these years, with this figure.",
)
@click.option("--ahead", default=5, type=click.IntRange(0, 20), help="Years ahead to look at.")
@click.option("--growth", default="0", metavar="PERCENT", help="More members each year.")
@click.option("--dearer", default="0", metavar="PERCENT", help="More cost a head each year.")
@click.option("--ageing", default="50", metavar="PERCENT", help="Members who stay and grow older.")
@click.option("--anew", is_flag=True, help="Read the fund again, though it was read just now.")
def simulate(
    lang: str,
    years: str,
    file: Path | None,
    settings_: tuple[str, ...],
    ahead: int,
    growth: str,
    dearer: str,
    ageing: str,
    anew: bool,
) -> Told:
    from app.audit.gather import snapshot
    from app.cli.simulated import lines_of
    from app.servers import reads
    from app.simulation.asked import ask
    from app.simulation.keep import loaded
    from app.simulation.outlook import Ahead
    from app.simulation.supposed import supposed_scheme
    from app.simulation.told import facts_of

    if bool(file) == bool(settings_):
        raise FileOrFigures
    first, last = _years(years)
    about = Ahead(ahead, *(_points(x) for x in (growth, dearer, ageing)))
    toml = text_in(file) if file else ""
    with office(), snapshot(reads()) as session:
        held = loaded(session, Going("simulate", lang), anew=anew)
        try:
            scheme = supposed_scheme(toml) if file else _changed(held, last, settings_)
        except SchemeFault as fault:
            return _refused(fault, file, toml, lang)
        found = ask(held, scheme, first, last, about)
    return Told(facts_of(found), lines_of(found, lang))


def _years(text: str) -> tuple[int, int]:
    found = _YEARS.fullmatch(text.strip())
    if not found:
        raise YearsWrong(given=text)
    return int(found[1]), int(found[2] or found[1])


def _points(percent: str) -> int:
    from app.benefits.scheme_file import basis_points

    try:
        return basis_points(Decimal(percent))
    except InvalidOperation:
        raise click.BadParameter(percent) from None


def _changed(held: Loaded, last: int, settings_: tuple[str, ...]) -> Scheme:
    from app.cover.place import ruling_in
    from app.simulation.supposed import supposed_change

    ruling = ruling_in(held.schemes.schemes, last)
    if not ruling:
        raise NoSuchScheme(year=last)
    return supposed_change(ruling[-1], dict(setting(each) for each in settings_))


def _refused(fault: SchemeFault, file: Path | None, toml: str, lang: str) -> Told:
    """Where a file is refused, the line says where to look."""
    from app.benefits.scheme_file import line_of

    facts: dict[str, Any] = {"error": fault.name, "message": say(fault, lang), **fault.facts}
    if not file:
        return Told(facts, [facts["message"]], REFUSED)
    facts |= {"path": str(file), "line": line_of(toml, str(fault.facts.get("field", "")))}
    return Told(facts, [f"{file}:{facts['line']}: {facts['message']}"], REFUSED)
