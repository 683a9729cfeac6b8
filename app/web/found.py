"""The one search box: posted, kept under a number for an hour, and what it finds."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db, transaction
from app.lists.searches import keep_search, kept_search
from app.lists.wanted import LONGEST, Kind, wanted_of
from app.roster.identity import masked_certno
from app.web.auth import signed_in
from app.web.paging import asked, number_asked
from app.web.read.found import found
from app.web.read.scope import scope_of
from app.web.roles import serves

_GONE: Final = 410

pages = Blueprint("found", __name__, url_prefix="/office/found")


@pages.post("/")
@serves(Role.OFFICER, Role.OPERATOR)
def search() -> ResponseReturnValue:
    words = " ".join(request.form.get("words", "").split())[:LONGEST]
    if not words:
        return render_template("found/nothing.html", over=False), 400
    with transaction() as session:
        number = keep_search(session, words, by=signed_in().id)
    return redirect(url_for("found.show", search_id=number))


@pages.get("/<id:search_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(search_id: int) -> ResponseReturnValue:
    session = db.session()
    words = kept_search(session, search_id, by=signed_in().id)
    if words is None:  # over, or somebody else's: the same answer
        return render_template("found/nothing.html", over=True), _GONE
    after, seq = asked().after or 0, number_asked("seq")
    wanted, scope = wanted_of(words), scope_of(session, signed_in().union_id)
    return render_template(
        "found/show.html",
        words=masked_certno(wanted.words) if wanted.kind is Kind.CERTNO else words,
        found=found(session, scope, wanted, after, seq),
        search_id=search_id,
        later=bool(after),
    )
