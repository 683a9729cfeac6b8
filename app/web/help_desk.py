"""Officers see who may act for a member, and help one who cannot act: papers, seen by two."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.claims.scope import reaches
from app.db import db, transaction
from app.errors import Refusal
from app.helping.papers import confirm_papers, drop_papers, end_by_officer, see_papers
from app.helping.policy import policy
from app.helping.standing import helpers_of
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.help_papers import of_consent, papers_waiting
from app.web.read.person import person
from app.web.roles import serves

pages = Blueprint("help_desk", __name__, url_prefix="/office/members/<id:member_id>/helpers")


@pages.get("/", strict_slashes=False)
@serves(Role.OFFICER)
def show(member_id: int) -> ResponseReturnValue:
    return _show(member_id)


@pages.post("/papers")
@serves(Role.OFFICER)
def see(member_id: int) -> ResponseReturnValue:
    _reached(member_id)
    typed = {name: request.form.get(name, "") for name in ("kind", "seen", "certno", "until")}
    try:
        last = date.fromisoformat(typed["until"].strip()) if typed["until"].strip() else None
        with transaction() as session:
            see_papers(
                session,
                member_id,
                kind=typed["kind"],
                seen=typed["seen"],
                certno=typed["certno"],
                until=last,
                by=signed_in().id,
            )
    except ValueError:
        abort(400)
    except Refusal as refused:
        return _show(member_id, typed, refused)
    flash(gettext("Noted. Another officer must see the papers."))
    return redirect(url_for("help_desk.show", member_id=member_id))


@pages.post("/papers/<id:papers_id>/confirm")
@serves(Role.OFFICER)
def confirm(member_id: int, papers_id: int) -> ResponseReturnValue:
    """The code for the helper is on the answer itself, and nowhere else."""
    _waits(member_id, papers_id)
    with transaction() as session:
        code = confirm_papers(session, papers_id, by=signed_in().id)
    return _show(member_id, made=code)


@pages.post("/papers/<id:papers_id>/drop")
@serves(Role.OFFICER)
def drop(member_id: int, papers_id: int) -> ResponseReturnValue:
    _waits(member_id, papers_id)
    with transaction() as session:
        drop_papers(session, papers_id, by=signed_in().id)
    return redirect(url_for("help_desk.show", member_id=member_id))


@pages.post("/<id:consent_id>/end")
@serves(Role.OFFICER)
def stop(member_id: int, consent_id: int) -> ResponseReturnValue:
    _reached(member_id)
    if consent_id not in {each.id for each in helpers_of(db.session(), member_id)}:
        abort(404)
    with transaction() as session:
        end_by_officer(session, consent_id, by=signed_in().id)
    return redirect(url_for("help_desk.show", member_id=member_id))


def _reached(member_id: int) -> None:
    if not reaches(db.session(), signed_in().union_id, member_id):
        abort(404)


def _waits(member_id: int, papers_id: int) -> None:
    _reached(member_id)
    if papers_id not in {each.id for each in papers_waiting(db.session(), member_id)}:
        abort(404)


def _show(
    member_id: int,
    typed: dict[str, str] | None = None,
    refused: Refusal | None = None,
    made: str = "",
) -> ResponseReturnValue:
    _reached(member_id)
    session, lang = db.session(), language()
    helpers = helpers_of(session, member_id)
    page = render_template(
        "helping/desk.html",
        member_id=member_id,
        person=person(session, member_id),
        helpers=helpers,
        papers_of=of_consent(session, member_id),
        waiting=papers_waiting(session, member_id),
        kinds={key: said[lang == "en"] for key, said in policy().papers.items()},
        typed=typed or {},
        trouble=say(refused, lang) if refused else "",
        made=made,
        hours=policy().code_hours,
        me=signed_in().id,
    )
    return page, 409 if refused else 200
