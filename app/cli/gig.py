"""`huzhu gig open|list`: gig workers who enrol themselves."""

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group
from app.money import yuan


@group()
def gig() -> None:
    """Gig workers (新就业形态劳动者)."""


@command("open", help="Let gig workers enrol themselves with a union's own unit.")
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@by_option
def open_unit(lang: str, uscc: str, by: str | None) -> Told:
    from app.db import transaction
    from app.enrolment.self_enrol import open_gig_unit
    from app.roster.units import unit_of

    with office() as settings, transaction() as session:
        unit = unit_of(session, uscc)
        open_gig_unit(session, unit.id, by=acting(session, settings, by))
    said = {"zh": f"已开放：{unit.name}。", "en": f"Open: {unit.name}."}
    return Told({"unit": unit.id}, [said[lang]])


@command("list", help="Who has enrolled alone and has not paid yet, by reference.")
def list_waiting(lang: str) -> Told:
    from app.db import transaction
    from app.enrolment.self_enrol import unpaid

    with office(), transaction() as session:
        found = unpaid(session)
    facts = [
        {"roster": x.roster_id, "reference": x.reference, "amount": yuan(x.amount_fen)}
        for x in found
    ]
    none = {"zh": "没有待缴费的自行参保。", "en": "Nobody who enrolled alone waits for money."}
    lines = [f"{x['reference']}  {x['amount']}  ({x['roster']})" for x in facts]
    return Told({"waiting": facts}, lines or [none[lang]])


gig.add_command(open_unit)
gig.add_command(list_waiting)
