"""`huzhu unit requests|approve|refuse|withdraw|password`: what waits, and a second word."""

from typing import TYPE_CHECKING, Any, Final

import click

from app.cli.frame import LISTED, Told, acting, by_option, command, office
from app.cli.second import by_signed, signed
from app.cli.unit_requests import UNIT
from app.texts import say

if TYPE_CHECKING:
    from app.units.appoint import Appointed
    from app.units.decide import Approved, NotApproved
    from app.units.waiting import Requested

KINDS: Final = {
    "register": ("登记单位", "register"),
    "change": ("变更", "change"),
    "contact": ("更换联系人", "name a contact"),
    "merge": ("合并", "merge"),
    "split": ("拆分", "split"),
}


@command("requests", help="What waits for another officer's word, by number.")
def requests(lang: str) -> Told:
    from app.db import transaction
    from app.units.waiting import waiting_requests

    with office(), transaction() as session:
        found = waiting_requests(session, None)
    facts = [
        {
            "request": x.id,
            "kind": x.kind,
            "uscc": x.uscc,
            "name": x.name,
            "asked_by": x.asked_by,
            "other": x.other,
            "gone": x.gone,
        }
        for x in found
    ]
    itself = "the unit itself" if lang == "en" else "单位自行申请"
    lines = [
        f"{x.id}  {KINDS[x.kind][lang == 'en']}  {x.uscc}  {_named(x)}  {x.asked_by or itself}"
        + _left(x, lang)
        for x in found
    ]
    none = "Nothing waits." if lang == "en" else "没有待办的申请。"
    return Told({"requests": facts}, lines or [none])


def _named(asked: "Requested") -> str:
    return f"{asked.name} → {asked.other}" if asked.other else asked.name


def _left(asked: "Requested", lang: str) -> str:
    """What can still become of a request whose unit has gone into another since."""
    if not asked.gone:
        return ""
    if lang == "en":
        return f"  ({asked.gone} has gone into {asked.into}: refuse it or take it back)"
    return f"  （{asked.gone}已并入{asked.into}，只能不批准或撤回）"


@command("approve", help="Approve what another asked for; a number, or a file's SHA-256.")
@click.argument("request")
@by_signed("The officer who approves.")
def approve(lang: str, request: str, login: str, descriptor: int | None) -> Told:
    from app.db import transaction
    from app.units.decide import approve as approve_one
    from app.units.decide import approve_file

    with office():
        officer = signed(login, descriptor, lang)
        with transaction() as session:
            if not request.isdigit():
                return _approved_file(*approve_file(session, request, by=officer), lang)
            one = approve_one(session, int(request), by=officer)
    lines = ["Approved." if lang == "en" else "已批准。"]
    told = {"request": one.request_id, "unit": one.unit_id}
    return _with_contact(told, lines, one.contact, lang)


def _approved_file(done: "list[Approved]", left: "list[NotApproved]", lang: str) -> Told:
    said = {"en": "Approved {0}, left {1}.", "zh": "已批准 {0} 项，未能办理 {1} 项。"}
    listed = [f"{x.request_id} {x.name}: {say(x.why, lang)}" for x in left]
    facts = {"approved": [x.unit_id for x in done], "left": [x.request_id for x in left]}
    return Told(facts, [said[lang].format(len(done), len(left))], LISTED if left else 0, listed)


@command("refuse", help="Refuse what was asked for, with a reason.")
@click.argument("request", type=int)
@click.option("--reason", required=True, help="Why; who asked reads it.")
@by_signed("The officer who refuses.")
def refuse(lang: str, request: int, reason: str, login: str, descriptor: int | None) -> Told:
    from app.db import transaction
    from app.units.decide import refuse as refuse_one

    with office():
        officer = signed(login, descriptor, lang)
        with transaction() as session:
            refuse_one(session, request, reason=reason, by=officer)
    return Told({"request": request}, ["Refused." if lang == "en" else "已登记为不批准。"])


@command("withdraw", help="Take back what one has asked for.")
@click.argument("request", type=int)
@by_option
def withdraw(lang: str, request: int, by: str | None) -> Told:
    from app.db import transaction
    from app.units.decide import withdraw as withdraw_one

    with office() as settings, transaction() as session:
        withdraw_one(session, request, by=acting(session, settings, by))
    return Told({"request": request}, ["Taken back." if lang == "en" else "已撤回。"])


@command("password", help="Give a unit's contact a first password, shown once.")
@UNIT
@by_option
def password(lang: str, uscc: str, by: str | None) -> Told:
    from app.db import transaction
    from app.roster.units import unit_of
    from app.units.appoint import give_password

    with office() as settings, transaction() as session:
        unit = unit_of(session, uscc)
        given = give_password(session, unit.id, by=acting(session, settings, by))
    return _with_contact({"unit": unit.id}, [], given, lang)


def _with_contact(
    facts: dict[str, Any], lines: list[str], given: "Appointed | None", lang: str
) -> Told:
    if given is None:
        return Told(facts, lines)
    shown = (
        f"The contact signs in as {given.login}; first password, shown this once: {given.password}"
        if lang == "en"
        else f"联系人登录名 {given.login}，首次密码（仅显示这一次）：{given.password}"
    )
    facts |= {"login": given.login, "password": given.password}
    return Told(facts, [*lines, shown])


COMMANDS: Final = (requests, approve, refuse, withdraw, password)
