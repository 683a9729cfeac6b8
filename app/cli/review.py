"""`huzhu review list|go|ask|answered|return|refuse`: claims that wait, by stage."""

from collections.abc import Callable
from typing import Any, Final

import click

from app.claims.lifecycle import OFFICERS_REASONS, Why
from app.cli.frame import Told, acting, by_option, command, office
from app.cli.spoken import group
from app.money import yuan
from app.reviews.stages import STAGES, Back, Stage
from app.texts.reviews import KINDS, named
from app.texts.reviews import STAGES as WORDS

_STAGES: Final = [stage.value for stage in STAGES]


@group()
def review() -> None:
    """Reviews (审核)."""


def of_claim(function: Callable[..., Any]) -> Callable[..., Any]:
    """The claim, the stage it is seen at, and who acts."""
    at = click.option(
        "--stage",
        type=click.Choice(_STAGES),
        required=True,
        help="The stage the claim stands at; refused where it stands at another.",
    )
    return click.argument("claim", type=click.IntRange(1))(at(by_option(function)))


@command("list", help="The claims that wait, those due first; no names, no IDs.")
@click.option("--stage", type=click.Choice(_STAGES), help="Only those at this stage.")
@click.option("--late", is_flag=True, help="Only those whose day has passed.")
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="At most so many.",
)
def list_reviews(lang: str, stage: str | None, late: bool, most: int) -> Told:
    from app.db import transaction
    from app.reviews.list_waiting import Asked, waiting

    asked = Asked(stage=Stage(stage) if stage else None, late=late)
    with office(), transaction() as session:
        found = waiting(session, asked, reach=None, most=most)
    facts = [
        {
            "claim": x.claim_id,
            "stage": x.stage.value,
            "amount": yuan(x.amount_fen),
            "since": x.since_on.isoformat(),
            "due": x.due_on.isoformat(),
            "papers_by": x.papers_by.isoformat() if x.papers_by else None,
            "papers_came": x.came_at.isoformat() if x.came_at else None,
        }
        for x in found
    ]
    said = f"Claims that wait: {len(found)}." if lang == "en" else f"待审核 {len(found)} 件。"
    lines = [
        f"{x.claim_id}  {named(WORDS, x.stage.value, lang)}  {x.due_on}  {yuan(x.amount_fen)}"
        for x in found
    ]
    return Told({"claims": facts}, [said, *lines])


@command("go", help="Pass a claim on to its next stage; after the last one it may be paid.")
@of_claim
@click.option(
    "--although",
    metavar="CLAIM",
    type=click.IntRange(0),
    multiple=True,
    help="A claim that looks like the same bill and is not.",
)
def go(lang: str, claim: int, stage: str, although: tuple[int, ...], by: str | None) -> Told:
    from app.db import transaction
    from app.reviews.act import go_on

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        then = go_on(session, claim, Stage(stage), by=who, although=although)
    if then is Stage.GRANTED:
        said = (
            f"Claim {claim} is approved and may be paid."
            if lang == "en"
            else f"申请 {claim} 已审批，可以发放。"
        )
    else:
        said = _stands(claim, then, lang)
    return Told({"claim": claim, "stage": then.value}, [said])


@command("ask", help="Ask the member for papers; the claim waits where it stands.")
@of_claim
@click.option(
    "--kind", "kinds", type=click.Choice([*KINDS]), multiple=True, required=True, help="A paper."
)
@click.option("--says", default="", help="A line to the member, without personal data.")
def ask(
    lang: str, claim: int, stage: str, kinds: tuple[str, ...], says: str, by: str | None
) -> Told:
    from app.db import transaction
    from app.reviews.act import ask_papers

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        until = ask_papers(session, claim, Stage(stage), kinds, says, by=who)
    said = (
        f"The member is asked for papers, until {until}."
        if lang == "en"
        else f"已请职工补交材料，截止 {until}。"
    )
    return Told({"claim": claim, "until": until.isoformat()}, [said])


@command("answered", help="Say that the papers asked for are here.")
@click.argument("claim", type=click.IntRange(1))
@by_option
def answered(lang: str, claim: int, by: str | None) -> Told:
    from app.db import transaction
    from app.reviews.answer import answer_papers

    with office() as settings, transaction() as session:
        answer_papers(session, claim, by=acting(session, settings, by))
    said = f"Claim {claim} goes on." if lang == "en" else f"申请 {claim} 的材料已收到，继续审核。"
    return Told({"claim": claim}, [said])


@command("return", help="Return a claim to the stage before.")
@of_claim
@click.option("--why", type=click.Choice([why.value for why in Back]), required=True)
def send(lang: str, claim: int, stage: str, why: str, by: str | None) -> Told:
    from app.db import transaction
    from app.reviews.act import send_to_before

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        then = send_to_before(session, claim, Stage(stage), Back(why), by=who)
    return Told({"claim": claim, "stage": then.value}, [_stands(claim, then, lang)])


@command("refuse", help="Refuse a filed claim; the member may file the bill again.")
@of_claim
@click.option("--why", type=click.Choice([why.value for why in OFFICERS_REASONS]), required=True)
def refuse_claim(lang: str, claim: int, stage: str, why: str, by: str | None) -> Told:
    from app import bell
    from app.bell import ring
    from app.db import transaction
    from app.reviews.act import refuse

    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        run_id = refuse(session, claim, Stage(stage), Why(why), by=who)
    ring(settings.broker_url, bell.DRAIN_RUN, run_id)
    said = (
        f"Claim {claim} is refused; nothing is paid for it."
        if lang == "en"
        else f"申请 {claim} 不予补助，职工可以重新申报。"
    )
    return Told({"claim": claim, "run": run_id}, [said])


def _stands(claim: int, stage: Stage, lang: str) -> str:
    at = named(WORDS, stage.value, lang)
    return f"Claim {claim} now stands at: {at}." if lang == "en" else f"申请 {claim} 已转到：{at}。"


for each in (list_reviews, go, ask, answered, send, refuse_claim):
    review.add_command(each)
