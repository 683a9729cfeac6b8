"""The three administrators' pages: accounts, rights, and what both did. Each sees the own part."""

from typing import Final

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Optional

from app.accounts.add import normal_login
from app.accounts.govern import (
    GIVEN,
    disable_account,
    give_right,
    make_account,
    renew_password,
    reset_factor,
    take_right,
    tie_subject,
)
from app.accounts.log import sign_ins
from app.accounts.models import Role
from app.audit.auditor_key import auditor_key, give_auditor_key
from app.db import db, transaction
from app.errors import Refusal
from app.roster.identity import normalise_certno
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import Asked, Page, asked
from app.web.read.accounts import (
    AccountSeen,
    account_seen,
    accounts_seen,
    changes_seen,
    unions_to_choose,
)
from app.web.read.looked_at import openings_seen
from app.web.role_names import ROLE_NAMES
from app.web.roles import serves
from app.web.sign_in_words import CHANGES, HOW, WHAT

_LONGEST: Final = 64
_LONGEST_SUBJECT: Final = 255
_FOUND: Final = 100

pages = Blueprint("admin", __name__, url_prefix="/admin")


class AccountForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Whose account is made."""

    login = StringField(
        lazy_gettext("Sign-in name"),
        [InputRequired(lazy_gettext("Enter your sign-in name.")), Length(max=_LONGEST)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(
        lazy_gettext("Name"),
        [InputRequired(lazy_gettext("Give the person's name.")), Length(max=50)],
    )
    certno = StringField(
        lazy_gettext("ID number, where the person is a member"),
        [Optional(), Length(max=_LONGEST)],
        render_kw={"autocomplete": "off"},
        description=lazy_gettext("So that nobody decides on their own claim, or acts as two."),
    )
    submit = SubmitField(lazy_gettext("Make the account"), render_kw={"class": "btn btn-primary"})


class RightForm(FlaskForm):  # type: ignore[misc]
    """What somebody may do, and for whom."""

    role = SelectField(lazy_gettext("Right"))
    union = SelectField(lazy_gettext("For this union and all below it"), coerce=int)
    submit = SubmitField(lazy_gettext("Give the right"), render_kw={"class": "btn btn-primary"})


@pages.route("/accounts", methods=["GET", "POST"])
@serves(Role.SYSTEM_ADMIN)
def accounts() -> ResponseReturnValue:
    return _list("admin/accounts.html", "admin.accounts")


@pages.get("/accounts/new")
@serves(Role.SYSTEM_ADMIN)
def new() -> ResponseReturnValue:
    return render_template("admin/new.html", form=AccountForm(), trouble="")


@pages.post("/accounts/new")
@serves(Role.SYSTEM_ADMIN)
def make() -> ResponseReturnValue:
    typed = AccountForm()
    if not typed.validate_on_submit():
        return render_template("admin/new.html", form=typed, trouble=""), 400
    certno = normalise_certno(typed.certno.data)[0] if typed.certno.data else None
    try:
        with transaction() as session:
            _, password = make_account(
                session, typed.login.data, typed.name.data, by=signed_in().id, certno=certno
            )
    except Refusal as refused:
        trouble = say(refused, language())
        return render_template("admin/new.html", form=typed, trouble=trouble), 409
    login = normal_login(typed.login.data)
    return render_template("admin/password.html", login=login, password=password, new=True)


@pages.post("/accounts/<id:account_id>/renew")
@serves(Role.SYSTEM_ADMIN)
def renew(account_id: int) -> ResponseReturnValue:
    seen = _account(account_id)
    with transaction() as session:
        password = renew_password(session, account_id, by=signed_in().id)
    return render_template("admin/password.html", login=seen.login, password=password, new=False)


@pages.post("/accounts/<id:account_id>/disable")
@serves(Role.SYSTEM_ADMIN)
def disable(account_id: int) -> ResponseReturnValue:
    _account(account_id)
    with transaction() as session:
        disable_account(session, account_id, by=signed_in().id)
    flash(gettext("The account is disabled and signed out everywhere."), "good")
    return redirect(url_for("admin.accounts"))


@pages.route("/rights", methods=["GET", "POST"])
@serves(Role.SECURITY_ADMIN)
def rights() -> ResponseReturnValue:
    return _list("admin/rights.html", "admin.rights")


@pages.get("/rights/<id:account_id>")
@serves(Role.SECURITY_ADMIN)
def right(account_id: int) -> ResponseReturnValue:
    seen = _account(account_id)
    form = _right_form(role=seen.role.value, union=seen.union_id)
    changes = changes_seen(db.session(), Asked(None, 20), account_id).rows
    return render_template(
        "admin/right.html",
        seen=seen,
        form=form,
        roles=ROLE_NAMES,
        changes=changes,
        what=CHANGES,
        key=auditor_key(db.session(), account_id),
    )


@pages.post("/rights/<id:account_id>/give")
@serves(Role.SECURITY_ADMIN)
def give(account_id: int) -> ResponseReturnValue:
    _account(account_id)
    typed = _right_form()
    if not typed.validate_on_submit():
        abort(400)
    with transaction() as session:
        role, union = Role(typed.role.data), typed.union.data
        give_right(session, account_id, role, union, by=signed_in().id)
    return _done(account_id, gettext("The right is given."))


@pages.post("/rights/<id:account_id>/take")
@serves(Role.SECURITY_ADMIN)
def take(account_id: int) -> ResponseReturnValue:
    _account(account_id)
    with transaction() as session:
        take_right(session, account_id, by=signed_in().id)
    return _done(account_id, gettext("The right is taken away, with the next request."))


@pages.post("/rights/<id:account_id>/factor")
@serves(Role.SECURITY_ADMIN)
def factor(account_id: int) -> ResponseReturnValue:
    _account(account_id)
    with transaction() as session:
        reset_factor(session, account_id, by=signed_in().id)
    return _done(account_id, gettext("The second step is set anew at the next sign-in."))


@pages.post("/rights/<id:account_id>/subject")
@serves(Role.SECURITY_ADMIN)
def subject(account_id: int) -> ResponseReturnValue:
    _account(account_id)
    said = request.form.get("subject", "").strip()
    if len(said) > _LONGEST_SUBJECT or not said.isprintable():
        abort(400)
    with transaction() as session:
        tie_subject(session, account_id, said or None, by=signed_in().id)
    if not said:
        return _done(account_id, gettext("The sign-in provider means nobody by this account."))
    return _done(account_id, gettext("Whom the sign-in provider means is written down."))


@pages.post("/rights/<id:account_id>/key")
@serves(Role.SECURITY_ADMIN)
def auditors_key(account_id: int) -> ResponseReturnValue:
    key = auditor_key(db.session(), account_id) or abort(404)
    given = request.form.get("act") == "give"
    with transaction() as session:
        give_auditor_key(session, key.id, given=given, by=signed_in().id)
    said = gettext("The right is given.") if given else gettext("The right is taken away.")
    return _done(account_id, said)


@pages.get("/sign-ins")
@serves(Role.AUDIT_ADMIN)
def sign_in_log() -> ResponseReturnValue:
    here = asked()
    found = sign_ins(db.session(), before=here.after, size=here.size + 1)
    following = found[here.size - 1].id if len(found) > here.size else None
    page = Page(found[: here.size], following)
    return render_template("admin/sign_ins.html", log=page, what=WHAT, how=HOW)


@pages.get("/changes")
@serves(Role.AUDIT_ADMIN)
def changes() -> ResponseReturnValue:
    found = changes_seen(db.session(), asked())
    return render_template("admin/changes.html", log=found, what=CHANGES, roles=ROLE_NAMES)


@pages.get("/openings")
@serves(Role.AUDIT_ADMIN)
def openings() -> ResponseReturnValue:
    return render_template("admin/openings.html", log=openings_seen(db.session(), asked()))


def _list(template: str, here: str) -> ResponseReturnValue:
    # A name that is looked for is posted: an address is kept in logs and histories.
    words = request.form.get("words", "").strip()[:_LONGEST]
    shown = Asked(None, _FOUND) if words else asked()
    return render_template(
        template,
        accounts=accounts_seen(db.session(), shown, words),
        words=words,
        here=here,
        roles=ROLE_NAMES,
        switched_off=not current_app.config["SECOND_FACTOR"],
    )


def _right_form(**shown: object) -> RightForm:
    form = RightForm(**shown)
    form.role.choices = [(each.value, ROLE_NAMES[each]) for each in Role if each in GIVEN]
    form.union.choices = unions_to_choose(db.session())
    return form


def _account(account_id: int) -> AccountSeen:
    return account_seen(db.session(), account_id) or abort(404)


def _done(account_id: int, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("admin.right", account_id=account_id))
