"""A member objects to a result or asks for a person; an officer who had no hand in it answers."""

from typing import Any, Final

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app import bell
from app.accounts.models import Role
from app.claims.confirm import NoSuchClaim
from app.claims.decided import Waived, What
from app.claims.lifecycle import OFFICERS_REASONS, State, Why
from app.claims.undo import can_be_undone
from app.clock import CHINA, today
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.objections.answer import decide_anew, file_anew, has_decided, uphold
from app.objections.models import Kind
from app.objections.object_to import DECIDED, LONGEST, object_to
from app.objections.policy import times_on
from app.objections.standing import ObjectionSeen, objection_seen, objections_of
from app.texts import say
from app.web.auth import member_id, signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.paging import asked
from app.web.read.objections import answered_lately, waiting_objections
from app.web.read.person import person
from app.web.read.scope import scope_of
from app.web.read.told import ClaimSeen, Told, claim_seen, told
from app.web.roles import serves
from app.web.words import WAYS_BACK

KINDS: Final = {
    Kind.OBJECTION: lazy_gettext("Objection"),
    Kind.PERSON: lazy_gettext("A person should decide"),
}
_LATELY: Final = 20

pages = Blueprint("objections", __name__)


def install(web: Flask) -> None:
    """Give templates what objections are called."""
    web.jinja_env.globals.update(objection_kinds=KINDS, longest_words=LONGEST)


def objecting(claim: ClaimSeen, results: list[Told]) -> dict[str, Any]:
    """What a claim's page says of objections: those made, and until when one can be."""
    made = objections_of(db.session(), claim.member_id, claim.id) if results else []
    return {"objections": made, "object_by": _last_day(claim, results, made)}


@pages.get("/my/claims/<id:claim_id>/objection")
@serves(Role.MEMBER)
def form(claim_id: int) -> ResponseReturnValue:
    return _form(claim_id)


@pages.post("/my/claims/<id:claim_id>/objection")
@serves(Role.MEMBER)
def send(claim_id: int) -> ResponseReturnValue:
    kind = request.form.get("kind", "")
    if kind not in set(Kind):
        return _form(claim_id, gettext("Say which of the two you want."), 400)
    try:
        with transaction() as session:
            says = request.form.get("says", "")
            object_to(session, claim_id, Kind(kind), says, by=signed_in().id)
    except (NoSuchClaim, TurnTaken):
        abort(404)
    except Refusal as refused:
        return _form(claim_id, say(refused, language()), 409)
    flash(gettext("Thank you. An officer who has had no hand in it looks at the claim."))
    return redirect(url_for("cover.claim", claim_id=claim_id) + "#objection")


@pages.get("/office/objections")
@serves(Role.OFFICER)
def waiting() -> ResponseReturnValue:
    session, who = db.session(), signed_in()
    scope, page = scope_of(session, who.union_id), asked()
    me: dict[str, Any] = {"by": who.id, "mine": who.member_id}
    first = page.after is None
    return render_template(
        "objections/list.html",
        waiting=waiting_objections(session, scope, page, **me),
        answered=answered_lately(session, scope, most=_LATELY, **me) if first else [],
        today=today(),
    )


@pages.get("/office/objections/<id:objection_id>")
@serves(Role.OFFICER)
def show(objection_id: int) -> ResponseReturnValue:
    return _show(objection_id)


@pages.post("/office/objections/<id:objection_id>")
@serves(Role.OFFICER)
def answer(objection_id: int) -> ResponseReturnValue:
    _seen(objection_id)
    how, _, named = request.form.get("how", "").partition(":")
    says, by = request.form.get("says", ""), signed_in().id
    run_id = None
    try:
        with transaction() as session:
            if how == "upheld":
                uphold(session, objection_id, says, by=by)
            elif how == "file" and named in set(OFFICERS_REASONS):
                run_id = file_anew(session, objection_id, says, Why(named), by=by)
            else:
                what, reason = _decision(how, named)
                decide_anew(session, objection_id, says, what, reason=reason, by=by)
    except TurnTaken:
        raise
    except Refusal as refused:
        return _show(objection_id, say(refused, language()), 409)
    if run_id:
        ring(bell.DRAIN_RUN, run_id)
    flash(gettext("Answered. The member is told and reads it with the claim."))
    return redirect(url_for("objections.show", objection_id=objection_id))


def _decision(how: str, named: str) -> tuple[What, Waived | None]:
    whole = f"{how}:{named}" if named else how
    if how == What.WAIVE_WAITING and named in set(Waived):
        return What.WAIVE_WAITING, Waived(named)
    if whole not in {What.PAY_INPATIENT, What.PAY_CHRONIC, What.BY_ADMISSION}:
        abort(400)
    return What(whole), None


def _form(claim_id: int, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    session, member = db.session(), member_id()
    claim = claim_seen(session, member, claim_id) or abort(404)
    results = told(session, member, claim_id, language())
    open_ = objecting(claim, results)
    page = render_template(
        "objections/form.html", claim=claim, told=results, trouble=trouble, **open_
    )
    return page, code


def _last_day(claim: ClaimSeen, results: list[Told], made: list[ObjectionSeen]) -> Any:
    """Until when a member may object to the result that stands; None where that cannot be."""
    if not results or claim.state not in DECIDED or claim.being_undone:
        return None
    live = max(results, key=lambda each: each.seq)
    if (live.answer.refusal or "").startswith("undone_"):
        return None
    decided_on = live.at.astimezone(CHINA).date()
    last = times_on(decided_on).object_by(decided_on)
    objected = any(each.at >= live.at for each in made)
    return None if objected or today() > last else last


def _seen(objection_id: int) -> tuple[ObjectionSeen, ClaimSeen]:
    """An objection out of the officer's scope does not exist."""
    session = db.session()
    found = objection_seen(session, objection_id) or abort(404)
    scope = scope_of(session, signed_in().union_id)
    claim = claim_seen(session, found.member_id, found.claim_id, scope) or abort(404)
    return found, claim


def _show(objection_id: int, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    found, claim = _seen(objection_id)
    session, who = db.session(), signed_in()
    results = told(session, claim.member_id, claim.id, language(), to_officer=True)
    not_me = who.member_id == claim.member_id or has_decided(
        session, claim.member_id, claim.id, who.id
    )
    page = render_template(
        "objections/show.html",
        objection=found,
        claim=claim,
        person=person(session, claim.member_id),
        told=results,
        not_me=not_me,
        choices=_choices(claim, results),
        ways_back=WAYS_BACK
        if can_be_undone(session, claim.member_id, claim.id, claim.state)
        else {},
        trouble=trouble,
        today=today(),
    )
    return page, code


def _choices(claim: ClaimSeen, results: list[Told]) -> list[str]:
    """The decisions that could be made anew of such a result; the domain refuses what is not."""
    refusal = max(results, key=lambda each: each.seq).answer.refusal if results else None
    if claim.state is not State.CLOSED or refusal is None:
        return []
    if refusal == "waiting":
        return [f"{What.WAIVE_WAITING}:{why}" for why in Waived]
    if refusal.startswith("declined"):
        return [What.PAY_INPATIENT, What.PAY_CHRONIC]
    return [What.BY_ADMISSION] if refusal == "no_cover" else []
