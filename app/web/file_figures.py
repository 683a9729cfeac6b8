"""Step 3 of filing: the figures of the settlement sheet, and whether they add up."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import transaction
from app.filing.draft import Draft, NoSuchFiling, save_draft
from app.filing.sums import Sums
from app.filing.typed import CHRONIC, Step, Typed
from app.web.auth import member_id, signed_in
from app.web.draft_steps import (
    AWAY,
    KEEP,
    check_reached,
    draft_here,
    go_on,
    gone,
    refuse_garbled,
    show_step,
)
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


@pages.get("/<id:draft_id>/figures")
@serves(Role.MEMBER)
def show(draft_id: int) -> ResponseReturnValue:
    draft = draft_here(draft_id)
    check_reached(draft, Step.FIGURES)
    return _show(draft, FiguresForm(draft.typed, data=draft.typed.figures))


@pages.post("/<id:draft_id>/figures")
@serves(Role.MEMBER)
def send(draft_id: int) -> ResponseReturnValue:
    refuse_garbled()

    def figures(typed: Typed) -> Typed:
        seen = request.form.get("sums_seen", "")[:60]
        return replace(typed.with_figures(request.form), sums_seen=seen)

    try:
        with transaction() as session:
            draft = save_draft(session, member_id(), draft_id, figures, by=signed_in().id)
    except NoSuchFiling:
        gone(draft_id)
    then = request.form.get("then", "")
    if then == KEEP:
        return "", 204
    if then in AWAY:
        return go_on(draft, Step.FIGURES)
    form = FiguresForm(draft.typed, data=draft.typed.figures)
    form.read()
    if form.sheet is None:
        return _show(draft, form, 400)
    if not draft.typed.done(Step.FIGURES, today(), card_known=False):
        return _show(draft, form, 409, sums=draft.typed.sums(today()))
    return go_on(draft, Step.FIGURES)


def _show(
    draft: Draft, form: FiguresForm, code: int = 200, sums: Sums | None = None
) -> ResponseReturnValue:
    chronic = draft.typed.kind == CHRONIC
    return show_step(Step.FIGURES, "figures", draft, code, form=form, chronic=chronic, sums=sums)
