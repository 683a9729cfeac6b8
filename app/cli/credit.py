"""`huzhu contributions decide|use-credit`: late money, and what is a unit's again."""

from datetime import datetime
from typing import Any

import click

from app.cli.frame import Told, acting, acting_for, by_option, command, office
from app.cli.typed import amount_fen_of
from app.errors import Refusal
from app.money import yuan

_DAY = click.DateTime(["%Y-%m-%d"])


class CreditOrCarry(Refusal):
    """What becomes of the money was not said, and is not guessed."""


@command("decide", help="Decide about money that came too late to begin a roster's covers.")
@click.argument("roster_id", metavar="ROSTER", type=click.IntRange(1))
@click.option("--credit", "how", flag_value="credit", help="It is the unit's again.")
@click.option("--carry", "how", flag_value="carry", help="It fills next year's rosters.")
@click.option("--on", type=_DAY, help="The day it is booked; default: today.")
@by_option
def decide(lang: str, roster_id: int, how: str | None, on: datetime | None, by: str | None) -> Told:
    from app import bell
    from app.clock import today
    from app.contributions.credit import credit_late
    from app.db import transaction

    if how is None:
        raise CreditOrCarry
    with office() as settings:
        with transaction() as session:
            amount_fen = credit_late(
                session,
                roster_id,
                on=on.date() if on else today(),
                by=acting(session, settings, by),
                carry=how == "carry",
            )
        bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    facts = {"roster": roster_id, "amount": yuan(amount_fen), "carried": how == "carry"}
    return Told(facts, [_DECIDED[lang, how].format(**facts)])


_DECIDED = {
    ("zh", "credit"): "{amount} 元退回单位账上。",
    ("zh", "carry"): "{amount} 元转入下一年度的花名册。",
    ("en", "credit"): "{amount} is the unit's again.",
    ("en", "carry"): "{amount} goes to the unit's rosters of the next year.",
}


@command("use-credit", help="Fill a unit's rosters with what is the unit's again.")
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@click.option(
    "--from",
    "from_year",
    required=True,
    type=click.IntRange(1900, 9999),
    help="The benefit year of the credit.",
)
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--amount", help="Yuan; default: what the rosters lack, or all there is.")
@click.option("--on", type=_DAY, help="The day it is booked; default: today.")
@by_option
def use(lang: str, uscc: str, on: datetime | None, by: str | None, **given: Any) -> Told:
    from app import bell
    from app.clock import today
    from app.contributions.credit import credit_of, use_credit
    from app.contributions.standing import standing
    from app.db import transaction
    from app.roster.units import unit_of

    amount_fen = None if given["amount"] is None else amount_fen_of(given["amount"])
    with office() as settings:
        with transaction() as session:
            unit = unit_of(session, uscc)
            used = use_credit(
                session,
                unit_id=unit.id,
                from_year=given["from_year"],
                year=given["year"],
                amount_fen=amount_fen,
                on=on.date() if on else today(),
                by=acting_for(session, settings, by, unit.id),
            )
            left_fen = credit_of(session, unit.id).get(given["from_year"], 0)
            missing_fen = standing(session, unit.id, given["year"]).missing_fen
        bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    facts = {
        "receipt": used.receipt_id,
        "covers_begun": sum(len(x.covers) for x in used.begun),
        "left": yuan(left_fen),
        "missing": yuan(missing_fen),
    }
    return Told(facts, [_USED[lang].format(**facts)])


_USED = {
    "zh": "已用于缴费，{covers_begun} 人的保障开始；应退款还剩 {left} 元，尚缺 {missing} 元。",
    "en": "Covers that begin: {covers_begun}; {left} credit is left, {missing} still missing.",
}
