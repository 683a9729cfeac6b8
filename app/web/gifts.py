"""Gift campaigns: open one, see places, cost and use, give places to a list of people."""

from hashlib import sha256
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from wtforms import (
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app import bell
from app.accounts.models import Role
from app.benefits.care import CARES
from app.clock import today
from app.contributions.receive import COVERS
from app.db import db, one_at_a_time, transaction
from app.enrolment.gift_enrol import GiftAsked, give
from app.enrolment.gift_open import Gift, gifts, open_gift
from app.enrolment.gift_use import gift_use
from app.errors import Refusal
from app.files.workbook import read_book
from app.money import NotAnAmount, fen
from app.roster.sheet import read_roster
from app.texts import say
from app.unions.models import Union
from app.unions.open import districts
from app.unions.tree import above
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.read.scope import reach, scope_of
from app.web.roles import serves
from app.web.words import care

_PATIENCE_S: Final = 10

_GIVEN: Final = InputRequired(lazy_gettext("This cannot be left empty."))

pages = Blueprint("gifts", __name__, url_prefix="/office/gifts")


class CampaignForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """A campaign to open; `payer`: the officer's own union, or one below it."""

    name = StringField(lazy_gettext("The campaign's name"), [_GIVEN, Length(max=200)])
    quota = IntegerField(lazy_gettext("How many covers"), [_GIVEN, NumberRange(1)])
    months = IntegerField(lazy_gettext("Months each runs"), [_GIVEN, NumberRange(1, 12)])
    opens_on = DateField(lazy_gettext("First day covers may start"), [_GIVEN])
    closes_on = DateField(lazy_gettext("Last day covers may start"), [_GIVEN])
    cares = SelectMultipleField(
        lazy_gettext("What it pays"),
        default=["inpatient"],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    each = DecimalField(
        lazy_gettext("What the union pays a cover, in yuan"),
        [Optional(), NumberRange(0)],
        description=lazy_gettext("Leave empty for the whole contribution of the scheme."),
    )
    payer = SelectField(lazy_gettext("Which union pays"), coerce=int)
    submit = SubmitField(lazy_gettext("Open the campaign"), render_kw={"class": "btn btn-primary"})


class GiveForm(FlaskForm):  # type: ignore[misc]
    """A list of people who get a place each, from a day on."""

    starts_on = DateField(lazy_gettext("Covers start on"), [_GIVEN])
    file = FileField(
        lazy_gettext("List file"),
        [FileRequired(lazy_gettext("Choose the file."))],
        render_kw={"accept": ".xlsx,.csv"},
    )
    submit = SubmitField(lazy_gettext("Give the places"), render_kw={"class": "btn btn-primary"})


@pages.get("/")
@serves(Role.OFFICER)
def campaigns() -> ResponseReturnValue:
    return _list(_campaign_form())


@pages.post("/")
@serves(Role.OFFICER)
def open_campaign() -> ResponseReturnValue:
    typed = _campaign_form()
    if not typed.validate_on_submit():
        return _list(typed, code=400)
    try:
        each_fen = None if typed.each.data is None else fen(str(typed.each.data))
        with transaction() as session:
            opened = open_gift(
                session,
                name=typed.name.data,
                union_id=typed.payer.data,
                quota=typed.quota.data,
                term_months=typed.months.data,
                opens_on=typed.opens_on.data,
                closes_on=typed.closes_on.data,
                cares=typed.cares.data or [],
                each_fen=each_fen,
                by=signed_in().id,
            )
    except NotAnAmount:
        return _list(typed, trouble=gettext("The amount is not one."), code=400)
    except Refusal as refused:
        return _list(typed, trouble=say(refused, language()), code=409)
    flash(gettext("The campaign is open."))
    return redirect(url_for("gifts.show", campaign_id=opened.id))


@pages.get("/<id:campaign_id>")
@serves(Role.OFFICER)
def show(campaign_id: int) -> ResponseReturnValue:
    return _show(_gift(campaign_id), GiveForm())


@pages.post("/<id:campaign_id>")
@serves(Role.OFFICER)
def send(campaign_id: int) -> ResponseReturnValue:
    gift, typed = _gift(campaign_id), GiveForm()
    if not typed.validate_on_submit():
        return _show(gift, typed, code=400)
    content = typed.file.data.read()
    try:
        sheet = read_roster(read_book(content), today())
        with transaction() as session:
            one_at_a_time(session, COVERS, patience_s=_PATIENCE_S)
            wish = GiftAsked(
                gift=gift,
                starts_on=typed.starts_on.data,
                confirmed_on=today(),
                file_sha256=sha256(content).hexdigest(),
                unreadable=len(sheet.faults),
                gig=sheet.gig,
            )
            given = give(session, wish, sheet.rows, by=signed_in().id)
    except Refusal as refused:
        return _show(gift, typed, trouble=say(refused, language()), code=409)
    ring(bell.LOOK_AGAIN)
    faults = sorted([*sheet.faults, *given.faults], key=lambda fault: fault.line)
    told = {"given": given, "faults": faults, "rows_in": sheet.total}
    return _show(_gift(campaign_id), typed, told=told)


def _campaign_form() -> CampaignForm:
    session, own = db.session(), signed_in().union_id
    made = CampaignForm(payer=own)
    made.cares.choices = [(name, care(name)) for name in CARES]
    below = [x for x in districts(session, reach(scope_of(session, own))) if x.id != own]
    made.payer.choices = [(x.id, x.name) for x in [session.get_one(Union, own), *below]]
    return made


def _seen() -> list[Gift]:
    """Campaigns of unions that the officer's reaches, and of those above it."""
    session, account = db.session(), signed_in()
    below = reach(scope_of(session, account.union_id))
    unions = None if below is None else {*below, *above(session, account.union_id)}
    return [x for x in gifts(session) if unions is None or x.union_id in unions]


def _gift(campaign_id: int) -> Gift:
    return next((x for x in _seen() if x.id == campaign_id), None) or abort(404)


def _list(typed: CampaignForm, code: int = 200, **more: Any) -> ResponseReturnValue:
    found, use = _seen(), gift_use(db.session())
    told = {"gifts": found, "use": use, "payers": _payers(found)}
    return render_template("gifts/list.html", form=typed, **told, **more), code


def _show(gift: Gift, typed: GiveForm, code: int = 200, **more: Any) -> ResponseReturnValue:
    use = gift_use(db.session())[gift.id]
    told = {"payer": _payers([gift])[gift.union_id], "worded": lambda x: say(x, language())}
    return render_template("gifts/show.html", gift=gift, use=use, form=typed, **told, **more), code


def _payers(found: list[Gift]) -> dict[int, str]:
    """The unions that pay, by number."""
    asked = select(Union.id, Union.name).where(Union.id.in_({x.union_id for x in found}))
    return {x.id: x.name for x in db.session().execute(asked)}
