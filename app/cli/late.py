"""`huzhu roster permit-late`: a unit may enrol after the window."""

from datetime import datetime
from typing import Final

import click

from app.cli.frame import Told, acting, by_option, command, office

_DAY: Final = click.DateTime(["%Y-%m-%d"])


@command("permit-late", help="Let a unit enrol new people after the enrolment window.")
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--until", required=True, type=_DAY, help="The last day it may.")
@click.option("--why", required=True, help="Why it is permitted.")
@by_option
def permit(lang: str, uscc: str, year: int, until: datetime, why: str, by: str | None) -> Told:
    from app.db import transaction
    from app.enrolment.window import permit_late
    from app.roster.units import unit_of

    last = until.date()
    with office() as settings, transaction() as session:
        unit = unit_of(session, uscc)
        who = acting(session, settings, by)
        number = permit_late(session, unit.id, year=year, until=last, why=why, by=who)
    said = (
        f"{unit.name} may enrol for {year} until {last}."
        if lang == "en"
        else f"准许{unit.name}在 {last} 前补参加 {year} 年度保障。"
    )
    return Told({"permission": number, "unit": unit.uscc, "year": year, "until": str(last)}, [said])
