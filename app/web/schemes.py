"""The yearly schemes: which are published, and the next one written by some, published by another.

Every officer can read what is published; the rest is for officers of the city federation.
"""

from datetime import date
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app.accounts.models import Account, Role
from app.benefits.doubts import doubts
from app.benefits.fields import SchemeFault
from app.benefits.scheme import Scheme
from app.benefits.scheme_edit import figure_of
from app.benefits.tariffs import last_days
from app.clock import today
from app.db import db, transaction
from app.errors import Refusal
from app.schemes.difference import differences, source_of, values
from app.schemes.draft import (
    OPEN,
    Draft,
    NoSuchDraft,
    YearDrafted,
    discard,
    draft,
    drafts,
    open_next,
    set_figures,
)
from app.schemes.publish import published_schemes
from app.schemes.publish_draft import WriterPublishes, check_publisher, publish_draft
from app.texts import say
from app.texts.scheme_words import NAMES, doubted, figure, value
from app.texts.year import changed, sourced
from app.web import errors
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.roles import serves
from app.web.scheme_form import changes_in, groups, shown

_YEAR_DIGITS: Final = 4

pages = Blueprint("schemes", __name__, url_prefix="/office/schemes")


@pages.before_request
def _of_the_federation() -> None:
    if request.endpoint != "schemes.published" and not _whole():
        abort(403)


def _whole() -> bool:
    return scope_of(db.session(), signed_in().union_id).whole


@pages.get("/")
@serves(Role.OFFICER)
def published() -> ResponseReturnValue:
    return _list()


@pages.post("/open")
@serves(Role.OFFICER)
def open_year() -> ResponseReturnValue:
    year, from_year = (_year(request.form.get(name, "")) for name in ("year", "from_year"))
    starts_on = _day(request.form.get("starts_on", "").strip())
    if year is None or from_year is None or isinstance(starts_on, bool):
        return _list(gettext("Enter the years and the day."), code=400)
    try:
        with transaction() as session:
            made = open_next(
                session, year, from_year=from_year, starts_on=starts_on, by=signed_in().id
            )
    except YearDrafted as known:
        flash(say(known, language()))
        return redirect(url_for("schemes.show", draft_id=known.draft_id))
    except Refusal as refused:
        return _list(worded(refused), code=409)
    return redirect(url_for("schemes.edit_form", draft_id=made.id))


@pages.get("/drafts/<id:draft_id>")
@serves(Role.OFFICER)
def show(draft_id: int) -> ResponseReturnValue:
    return _show(_draft(draft_id))


@pages.get("/drafts/<id:draft_id>/edit")
@serves(Role.OFFICER)
def edit_form(draft_id: int) -> ResponseReturnValue:
    found = _draft(draft_id)
    if found.state != OPEN:
        return redirect(url_for("schemes.show", draft_id=draft_id))
    return _form(found, shown(found.scheme, language()))


@pages.post("/drafts/<id:draft_id>/edit")
@serves(Role.OFFICER)
def edit(draft_id: int) -> ResponseReturnValue:
    found, typed = _draft(draft_id), request.form.to_dict()
    try:
        figures, sources = changes_in(found.scheme, typed, language())
        with transaction() as session:
            set_figures(
                session,
                draft_id,
                figures,
                sources=sources,
                by=signed_in().id,
                looked_at=typed.get("digest", ""),
            )
    except Refusal as refused:
        return _form(found, typed, refused, code=409)
    return redirect(url_for("schemes.show", draft_id=draft_id))


@pages.post("/drafts/<id:draft_id>/publish")
@serves(Role.OFFICER)
def publish(draft_id: int) -> ResponseReturnValue:
    """The text that was on the page, and no other."""
    found = _draft(draft_id)
    try:
        with transaction() as session:
            digest = request.form.get("digest", "")
            publish_draft(session, draft_id, digest=digest, by=signed_in().id)
    except WriterPublishes as refused:
        return errors.page(403, say(refused, language()))
    except Refusal as refused:
        return _show(found, worded(refused), code=409)
    flash(gettext("The scheme is published. It cannot be changed any more."))
    return redirect(url_for("schemes.published"))


@pages.post("/drafts/<id:draft_id>/discard")
@serves(Role.OFFICER)
def put_away(draft_id: int) -> ResponseReturnValue:
    _draft(draft_id)
    with transaction() as session:
        discard(session, draft_id, by=signed_in().id)
    flash(gettext("The draft is put away."))
    return redirect(url_for("schemes.published"))


def _list(trouble: str = "", code: int = 200) -> ResponseReturnValue:
    session = db.session()
    known = published_schemes(session)
    ends = [None if day == date.max else day for day in last_days(known)]
    # The last may go on for years: what is opened is the year to come.
    after = max([today().year, *(x.starts_from.year for x in known)]) + 1
    return render_template(
        "schemes/list.html",
        schemes=[(x, end, _figures(x)) for x, end in reversed([*zip(known, ends, strict=True)])],
        drafts=drafts(session) if _whole() else [],
        whole=_whole(),
        year=request.form.get("year", str(after)),
        from_year=request.form.get("from_year", str(after - 1)),
        starts_on=request.form.get("starts_on", ""),
        trouble=trouble,
    ), code


def _show(found: Draft, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    session = db.session()
    who = session.get_one(Account, signed_in().id)
    try:
        check_publisher(session, found, who)
        may_publish = True
    except WriterPublishes:
        may_publish = False
    names = select(Account.name).where(Account.id.in_(found.writers)).order_by(Account.id)
    return render_template(
        "schemes/draft.html",
        draft=found,
        open=found.state == OPEN,
        changes=_changes(found),
        figures=_figures(found.scheme),
        writers=session.scalars(names).all(),
        may_publish=may_publish,
        doubts=[doubted(x.key, x.facts, language()) for x in doubts(found.scheme)],
        trouble=trouble,
    ), code


def _form(
    found: Draft, texts: dict[str, str], refused: Refusal | None = None, code: int = 200
) -> ResponseReturnValue:
    """The fields; the trouble is said above them, and again beside the figures it is about."""
    at = str(refused.facts.get("field", "")) if refused else ""
    fields = groups(found.scheme, language())
    return render_template(
        "schemes/edit.html",
        draft=found,
        groups=fields,
        at=next((each.key for each in fields if each.holds(at)), ""),
        texts=texts,
        digest=texts.get("digest", found.digest),
        trouble=worded(refused) if refused else "",
    ), code


def _changes(found: Draft) -> list[tuple[str, str]]:
    """Each changed figure in words, and where it comes from."""
    lang = language()
    known = published_schemes(db.session())
    before = next(each for each in known if each.id == found.from_scheme_id)
    told = []
    for each in differences(before, found.scheme):
        source = each.source
        behind = (
            sourced(source.says, source.where, lang, assumption=source.assumption) if source else ""
        )
        told.append((changed(each.name, each.before, each.after, lang), behind))
    return told


def _figures(scheme: Scheme) -> list[tuple[str, str, Any]]:
    """Every figure, its value and its source."""
    lang = language()
    return [
        (figure(name, lang), value(name, found, lang), source_of(scheme, name))
        for name, found in values(scheme)
        if name != "id"
    ]


def _draft(draft_id: int) -> Draft:
    try:
        return draft(db.session(), draft_id)
    except NoSuchDraft:
        abort(404)


def worded(refused: Refusal) -> str:
    """The sentence, with the field by its words where it is one of a scheme's."""
    named = str(refused.facts.get("field", ""))
    known = next(iter(published_schemes(db.session())), None)
    if isinstance(refused, SchemeFault) and known:
        name = named if named in NAMES else figure_of(named, known)
        if NAMES.keys() & {name, name.rsplit(".", 1)[-1]}:
            refused.facts["field"] = figure(name, language())
    return say(refused, language())


def _year(text: str) -> int | None:
    plain = text.isascii() and text.isdigit() and len(text) == _YEAR_DIGITS
    return int(text) if plain else None


def _day(text: str) -> date | bool | None:
    """The day typed, None where none was; False where it is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return False
