"""Step 3 of filing: the figures of the settlement sheet, and whether they add up."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.filing.draft import Draft
from app.filing.sums import Sums
from app.filing.typed import CHRONIC, FIGURES, Step, Typed
from app.reading.found import MARKS, Reading, to_offer
from app.reading.read import reading_of
from app.web.draft_steps import (
    AWAY,
    KEEP,
    STAY,
    check_reached,
    draft_here,
    go_on,
    refuse_garbled,
    save_step,
    show_step,
)
from app.web.held_draft import with_held
from app.web.roles import serves
from app.web.sheet_form import SheetForm

pages = Blueprint("file_figures", __name__, url_prefix="/my/claims/new")


class FiguresForm(SheetForm):
    """A sheet without what other steps ask for."""

    med_type = None
    consent = None
    request_key = None

    def __init__(self, typed: Typed, **values: Any) -> None:
        self.of = typed
        super().__init__(**values)

    def read(self) -> None:
        self.sheet, faults = self.of.sheet(today())
        self.tell(faults)

    def mark(self, reading: Reading, answered: Collection[str]) -> str:
        """Put what was read beside each field; the names of those that were shown as read."""
        shown = set(answered)
        for name, found in reading.found.items():
            typed = self[name].data or ""
            if typed:
                self[name].found = found
                shown |= {name} if found.is_what(typed) else set()
        return " ".join(name for name in FIGURES if name in shown)


def figures_typed(form: Mapping[str, str], before: Typed) -> Typed:
    """With what step 3 says."""
    looked_at = before.with_figures(form).with_offered(form.get(MARKS, ""))
    return replace(looked_at, sums_seen=form.get("sums_seen", "")[:60])


@pages.get("/<id:draft_id>/figures")
@serves(Role.MEMBER)
def show(draft_id: int) -> ResponseReturnValue:
    check_reached(draft_here(draft_id), Step.FIGURES)
    draft, held = with_held(draft_here(draft_id), Step.FIGURES, figures_typed)
    reading = _reading(draft)
    offered = to_offer(reading, draft.typed.figures, draft.typed.offered)
    form = FiguresForm(draft.typed, data=draft.typed.figures | offered)
    return _show(draft, form, held=held, reading=reading)


@pages.post("/<id:draft_id>/figures")
@serves(Role.MEMBER)
def send(draft_id: int) -> ResponseReturnValue:
    refuse_garbled()
    draft = save_step(draft_id, partial(figures_typed, request.form))
    then = request.form.get("then", "")
    if then == KEEP:
        return "", 204
    if then in {STAY, *AWAY}:  # STAY: what has been read by now comes along
        return go_on(draft, Step.FIGURES)
    form = FiguresForm(draft.typed, data=draft.typed.figures)
    form.read()
    if form.sheet is None:
        return _show(draft, form, 400)
    if not draft.typed.done(Step.FIGURES, today(), card_known=False):
        return _show(draft, form, 409, sums=draft.typed.sums(today()))
    return go_on(draft, Step.FIGURES)


def _show(
    draft: Draft,
    form: FiguresForm,
    code: int = 200,
    sums: Sums | None = None,
    *,
    held: bool = False,
    reading: Reading | None = None,
) -> ResponseReturnValue:
    reading = reading or _reading(draft)
    facts = {
        "chronic": draft.typed.kind == CHRONIC,
        "offered": form.mark(reading, draft.typed.offered),
        "reading": reading.waiting,
    }
    return show_step(Step.FIGURES, "figures", draft, code, form=form, sums=sums, held=held, **facts)


def _reading(draft: Draft) -> Reading:
    """What was read of the draft's photos, where they are read at all."""
    if not current_app.config["OCR"]:
        return Reading()
    return reading_of(db.session(), draft.member_id, draft.typed.paper_ids)
