"""`huzhu union add|list`: the county's and district unions below the city's."""

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group


@group()
def union() -> None:
    """Unions (工会): the city federation's, its counties' and districts'."""


@command("add", help="Add a county's or district's union.")
@click.option("--name", required=True, help="The union's name.")
@click.option("--below", help="The union above it, by name. Default: the officer's own.")
@by_option
def add(lang: str, name: str, below: str | None, by: str | None) -> Told:
    from app.accounts.models import Account
    from app.db import transaction
    from app.unions.open import add_union, district_named

    with office() as settings, transaction() as session:
        officer = acting(session, settings, by)
        parent = (
            district_named(session, below) if below else session.get_one(Account, officer).union_id
        )
        union_id = add_union(session, name, parent_id=parent, by=officer)
    said = f"Added {name.strip()}." if lang == "en" else f"已新增 {name.strip()}。"
    return Told({"union": union_id, "name": name.strip()}, [said])


@command("list", help="All unions but units' own.")
def list_unions(lang: str) -> Told:
    from app.db import transaction
    from app.unions.open import districts

    with office(), transaction() as session:
        found = districts(session, None)
        names = {each.id: each.name for each in found}
        facts = [
            {"union": x.id, "name": x.name, "below": names.get(x.parent_id or 0)} for x in found
        ]
    arrow = "←" if lang == "en" else "隶属"
    lines = [f"{x['name']}  {arrow} {x['below']}" if x["below"] else str(x["name"]) for x in facts]
    return Told({"unions": facts}, lines)


union.add_command(add)
union.add_command(list_unions)
