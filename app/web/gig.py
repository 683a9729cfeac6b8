"""Gig workers enrol and pay by themselves, without an account; an officer opens a unit for it."""

from typing import Any, Final
from uuid import uuid4

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Regexp

from app import bell
from app.accounts.check import MINUTES, count_request, too_often
from app.accounts.models import Role
from app.banking.papers import fund_account
from app.db import db, transaction
from app.enrolment.self_enrol import (
    EntryWrong,
    JoinFormUsed,
    SelfAsked,
    gig_units,
    open_gig_unit,
    self_enrol,
)
from app.enrolment.self_enrolled import Alone, enrolled_alone
from app.errors import Refusal
from app.online import simulated
from app.online.ask import ask_provider
from app.online.order import Order, order_alone, order_of_roster
from app.roster.gig import OCCUPATIONS
from app.texts import say, word
from app.web import errors
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.compared import not_compared
from app.web.languages import language
from app.web.online import make_known, provider_here
from app.web.read.scope import scope_of
from app.web.read.unit import unit_seen
from app.web.roles import serves, serves_everybody

_FIELDS: Final = ("name", "certno", "platform", "phone", "account")
_QUIET: Final = {"autocomplete": "off"}
_GIVEN: Final = InputRequired(lazy_gettext("This cannot be left empty."))

_LOOK: Final = "reference"

pages = Blueprint("gig", __name__)


class JoinForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """What a gig worker gives. `key` makes a form that is sent twice one enrolment."""

    unit_id = SelectField(lazy_gettext("Union"), coerce=int)
    name = StringField(lazy_gettext("Your name"), [_GIVEN, Length(max=60)])
    certno = StringField(lazy_gettext("Your ID number"), [_GIVEN, Length(max=40)], render_kw=_QUIET)
    occupation = SelectField(lazy_gettext("What you do"))
    platform = StringField(
        lazy_gettext("Platform"),
        [Length(max=100)],
        description=lazy_gettext("The platform you work for, if any."),
    )
    phone = StringField(lazy_gettext("Mobile number"), [_GIVEN, Length(max=20)], render_kw=_QUIET)
    account = StringField(
        lazy_gettext("Your bank card"),
        [_GIVEN, Length(max=60)],
        description=lazy_gettext("Benefits are paid to it."),
        render_kw=_QUIET,
    )
    consent = BooleanField(
        lazy_gettext(
            "I agree that the union uses these data to enrol me, to settle my claims and to pay me."
        )
    )
    key = HiddenField(validators=[Regexp(r"[0-9a-f]{32}\Z")])
    submit = SubmitField(lazy_gettext("Enrol"), render_kw={"class": "btn btn-primary"})


@pages.get("/join", strict_slashes=False)
@serves_everybody
def form() -> ResponseReturnValue:
    return _show(_form())


@pages.post("/join")
@serves_everybody
def send() -> ResponseReturnValue:
    typed = _form()
    # Before the turn of covers is waited for: who floods the page must not stand in its line.
    with transaction() as session:
        late = count_request(session, "join", request.remote_addr or "")
    if late:
        return _show(typed, code=429, trouble=say(late, language()))
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    if end := not_compared(typed.account.data):
        return _show(typed, compared=end)
    given = {name: getattr(typed, name).data or "" for name in _FIELDS}
    asked = SelfAsked(
        unit_id=typed.unit_id.data,
        occupation=typed.occupation.data,
        consent=typed.consent.data,
        request_key=typed.key.data,
        address=request.remote_addr or "",
        **given,
    )
    try:
        with transaction() as session:
            made = self_enrol(session, asked)
    except EntryWrong as wrong:
        trouble = word(str(wrong.facts["why"]), language(), **wrong.facts)
        return _show(typed, trouble=trouble, code=400)
    except Refusal as refused:
        if isinstance(refused, JoinFormUsed):  # sent again on purpose, it is another person's
            typed.key.data = uuid4().hex
        return _show(typed, trouble=say(refused, language()), code=409)
    ring(bell.LOOK_AGAIN)
    return _show_joined(_enrolled(made.reference), None)


@pages.get("/join/<reference>")
@serves_everybody
def joined(reference: str) -> ResponseReturnValue:
    """What is to pay under a reference, and the order that waits for the payer, if any."""
    found, provider = _enrolled(reference), provider_here()
    made = provider and order_of_roster(db.session(), found.roster_id, provider.name)
    return _show_joined(found, made or None)


@pages.post("/join/<reference>/online")
@serves_everybody
def pay(reference: str) -> ResponseReturnValue:
    """Ask to pay online, by nobody's account; what broke off is made known again."""
    found, provider = _enrolled(reference), provider_here() or abort(404)
    with transaction() as session:
        late = count_request(session, "pay", request.remote_addr or "")
    if late:
        return _show_joined(found, None, code=429, trouble=say(late, language()))
    with transaction() as session:
        made = order_alone(session, found.reference, provider=provider.name)
    if made.code_url is None:
        make_known(provider, made.id)
    return redirect(url_for("gig.joined", reference=found.reference))


@pages.post("/join/<reference>/again")
@serves_everybody
def again(reference: str) -> ResponseReturnValue:
    """Ask the provider what became of it; in the demonstration, pay."""
    found, provider = _enrolled(reference), provider_here() or abort(404)
    made = order_of_roster(db.session(), found.roster_id, provider.name) or abort(404)
    with transaction() as session:
        late = count_request(session, "pay", request.remote_addr or "")
    if late:
        return _show_joined(found, made, code=429, trouble=say(late, language()))
    if provider.name == simulated.NAME and made.open:
        with transaction() as session:
            begun = simulated.pay(session, made.id).begun
    else:
        begun = ask_provider(provider, made.id).begun
    if begun:
        ring(bell.LOOK_AGAIN)
    return redirect(url_for("gig.joined", reference=found.reference))


@pages.post("/office/unit/<id:unit_id>/gig")
@serves(Role.OFFICER)
def open_unit(unit_id: int) -> ResponseReturnValue:
    session = db.session()
    unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)
    with transaction() as written:
        open_gig_unit(written, unit_id, by=signed_in().id)
    flash(gettext("Open: gig workers can enrol themselves under /join."))
    return redirect(url_for("units.show", unit_id=unit_id))


def _enrolled(reference: str) -> Alone:
    """Who has this reference. Only wrong ones are counted, as wrong passwords are: a page that
    waits for its payment looks again every few seconds."""
    address = request.remote_addr or ""
    late = too_often(db.session(), _LOOK, address)
    if late:
        wait = {"Retry-After": str(MINUTES * 60)}
        abort(make_response(errors.page(429, say(late, language()), **wait)))
    found = enrolled_alone(db.session(), reference)
    if found is None:
        with transaction() as session:
            count_request(session, _LOOK, address)
        abort(404)
    return found


def _show_joined(
    found: Alone, made: Order | None, code: int = 200, trouble: str = ""
) -> ResponseReturnValue:
    page = render_template(
        "gig/joined.html",
        made=found,
        order=made,
        trouble=trouble,
        simulated=bool(made and made.provider == simulated.NAME),
        pay_to=fund_account(db.session()),  # no other that one officer may have added
    )
    return page, code


def _form() -> JoinForm:
    made = JoinForm(key=uuid4().hex)
    place = int(language() == "en")
    made.unit_id.choices = gig_units(db.session())
    made.occupation.choices = [(code, said[place]) for code, said in OCCUPATIONS.items()]
    return made


def _show(typed: JoinForm, code: int = 200, **more: Any) -> ResponseReturnValue:
    return render_template("gig/join.html", form=typed, **more), code
