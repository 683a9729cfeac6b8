"""Pay online: pages of a unit's orders, its contact's and officers', and the call-back.

The call-back is nobody's who signed in: its provider's signature stands for the form's token. It
answers in JSON, 200 for what was taken, also before; anything else makes the provider come again.
"""

from typing import Final

import segno
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from markupsafe import Markup

from app import bell
from app.accounts.models import Role
from app.clock import now
from app.db import db, transaction
from app.errors import Refusal
from app.money import NotAnAmount, fen, yuan
from app.online import simulated
from app.online.ask import ask_provider
from app.online.listed import kept_payments, online_orders
from app.online.order import (
    Order,
    OrderOver,
    OrderPaid,
    close_order,
    offered,
    order,
    order_for_unit,
    wanted,
)
from app.online.provider import NoticeNotGenuine, Provider, ProviderRefused, ProviderUnreachable
from app.online.simulated import Simulated
from app.online.take import take_kept, take_paid
from app.roster.units import unit_of
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_seen
from app.web.roles import serves, serves_everybody

pages = Blueprint("online", __name__)

PROVIDER: Final = "ONLINE_PROVIDER"
_LONGEST_NOTICE: Final = 32 * 1024
_LONGEST_AMOUNT: Final = 20
_YEAR: Final = 4


def install(web: Flask, csrf: CSRFProtect, provider: Provider | None) -> None:
    """Say who takes online payments; the call-back has no form and no token."""
    web.config[PROVIDER] = provider
    csrf.exempt(notice)
    web.jinja_env.globals["pays_online"] = lambda: provider_here() is not None
    web.jinja_env.filters.update(qr=_qr, yuan=yuan)


def provider_here() -> Provider | None:
    """The provider of the settings; in the demonstration city a simulated one; or nobody."""
    found: Provider | None = current_app.config[PROVIDER]
    if found is None and g.get("demonstration"):
        return Simulated()
    return found


@pages.post("/online/notice")
@serves_everybody
def notice() -> ResponseReturnValue:
    provider: Provider | None = current_app.config[PROVIDER]
    if provider is None:
        abort(404)
    request.max_content_length = _LONGEST_NOTICE
    body = request.get_data(cache=False)
    try:
        paid = provider.read_notice(dict(request.headers), body, now())
    except NoticeNotGenuine as wrong:
        current_app.logger.warning("online notice refused: %s", wrong.facts["why"])
        return _told("FAIL"), 401
    if paid is None:
        return _told("SUCCESS")
    try:
        with transaction() as session:
            taken = take_paid(session, provider.name, paid, body=body)
    except Refusal as refused:
        current_app.logger.warning("online notice not taken: %s", refused.name)
        return _told("FAIL"), 409
    current_app.logger.info("online notice %d: %s", taken.notice_id, taken.outcome)
    if taken.begun:
        ring(bell.LOOK_AGAIN)
    return _told("SUCCESS")


@pages.post("/office/unit/<id:unit_id>/<int(max=9999):year>/online")
@serves(Role.OFFICER, Role.CONTACT)
def ask(unit_id: int, year: int) -> ResponseReturnValue:
    provider = provider_here() or abort(404)
    seen = _unit(unit_id)
    amount_fen = _fen(request.form.get("amount", ""))
    with transaction() as session:
        made = order_for_unit(
            session, seen.id, year, amount_fen, by=signed_in().id, provider=provider.name
        )
    make_known(provider, made.id)
    return redirect(url_for("online.show", online_id=made.id))


@pages.get("/office/online/<id:online_id>")
@serves(Role.OFFICER, Role.CONTACT)
def show(online_id: int) -> ResponseReturnValue:
    found, seen = _order(online_id)
    return render_template(
        "online/show.html", order=found, unit=seen, simulated=found.provider == simulated.NAME
    )


@pages.post("/office/online/<id:online_id>/again")
@serves(Role.OFFICER, Role.CONTACT)
def again(online_id: int) -> ResponseReturnValue:
    """Ask the provider what became of it; make it known where that had broken off."""
    found, _ = _order(online_id)
    provider = provider_here()
    if provider and provider.name == found.provider:
        if found.open and found.code_url is None:
            make_known(provider, online_id)
        elif ask_provider(provider, online_id).begun:
            ring(bell.LOOK_AGAIN)
    return redirect(url_for("online.show", online_id=online_id))


@pages.post("/office/online/<id:online_id>/close")
@serves(Role.OFFICER, Role.CONTACT)
def close(online_id: int) -> ResponseReturnValue:
    found, _ = _order(online_id)
    provider = provider_here()
    if provider and provider.name == found.provider and found.code_url:
        provider.close(found.out_trade_no)
    with transaction() as session:
        close_order(session, online_id, by=signed_in().id)
    return redirect(url_for("online.show", online_id=online_id))


@pages.post("/office/online/<id:online_id>/simulate")
@serves(Role.OFFICER, Role.CONTACT)
def simulate(online_id: int) -> ResponseReturnValue:
    _order(online_id)
    with transaction() as session:
        taken = simulated.pay(session, online_id)
    if taken.begun:
        ring(bell.LOOK_AGAIN)
    return redirect(url_for("online.show", online_id=online_id))


@pages.get("/office/online/")
@serves(Role.OFFICER)
def orders() -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    kept = kept_payments(session) if scope.whole else []
    found = online_orders(session, None if scope.whole else scope.unions)
    return render_template("online/orders.html", orders=found, kept=kept)


@pages.post("/office/online/kept/<id:payment_id>/unit/<id:unit_id>/<int(max=9999):year>")
@serves(Role.OFFICER)
def take(payment_id: int, unit_id: int, year: int) -> ResponseReturnValue:
    """A kept payment is its order's unit's after all: the whole fund's officers say so."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(404)
    seen = _unit(unit_id)
    with transaction() as session:
        taken = take_kept(session, payment_id, seen.id, year, by=signed_in().id)
    if taken.begun:
        ring(bell.LOOK_AGAIN)
    return redirect(url_for("online.orders"))


@pages.post("/office/online/kept/<id:payment_id>/unit")
@serves(Role.OFFICER)
def take_for(payment_id: int) -> ResponseReturnValue:
    """A kept payment that names no order is the unit's that the officer found out."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(404)
    year = request.form.get("year", "")
    if not (year.isascii() and year.isdigit() and len(year) == _YEAR):
        abort(400)
    unit = unit_of(db.session(), request.form.get("uscc", "").strip()[:_LONGEST_AMOUNT])
    return take(payment_id, unit.id, int(year))


def make_known(provider: Provider, order_id: int) -> None:
    """Tell the provider, between two transactions. What does not work now can be done again."""
    try:
        asked = wanted(db.session(), order_id)
        db.session.rollback()
        code_url = provider.create(asked)
    except (ProviderUnreachable, ProviderRefused, OrderPaid, OrderOver) as trouble:
        current_app.logger.warning("online order %d not made known: %s", order_id, trouble.name)
        return
    with transaction() as session:
        offered(session, order_id, code_url)


def _order(order_id: int) -> tuple[Order, UnitSeen]:
    """An order of a unit in the scope of who asks: a contact's is the own unit."""
    try:
        found = order(db.session(), order_id)
    except Refusal:
        abort(404)
    return found, _unit(found.unit_id)


def _unit(unit_id: int) -> UnitSeen:
    session = db.session()
    return unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)


def _fen(amount: str) -> int:
    """Nothing is as wrong as what is no amount: the order is refused and says what is right."""
    try:
        return fen(amount.strip()[:_LONGEST_AMOUNT])
    except NotAnAmount:
        return 0


def _told(code: str) -> Response:
    return jsonify(code=code, message="")


def _qr(code_url: str) -> Markup:
    """What the payer scans, as an SVG without style."""
    return Markup(segno.make(code_url, micro=False).svg_inline(scale=6, svgclass="qr"))  # noqa: S704
