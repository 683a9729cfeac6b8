"""`huzhu unit add|list|as-of`: employers; what takes two people stands in `unit_requests`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from app.cli.contributions import DAY
from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group
from app.cli.unit_decisions import COMMANDS as DECISIONS
from app.cli.unit_requests import COMMANDS as REQUESTS

if TYPE_CHECKING:
    from app.units.as_of import UnitOn


@group()
def unit() -> None:
    """Employers' units (参保单位)."""


@command("add", help="Register a unit.")
@click.option("--uscc", required=True, help="Unified social credit code (GB 32100).")
@click.option("--name", required=True, help="The unit's name.")
@click.option(
    "--unit-percent",
    type=click.IntRange(0, 100),
    default=50,
    show_default=True,
    help="What part of the unit-and-worker contribution the unit pays.",
)
@by_option
def add(lang: str, uscc: str, name: str, unit_percent: int, by: str | None) -> Told:
    from app.accounts.models import Account
    from app.db import transaction
    from app.roster.identity import normalise_uscc, uscc_unverified
    from app.roster.units import add_unit

    with office() as settings, transaction() as session:
        officer = acting(session, settings, by)
        union_id = session.get_one(Account, officer).union_id
        unit_id = add_unit(
            session, uscc=uscc, name=name, union_id=union_id, unit_percent=unit_percent, by=officer
        )
    code, _ = normalise_uscc(uscc)
    unverified = uscc_unverified(code)
    said = (
        f"Registered {name.strip()} ({code})."
        if lang == "en"
        else f"已登记 {name.strip()}（{code}）。"
    )
    warned = {
        "en": "Such a code's check character cannot be verified here; compare the certificate.",
        "zh": "这类代码的校验位无法在此核对，请与证照核对。",
    }
    lines = [said, *([warned[lang]] if unverified else [])]
    return Told({"unit": unit_id, "uscc": code, "check_unverified": unverified}, lines)


@command("list", help="All units.")
def list_units(lang: str) -> Told:
    from app.clock import today
    from app.db import transaction
    from app.roster.units import all_units
    from app.units.as_of import units_on

    with office(), transaction() as session:
        rows = all_units(session)
        gone = {x.uscc: x for x in units_on(session, today(), today()) if x.into_uscc}
    facts, lines = [], []
    for x in rows:
        into = gone.get(x.uscc)
        one = {"uscc": x.uscc, "name": x.name, "unit_percent": x.unit_percent}
        facts.append(one | {"into": into.into_uscc if into else None})
        lines.append(f"{x.uscc}  {x.name}  {x.unit_percent} %" + _into(into, lang))
    none = "No units yet." if lang == "en" else "还没有单位。"
    return Told({"units": facts}, lines or [none])


def _into(unit: UnitOn | None, lang: str) -> str:
    """What a unit has gone into, behind its own words."""
    if unit is None or not unit.into_uscc:
        return ""
    return f"  {'gone into' if lang == 'en' else '并入'} {unit.into_uscc} {unit.into}"


@command("as-of", help="What units were on a day, as it was known on a day.")
@click.argument("day", type=DAY)
@click.option("--known", type=DAY, help="As known at the end of this day. Default: now.")
def as_of(lang: str, day: datetime, known: datetime | None) -> Told:
    from app.clock import today
    from app.db import transaction
    from app.units.as_of import units_on

    known_on = known.date() if known else today()
    with office(), transaction() as session:
        found = units_on(session, day.date(), known_on)
    facts = [
        {
            "uscc": x.uscc,
            "name": x.name,
            "union": x.union,
            "unit_percent": x.unit_percent,
            "into": x.into_uscc,
        }
        for x in found
    ]
    lines = [f"{x.uscc}  {x.name}  {x.union}  {x.unit_percent} %" + _into(x, lang) for x in found]
    none = "No units on that day." if lang == "en" else "那一天没有单位。"
    return Told({"day": day.date(), "known": known_on, "units": facts}, lines or [none])


for each in (add, list_units, as_of, *REQUESTS, *DECISIONS):
    unit.add_command(each)
