"""A member begins a claim: what kind of care, and which bank card (steps 1 and 4 of five).

Each step is a plain form: it is kept as it was typed, whatever is wrong with it, and can be sent
again. Nothing is begun by looking: the first step's form makes the draft (`app.filing`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.accounts.models import Role
from app.claims.decided import Says
from app.claims.filed import typed_of
from app.clock import today
from app.db import db, transaction
from app.filing.draft import (
    NoSuchFiling,
    begin_draft,
    discard_draft,
    draft_for,
)
from app.filing.typed import CHRONIC, Card, Step, Typed
from app.roster.identity import normalise_account
from app.roster.person import odd_card
from app.web.auth import member_id, signed_in
from app.web.draft_steps import (
    AWAY,
    address_of,
    card_here,
    check_reached,
    draft_here,
    go_on,
    gone,
    is_own,
    next_of,
    refuse_garbled,
    save_step,
    show_step,
)
from app.web.held_draft import with_held
from app.web.roles import serves

pages = Blueprint("file_claim", __name__, url_prefix="/my/claims/new")

KINDS: Final = (
    ("21", lazy_gettext("Stay in hospital"), ""),
    ("14", lazy_gettext("Chronic illness, outpatient"), ""),
    ("25", lazy_gettext("Stay in hospital in another city"), lazy_gettext("Other")),
    ("24", lazy_gettext("Emergency care that became a stay"), ""),
    ("28", lazy_gettext("Day surgery"), ""),
    ("22", lazy_gettext("Injury"), ""),
)
"""Of care, the usual ones first; the third text begins a group."""
LONGEST_CARD: Final = 60


@pages.get("/")
@serves(Role.MEMBER)
def form() -> ResponseReturnValue:
    """The open draft, or the first step; `again`: of a filing that was taken or sent back."""
    session, member, again = db.session(), member_id(), _again()
    if draft := draft_for(session, member, again):
        return redirect(address_of(draft, next_of(draft)))
    before = typed_of(session, member, again) if again else None
    kind = before["med_type"] if before else ""
    return _show_kind(None, Typed(kind=kind), again=again if before else 0)


@pages.post("/")
@serves(Role.MEMBER)
def begin() -> ResponseReturnValue:
    refuse_garbled()
    typed = kind_typed(request.form, Typed())
    if faults := _kind_faults(typed):
        return _show_kind(None, typed, 400, faults, again=_again())
    with transaction() as session:
        by = signed_in().id
        draft = begin_draft(session, member_id(), typed, again_id=_again(), by=by)
    return go_on(draft, Step.KIND)


@pages.get("/<id:draft_id>/kind")
@serves(Role.MEMBER)
def kind(draft_id: int) -> ResponseReturnValue:
    draft, held = with_held(draft_here(draft_id), Step.KIND, kind_typed)
    return _show_kind(draft_id, draft.typed, held=held)


@pages.post("/<id:draft_id>/kind")
@serves(Role.MEMBER)
def send_kind(draft_id: int) -> ResponseReturnValue:
    refuse_garbled()
    draft = save_step(draft_id, partial(kind_typed, request.form))
    faults = _kind_faults(draft.typed)
    if faults and request.form.get("then") not in AWAY:
        return _show_kind(draft_id, draft.typed, 400, faults)
    return go_on(draft, Step.KIND)


@pages.get("/<id:draft_id>/card")
@serves(Role.MEMBER)
def card(draft_id: int) -> ResponseReturnValue:
    check_reached(draft_here(draft_id), Step.CARD)
    return _show_card(draft_id)


@pages.post("/<id:draft_id>/card")
@serves(Role.MEMBER)
def send_card(draft_id: int) -> ResponseReturnValue:
    refuse_garbled()
    # Only the member says which card is the own one (`app.filing`).
    own = is_own()
    form = request.form if own else {"card": request.form.get("card", "")}
    draft = save_step(draft_id, partial(card_typed, form))
    done = draft.typed.done(Step.CARD, today(), card_known=card_here(draft) is not None)
    if not done and request.form.get("then") not in AWAY:
        return _show_card(draft_id, 400, _card_fault(draft.typed, form))
    return go_on(draft, Step.CARD)


@pages.post("/<id:draft_id>/discard")
@serves(Role.MEMBER)
def discard(draft_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            discard_draft(session, member_id(), draft_id, by=signed_in().id)
    except NoSuchFiling:
        gone(draft_id)
    flash(gettext("The draft and its photos are thrown away."))
    return redirect(url_for("cover.claims"))


def _again() -> int:
    asked = request.values.get("again", "")
    return int(asked) if re.fullmatch(r"[0-9]{1,18}", asked, re.ASCII) else 0


def kind_typed(form: Mapping[str, str], before: Typed) -> Typed:
    """With what step 1 says."""
    chosen = form.get("med_type", "")
    kind = chosen if chosen in {code for code, _, _ in KINDS} else ""
    says = form.get("says", "")
    return replace(before, kind=kind, says=says if says in set(Says) and kind != CHRONIC else "")


def _kind_faults(typed: Typed) -> dict[str, str]:
    faults = {}
    if not typed.kind:
        faults["med_type"] = gettext("Choose what kind of care it was.")
    if typed.kind != CHRONIC and not typed.says:
        faults["says"] = gettext("Say whether somebody else is liable.")
    return faults


def _show_kind(
    draft_id: int | None,
    typed: Typed,
    code: int = 200,
    faults: dict[str, str] | None = None,
    *,
    again: int = 0,
    held: bool = False,
) -> ResponseReturnValue:
    draft = draft_here(draft_id) if draft_id else None
    facts = {"kinds": KINDS, "chosen": typed, "faults": faults or {}, "again": again}
    return show_step(Step.KIND, "kind", draft, code, held=held, **facts)


def card_typed(form: Mapping[str, str], before: Typed) -> Typed:
    """With what step 4 says; a new number typed before stands where the field is empty.

    Who chose another card and typed a number has chosen none: money goes where both agree.
    """
    card = form.get("card", "")
    account = form.get("account", "")[:LONGEST_CARD]
    if account.strip():
        agree = card in ("", Card.NEW)
        return replace(before, card=Card.NEW.value if agree else "", account=account)
    return replace(before, card=card if card in set(Card) else "")


def _card_fault(typed: Typed, form: Mapping[str, str]) -> str:
    if typed.card == Card.NEW and is_own():
        return str(gettext("Type the number of the card: 8 to 32 digits."))
    if form.get("account", "").strip():
        return str(gettext("A number is typed and another card chosen: choose one of them."))
    return str(gettext("Choose a card."))


def _show_card(draft_id: int, code: int = 200, fault: str = "") -> ResponseReturnValue:
    draft, held = with_held(draft_here(draft_id), Step.CARD, card_typed)
    new = draft.typed.new_account()
    return show_step(
        Step.CARD,
        "card",
        draft,
        code,
        held=held,
        known=card_here(draft),
        own=is_own(),
        # What was not kept stands in the field, so that the button sends it.
        new_tail=new[-4:] if new and not held else "",
        odd=odd_number(draft.typed),
        fault=fault,
    )


def odd_number(typed: Typed) -> bool:
    """Whether a new card's number is not as those of cards are: said, and not refused."""
    return typed.card == Card.NEW and odd_card(normalise_account(typed.account))
