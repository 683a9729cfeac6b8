"""Sign in by a one-time code: ask for it, type it.

What names the person is posted and goes no further than this request; the browser keeps a random
ticket for it. The answer is the same whether anybody was meant or not. On a phone in the
demonstration, where no message arrives anywhere, the page shows the code and says so.
"""

from typing import Final

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app import bell
from app.accounts.check import MINUTES, TooManyTries
from app.accounts.code import AskedCode, ask_code, enter_by_code, shown_code
from app.accounts.log import log_sign_in
from app.accounts.models import Account
from app.db import db, transaction
from app.roster.identity import normalise_certno
from app.texts import say
from app.web import auth, demo
from app.web.bells import ring
from app.web.code_forms import AskForm, CodeForm
from app.web.languages import language
from app.web.paths import local_path
from app.web.roles import serves_everybody
from app.web.sign_in import SignInForm

_TICKET: Final = "ticket"

pages = Blueprint("code", __name__, url_prefix="/sign-in")


@pages.post("/ask")
@serves_everybody
def ask() -> ResponseReturnValue:
    typed = AskForm()
    if not typed.validate_on_submit():
        return show(typed, code=400)
    with transaction() as database:
        asked = ask_code(
            database,
            typed.kind,
            typed.typed,
            request.remote_addr or "",
            before=session.get(_TICKET),
        )
    if not isinstance(asked, AskedCode):
        return show(typed, say(asked, language()), 429, {"Retry-After": str(MINUTES * 60)})
    session[_TICKET] = asked.ticket
    ring(bell.SEND_NOTICES)
    return redirect(url_for("code.form", next=local_path(typed.next.data)))


@pages.get("/code")
@serves_everybody
def form() -> ResponseReturnValue:
    if g.account:
        return redirect(url_for("home.start"))
    if _TICKET not in session:
        return redirect(url_for("sign_in.form"))
    return _show_code(CodeForm(next=local_path(request.args.get("next"))))


@pages.post("/code")
@serves_everybody
def enter() -> ResponseReturnValue:
    typed = CodeForm()
    if not typed.validate_on_submit():
        return _show_code(typed, code=400)
    ticket = str(session.get(_TICKET, ""))
    digits = normalise_certno(typed.code.data)[0].replace(" ", "")
    with transaction() as database:
        found = enter_by_code(database, ticket, digits, request.remote_addr or "")
        if isinstance(found, Account):
            whole = auth.begin_or_halve(database, found, "phone")
        else:
            what = "locked" if isinstance(found, TooManyTries) else "code_failed"
            log_sign_in(database, what, auth.address(), account_id=None, how="phone")
    if isinstance(found, Account):
        wanted = local_path(typed.next.data)
        return redirect(wanted if whole else url_for("second.step", next=wanted))
    late = isinstance(found, TooManyTries)
    headers = {"Retry-After": str(MINUTES * 60)} if late else {}
    return _show_code(typed, say(found, language()), 429 if late else 403, headers)


def show(
    typed: AskForm, trouble: str = "", code: int = 200, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    """The page with both ways to sign in; this one first."""
    by_password = SignInForm(formdata=None, next=local_path(typed.next.data))
    page = render_template(
        "sign_in/form.html", ask=typed, form=by_password, asked_trouble=trouble, trouble=""
    )
    return page, code, headers or {}


def _show_code(
    typed: CodeForm, trouble: str = "", code: int = 200, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    invented = demo.is_open() and g.get("demonstration", False)
    ticket = str(session.get(_TICKET, ""))
    shown = shown_code(db.session(), ticket) if invented else None
    page = render_template(
        "sign_in/code.html", form=typed, trouble=trouble, shown=shown, invented=invented
    )
    return page, code, {"Cache-Control": "no-store"} | (headers or {})
