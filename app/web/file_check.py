"""Step 5 of filing: everything once more, the estimate, the consent, and the sending."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import bell
from app.accounts.models import Role
from app.adjudication.estimate import Estimate, estimate
from app.attachments.faults import NoSuchPaper
from app.claims.file import BillKnown, FiledAlready, MemberOutOfReach, SheetFaulty
from app.claims.sheet import Sheet
from app.clock import today
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.filing.draft import NoSuchFiling, papers_of_draft
from app.filing.send import (
    ConsentMissing,
    FilingChanged,
    FilingUnfinished,
    looked_at,
    send_draft,
)
from app.filing.typed import Step, papers_wanted
from app.roster.card import CardChanged, NotOwnCard
from app.texts import say
from app.texts.consent import NEWEST, consent_text
from app.texts.explain import explain
from app.texts.explained import Answer, Bill, Sentence, Term
from app.web.auth import member_id, signed_in
from app.web.bells import ring
from app.web.draft_steps import (
    card_here,
    check_reached,
    draft_here,
    gone,
    refuse_garbled,
    show_step,
)
from app.web.file_claim import KINDS, odd_number
from app.web.languages import language
from app.web.roles import serves
from app.web.sheet_form import SheetForm

pages = Blueprint("file_check", __name__, url_prefix="/my/claims/new")


@pages.get("/<id:draft_id>/check")
@serves(Role.MEMBER)
def show(draft_id: int) -> ResponseReturnValue:
    return _show(draft_id)


@pages.post("/<id:draft_id>/check")
@serves(Role.MEMBER)
def send(draft_id: int) -> ResponseReturnValue:
    refuse_garbled()
    draft_here(draft_id)
    if not request.form.get("right"):
        consented = bool(request.form.get("consent"))
        return _show(draft_id, 400, None if consented else ConsentMissing(), right_missing=True)
    try:
        with transaction() as session:
            filed = send_draft(
                session,
                member_id(),
                draft_id,
                seen=request.form.get("seen", ""),
                consent=request.form.get("consent", ""),
                lang=language(),
                by=signed_in().id,
            )
    except NoSuchFiling:
        gone(draft_id)
    except MemberOutOfReach:
        abort(404)
    except (SheetFaulty, FilingUnfinished):
        flash(gettext("Nothing was sent: a step was changed since, and is not finished."))
        return redirect(url_for("file_check.show", draft_id=draft_id))
    except (
        ConsentMissing,
        FilingChanged,
        BillKnown,
        FiledAlready,
        TurnTaken,
        NoSuchPaper,
        NotOwnCard,
        CardChanged,
    ) as no:
        return _show(draft_id, 400 if isinstance(no, ConsentMissing) else 409, no)
    ring(bell.DRAIN_RUN, filed.run_id)
    if filed.sums_differ:
        flash(gettext("The parts do not add up to the total. An officer will look at the sheet."))
    return redirect(url_for("cover.claim", claim_id=filed.claim_id))


def _show(
    draft_id: int,
    code: int = 200,
    refused: Refusal | None = None,
    *,
    right_missing: bool = False,
) -> ResponseReturnValue:
    session, draft = db.session(), draft_here(draft_id)
    check_reached(draft, Step.CHECK)
    sheet, _ = draft.typed.sheet(today())
    if sheet is None:  # the step before would have said so
        abort(409)
    found = estimate(session, draft.member_id, sheet)
    papers = papers_of_draft(session, draft)
    new = draft.typed.new_account()
    return show_step(
        Step.CHECK,
        "check",
        draft,
        code,
        kind_name={known: name for known, name, _ in KINDS}[draft.typed.kind],
        form=SheetForm(formdata=None),
        sheet=sheet,
        sums=draft.typed.sums(today()),
        papers=papers,
        missing=[x for x in papers_wanted(draft.typed.kind) if x not in {p.kind for p in papers}],
        known=card_here(draft),
        new_tail=new[-4:] if new else "",
        odd=odd_number(draft.typed),
        answer=found.answer,
        file_by=found.file_by,
        sentences=_explained(found, sheet),
        consent=consent_text(NEWEST, language()),
        consent_version=NEWEST,
        seen=looked_at(session, draft),
        trouble=say(refused, language()) if refused else "",
        consent_missing=isinstance(refused, ConsentMissing),
        right_missing=right_missing,
        claim=refused.facts.get("claim") if refused else None,
    )


def _explained(found: Estimate, sheet: Sheet) -> list[Sentence]:
    """The estimate, step by step."""
    x, cover = found.answer, found.cover
    answer = Answer(
        care=x.care,
        benefit_year=x.benefit_year,
        base_fen=x.base_fen,
        gross_fen=x.gross_fen,
        room_fen=x.room_fen,
        payable_fen=x.payable_fen,
        refusal=x.refusal,
    )
    bill = Bill(mdtrt_id="", **{name: getattr(sheet, name) for name in _BILL})
    term = (
        Term(starts_on=cover.starts_on, ends_on=cover.ends_on, waits_until=cover.waits_until)
        if cover
        else None
    )
    return explain(answer, bill, x.scheme, term, language())


_BILL = (
    *("med_type", "begndate", "enddate", "setl_time", "inscp_scp_amt", "hifp_pay", "hifob_pay"),
    *("hifmi_pay", "act_pay_dedc", "psn_part_amt", "fulamt_ownpay_amt", "overlmt_selfpay"),
    "preselfpay_amt",
)
