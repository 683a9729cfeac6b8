"""`huzhu unit add|list`: employers."""

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group


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
    from sqlalchemy import select

    from app.db import transaction
    from app.roster.models import Unit

    with office(), transaction() as session:
        rows = session.execute(
            select(Unit.uscc, Unit.name, Unit.unit_percent).order_by(Unit.id)
        ).all()
    facts = [{"uscc": x.uscc, "name": x.name, "unit_percent": x.unit_percent} for x in rows]
    none = "No units yet." if lang == "en" else "还没有单位。"
    return Told(
        {"units": facts}, [f"{x.uscc}  {x.name}  {x.unit_percent} %" for x in rows] or [none]
    )


unit.add_command(add)
unit.add_command(list_units)
