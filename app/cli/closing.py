"""`huzhu books close|reverse`: what two officers do to the books."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.second import second_person, signed

if TYPE_CHECKING:
    from app.books.still_open import StillOpen

DAY = click.DateTime(["%Y-%m-%d"])


@command("close", help="Close a month (2024-05) or a year (2024). Two officers; not undone.")
@click.argument("period")
@second_person
@by_option
def close(lang: str, period: str, approve: str, descriptor: int | None, by: str | None) -> Told:
    from app.books.still_open import still_open
    from app.db import transaction
    from app.ledger.close import close as close_period

    with office() as settings:
        with transaction() as session:
            closer = acting(session, settings, by)
        approver = signed(approve, descriptor, lang)
        with transaction() as session:
            closed = close_period(session, period, closed_by=closer, approved_by=approver)
            still = still_open(session, closed.period.last_on)
    said = {
        "en": f"{closed.period.name} is closed; closing entries: {closed.entries}.",
        "zh": f"{closed.period.name} 已结账；结转分录 {closed.entries} 笔。",
    }
    facts = {
        "period": closed.period.name,
        "last_on": closed.period.last_on.isoformat(),
        "entries": closed.entries,
        "digest": closed.digest,
        "still_open": _facts(still),
    }
    return Told(facts, [said[lang], *_said(still, lang)])


def _facts(still: StillOpen) -> dict[str, Any]:
    return {
        "waiting_fen": {each.account.value: each.balance_fen for each in still.waiting},
        "unexplained": len(still.unexplained),
        "unexplained_fen": still.unexplained_fen,
        "untold": {x.code: x.last_day and x.last_day.isoformat() for x in still.untold},
    }


def _said(still: StillOpen, lang: str) -> list[str]:
    """What stays open, a line each."""
    from app.ledger.chart import NAMES
    from app.texts.amounts import in_yuan

    en = lang == "en"
    lines = [
        f"{each.account.value} {NAMES[each.account][en]} {in_yuan(each.open_fen)}"
        for each in still.waiting
    ]
    if still.unexplained:
        of = f"{len(still.unexplained)}," if en else f"{len(still.unexplained)} 笔"
        what = ("银行已付、用途未查明", "left the bank, nobody has said what for: lines")[en]
        lines.append(f"{what} {of} {in_yuan(abs(still.unexplained_fen))}")
    for code, last_day in still.untold:
        if last_day is None:
            lines.append((f"账户 {code} 没有导入过对账单", f"no statement of account {code}")[en])
        else:
            until = (f"账户 {code} 的对账单只到", f"the statements of account {code} end on")[en]
            lines.append(f"{until} {last_day:%Y-%m-%d}")
    if not lines:
        return []
    begins = (
        f"截至 {still.day} 尚未了结，结转到以后期间：",
        f"Still open at the end of {still.day}:",
    )
    return [begins[en], *(f"  {line}" for line in lines)]


@command("reverse", help="Take back an entry that nothing else takes back. Two officers.")
@click.argument("entry", type=click.IntRange(1))
@click.option("--why", required=True, help="The reason.")
@click.option("--on", "on", type=DAY, help="The day. Default: today.")
@second_person
@by_option
def reverse(
    lang: str,
    entry: int,
    why: str,
    on: datetime | None,
    approve: str,
    descriptor: int | None,
    by: str | None,
) -> Told:
    from app.db import transaction
    from app.recoveries.take_back import reverse as take_back

    with office() as settings:
        with transaction() as session:
            asker = acting(session, settings, by)
        approver = signed(approve, descriptor, lang)
        with transaction() as session:
            done = take_back(
                session,
                entry,
                why=why,
                reversed_by=asker,
                approved_by=approver,
                reversed_on=on.date() if on else None,
            )
    said = {
        "en": f"Entry {done.entry_id} is reversed by entry {done.reversal_id}.",
        "zh": f"分录 {done.entry_id} 已由分录 {done.reversal_id} 红字冲销。",
    }
    return Told({"entry": done.entry_id, "reversal": done.reversal_id}, [said[lang]])
