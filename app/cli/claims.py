"""`huzhu claims file|list|send-back|decide|state|papers|paper`: claims, and what is decided."""

from typing import Final

import click

from app.claims.lifecycle import OFFICERS_REASONS, State, Why
from app.cli.auditing import list_papers, save_paper
from app.cli.deciding import decide_claim, state_claim
from app.cli.filing import file_claims
from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group
from app.money import yuan
from app.texts import Words

_DETERMINED = [state.value for state in State if state is not State.FILED]
STATES: Final = {
    State.REVIEW: Words("待核材料", "papers to be seen"),
    State.PAYABLE: Words("待发放", "to be paid"),
    State.CLOSED: Words("已办结", "closed"),
    State.HELD: Words("待人工处理", "a person looks at it"),
    State.SENT: Words("已送银行", "sent to the bank"),
    State.PAID: Words("已发放", "paid"),
    State.CARD_WANTED: Words("待更新银行卡", "bank card needed"),
}
"""As the pages call them."""


@group()
def claims() -> None:
    """Claims (补助申请)."""


@command("list", help="The claims that stand in one state, oldest first; no names, no IDs.")
@click.option(
    "--state",
    type=click.Choice(_DETERMINED),
    default=State.REVIEW.value,
    help="Where the claims stand.",
)
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="At most so many.",
)
def list_claims(lang: str, state: str, most: int) -> Told:
    from app.claims.standing import in_state
    from app.db import transaction

    with office(), transaction() as session:
        found = in_state(session, State(state), most + 1)
    more, found = len(found) > most, found[:most]
    listed = [
        {
            "claim": x.claim_id,
            "setl_id": x.setl_id,
            "day": x.day.isoformat(),
            "granted": yuan(x.granted_fen),
            "due": yuan(x.due_fen),
        }
        for x in found
    ]
    named = STATES[State(state)]
    said = (
        f"Claims, {named.en}: {len(found)}."
        if lang == "en"
        else f"{named.zh}：{len(found)} 件申请。"
    )
    if more:
        said = (
            f"Claims, {named.en}: the oldest {len(found)}; there are more (--most)."
            if lang == "en"
            else f"{named.zh}：最早的 {len(found)} 件申请，还有更多（--most 可多列）。"
        )
    line = (
        "{claim}  {setl_id}  {day}  granted {granted}, still due {due}"
        if lang == "en"
        else "{claim}  {setl_id}  {day}  准予 {granted}，尚应发放 {due}"
    )
    facts = {"state": state, "more": more, "claims": listed}
    return Told(facts, [said, *(line.format(**each) for each in listed)])


@command("send-back", help="A filed claim is not paid: its papers do not bear it, or miss.")
@click.argument("claim", type=click.IntRange(1))
@click.option("--why", type=click.Choice([why.value for why in OFFICERS_REASONS]), required=True)
@by_option
def send_back_claim(lang: str, claim: int, why: str, by: str | None) -> Told:
    from app import bell
    from app.bell import ring
    from app.claims.undo import send_back
    from app.db import transaction

    with office() as settings, transaction() as session:
        run_id = send_back(session, claim, Why(why), by=acting(session, settings, by))
    ring(settings.broker_url, bell.DRAIN_RUN, run_id)
    said = (
        f"Claim {claim} is sent back; nothing is paid for it."
        if lang == "en"
        else f"申请 {claim} 已退回，不予补助。"
    )
    return Told({"claim": claim, "run": run_id}, [said])


claims.add_command(file_claims)
claims.add_command(list_claims)
claims.add_command(send_back_claim)
claims.add_command(decide_claim)
claims.add_command(state_claim)
claims.add_command(list_papers)
claims.add_command(save_paper)
