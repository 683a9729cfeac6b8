"""`huzhu books close|reverse`: what two officers do to the books."""

from __future__ import annotations

from datetime import datetime

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.second import second_person, signed

DAY = click.DateTime(["%Y-%m-%d"])


@command("close", help="Close a month (2024-05) or a year (2024). Two officers; not undone.")
@click.argument("period")
@second_person
@by_option
def close(lang: str, period: str, approve: str, descriptor: int | None, by: str | None) -> Told:
    from app.db import transaction
    from app.ledger.close import close as close_period

    with office() as settings:
        with transaction() as session:
            closer = acting(session, settings, by)
        approver = signed(approve, descriptor, lang)
        with transaction() as session:
            closed = close_period(session, period, closed_by=closer, approved_by=approver)
    said = {
        "en": f"{closed.period.name} is closed; {closed.entries} closing entries.",
        "zh": f"{closed.period.name} 已结账；结转分录 {closed.entries} 笔。",
    }
    facts = {
        "period": closed.period.name,
        "last_on": closed.period.last_on.isoformat(),
        "entries": closed.entries,
        "digest": closed.digest,
    }
    return Told(facts, [said[lang]])


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
