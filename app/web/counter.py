"""An officer files a claim for a member who stands at the counter.

The ID number is typed into a form and posted, never part of an address. Who files does not confirm:
another officer must see the papers. Scans go along: they are kept when they come, so that a figure
typed wrong does not ask for them a second time, and are put on the claim as it is filed.
"""

import re
from typing import Any, Final, NamedTuple
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from app import bell
from app.accounts.models import Account, Role
from app.attachments.keep import kept_papers
from app.attachments.kinds import Kind
from app.claims.counter import find_member
from app.claims.file import (
    BillKnown,
    FiledAlready,
    MemberOutOfReach,
    RequestKeyMalformed,
    RequestKeyUsed,
    check_reach,
    file_claim,
)
from app.claims.papers import attach
from app.clock import today
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.filing.consent import state_consent
from app.roster.identity import check_citizen_id, normalise_certno
from app.texts import say, word
from app.texts.consent import NEWEST, consent_text
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.paper_files import MOST_FILES, NotTaken, keep_all, sent_files
from app.web.read.person import person
from app.web.roles import serves
from app.web.sheet_form import SheetForm
from app.web.unsent import typed_before

pages = Blueprint("counter", __name__, url_prefix="/office")

_NUMBER: Final = re.compile(r"[0-9]{1,18}\Z", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


SCANS: Final = (
    *(Kind.SETTLEMENT_SHEET, Kind.DISCHARGE_RECORD, Kind.INVOICE, Kind.BANK_CARD),
    *(Kind.COST_QUERY_SHEET, Kind.CHRONIC_BOOKLET, Kind.CONSENT),
)
"""What a stay needs, then what chronic care does (domain: papers), and the consent as signed."""


class _Scans(NamedTuple):
    """Kept for this filing, by number, and what was not taken."""

    ids: list[int]
    not_taken: list[NotTaken]


_NONE: Final = _Scans([], [])


class MemberForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Whom the claim is for."""

    certno = StringField(lazy_gettext("ID number of the member"))


class CounterForm(SheetForm):
    """The member's sheet as an officer copies it."""

    consent = BooleanField(
        lazy_gettext(
            "The figures are those of the member's settlement sheet. The member has read the "
            "consent above and signed it on paper before me."
        ),
        [
            InputRequired(
                lazy_gettext("Without the member's consent the fund may not use these figures.")
            )
        ],
    )


@pages.get("/claims/new")
@serves(Role.OFFICER, Role.OPERATOR)
def choose() -> ResponseReturnValue:
    return _ask(MemberForm())


@pages.post("/claims/new")
@serves(Role.OFFICER, Role.OPERATOR)
def find() -> ResponseReturnValue:
    asked = MemberForm()
    certno, _ = normalise_certno(asked.certno.data or "")
    if wrong := check_citizen_id(certno, today()):
        return _ask(asked, word(wrong, language()), 400)
    try:
        found = find_member(db.session(), certno, by=signed_in().id)
    except MemberOutOfReach as refused:
        return _ask(asked, say(refused, language()), 404)
    return redirect(url_for("counter.form", member_id=found))


@pages.get("/members/<id:member_id>/claims/new")
@serves(Role.OFFICER, Role.OPERATOR)
def form(member_id: int) -> ResponseReturnValue:
    _check(member_id)
    scans = _Scans(_mine(db.session(), member_id, typed_before("kept")), [])
    return _show(member_id, CounterForm(request_key=uuid4().hex), scans=scans)


@pages.post("/members/<id:member_id>/claims/new")
@serves(Role.OFFICER, Role.OPERATOR)
def send(member_id: int) -> ResponseReturnValue:
    _check(member_id)
    for name, values in request.form.lists():  # no form of ours sends these
        if len(values) > 1 or any(_CONTROL.search(value) for value in (name, *values)):
            abort(400)
    typed = CounterForm()
    scans = _keep(member_id)
    if not typed.validate_on_submit() or typed.sheet is None or scans.not_taken:
        return _show(member_id, typed, 400, scans=scans)
    key, by = typed.request_key.data or "", signed_in().id
    try:
        with transaction() as session:
            filed = file_claim(session, typed.sheet, member_id=member_id, by=by, request_key=key)
            # A second click finds those of the first on the claim.
            waiting = [paper.id for paper in kept_papers(session, member_id, scans.ids)]
            attach(session, member_id, filed.claim_id, waiting, by=by)
            state_consent(session, member_id, filed.claim_id, language(), by=by)
    except (BillKnown, FiledAlready, RequestKeyUsed, TurnTaken) as refused:
        if isinstance(refused, RequestKeyUsed):  # sent again on purpose, it is another claim
            typed.request_key.data = uuid4().hex
        return _show(member_id, typed, 409, refused, scans)
    except RequestKeyMalformed:
        abort(400)
    ring(bell.DRAIN_RUN, filed.run_id)
    flash(gettext("Filed. Another officer must see the papers before it is paid."))
    return redirect(url_for("claims.show", member_id=member_id, claim_id=filed.claim_id))


def _keep(member_id: int) -> _Scans:
    """Keep the scans that came now, beside those that came with the form before."""
    sent = {kind: sent_files(f"papers_{kind.value}") for kind in SCANS}
    if sum(map(len, sent.values())) > MOST_FILES:
        abort(413)
    scans = _Scans([], [])
    with transaction() as session:
        scans.ids.extend(_mine(session, member_id, request.form.get("kept", "")))
        for kind, files in sent.items():
            by = signed_in().id
            ids, not_taken = keep_all(session, files, member_id=member_id, kind=kind, by=by)
            scans.ids.extend(each for each in ids if each not in scans.ids)
            scans.not_taken.extend(not_taken)
    return scans


def _mine(session: Session, member_id: int, kept: str) -> list[int]:
    """Of the scans that a form names those that are this officer's."""
    numbers = {int(each) for each in kept.split(",") if _NUMBER.match(each)}
    mine = kept_papers(session, member_id, numbers) if numbers else []
    return [paper.id for paper in mine if paper.recorded_by == signed_in().id]


def _check(member_id: int) -> None:
    """Somebody out of reach is nobody."""
    session = db.session()
    try:
        check_reach(session, member_id, session.get(Account, signed_in().id))
    except MemberOutOfReach:
        abort(404)


def _ask(asked: MemberForm, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    return render_template("counter/choose.html", form=asked, trouble=trouble), code


def _show(
    member_id: int,
    typed: CounterForm,
    code: int = 200,
    refused: Refusal | None = None,
    scans: _Scans = _NONE,
) -> ResponseReturnValue:
    facts: dict[str, Any] = refused.facts if refused else {}
    page = render_template(
        "counter/form.html",
        form=typed,
        member_id=member_id,
        person=person(db.session(), member_id),
        trouble=say(refused, language()) if refused else "",
        claim=facts.get("claim"),
        scan_kinds=SCANS,
        consent_said=consent_text(NEWEST, language()),
        kept=scans.ids,
        not_taken=scans.not_taken,
    )
    return page, code
