"""`huzhu notices` and `huzhu year status`: the outbox, and how a year stands."""

from __future__ import annotations

from typing import Any, Final

import click

from app.cli.frame import LISTED, Told, acting, by_option, command, office
from app.cli.spoken import group
from app.money import yuan

_STATES: Final = {
    "waiting": ("待发送", "waiting"),
    "sent": ("已发送", "sent"),
    "failed": ("发送失败", "failed"),
    "no_address": ("没有手机号", "no address"),
    "retry": ("稍后再试", "to be tried again"),
}
_KINDS: Final = {
    "window_opens": ("参保期开始", "enrolment opens"),
    "window_closes": ("参保期将截止", "enrolment closes"),
    "money_missing": ("互助金未缴清", "money missing"),
    "roster_confirmed": ("花名册已登记", "roster registered"),
    "roster_refused": ("花名册不收", "roster refused"),
    "papers_wanted": ("补材料或申请退回", "papers wanted, or claim sent back"),
    "card_wanted": ("请换银行卡", "another account wanted"),
    "paid": ("补助金已发放", "benefit paid"),
    "enquiry_answered": ("咨询已答复", "enquiry answered"),
    "enquiry_asked_back": ("咨询待补充说明", "enquiry asked back"),
    "contact_changed": ("联系人变更", "contact changed"),
    "sign_in_code": ("登录验证码", "code to sign in"),
    "card_changed": ("收款卡已变更", "card changed"),
    "objection_answered": ("申诉已答复", "objection answered"),
}
_YEAR: Final = click.IntRange(1900, 9999)


@group()
def notices() -> None:
    """Notices to units and members (通知)."""


@command("list", help="The notices, newest first; no names, no phones.")
@click.option("--state", type=click.Choice(list(_STATES)[:4]), help="Only those that stand so.")
@click.option("--year", type=_YEAR, help="Benefit year.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="At most so many.")
def list_notices(lang: str, state: str | None, year: int | None, limit: int) -> Told:
    from app.db import transaction
    from app.notices.outbox import listed

    with office(), transaction() as session:
        found = listed(session, state=state, year=year, size=limit)
    en = lang == "en"
    lines = [
        f"{x.id}  {_KINDS[x.kind][en]}  {x.unit or x.to}  {_STATES[x.state][en]}"
        + (f" ({x.trouble})" if x.trouble else "")
        for x in found
    ]
    nothing = "No notices." if lang == "en" else "没有通知。"
    return Told({"notices": [_facts(x) for x in found]}, lines or [nothing])


@command("send", help="Find what is due to be told, and send what waits.")
def send(lang: str) -> Told:
    from app.db import transaction
    from app.notices.codes import write_codes
    from app.notices.deliver import deliver_all
    from app.notices.senders import sender_of
    from app.year.remind import remind

    with office() as settings:
        with transaction() as session:
            made = remind(session) + write_codes(session)
        sender = sender_of(settings.notices, settings.notices_secret, settings.data_dir)
        done = deliver_all(sender)
        sender.tidy()
    said = f"New: {made}." if lang == "en" else f"新增 {made} 条。"
    lines = [said, *(f"{_STATES[x][lang == 'en']}: {n}" for x, n in sorted(done.items()))]
    bad = any(done.get(x) for x in ("failed", "retry", "no_address"))
    return Told({"made": made, "done": done}, lines, LISTED if bad else 0)


@command("retry", help="Let notices that failed or lack an address be tried again.")
@click.argument("numbers", metavar="[NOTICE]...", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@by_option
def retry(lang: str, numbers: tuple[int, ...], by: str | None) -> Told:
    from app.db import transaction
    from app.notices.deliver import try_again

    with office() as settings, transaction() as session:
        again = try_again(session, numbers or None, by=acting(session, settings, by))
    said = f"To be sent again: {len(again)}." if lang == "en" else f"重发 {len(again)} 条。"
    return Told({"notices": again}, [said])


@group()
def year() -> None:
    """The benefit year (年度)."""


@command("status", help="How a benefit year stands: window, units, money, permissions, notices.")
@click.argument("benefit_year", metavar="YEAR", type=_YEAR)
def status(lang: str, benefit_year: int) -> Told:
    from app.db import transaction
    from app.year.standing import year_standing

    with office(), transaction() as session:
        found = year_standing(session, benefit_year)
    window = found.window
    facts = {
        "year": found.year,
        "scheme": found.scheme_id,
        "window": window.document() if window else None,
        "units": found.units,
        "with_roster": found.with_roster,
        "without_roster": found.without_roster,
        "due": yuan(found.due_fen),
        "received": yuan(found.received_fen),
        "missing": yuan(found.missing_fen),
        "over": yuan(found.over_fen),
        "late_permissions": found.late_permissions,
        "notices": found.notices,
    }
    sent, of = found.notices.get("sent", 0), sum(found.notices.values())
    english = lang == "en"
    over = (f"，多缴 {facts['over']} 元", f", too much {facts['over']}")[english]
    more = over if found.over_fen else ""
    days = (
        f"{window.opens_on} … {window.closes_on}" if window else ("any day" if english else "不限")
    )
    lines = (
        f"{found.year}: scheme {found.scheme_id or '-'}; units enrol {days}.",
        f"Units with a roster {found.with_roster}, without {found.without_roster}.",
        f"Due {facts['due']}, received {facts['received']}, missing {facts['missing']}{more}.",
        f"Late permissions {found.late_permissions}. Notices {of}, sent {sent}.",
    )
    chinese = (
        f"{found.year} 年度：方案 {found.scheme_id or '无'}；参保期 {days}。",
        f"已报花名册的单位 {found.with_roster} 个，未报 {found.without_roster} 个。",
        f"应缴 {facts['due']} 元，已收 {facts['received']} 元，还差 {facts['missing']} 元{more}。",
        f"准许补参保 {found.late_permissions} 次；通知 {of} 条，已发送 {sent} 条。",
    )
    return Told(facts, list(lines if english else chinese))


def _facts(found: Any) -> dict[str, Any]:
    return {
        "notice": found.id,
        "kind": found.kind,
        "unit": found.unit,
        "year": found.benefit_year,
        "state": found.state,
        "tries": found.tries,
        "trouble": found.trouble,
        "at": found.at.isoformat(),
    }


for each in (list_notices, send, retry):
    notices.add_command(each)
year.add_command(status)
