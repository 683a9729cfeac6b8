"""`huzhu online list|query|take|settle`: online payments."""

from datetime import datetime
from typing import Final

import click

from app.cli.frame import DONE, LISTED, Told, acting, by_option, command, office
from app.cli.spoken import group
from app.cli.typed import amount_fen_of
from app.errors import Refusal
from app.money import yuan
from app.texts.counted import counted

_STATES: Final = {
    "booked": ("已缴", "paid"),
    "late": ("逾时已缴", "paid late"),
    "again": ("重复缴", "paid twice"),
    "other_amount": ("金额不符", "another amount"),
    "unknown_order": ("无此订单", "unknown order"),
    "open": ("待缴", "open"),
    "closed": ("已关闭", "closed"),
    "over": ("已过时", "time run out"),
}


class NotOffered(Refusal):
    """The settings name no provider of online payment."""


@group()
def online() -> None:
    """Online payments (线上缴费)."""


@command("list", help="The latest online orders, and payments that wait for an officer.")
def list_online(lang: str) -> Told:
    from app.db import transaction
    from app.online.listed import kept_payments, online_orders

    with office(), transaction() as session:
        orders, kept = online_orders(session, None), kept_payments(session)
    facts = {
        "orders": [
            {
                "order": x.id,
                "number": x.out_trade_no,
                "unit": x.unit,
                "year": x.benefit_year,
                "amount": yuan(x.amount_fen),
                "state": x.state,
            }
            for x in orders
        ],
        "kept": [
            {
                "payment": x.id,
                "transaction": x.transaction_id,
                "number": x.out_trade_no,
                "amount": yuan(x.amount_fen),
                "why": x.outcome,
            }
            for x in kept
        ],
    }
    en = lang == "en"
    head = (
        f"Orders: {len(orders)}, kept: {len(kept)}."
        if en
        else (f"订单 {len(orders)} 个，待处理的缴款 {len(kept)} 笔。")
    )
    listed = [
        f"{x.id} {x.unit} {x.benefit_year} {yuan(x.amount_fen)} {_STATES[x.state][en]}"
        for x in orders
    ]
    waits = [
        f"! {x.id} {x.transaction_id} {yuan(x.amount_fen)} {_STATES[x.outcome][en]}" for x in kept
    ]
    return Told(facts, [head], LISTED if kept else DONE, waits + listed)


@command("query", help="Ask the provider about orders it has not told of. Again changes nothing.")
@click.option("--order", "order_id", type=click.IntRange(1, 2**63 - 1), help="Only this order.")
def query(lang: str, order_id: int | None) -> Told:
    from app import bell
    from app.online.ask import Asked, ask_provider
    from app.online.provided import provider_of

    with office() as settings:
        provider = provider_of(settings)
        if provider is None and order_id is not None:
            raise NotOffered
        told = ask_provider(provider, order_id) if provider else Asked()
        if told.begun:
            bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    facts: dict[str, object] = {
        "asked": told.asked,
        "paid": told.paid,
        "closed": told.closed,
        "no_answer": told.no_answer,
        "not_taken": told.not_taken,
    }
    said = {
        "zh": "询问 {asked} 个订单：已缴 {paid}，关闭 {closed}，没有答复 {no_answer}，"
        "与账上不符 {not_taken}。",
        "en": "Asked about {asked} {asked|order|orders}: {paid} paid, {closed} closed,"
        " {no_answer} no answer, {not_taken} {not_taken|contradicts|contradict} the books.",
    }[lang]
    exit_code = LISTED if told.no_answer or told.not_taken else DONE
    return Told(facts, [counted(said, **facts)], exit_code)


@command("take", help="Book a kept payment for a unit, once it is known whose it is.")
@click.argument("payment", type=click.IntRange(1, 2**63 - 1))
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@by_option
def take(lang: str, payment: int, uscc: str, year: int, by: str | None) -> Told:
    from app import bell
    from app.db import transaction
    from app.online.take import take_kept
    from app.roster.units import unit_of

    with office() as settings:
        with transaction() as session:
            officer = acting(session, settings, by)
            taken = take_kept(session, payment, unit_of(session, uscc).id, year, by=officer)
        if taken.begun:
            bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    facts: dict[str, object] = {"receipt": taken.receipt_id, "covers_begun": taken.begun}
    said = {
        "zh": "已入账，{covers_begun} 人的保障开始。",
        "en": "Booked. {covers_begun} {covers_begun|cover begins|covers begin}.",
    }
    return Told(facts, [counted(said[lang], **facts)])


@command("settle", help="Book what the provider paid out to the bank, less its fee.")
@click.option("--ref", required=True, help="The bank's reference; the same again changes nothing.")
@click.option(
    "--on",
    "on",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the bank booked it.",
)
@click.option("--net", required=True, help="What the bank booked, in yuan.")
@click.option("--fee", required=True, help="The provider's fee, in yuan.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="All payments up to this day that are not paid out yet.",
)
@click.option("--transaction", "transactions", multiple=True, help="A payment's number; repeat it.")
@click.option("--provider", default="wechat", show_default=True, help="Who paid out.")
@by_option
def settle(
    lang: str,
    ref: str,
    on: datetime,
    net: str,
    fee: str,
    until: datetime | None,
    transactions: tuple[str, ...],
    provider: str,
    by: str | None,
) -> Told:
    from app.db import transaction
    from app.online.settle import settle_online, unsettled

    with office() as settings, transaction() as session:
        officer = acting(session, settings, by)
        last = until.date() if until else None
        chosen = set(transactions) | {
            x.transaction_id for x in unsettled(session, provider) if last and x.paid_on <= last
        }
        done = settle_online(
            session,
            provider=provider,
            reference=ref,
            booked_on=on.date(),
            net_fen=amount_fen_of(net),
            fee_fen=amount_fen_of(fee),
            transactions=chosen,
            by=officer,
        )
    facts: dict[str, object] = {"payout": done.payout_id, "again": done.again}
    said = {
        "zh": ("已入账。", "这笔款以前已入账，没有变化。"),
        "en": ("Booked.", "This payout was booked before; nothing changed."),
    }
    return Told(facts, [said[lang][done.again]])


for each in (list_online, query, take, settle):
    online.add_command(each)
