"""`huzhu claims decide|state`: held claims, and what members say of injuries."""

import click

from app.claims.decided import REASONS_OF, Reason, Says, Waived, What
from app.cli.frame import Told, acting, by_option, command, office


@command("decide", help="Propose how a held claim is decided; `recoveries approve` decides it.")
@click.argument("claim", type=click.IntRange(1))
@click.option("--what", type=click.Choice([what.value for what in What]), required=True)
@click.option(
    "--why",
    type=click.Choice([why.value for whys in REASONS_OF.values() for why in whys]),
    help="Why it is refused, or need not wait.",
)
@click.option("--same-as", type=click.IntRange(1), help="The filed claim that is the same bill.")
@by_option
def decide_claim(
    lang: str, claim: int, what: str, why: str | None, same_as: int | None, by: str | None
) -> Told:
    from app.claims.decide import propose_decision
    from app.db import transaction

    with office() as settings, transaction() as session:
        number = propose_decision(
            session,
            claim,
            What(what),
            by=acting(session, settings, by),
            reason=_reason(why),
            same_as=same_as,
        )
    said = (
        f"Proposal {number} is written down. Another officer must approve it."
        if lang == "en"
        else f"第 {number} 号提议已记下，请另一名经办人员批准。"
    )
    return Told({"proposal": number, "claim": claim}, [said])


def _reason(why: str | None) -> Reason | Waived | None:
    if why is None:
        return None
    return Reason(why) if why in set(Reason) else Waived(why)


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
