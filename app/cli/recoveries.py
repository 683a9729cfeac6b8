"""`huzhu recoveries`: what others owe, what members owe, and what settles it.

Acts of two people are proposed with one command and approved with `approve`, by another officer.
"""

from datetime import date, datetime
from typing import Final

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.second import second_person, signed
from app.cli.spoken import group
from app.cli.typed import AmountWrong
from app.money import NotAnAmount, fen, yuan
from app.texts.listed import CHOICES, called

_DAY = click.DateTime(["%Y-%m-%d"])


@group()
def recoveries() -> None:
    """Recoveries and receivables (追偿与应收)."""


amount_option = click.option("--amount", required=True, help="Yuan, like 1234.50.")
on_option = click.option("--on", type=_DAY, required=True, help="The day it is booked on.")
ref_option = click.option("--ref", required=True, help="The paper, or the bank's reference.")


def _fen(amount: str) -> int:
    try:
        return fen(amount)
    except NotAnAmount:
        raise AmountWrong(amount=amount) from None


def _day(on: datetime) -> date:
    return on.date()


def _told(lang: str, name: str, number: int, zh: str, en: str) -> Told:
    said = en if lang == "en" else zh
    return Told({name: number}, [said % number])


def _proposed(lang: str, number: int) -> Told:
    return _told(
        lang,
        "proposal",
        number,
        "第 %d 号提议已记下，请另一名经办人员批准。",
        "Proposal %d is written down. Another officer must approve it.",
    )


@command("list", help="Open recoveries, and what members owe of their claims; no names, no IDs.")
def list_open(lang: str) -> Told:
    from app.db import transaction
    from app.recoveries.standing import receivables
    from app.recoveries.standing import recoveries as owed_by_others

    with office(), transaction() as session:
        others = [x for x in owed_by_others(session) if x.open_fen]
        members = receivables(session)
    facts = {
        "recoveries": [
            {
                "recovery": x.id,
                "claim": x.claim_id,
                "liable": x.liable,
                "amount": yuan(x.amount_fen),
                "open": yuan(x.open_fen),
                "above_grant": yuan(x.above_fen),
            }
            for x in others
        ],
        "receivables": [
            {
                "claim": x.claim_id,
                "year": x.owing_year,
                "open": yuan(x.excess.open_fen),
                "written_off": yuan(x.written_fen),
            }
            for x in members
        ],
    }
    said = (
        f"Open recoveries: {len(others)}. Claims that members owe of: {len(members)}."
        if lang == "en"
        else f"未结追偿 {len(others)} 笔，职工应退 {len(members)} 件。"
    )
    other, member = (
        ("recovery %d  claim %d  %s  %s", "claim %d  the member owes %s")
        if lang == "en"
        else ("追偿 %d  申请 %d  %s  %s", "申请 %d  职工应退 %s")
    )
    lines = [
        other % (x.id, x.claim_id, called(CHOICES, x.liable, lang), yuan(x.open_fen))
        for x in others
    ]
    lines += [member % (x.claim_id, yuan(x.excess.open_fen)) for x in members]
    return Told(facts, [said, *lines])


@command("open", help="Propose to recover an agreed amount of a claim from who is liable.")
@click.argument("claim", type=click.IntRange(1))
@click.option("--liable", type=click.Choice(["employer", "third_party"]), required=True)
@amount_option
@on_option
@ref_option
@by_option
def open_recovery(
    lang: str, claim: int, liable: str, amount: str, on: datetime, ref: str, by: str | None
) -> Told:
    from app.db import transaction
    from app.recoveries.liable import Liable, propose_recovery

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        number = propose_recovery(
            session,
            claim,
            Liable(liable),
            _fen(amount),
            reference=ref,
            booked_on=_day(on),
            by=who,
        )
    return _proposed(lang, number)


@command("receive", help="Money of a recovery has come.")
@click.argument("recovery", type=click.IntRange(1))
@amount_option
@on_option
@ref_option
@by_option
def receive(lang: str, recovery: int, amount: str, on: datetime, ref: str, by: str | None) -> Told:
    from app.db import transaction
    from app.recoveries.liable import receive_recovery

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        number = receive_recovery(
            session, recovery, _fen(amount), received_on=_day(on), reference=ref, by=who
        )
    return _told(lang, "receipt", number, "追偿到账 %d 已入账。", "Receipt %d is booked.")


@command("give-up", help="Propose that so much of a recovery will not come, or is not owed.")
@click.argument("recovery", type=click.IntRange(1))
@click.option("--why", type=click.Choice(["lost", "not_owed"]), required=True)
@amount_option
@on_option
@by_option
def give_up(lang: str, recovery: int, why: str, amount: str, on: datetime, by: str | None) -> Told:
    from app.db import transaction
    from app.recoveries.liable import GivenUp, propose_give_up

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        number = propose_give_up(
            session, recovery, _fen(amount), GivenUp(why), booked_on=_day(on), by=who
        )
    return _proposed(lang, number)


@command("repay", help="A member has paid back what a claim owes.")
@click.argument("claim", type=click.IntRange(1))
@amount_option
@on_option
@ref_option
@by_option
def repay_claim(lang: str, claim: int, amount: str, on: datetime, ref: str, by: str | None) -> Told:
    from app.db import transaction
    from app.recoveries.owing import repay

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        number = repay(session, claim, _fen(amount), received_on=_day(on), reference=ref, by=who)
    return _told(lang, "repayment", number, "退款 %d 已入账。", "Repayment %d is booked.")


@command("write-off", help="Propose that a member's debt of a claim will not be paid back.")
@click.argument("claim", type=click.IntRange(1))
@amount_option
@on_option
@ref_option
@by_option
def write_off(lang: str, claim: int, amount: str, on: datetime, ref: str, by: str | None) -> Told:
    from app.db import transaction
    from app.recoveries.owing import propose_write_off

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        number = propose_write_off(
            session, claim, _fen(amount), reference=ref, booked_on=_day(on), by=who
        )
    return _proposed(lang, number)


@command("set-off", help="Propose that one claim's benefit settles what another claim owes.")
@click.argument("claim", type=click.IntRange(1))
@click.option(
    "--using", type=click.IntRange(1), required=True, help="The claim whose benefit is used."
)
@amount_option
@on_option
@by_option
def set_off(lang: str, claim: int, using: int, amount: str, on: datetime, by: str | None) -> Told:
    from app.db import transaction
    from app.recoveries.owing import propose_set_off

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        number = propose_set_off(session, claim, using, _fen(amount), booked_on=_day(on), by=who)
    return _proposed(lang, number)


@command("approve", help="Approve what another officer proposed: a decision, or about money.")
@click.argument("proposal", type=click.IntRange(1))
@second_person
def approve(lang: str, proposal: int, approve: str, descriptor: int | None) -> Told:
    from app import bell
    from app.db import transaction
    from app.recoveries.approve import approve_any

    with office() as settings:
        second = signed(approve, descriptor, lang)
        with transaction() as session:
            done = approve_any(session, proposal, by=second)
        if done.run_id:
            bell.ring(settings.broker_url, bell.DRAIN_RUN, done.run_id)
    zh, en = _APPROVED[done.act]
    said = (en if lang == "en" else zh) % {"number": done.number, "claim": done.claim_id}
    facts = {"approved": done.number, "what": done.act, "claim": done.claim_id}
    return Told(facts, [said])


_APPROVED: Final = {
    "decide": (
        "申请 %(claim)d 的处理决定已批准，随即重新核定。",
        "The decision about claim %(claim)d is approved; it is determined anew now.",
    ),
    "recover": (
        "申请 %(claim)d 的追偿已批准，追偿编号 %(number)d。",
        "The recovery of claim %(claim)d is approved: recovery %(number)d.",
    ),
    "write_off_recovery": (
        "申请 %(claim)d 的追偿放弃已批准，核销编号 %(number)d。",
        "Giving up of the recovery of claim %(claim)d is approved: write-off %(number)d.",
    ),
    "write_off": (
        "申请 %(claim)d 的应退款核销已批准，核销编号 %(number)d。",
        "What claim %(claim)d owes is written off: write-off %(number)d.",
    ),
    "set_off": (
        "用申请 %(claim)d 的补助抵扣已批准，抵扣编号 %(number)d。",
        "The benefit of claim %(claim)d is set off: set-off %(number)d.",
    ),
}
"""By the proposal's act: what was approved, in Chinese and English."""


for each in (
    *(list_open, open_recovery, receive, give_up, repay_claim),
    *(write_off, set_off, approve),
):
    recoveries.add_command(each)
