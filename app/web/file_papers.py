"""Step 2 of filing: photos of the papers. Each is kept when it comes, and can be taken away.

One form for all kinds, so that a phone without script sends what was chosen with one button; with
script (`draft_papers.js`) each file goes by itself as it is chosen, and says how far it is.
"""

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.attachments.faults import NoSuchPaper
from app.attachments.keep import let_go, read_attachment
from app.attachments.kinds import Kind
from app.attachments.models import KeptPaper
from app.db import db, transaction
from app.filing.draft import Draft, NoSuchFiling, papers_of_draft, save_draft
from app.filing.typed import Step, Typed, papers_wanted
from app.jobs import READ_SHEET
from app.reading.read import promise_readings
from app.web.auth import member_id, signed_in
from app.web.bells import ring
from app.web.claim_papers import as_picture
from app.web.draft_steps import (
    AWAY,
    STAY,
    check_reached,
    draft_here,
    go_on,
    gone,
    refuse_garbled,
    show_step,
)
from app.web.paper_files import MOST_FILES, NotTaken, keep_all, sent_files
from app.web.roles import serves

pages = Blueprint("file_papers", __name__, url_prefix="/my/claims/new")

MORE: Final = (Kind.BANK_CARD, Kind.STATEMENT, Kind.OTHER)
"""What is sent along now and then."""
_PAPER: Final = "/<id:draft_id>/papers/<id:paper_id>"


@pages.get("/<id:draft_id>/papers")
@serves(Role.MEMBER)
def show(draft_id: int) -> ResponseReturnValue:
    check_reached(draft_here(draft_id), Step.PAPERS)
    return _show(draft_id)


@pages.post("/<id:draft_id>/papers")
@serves(Role.MEMBER)
def send(draft_id: int) -> ResponseReturnValue:
    refuse_garbled()
    draft = draft_here(draft_id)
    sent = {kind: sent_files(f"papers_{kind.value}") for kind in _kinds(draft.typed)}
    if sum(map(len, sent.values())) > MOST_FILES:
        trouble = gettext("Send at most %(most)d files at once.", most=MOST_FILES)
        return _show(draft_id, 400, trouble=trouble)
    not_taken: list[NotTaken] = []
    going = request.form.get("then") not in {STAY, *AWAY}
    member, by = member_id(), signed_in().id
    try:
        with transaction() as session:
            ids: list[int] = []
            for kind, files in sent.items():
                kept, refused = keep_all(session, files, member_id=member, kind=kind, by=by)
                ids += kept
                not_taken += refused

            def more(typed: Typed) -> Typed:
                papers = tuple(dict.fromkeys((*typed.paper_ids, *ids)))
                done = typed.papers_done or (going and not not_taken)
                return replace(typed, paper_ids=papers, papers_done=done)

            draft = save_draft(session, member, draft_id, more, by=by)
            to_read = _to_read(session, draft)
    except NoSuchFiling:
        gone(draft_id)
    for paper_id in to_read:
        ring(READ_SHEET, paper_id)
    if not_taken:
        return _show(draft_id, 409, not_taken=not_taken)
    return go_on(draft, Step.PAPERS)


@pages.post(f"{_PAPER}/remove")
@serves(Role.MEMBER)
def remove(draft_id: int, paper_id: int) -> ResponseReturnValue:
    _paper(draft_id, paper_id)

    def less(typed: Typed) -> Typed:
        return replace(typed, paper_ids=tuple(x for x in typed.paper_ids if x != paper_id))

    try:
        with transaction() as session:
            save_draft(session, member_id(), draft_id, less, by=signed_in().id)
            let_go(session, member_id(), [paper_id])
    except NoSuchFiling:
        gone(draft_id)
    except NoSuchPaper:  # pressed twice
        abort(404)
    return redirect(url_for("file_papers.show", draft_id=draft_id))


@pages.get(_PAPER, endpoint="picture")
@pages.get(f"{_PAPER}/small", endpoint="small")
@serves(Role.MEMBER)
def picture(draft_id: int, paper_id: int) -> Response:
    paper = _paper(draft_id, paper_id)
    small = request.path.endswith("/small")
    jpeg = read_attachment(db.session(), member_id(), paper.id, small=small)
    return as_picture(jpeg, draft_id, paper_id)


def _paper(draft_id: int, paper_id: int) -> KeptPaper:
    """A paper of this draft: another's, or one that went into another draft, is none."""
    papers = papers_of_draft(db.session(), draft_here(draft_id))
    found = next((paper for paper in papers if paper.id == paper_id), None)
    return found or abort(404)


def _to_read(session: Session, draft: Draft) -> list[int]:
    """Photos whose reading is promised now, where photos are read."""
    if not current_app.config["OCR"]:
        return []
    return promise_readings(session, draft.member_id, draft.typed.paper_ids)


def _kinds(typed: Typed) -> tuple[Kind, ...]:
    return (*papers_wanted(typed.kind), *MORE)


def _show(
    draft_id: int, code: int = 200, trouble: str = "", not_taken: list[NotTaken] | None = None
) -> ResponseReturnValue:
    draft = draft_here(draft_id)
    papers = papers_of_draft(db.session(), draft)
    return show_step(
        Step.PAPERS,
        "papers",
        draft,
        code,
        papers=papers,
        wanted=papers_wanted(draft.typed.kind),
        more=MORE,
        trouble=trouble,
        not_taken=not_taken or [],
    )
