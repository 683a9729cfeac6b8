"""A member files a claim with the figures of a settlement sheet (its form: `sheet_form`).

The key in the form is made with the page, so that a second click, a second tab or the way back is
the same claim and not another one. What the fund knows already is not lost on who typed it: the
form comes back with everything in it, and with the way to the claim that is there.
"""

import re
from typing import Final
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import bell
from app.accounts.models import Role
from app.claims.file import (
    BillKnown,
    FiledAlready,
    MemberOutOfReach,
    RequestKeyMalformed,
    RequestKeyUsed,
    file_claim,
)
from app.claims.filed import typed_of
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.texts import say
from app.web.auth import member_id, signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.roles import serves
from app.web.sheet_form import SheetForm

pages = Blueprint("file_claim", __name__, url_prefix="/my/claims/new")

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@pages.get("/")
@serves(Role.MEMBER)
def form() -> ResponseReturnValue:
    """Empty, or with what was typed into an own filing that was taken or sent back."""
    again = request.args.get("again", "")
    number = int(again) if re.fullmatch(r"[0-9]{1,18}", again, re.ASCII) else 0
    typed = typed_of(db.session(), member_id(), number) if number else None
    return _show(SheetForm(request_key=uuid4().hex, **(typed or {})))


@pages.post("/")
@serves(Role.MEMBER)
def send() -> ResponseReturnValue:
    _refuse_garbled()
    typed = SheetForm()
    if not typed.validate_on_submit() or typed.sheet is None:
        return _show(typed, code=400)
    try:
        with transaction() as session:
            filed = file_claim(
                session,
                typed.sheet,
                member_id=member_id(),
                by=signed_in().id,
                request_key=typed.request_key.data or "",
            )
    except (BillKnown, FiledAlready, RequestKeyUsed, TurnTaken) as refused:
        return _known(typed, refused)
    except RequestKeyMalformed:
        abort(400)
    except MemberOutOfReach:
        abort(404)
    ring(bell.DRAIN_RUN, filed.run_id)
    if filed.sums_differ:
        flash(gettext("The parts do not add up to the total. An officer will look at the sheet."))
    return redirect(url_for("cover.claim", claim_id=filed.claim_id))


def _refuse_garbled() -> None:
    """A field twice, signs no keyboard makes, somebody else's name: no form of ours sends these."""
    for name, values in request.form.lists():
        if len(values) > 1 or any(_CONTROL.search(value) for value in (name, *values)):
            abort(400)
    if request.form.get("member_id", str(member_id())) != str(member_id()):
        abort(404)


def _known(typed: SheetForm, refused: Refusal) -> ResponseReturnValue:
    """The bill or the form has been here before, or a feed has the turn; what was typed is kept."""
    if isinstance(refused, RequestKeyUsed):
        # Sent again on purpose, it is another claim.
        typed.request_key.data = uuid4().hex
    claim = refused.facts.get("claim")
    return _show(typed, code=409, trouble=say(refused, language()), claim=claim)


def _show(
    typed: SheetForm, code: int = 200, trouble: str = "", claim: object = None
) -> ResponseReturnValue:
    page = render_template("file_claim/form.html", form=typed, trouble=trouble, claim=claim)
    return page, code
