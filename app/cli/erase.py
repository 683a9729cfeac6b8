"""`huzhu erase ask|approve|list`: personal data that nothing requires any more; two officers."""

from typing import Final, get_args

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group

_SCOPES: Final = ("reached_by", "person", "statements")
_WHYS: Final = ("kept_long_enough", "person_asks", "no_reason_to_keep")


@group()
def erase() -> None:
    """Erase personal data; every seal and bundle keeps verifying."""


@command("ask", help="Ask to have something erased; another officer approves it.")
@click.argument("scope", type=click.Choice(_SCOPES))
@click.option("--member", type=click.IntRange(1), help="The member's number.")
@click.option(
    "--before", "before_year", type=click.IntRange(1900, 9999), help="Statements before this year."
)
@click.option("--why", type=click.Choice(_WHYS), required=True, help="Why nothing requires it.")
@by_option
def ask(
    lang: str, scope: str, member: int | None, before_year: int | None, why: str, by: str | None
) -> Told:
    from app.audit.erase import Scope, Why, ask_erasure
    from app.db import transaction

    what = next(each for each in get_args(Scope) if each == scope)
    because = next(each for each in get_args(Why) if each == why)
    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        of = {"member_id": member, "before_year": before_year}
        number = ask_erasure(session, what, because, by=who, **of)
    said = {
        "zh": f"删除申请 {number} 已提出，待另一名经办人批准。",
        "en": f"Erasure {number} is asked for; another officer approves it.",
    }
    return Told({"erasure": number}, [said[lang]])


@command("approve", help="Approve what another officer asked to have erased, and erase it.")
@click.argument("erasure", type=click.IntRange(1))
@by_option
def approve(lang: str, erasure: int, by: str | None) -> Told:
    from app.audit.erase import approve_erasure
    from app.db import transaction

    with office() as settings, transaction() as session:
        erased = approve_erasure(session, erasure, by=acting(session, settings, by))
    rows = sum(erased.values())
    said = {"zh": f"已删除 {rows} 处。", "en": f"Places erased: {rows}."}
    return Told({"erasure": erasure, "erased": erased}, [said[lang]])


@command("list", help="List what was asked to be erased, the last first.")
def list_all(lang: str) -> Told:
    from app.audit.erase import erasures
    from app.db import transaction

    with office(), transaction() as session:
        found = erasures(session, before=None, most=100)
    facts = [
        {
            "erasure": x.id,
            "scope": x.scope,
            "member": x.member_id,
            "before_year": x.before_year,
            "why": x.why,
            "asked_by": x.asked_by,
            "asked_at": x.asked_at.isoformat(),
            "approved_by": x.approved_by,
            "erased": x.erased,
        }
        for x in found
    ]
    said = f"Erasures: {len(found)}." if lang == "en" else f"删除 {len(found)} 次。"
    lines = [f"{x.id}  {x.scope}  {x.member_id or x.before_year}  {x.approved_by}" for x in found]
    return Told({"erasures": facts}, [said, *lines])


erase.add_command(ask)
erase.add_command(approve)
erase.add_command(list_all)
