"""What a member, or a unit's contact, asks and reads: the own enquiries and nobody else's."""

from typing import Any, Final
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.enquiries import ask as asking
from app.enquiries.policy import policy
from app.enquiries.thread import EnquiryMoved, EnquiryTextUnfit, TooManyTexts
from app.errors import Refusal
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import Asked, asked
from app.web.read.claims import claims_of_member
from app.web.read.enquiries import Thread, of_asker, thread
from app.web.read.scope import Scope
from app.web.roles import serves

pages = Blueprint("enquiries", __name__, url_prefix="/my/enquiries")

STATES: Final = {
    "open": lazy_gettext("Waits for an answer"),
    "asked_back": lazy_gettext("You are asked something"),
    "answered": lazy_gettext("Answered (enquiry)"),
}
LOOKS: Final = {"open": "going", "asked_back": "waits", "answered": "good"}
_CLAIMS: Final = Asked(after=None, size=30)
_EVERYWHERE: Final = Scope([], whole=True)
_LONGEST_NUMBER: Final = 18


@pages.get("/")
@serves(Role.MEMBER, Role.CONTACT)
def mine() -> ResponseReturnValue:
    me = signed_in()
    found = of_asker(db.session(), me.id, me.member_id, asked())
    return render_template("enquiries/mine.html", enquiries=found, **_words())


@pages.get("/new")
@serves(Role.MEMBER, Role.CONTACT)
def form() -> ResponseReturnValue:
    typed = {"request_key": uuid4().hex, "claim": request.args.get("claim", "")}
    return _form(typed | ({"category": "claim"} if typed["claim"] else {}))


@pages.post("/new")
@serves(Role.MEMBER, Role.CONTACT)
def send() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in ("request_key", "category", "said")}
    claim = request.form.get("claim", "")
    try:
        with transaction() as session:
            made = asking.ask(
                session,
                typed["category"],
                typed["said"],
                by=signed_in().id,
                request_key=typed["request_key"],
                claim_id=_number(claim) if claim else None,
            )
    except asking.EnquiryKeyMalformed:
        abort(400)
    except asking.EnquiryClaimUnknown:
        abort(404)
    except (
        EnquiryTextUnfit,
        TooManyTexts,
        asking.EnquiryCategoryUnknown,
        asking.EnquiryFormUsed,
        asking.TooManyEnquiries,
    ) as refused:
        if isinstance(refused, asking.EnquiryFormUsed):  # sent again on purpose, it is another
            typed["request_key"] = uuid4().hex
        return _form(typed | {"claim": claim}, refused)
    flash(gettext("Sent. You are told when it is answered."))
    return redirect(url_for("enquiries.show", enquiry_id=made))


@pages.get("/<id:enquiry_id>")
@serves(Role.MEMBER, Role.CONTACT)
def show(enquiry_id: int) -> ResponseReturnValue:
    return _show(_own(enquiry_id))


@pages.post("/<id:enquiry_id>")
@serves(Role.MEMBER, Role.CONTACT)
def ask_on(enquiry_id: int) -> ResponseReturnValue:
    _own(enquiry_id)
    said = request.form.get("said", "")
    try:
        with transaction() as session:
            seen = _number(request.form.get("seen", ""))
            asking.ask_on(session, enquiry_id, said, by=signed_in().id, seen=seen)
    except (EnquiryTextUnfit, EnquiryMoved, TooManyTexts) as refused:
        return _show(_own(enquiry_id), said, refused)
    flash(gettext("Sent."))
    return redirect(url_for("enquiries.show", enquiry_id=enquiry_id))


@pages.post("/<id:enquiry_id>/rate")
@serves(Role.MEMBER, Role.CONTACT)
def rate(enquiry_id: int) -> ResponseReturnValue:
    _own(enquiry_id)
    line = request.form.get("line", "")
    try:
        with transaction() as session:
            stars = _number(request.form.get("rating", ""))
            asking.rate(session, enquiry_id, stars, line, by=signed_in().id)
    except (asking.RatingUnfit, EnquiryTextUnfit) as refused:
        return _show(_own(enquiry_id), "", refused)
    flash(gettext("Thank you for your rating."))
    return redirect(url_for("enquiries.show", enquiry_id=enquiry_id))


def _own(enquiry_id: int) -> Thread:
    """Somebody else's is not found."""
    seen = thread(db.session(), enquiry_id, _EVERYWHERE) or abort(404)
    me = signed_in()
    own = seen.member_id == me.member_id if seen.member_id else seen.asked_by == me.id
    return seen if own and me.role in {Role.MEMBER, Role.CONTACT} else abort(404)


def _show(seen: Thread, said: str = "", refused: Refusal | None = None) -> ResponseReturnValue:
    page = render_template(
        "enquiries/show.html",
        thread=seen,
        said=said,
        trouble=say(refused, language()) if refused else "",
        longest=policy().longest_text,
        today=today(),
        **_words(),
    )
    return page, 409 if isinstance(refused, EnquiryMoved) else 400 if refused else 200


def _form(typed: dict[str, str], refused: Refusal | None = None) -> ResponseReturnValue:
    me = signed_in()
    own = me.member_id if me.role is Role.MEMBER else None
    claims = claims_of_member(db.session(), own, _CLAIMS).rows if own else []
    page = render_template(
        "enquiries/form.html",
        typed=typed,
        claims=claims,
        trouble=say(refused, language()) if refused else "",
        policy=policy(),
        **_words(),
    )
    return page, 409 if isinstance(refused, asking.EnquiryFormUsed) else 400 if refused else 200


def _words() -> dict[str, Any]:
    categories = {key: policy().called(key, language()) for key in policy().categories}
    return {"categories": categories, "states": STATES, "looks": LOOKS}


def _number(typed: str) -> int:
    """A number of a form; what is none is none that could be anything's."""
    plain = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER
    return int(typed) if plain else 0
