"""`huzhu contributions …`: money in, from units and the union; credit; papers."""

from datetime import datetime

import click

from app.cli.credit import decide, use
from app.cli.frame import DONE, LISTED, Told, acting, acting_for, by_option, command, office
from app.cli.papers import notice, notices, receipt_pdf
from app.cli.second import second_person, signed
from app.cli.spoken import group
from app.cli.typed import amount_fen_of
from app.money import yuan

DAY = click.DateTime(["%Y-%m-%d"])


@group()
def contributions() -> None:
    """Contributions (互助金)."""


@command("receive", help="Book money received from a unit; covers begin by the rule.")
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--amount", required=True, help="Yuan, like 1234.50.")
@click.option("--on", "on", required=True, type=DAY, help="The day the bank booked it.")
@click.option("--ref", required=True, help="The bank's reference; the same again changes nothing.")
@click.option("--roster", type=click.IntRange(1), help="The one roster that this money is for.")
@by_option
def receive_money(
    lang: str,
    uscc: str,
    year: int,
    amount: str,
    on: datetime,
    ref: str,
    roster: int | None,
    by: str | None,
) -> Told:
    from app import bell
    from app.contributions.receive import receive
    from app.contributions.standing import standing
    from app.db import transaction
    from app.roster.units import unit_of

    amount_fen = amount_fen_of(amount)
    with office() as settings:
        with transaction() as session:
            unit = unit_of(session, uscc)
            received = receive(
                session,
                unit_id=unit.id,
                year=year,
                amount_fen=amount_fen,
                received_on=on.date(),
                reference=ref,
                by=acting_for(session, settings, by, unit.id),
                roster_id=roster,
            )
            now = standing(session, unit.id, year)
        if received.begun:
            bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    covers = sum(len(x.covers) for x in received.begun)
    credited = sum(len(x.credited) for x in received.begun)
    undecided = sum(len(x.undecided) for x in received.begun)
    facts = {
        "receipt": received.receipt_id,
        "again": received.again,
        "amount": yuan(amount_fen),
        "covers_begun": covers,
        "credited": credited,
        "undecided": undecided,
        "due": yuan(now.due_fen),
        "received": yuan(now.received_fen),
        "missing": yuan(now.missing_fen),
        "over": yuan(now.over_fen),
    }
    return Told(facts, _sentences(facts, lang), LISTED if undecided or credited else DONE)


def _sentences(facts: dict[str, object], lang: str) -> list[str]:
    if lang == "en":
        lines = [
            "This money was received before; nothing changed."
            if facts["again"]
            else "Received {amount}. Covers that begin: {covers_begun}.".format(**facts)
        ]
        lines.append("Due {due}, received {received}, still missing {missing}.".format(**facts))
        if facts["over"] != "0.00":
            lines.append("{over} more than due stays on the unit's account.".format(**facts))
        if facts["credited"]:
            lines.append(
                "Covered already: {credited}. Their money is the unit's again.".format(**facts)
            )
        if facts["undecided"]:
            lines.append(
                "Would start in another year or scheme: {undecided}. Decide.".format(**facts)
            )
        return lines
    lines = [
        "这笔款以前已入账，没有变化。"
        if facts["again"]
        else "已入账 {amount} 元，{covers_begun} 人的保障开始。".format(**facts)
    ]
    lines.append("应收 {due} 元，已收 {received} 元，尚缺 {missing} 元。".format(**facts))
    if facts["over"] != "0.00":
        lines.append("多收的 {over} 元留在单位账上。".format(**facts))
    if facts["credited"]:
        lines.append("{credited} 人已有保障，其款项退回单位账上。".format(**facts))
    if facts["undecided"]:
        lines.append("{undecided} 人的保障将落入另一年度或方案，由经办人员决定。".format(**facts))
    return lines


@command("take-back", help="Take typed money back that was entered wrongly. Two officers.")
@click.argument("receipt", type=click.IntRange(1, 2**63 - 1))
@click.option("--why", required=True, help="The reason.")
@second_person
@by_option
def take_back(
    lang: str, receipt: int, why: str, approve: str, descriptor: int | None, by: str | None
) -> Told:
    from app.db import transaction
    from app.online.take_back import take_back_typed

    with office() as settings:
        second = signed(approve, descriptor, lang)
        with transaction() as session:
            one = acting(session, settings, by)
            done = take_back_typed(session, receipt, why=why, proposed_by=one, by=second)
    facts = {"receipt": receipt, "entry": done.entry_id, "reversal": done.reversal_id}
    said = "Taken back; it can be booked anew." if lang == "en" else "已撤销登记，可以重新入账。"
    return Told(facts, [said])


@command("subsidy", help="Book money from the officer's union: its part of contributions, gifts.")
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--amount", required=True, help="Yuan, like 25000.00.")
@click.option("--on", "on", required=True, type=DAY, help="The day the bank booked it.")
@click.option("--ref", required=True, help="The bank's reference; the same again changes nothing.")
@by_option
def subsidise(lang: str, year: int, amount: str, on: datetime, ref: str, by: str | None) -> Told:
    from app.accounts.models import Account
    from app.contributions.subsidise import receive_subsidy, subsidy_due
    from app.db import transaction

    amount_fen = amount_fen_of(amount)
    with office() as settings, transaction() as session:
        officer = acting(session, settings, by)
        received = receive_subsidy(
            session,
            union_id=session.get_one(Account, officer).union_id,
            year=year,
            amount_fen=amount_fen,
            received_on=on.date(),
            reference=ref,
            by=officer,
        )
        due_fen = subsidy_due(session).get(year, 0)
    facts: dict[str, object] = {
        "subsidy": received.subsidy_id,
        "again": received.again,
        "year": year,
        "amount": yuan(amount_fen),
        "due": yuan(max(due_fen, 0)),
        "ahead": yuan(max(-due_fen, 0)),
    }
    said = _SUBSIDY[lang]
    lines = [said["again" if received.again else "new"], said["ahead" if due_fen < 0 else "due"]]
    return Told(facts, [line.format(**facts) for line in lines])


_SUBSIDY = {
    "zh": {
        "again": "这笔款以前已入账，没有变化。",
        "new": "已入账工会补助 {amount} 元。",
        "due": "{year} 年度工会补助尚未到账 {due} 元。",
        "ahead": "{year} 年度工会已预付 {ahead} 元。",
    },
    "en": {
        "again": "This money was received before; nothing changed.",
        "new": "Received {amount} from the union.",
        "due": "Still due from the union for {year}: {due}.",
        "ahead": "The union has paid {ahead} ahead for {year}.",
    },
}

for each in (receive_money, take_back, subsidise, notice, notices, receipt_pdf, decide, use):
    contributions.add_command(each)
