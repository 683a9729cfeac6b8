"""`huzhu erase ask|approve|list`: personal data that nothing requires any more; two officers."""

from typing import TYPE_CHECKING, Final, get_args

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group

if TYPE_CHECKING:  # commands import what they need when they run
    from app.audit.erase import ErasureSeen

_SCOPES: Final = ("reached_by", "person", "statements")
_OF_MEMBER: Final = {
    "reached_by": ("手机号和往来文字", "phone and correspondence"),
    "person": ("全部个人信息", "everything personal"),
}
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
    return Told({"erasures": facts}, listed(found, en=lang == "en"))


def listed(found: "list[ErasureSeen]", *, en: bool) -> list[str]:
    """What was asked for, and how it stands."""
    done = sum(x.erased is not None for x in found)
    said = (
        f"Erasures asked for: {len(found)}, done: {done}."
        if en
        else f"删除申请 {len(found)} 项，已删除 {done} 项。"
    )
    lines = [f"{x.id}  {_of(x, en=en)}  {_stands(x, en=en)}" for x in found]
    return [said, *lines]


def _of(asked: "ErasureSeen", *, en: bool) -> str:
    if asked.member_id is None:
        year = asked.before_year
        return f"statements of before {year}" if en else f"{year} 年以前的对账单"
    scope = _OF_MEMBER[asked.scope][en]
    return f"member {asked.member_id}: {scope}" if en else f"职工 {asked.member_id}：{scope}"


def _stands(asked: "ErasureSeen", *, en: bool) -> str:
    if asked.erased is None:
        return "waits for another officer" if en else "待另一名经办人批准"
    return f"approved by {asked.approved_by}" if en else f"{asked.approved_by} 已批准"


erase.add_command(ask)
erase.add_command(approve)
erase.add_command(list_all)
