"""An auditor opens a claim by its number and for a purpose, and sees figures and papers.

All openings are listed, with who and what for: to auditors of the whole fund everybody's, to others
their own.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.audit.open_claim import HOURS_OPEN, LONGEST, NoPurpose, Opening, opening_of
from app.claims.confirm import NoSuchClaim
from app.db import db
from app.texts import say
from app.web import entries
from app.web.audit_acts import look_at_paper, open_a_claim
from app.web.auth import signed_in
from app.web.claim_papers import as_picture, picture
from app.web.languages import language
from app.web.missing import missing
from app.web.paging import asked, number_asked
from app.web.read.beside import beside
from app.web.read.openings import openings
from app.web.read.scope import scope_of
from app.web.read.told import claim_seen, told
from app.web.report_lines import booked_and_counted
from app.web.roles import serves
from app.web.words import WAYS_BACK

pages = Blueprint("openings", __name__, url_prefix="/audit/claims")

_NO = "<int(min=1, max=9999):no>"


@pages.get("/")
@serves(Role.AUDITOR)
def listed() -> ResponseReturnValue:
    sample, no = number_asked("sample"), number_asked("no")
    purpose = gettext("Sample %(number)s, no. %(no)s", number=sample, no=no) if sample else ""
    return _list(number=str(number_asked("number") or ""), purpose=purpose)


@pages.post("/")
@serves(Role.AUDITOR)
def ask() -> ResponseReturnValue:
    number, purpose = request.form.get("number", "").strip(), request.form.get("purpose", "")
    try:
        opening_id = open_a_claim(_number(number), purpose)
    except (NoPurpose, NoSuchClaim) as refused:
        code = 404 if isinstance(refused, NoSuchClaim) else 400
        return _list(say(refused, language()), code, number=number, purpose=purpose)
    return redirect(url_for("openings.show", opening_id=opening_id))


@pages.get("/opened/<id:opening_id>")
@serves(Role.AUDITOR)
def show(opening_id: int) -> ResponseReturnValue:
    session, opening = db.session(), _opening(opening_id)
    member_id, claim_id = opening.member_id, opening.claim_id
    seen = claim_seen(session, member_id, claim_id) or abort(404)
    also = beside(session, member_id, claim_id)
    whole = scope_of(session, signed_in().union_id).whole
    booked, counts_in = booked_and_counted(session, member_id, claim_id) if whole else ([], [])
    return render_template(
        "openings/show.html",
        opening=opening,
        claim=seen,
        person=also.person,
        told=told(session, member_id, claim_id, language(), to_officer=True),
        filing=also.filing,
        payments=also.payments,
        moves=also.moves,
        booked=booked,
        counts_in=counts_in,
        **entries.words(),
        papers=also.papers,
        same_papers=also.same_papers,
        ways_back=WAYS_BACK,
    )


@pages.get(f"/opened/<id:opening_id>/papers/{_NO}")
@serves(Role.AUDITOR)
def paper(opening_id: int, no: int) -> ResponseReturnValue:
    opening = _opening(opening_id)
    jpeg = look_at_paper(opening, no)
    return as_picture(jpeg, opening.claim_id, no) if jpeg else abort(404)


@pages.get(f"/opened/<id:opening_id>/papers/{_NO}/small")
@serves(Role.AUDITOR)
def small_paper(opening_id: int, no: int) -> ResponseReturnValue:
    opening = _opening(opening_id)
    return picture(opening.member_id, opening.claim_id, no)


def _number(typed: str) -> int:
    """A claim's number, or 0, which is none's."""
    plain = typed.isascii() and typed.isdigit() and len(typed) < len(str(2**63))
    return int(typed) if plain else 0


def _opening(opening_id: int) -> Opening:
    return opening_of(db.session(), opening_id, by=signed_in().id) or missing(
        gettext(
            "This opening is over after %(hours)s hours, or not yours. Open the claim again on"
            " the page “Claims”.",
            hours=HOURS_OPEN,
        )
    )


def _list(trouble: str = "", code: int = 200, **typed: str) -> ResponseReturnValue:
    session = db.session()
    whole = scope_of(session, signed_in().union_id).whole
    found = openings(session, asked(), by=None if whole else signed_in().id)
    page = render_template(
        "openings/list.html", openings=found, trouble=trouble, typed=typed, longest=LONGEST
    )
    return page, code
