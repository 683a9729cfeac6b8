"""What other rules would have cost: an officer of the federation asks, a worker answers.

The form has the figures of the scheme that ruled the last of the years; what is typed otherwise is
supposed. Nothing of the fund changes by asking.
"""

import re
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import text

from app.accounts.models import Role
from app.benefits.scheme import Scheme
from app.benefits.scheme_file import basis_points
from app.cover.place import ruling_in
from app.db import db, transaction
from app.errors import Refusal
from app.jobs import ANSWER_QUESTION
from app.schemes.difference import differences
from app.schemes.publish import published_schemes
from app.simulation.order import order_question
from app.simulation.outlook import Ahead, SuppositionOutOfRange
from app.simulation.question import NobodyCovered
from app.simulation.supposed import supposed_change
from app.texts import word
from app.texts.year import changed
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.read.what_if import Seen, latest, seen
from app.web.roles import serves
from app.web.scheme_form import Group, changes_in, groups, shown
from app.web.schemes import worded
from app.web.supposed_charts import balances, payments

_YEARS: Final = text("SELECT DISTINCT benefit_year FROM roster ORDER BY 1")
_ASKED: Final = ("contribution.total_fen", "waiting_days", "renewal_gap_days")
_AHEAD: Final = {"years": "5", "growth": "0", "dearer": "0", "ageing": "50"}
_YEAR: Final = re.compile(r"[1-9][0-9]{3}")
_FIELDS: Final = {
    "years": lazy_gettext("Years ahead"),
    "growth": lazy_gettext("More members a year, %%"),
    "dearer": lazy_gettext("More cost a head a year, %%"),
    "ageing": lazy_gettext("Members who stay and grow older, %%"),
}
_SHARES: Final = ("growth", "dearer", "ageing")

pages = Blueprint("what_if", __name__, url_prefix="/office/what-if")


@pages.before_request
def _of_the_federation() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)


@pages.get("/")
@serves(Role.OFFICER)
def form() -> ResponseReturnValue:
    years = list(db.session().scalars(_YEARS))
    if not years:
        return render_template("what_if/form.html", years=(), scheme=None, asked=())
    typed = {"first": str(years[-5:][0]), "last": str(years[-1]), **_AHEAD}
    return _form(years, typed | request.args.to_dict())


@pages.post("/")
@serves(Role.OFFICER)
def ask() -> ResponseReturnValue:
    years, typed = list(db.session().scalars(_YEARS)), request.form.to_dict()
    scheme = _scheme(typed.get("last", ""))
    try:
        first, last = (_year(typed.get(name, "")) for name in ("first", "last"))
        figures = _figures(scheme, typed)
        supposed_change(scheme, figures)  # refused here, where it can be mended
        with transaction() as session:
            question_id = order_question(
                session, first, last, figures, _ahead(typed), by=signed_in().id
            )
    except Refusal as refused:
        return _form(years, typed, refused)
    ring(ANSWER_QUESTION, question_id)
    return redirect(url_for("what_if.show", question_id=question_id))


@pages.get("/<id:question_id>")
@serves(Role.OFFICER)
def show(question_id: int) -> ResponseReturnValue:
    question = seen(db.session(), question_id) or abort(404)
    scheme = _scheme(str(question.last_year))
    return render_template(
        "what_if/show.html",
        question=question,
        supposed=_supposed(scheme, question),
        why=_why(question),
        cares=question.by_care(),
        charts=(payments(question), balances(question)) if question.answer else (),
        again={"first": question.first_year, "last": question.last_year},
    )


def _form(
    years: list[int], typed: dict[str, str], refused: Refusal | None = None
) -> ResponseReturnValue:
    """The fields; the trouble is said above them, and the figures it is about are marked."""
    scheme = _scheme(typed.get("last", ""))
    at = str(refused.facts.get("field", "")) if refused else ""
    fields = _groups(scheme)
    return render_template(
        "what_if/form.html",
        years=years,
        scheme=scheme,
        groups=fields,
        at=next((each.key for each in fields if each.holds(at)), ""),
        texts=shown(scheme, language()) | typed,
        trouble=worded(refused) if refused else "",
        asked=latest(db.session()),
    ), 409 if refused else 200


def _scheme(last: str) -> Scheme:
    """The scheme that ruled a year; the last there is where none did."""
    known = published_schemes(db.session())
    ruling = ruling_in(known, int(last)) if _YEAR.fullmatch(last) else []
    return (ruling or known)[-1]


def _groups(scheme: Scheme) -> list[Group]:
    """Of a scheme's fields those that a question can suppose otherwise; no source is asked, so a
    care's stand together."""
    every = groups(scheme, language())
    total = next(x for x in every if x.key == _ASKED[0])
    first = Group(total.figures, total.title, total.lines[:1])
    asked = (
        first if x.key == _ASKED[0] else x
        for x in every
        if x.key in _ASKED or x.key.startswith("benefit.")
    )
    together = (tuple(some) for _, some in groupby(asked, key=lambda x: str(x.title)))
    return [
        Group(
            tuple(figure for x in some for figure in x.figures),
            some[0].title,
            tuple(line for x in some for line in x.lines),
        )
        for some in together
    ]


def _figures(scheme: Scheme, typed: dict[str, str]) -> dict[str, object]:
    names = {line.name for group in _groups(scheme) for line in group.lines}
    was = shown(scheme, language())
    said = {name: typed[name] for name in names & typed.keys()}
    return changes_in(scheme, was | said, language())[0]


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise SuppositionOutOfRange(field=gettext("Benefit years"))
    return int(text)


def _ahead(typed: dict[str, str]) -> Ahead:
    years = typed.get("years", "").strip()
    if not (years.isascii() and years.isdigit() and len(years) <= 2):  # noqa: PLR2004 - digits
        raise SuppositionOutOfRange(field=gettext("Years ahead"))
    try:
        points = {name: _points(typed.get(name, ""), name) for name in _SHARES}
        return Ahead(int(years), **points)
    except SuppositionOutOfRange as refused:
        named = str(_FIELDS[str(refused.facts["field"])]).replace("%%", "%")
        raise SuppositionOutOfRange(field=named) from None


def _points(percent: str, name: str) -> int:
    try:
        return basis_points(Decimal(percent.strip().rstrip("%") or "0"))
    except InvalidOperation:
        raise SuppositionOutOfRange(field=name) from None


def _why(question: Seen) -> str:
    """Why it could not be answered, in words."""
    if question.failed is None:
        return ""
    name = question.failed["name"]
    if name == NobodyCovered.__name__:
        return word(name, language(), **question.failed["facts"])
    return str(gettext("Its making broke off (%(kind)s); the server's log says why.", kind=name))


def _supposed(scheme: Scheme, question: Seen) -> list[str]:
    """What is supposed otherwise, in words."""
    found = differences(scheme, supposed_change(scheme, question.figures))
    return [changed(x.name, x.before, x.after, language()) for x in found]
