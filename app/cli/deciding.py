"""`huzhu claims decide|state`: claims that two people decide, and what members say of injuries."""

from typing import Final

import click

from app.claims.decided import REASONS_OF, Because, Says, What
from app.cli.frame import Told, acting, by_option, command, office

_WHYS: Final = [*dict.fromkeys(why.value for whys in REASONS_OF.values() for why in whys)]


@command(
    "decide",
    help="Propose how a held claim is decided, or to undo one that was filed by hand and approved;"
    " `recoveries approve` decides it.",
)
@click.argument("claim", type=click.IntRange(1))
@click.option("--what", type=click.Choice([what.value for what in What]), required=True)
@click.option(
    "--why",
    type=click.Choice(_WHYS),
    help="Why it is refused, need not wait, or is undone.",
)
@click.option("--same-as", type=click.IntRange(1), help="The filed claim that is the same bill.")
@click.option("--remark", default="", help="What is wrong, where it is undone: in one line.")
@by_option
def decide_claim(
    lang: str,
    claim: int,
    what: str,
    why: str | None,
    same_as: int | None,
    remark: str,
    by: str | None,
) -> Told:
    from app.claims.decide import propose_decision
    from app.db import transaction

    with office() as settings, transaction() as session:
        number = propose_decision(
            session,
            claim,
            What(what),
            by=acting(session, settings, by),
            reason=_reason(What(what), why),
            same_as=same_as,
            remark=remark,
        )
    said = (
        f"Proposal {number} is written down. Another officer must approve it."
        if lang == "en"
        else f"第 {number} 号提议已记下，请另一名经办人员批准。"
    )
    return Told({"proposal": number, "claim": claim}, [said])


def _reason(what: What, why: str | None) -> Because | None:
    """The reason as one of those there are for this; the domain says what is then missing."""
    reasons = REASONS_OF.get(what)
    return reasons(why) if reasons and why in set(reasons) else None


@command("state", help="Write down what a member says of an injury: whether others are liable.")
@click.argument("claim", type=click.IntRange(1))
@click.option("--says", type=click.Choice([says.value for says in Says]), required=True)
@by_option
def state_claim(lang: str, claim: int, says: str, by: str | None) -> Told:
    from app.claims.injuries import state_injury
    from app.db import transaction

    with office() as settings, transaction() as session:
        state_injury(session, claim, Says(says), by=acting(session, settings, by))
    said = "Written down." if lang == "en" else "职工的说明已记下。"
    return Told({"claim": claim, "says": says}, [said])
