"""An auditor of the whole fund draws samples and has a year looked over."""

from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.accounts.models import Role
from app.db import db
from app.errors import Refusal
from app.inspection.draw import METHODS, Formula
from app.inspection.look import as_table, latest_look
from app.inspection.pointers import pointers
from app.inspection.sampling import FACTORS, StrataOutOfOrder, TolerableTooSmall
from app.inspection.seen import sample_seen, sample_table, samples_of
from app.jobs import LOOK_OVER
from app.money import NotAnAmount, fen
from app.reports.years import figures
from app.texts import say
from app.web.audit_acts import draw_a_sample, look_over_a_year
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.missing import missing
from app.web.read.scope import scope_of
from app.web.roles import serves
from app.web.table_file import table_file

pages = Blueprint("inspection", __name__, url_prefix="/audit")

_YEAR: Final = "<int(min=1, max=9999):year>"
_USUAL: Final = {"method": "money", "risk": "5", "size": "60", "bounds": "500 2000 10000"}
_MOST_DIGITS: Final = 9
METHOD_NAMES: Final = {
    "simple": lazy_gettext("Simple"),
    "strata": lazy_gettext("By strata of amounts"),
    "money": lazy_gettext("By money (monetary units)"),
}


@pages.before_request
def _of_the_whole_fund() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)


@pages.get(f"/{_YEAR}/samples")
@serves(Role.AUDITOR)
def samples(year: int) -> ResponseReturnValue:
    return _samples(year, _USUAL)


@pages.post(f"/{_YEAR}/samples")
@serves(Role.AUDITOR)
def draw(year: int) -> ResponseReturnValue:
    typed = _USUAL | {"size": "", "bounds": ""} | request.form.to_dict()
    method = next((each for each in METHODS if each == typed["method"]), None) or abort(400)
    try:
        formula = _formula(typed) if method == "money" else None
        sample_id = draw_a_sample(
            year,
            method,
            size=None if formula else _whole(typed["size"]),  # as the page says
            formula=formula,
            bounds_fen=_bounds(typed["bounds"]) if method == "strata" else (),
            seed=typed.get("seed", ""),
        )
    except (Refusal, NotAnAmount) as refused:
        name = refused if isinstance(refused, Refusal) else StrataOutOfOrder()
        return _samples(year, typed, say(name, language())), 400
    return redirect(url_for("inspection.sample", sample_id=sample_id))


@pages.get("/samples/<id:sample_id>")
@serves(Role.AUDITOR)
def sample(sample_id: int) -> ResponseReturnValue:
    found = sample_seen(db.session(), sample_id) or missing(
        gettext(
            "There is no sample %(number)s. Open a year to see those that were drawn of it.",
            number=sample_id,
        )
    )
    if request.args.get("as"):
        return table_file(sample_table(*found), f"sample-{sample_id}")
    return render_template(
        "inspection/sample.html", sample=found[0], items=found[1], methods=METHOD_NAMES
    )


@pages.get(f"/{_YEAR}/look")
@serves(Role.AUDITOR)
def look(year: int) -> ResponseReturnValue:
    return render_template(
        "inspection/look.html",
        year=year,
        look=latest_look(db.session(), year),
        pointers=pointers().values(),
        said=1 if language() == "en" else 0,
    )


@pages.post(f"/{_YEAR}/look")
@serves(Role.AUDITOR)
def look_over(year: int) -> ResponseReturnValue:
    look_id = look_over_a_year(year)
    ring(LOOK_OVER, look_id)
    return redirect(url_for("inspection.look", year=year))


@pages.get(f"/{_YEAR}/look/<key>")
@serves(Role.AUDITOR)
def pointed(year: int, key: str) -> ResponseReturnValue:
    pointer = pointers().get(key) or abort(404)
    seen = latest_look(db.session(), year)
    if seen is None or not seen.answers or key not in seen.answers:
        return redirect(url_for("inspection.look", year=year))  # it says how far it is
    table = as_table(pointer, seen.answers[key], year)
    if request.args.get("as"):
        return table_file(table, f"{key}-{year}")
    return render_template(
        "inspection/pointed.html",
        year=year,
        pointer=pointer,
        table=table,
        at=seen.recorded_at,
        said=1 if language() == "en" else 0,
    )


def _samples(year: int, typed: dict[str, str], trouble: str = "") -> str:
    session = db.session()
    paid = next(iter(figures(session, year, year)), None)
    return render_template(
        "inspection/samples.html",
        year=year,
        counted=paid.payments if paid else 0,
        total_fen=paid.paid_fen if paid else 0,
        samples=samples_of(session, year),
        methods=METHOD_NAMES,
        risks=FACTORS,
        typed=typed,
        trouble=trouble,
    )


def _whole(typed: str) -> int | None:
    plain = typed.strip()
    return (
        int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _MOST_DIGITS else None
    )


def _formula(typed: dict[str, str]) -> Formula | None:
    """What a size is worked out of, where a tolerable amount is said. Raises TolerableTooSmall."""
    if not typed.get("tolerable", "").strip():
        return None
    expected = typed.get("expected", "").strip() or "0"
    try:
        amounts = fen(typed["tolerable"].strip()), fen(expected)
    except NotAnAmount:
        raise TolerableTooSmall(least_fen=1) from None  # names the field, as no bound of strata is
    return Formula(_whole(typed["risk"]) or 0, *amounts)


def _bounds(typed: str) -> list[int]:
    """Bounds in yuan, apart by spaces or commas. Raises NotAnAmount, StrataOutOfOrder."""
    bounds = [fen(word) for word in typed.replace("，", " ").replace(",", " ").split()]
    if not bounds:
        raise StrataOutOfOrder
    return bounds
