"""A member's claims: listed, one with its steps and its way, and filed with the sheet's figures.

A claim is filed whole. Photos and papers are added on the claim's page; what an officer misses is
asked for there.
"""

from dataclasses import replace
from typing import Any, Final

from flask import abort
from marshmallow import RAISE, Schema, fields
from marshmallow.validate import OneOf

from app import bell
from app.accounts.scopes import Scope
from app.api.door import asks, bearer
from app.api.given import Routes
from app.api.member import own_member
from app.api.problems import asked_language
from app.api.shapes import ChinaTime, Day, Fen, KeyGiven, Listed, Paging, Said, Yuan, one_of
from app.claims.decided import Says
from app.claims.filed import filing_of
from app.claims.lifecycle import State
from app.claims.sheet import AMOUNTS, DAYS, FIELDS, KINDS, NEEDED, Sheet
from app.db import db, transaction
from app.filing.file_once import file_once
from app.filing.sums import sums_of
from app.reviews.standing import papers_asked
from app.texts.consent import NEWEST, consent_text
from app.web.bells import ring
from app.web.paging import Asked
from app.web.read.claims import ClaimRow, claims_of_member
from app.web.read.told import Paid, Told, claim_seen, payments, told, way
from app.web.timeline import Stage
from app.web.way import STAGES
from app.web.words import STATES

_OWN_KEYS: Final = "api:"
"""Before a program's keys, so that none is taken for one of our own pages'."""

routes = Routes("claims", __name__, url_prefix="/api/v1/my")


class ClaimSaid(Said):
    """A claim in a list; the amounts are null until it is determined."""

    id = fields.Integer()
    state = one_of(State)
    state_said = fields.String()
    hospital = fields.String()
    treated_on = fields.Date()
    med_type = fields.String()
    care = fields.String(allow_none=True)
    refusal = fields.String(allow_none=True)
    payable_fen = Fen(allow_none=True)
    payable = Yuan(allow_none=True)
    paid_fen = Fen()
    paid = Yuan()
    filed_at = fields.AwareDateTime()
    by_hand = fields.Boolean()


class StageSaid(Said):
    """A stage of a claim's way: what happened, or is to come."""

    stage = one_of(STAGES)
    said = fields.String()
    look = one_of(("done", "bad", "now", "ahead"))
    on = fields.Date(allow_none=True)


class StepSaid(Said):
    """One step of a computation, in a sentence, and the clauses of the scheme that it follows."""

    step = fields.String()
    said = fields.String()


class DeterminedSaid(Said):
    """One determination; the newest stands first and counts."""

    at = fields.AwareDateTime()
    scheme = fields.String(allow_none=True)
    refusal = fields.String(allow_none=True)
    base_fen = Fen(allow_none=True)
    base = Yuan(allow_none=True)
    gross_fen = Fen(allow_none=True)
    gross = Yuan(allow_none=True)
    room_fen = Fen(allow_none=True)
    room = Yuan(allow_none=True)
    payable_fen = Fen()
    payable = Yuan()
    steps = fields.List(fields.Nested(StepSaid))


class PaidSaid(Said):
    """One attempt to pay; the outcome is null while the bank has not answered."""

    amount_fen = Fen()
    amount = Yuan()
    made_on = fields.Date()
    card_ends = fields.String()
    outcome = fields.String(allow_none=True)
    booked_on = fields.Date(allow_none=True)


class WholeClaimSaid(Said):
    """One claim with everything a member is told of it."""

    id = fields.Integer()
    number = fields.String()
    state = one_of(State)
    state_said = fields.String()
    hospital = fields.String()
    total_fen = Fen()
    total = Yuan()
    filed_at = fields.AwareDateTime()
    by_hand = fields.Boolean()
    timeline = fields.List(fields.Nested(StageSaid))
    determinations = fields.List(fields.Nested(DeterminedSaid))
    payments = fields.List(fields.Nested(PaidSaid))


class ClaimsSaid(Listed):
    """A page of claims, the latest bill first."""

    claims = fields.List(fields.Nested(ClaimSaid))


class FiledSaid(Said):
    """The claim that was filed. `again`: by this very request, some time before.

    `sums_differ`: its parts, or all who paid, do not make the total: an officer is told so.
    """

    id = fields.Integer()
    number = fields.String()
    again = fields.Boolean()
    sums_differ = fields.Boolean()


class ConsentSaid(Said):
    """The text that is agreed to when a claim is filed; its version goes with the claim."""

    version = fields.String()
    text = fields.String()


def _sheet_fields() -> dict[str, fields.Field[Any]]:
    """The sheet by the national interface's names, amounts in fen."""
    known: dict[str, fields.Field[Any]] = {}
    for name in FIELDS:
        if name in AMOUNTS:
            known[f"{name}_fen"] = Fen(**_needed(name in NEEDED, 0))
        elif name == "setl_time":
            known[name] = ChinaTime(required=True)
        elif name in DAYS:
            known[name] = Day(load_default=None, allow_none=True)
        else:
            known[name] = fields.String(**_needed(name in {"med_type", "fixmedins_name"}, ""))
    known["med_type"].validators.append(OneOf(KINDS))
    return known


def _needed(needed: bool, default: object) -> dict[str, Any]:
    return {"required": True} if needed else {"load_default": default}


_SheetGiven = Schema.from_dict(_sheet_fields(), name="SheetGiven")


class ClaimGiven(_SheetGiven):  # type: ignore[misc, valid-type]
    """A settlement sheet, with the consent to the newest text."""

    class Meta:
        unknown = RAISE

    consent = fields.String(required=True)
    injury = fields.Enum(Says, by_value=True, load_default=None)


@routes.get("/claims")
@asks(Scope.CLAIMS_READ)
@routes.arguments(Paging, location="query")
@routes.response(200, ClaimsSaid)
def listed(page: dict[str, Any]) -> Any:
    found = claims_of_member(db.session(), own_member(), Asked(**page))
    return {"claims": [_row(each) for each in found.rows], "following": found.following}


@routes.get("/claims/consent")
@asks(Scope.CLAIMS_WRITE)
@routes.response(200, ConsentSaid)
def consent() -> Any:
    return {"version": NEWEST, "text": consent_text(NEWEST, asked_language())}


@routes.get("/claims/<id:claim_id>")
@asks(Scope.CLAIMS_READ)
@routes.response(200, WholeClaimSaid)
def show(claim_id: int) -> Any:
    session, member_id = db.session(), own_member()
    seen = claim_seen(session, member_id, claim_id) or abort(404)
    if seen.being_undone:  # what stood before counts no more
        seen = replace(seen, state=State.FILED)
    filed = seen.state is State.FILED
    determined = [] if filed else told(session, member_id, claim_id, asked_language())
    paid = payments(session, member_id, claim_id)
    asked = papers_asked(session, member_id, claim_id)
    filing = filing_of(session, member_id, claim_id)
    named = {x: getattr(seen, x) for x in ("id", "hospital", "total_fen", "filed_at", "by_hand")}
    return {
        **named,
        **_state(seen.state),
        "number": seen.setl_id,
        "timeline": [_stage(each) for each in way(seen, determined, paid, asked, filing)],
        "determinations": [_determined(each) for each in determined],
        "payments": [_paid(each) for each in paid],
    }


@routes.post("/claims")
@asks(Scope.CLAIMS_WRITE)
@routes.arguments(KeyGiven, location="headers")
@routes.arguments(ClaimGiven)
@routes.response(201, FiledSaid)
def file(header: dict[str, str], given: dict[str, Any]) -> Any:
    sheet = _sheet(given)
    with transaction() as session:
        filed = file_once(
            session,
            sheet,
            member_id=own_member(),
            statement=given["injury"],
            consent=given["consent"],
            request_key=_OWN_KEYS + header["key"],
            lang=asked_language(),
            by=bearer().account_id,
        )
    if not filed.again:
        ring(bell.DRAIN_RUN, filed.run_id)
    found = {"id": filed.claim_id, "number": filed.setl_id}
    differ = filed.sums_differ or not sums_of(sheet).agree
    return {**found, "again": filed.again, "sums_differ": differ}


def _sheet(given: dict[str, Any]) -> Sheet:
    read = {name: given[f"{name}_fen" if name in AMOUNTS else name] for name in FIELDS}
    texts = {name: text.strip() for name, text in read.items() if isinstance(text, str)}
    return Sheet(**{**read, **texts})


def _state(state: State) -> dict[str, str]:
    return {"state": state.value, "state_said": str(STATES[state])}


def _row(row: ClaimRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _ROW} | _state(row.state)


_ROW: Final = (
    *("id", "hospital", "treated_on", "med_type", "care", "refusal", "payable_fen", "paid_fen"),
    *("filed_at", "by_hand"),
)


def _stage(stage: Stage) -> dict[str, Any]:
    said = str(STAGES[stage.what])
    return {"stage": stage.what, "said": said, "look": stage.look, "on": stage.on}


def _determined(each: Told) -> dict[str, Any]:
    amounts = ("refusal", "base_fen", "gross_fen", "room_fen", "payable_fen")
    return {
        "at": each.at,
        "scheme": each.scheme_id,
        **{name: getattr(each.answer, name) for name in amounts},
        "steps": [{"step": x.name, "said": x.text} for x in each.sentences],
    }


def _paid(paid: Paid) -> dict[str, Any]:
    names = ("amount_fen", "made_on", "outcome", "booked_on")
    return {**{name: getattr(paid, name) for name in names}, "card_ends": paid.tail}
