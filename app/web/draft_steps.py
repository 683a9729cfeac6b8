"""What the steps of filing a claim share: which draft, which step is next, where a button leads."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, NoReturn

from flask import Flask, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from app.clock import today
from app.db import db, transaction
from app.filing.draft import Draft, NoSuchFiling, draft_of, drafts_of, save_draft
from app.filing.send import claim_of_draft
from app.filing.typed import STEPS, Step, Typed
from app.roster.card import Card, card_of
from app.web.auth import member_id, signed_in

ENDPOINTS: Final = {
    Step.KIND: "file_claim.kind",
    Step.PAPERS: "file_papers.show",
    Step.FIGURES: "file_figures.show",
    Step.CARD: "file_claim.card",
    Step.CHECK: "file_check.show",
}
NAMES: Final = {
    Step.KIND: lazy_gettext("What kind of care"),
    Step.PAPERS: lazy_gettext("Photos of the papers"),
    Step.FIGURES: lazy_gettext("The figures"),
    Step.CARD: lazy_gettext("Bank card"),
    Step.CHECK: lazy_gettext("Check and send"),
}
LATER: Final = "later"
BACK: Final = "back"
STAY: Final = "stay"
KEEP: Final = "keep"
"""By script, while one types: nothing is shown."""
AWAY: Final = frozenset({LATER, BACK})
"""Kept as it is, whatever is wrong with it."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def install(web: Flask) -> None:
    """Give templates the steps and their names."""
    web.jinja_env.globals.update(draft_steps=STEPS, step_names=NAMES, step_address=address_of)


class Begun(NamedTuple):
    """A claim that was begun, as lists show it."""

    draft: Draft
    step: Step
    step_no: int
    address: str


def begun(database: Session, member: int) -> list[Begun]:
    """The claims a member has begun and not sent."""
    drafts = drafts_of(database, member)
    card = card_of(database, member) is not None if drafts else False
    steps = [x.typed.next_step(today(), card_known=card) for x in drafts]
    return [
        Begun(draft, step, STEPS.index(step) + 1, address_of(draft, step))
        for draft, step in zip(drafts, steps, strict=True)
    ]


def address_of(draft: Draft, step: Step) -> str:
    return url_for(ENDPOINTS[step], draft_id=draft.id)


def draft_here(draft_id: int) -> Draft:
    """The member's draft; what was filed since leads to its claim, on whatever page it was open."""
    try:
        return draft_of(db.session(), member_id(), draft_id)
    except NoSuchFiling:
        gone(draft_id)


def save_step(draft_id: int, change: Callable[[Typed], Typed]) -> Draft:
    """Keep what a step's form says; what was held of it is no longer needed."""
    try:
        with transaction() as database:
            draft = save_draft(database, member_id(), draft_id, change, by=signed_in().id)
    except NoSuchFiling:
        gone(draft_id)
    session.pop("held", None)
    return draft


def gone(draft_id: int) -> NoReturn:
    """A draft that is none any more: to its claim, if one came of it."""
    claim_id = claim_of_draft(db.session(), member_id(), draft_id) or abort(404)
    flash(gettext("This claim has been filed. It is here."))
    abort(redirect(url_for("cover.claim", claim_id=claim_id)))


def card_here(draft: Draft) -> Card | None:
    return card_of(db.session(), draft.member_id)


def is_own() -> bool:
    """Whether who asks files for nobody else."""
    return signed_in().member_id == member_id()


def next_of(draft: Draft) -> Step:
    """The first step that is not done."""
    return draft.typed.next_step(today(), card_known=card_here(draft) is not None)


def check_reached(draft: Draft, step: Step) -> None:
    """A step whose steps before are not done leads to the first of these."""
    first = next_of(draft)
    if STEPS.index(first) < STEPS.index(step):
        abort(redirect(address_of(draft, first)))


def go_on(draft: Draft, step: Step) -> ResponseReturnValue:
    """Where the button leads that was pressed: the next step, this one again, or away."""
    then = request.form.get("then", "")
    if then == LATER:
        flash(
            gettext(
                "Kept. You can go on until %(day)s, here or on another device.",
                day=draft.kept_until.isoformat(),
            )
        )
        return redirect(url_for("cover.claims"))
    if then == STAY:
        return redirect(address_of(draft, step))
    return redirect(address_of(draft, STEPS[STEPS.index(step) + (-1 if then == BACK else 1)]))


def refuse_garbled(*several: str) -> None:
    """A field twice, signs no keyboard makes, somebody else's name: no form of ours sends these."""
    for name, values in request.form.lists():
        twice = len(values) > 1 and name not in several
        if twice or any(_CONTROL.search(value) for value in (name, *values)):
            abort(400)
    if request.form.get("member_id", str(member_id())) != str(member_id()):
        abort(404)


def show_step(
    step: Step, template: str, draft: Draft | None, code: int = 200, **facts: Any
) -> ResponseReturnValue:
    """One step's page; `draft` is None before the first step was sent."""
    reached = STEPS.index(next_of(draft)) if draft else 0
    page = render_template(
        f"file_claim/{template}.html",
        step=step,
        step_no=STEPS.index(step) + 1,
        reached=STEPS[: reached + 1],
        draft=draft,
        typed=draft.typed if draft else None,
        **facts,
    )
    return page, code
