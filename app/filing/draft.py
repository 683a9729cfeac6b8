"""Keep what a member has typed: begin, find, save, throw away, forget when it is old."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.attachments.keep import kept_papers, let_go
from app.attachments.models import KeptPaper
from app.claims.file import check_reach
from app.claims.filed import typed_of
from app.clock import CHINA
from app.db import numbers, one_at_a_time
from app.errors import Refusal
from app.filing.models import ClaimDraft
from app.filing.typed import Typed
from app.secrets import vault

DAYS_KEPT: Final = 60
_SEALED: Final = "claim_draft"


class NoSuchFiling(Refusal):
    """There is no such draft of this member: filed, thrown away, or too old."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim on its way. `again_id`: the undone claim it files again, 0 for a new bill."""

    id: int
    member_id: int
    again_id: int
    typed: Typed
    saves: int
    saved_at: datetime
    begun_at: datetime

    @property
    def kept_until(self) -> date:
        """The last day on which it surely is there."""
        return (self.begun_at + timedelta(days=DAYS_KEPT)).astimezone(CHINA).date()


def begin_draft(session: Session, member_id: int, typed: Typed, *, again_id: int, by: int) -> Draft:
    """Begin a draft, or go on with the one there is for this purpose: `typed` has the first step.

    Raises MemberOutOfReach.
    """
    check_reach(session, member_id, session.get(Account, by, populate_existing=True))
    one_at_a_time(session, f"drafts of {member_id}")
    before = typed_of(session, member_id, again_id) if again_id else None
    again_id = again_id if before else 0
    there = draft_for(session, member_id, again_id)
    if there is not None:

        def first(now: Typed) -> Typed:
            return replace(now, kind=typed.kind, says=typed.says)

        return save_draft(session, member_id, there.id, first, by=by)
    typed = typed.with_figures(before) if before else typed
    [draft_id] = numbers(session, "claim_draft_id_seq", 1)
    row = {
        "id": draft_id,
        "member_id": member_id,
        "again_id": again_id,
        "typed_cipher": vault().seal(typed.written(), _SEALED, member_id, draft_id),
        "saves": 1,
        "begun_by": by,
    }
    session.execute(insert(ClaimDraft).values(row))
    return draft_of(session, member_id, draft_id)


def draft_of(session: Session, member_id: int, draft_id: int, *, hold: bool = False) -> Draft:
    """One draft of a member's; `hold`: until the transaction ends. Raises NoSuchFiling."""
    asked = select(ClaimDraft).where(ClaimDraft.id == draft_id, ClaimDraft.member_id == member_id)
    asked = asked.execution_options(populate_existing=True)
    row = session.scalar(asked.with_for_update() if hold else asked)
    if row is None:
        raise NoSuchFiling
    return _opened(row)


def draft_for(session: Session, member_id: int, again_id: int) -> Draft | None:
    """The draft there is for this purpose, if any."""
    found = [x for x in drafts_of(session, member_id) if x.again_id == again_id]
    return found[0] if found else None


def drafts_of(session: Session, member_id: int) -> list[Draft]:
    """The claims a member has begun, the one touched last first."""
    asked = select(ClaimDraft).where(ClaimDraft.member_id == member_id)
    rows = session.scalars(asked.execution_options(populate_existing=True))
    return sorted(map(_opened, rows), key=lambda draft: draft.saved_at, reverse=True)


def save_draft(
    session: Session, member_id: int, draft_id: int, change: Callable[[Typed], Typed], *, by: int
) -> Draft:
    """Change what was typed; two who save at once follow each other. Raises NoSuchFiling.

    Raises MemberOutOfReach.
    """
    check_reach(session, member_id, session.get(Account, by, populate_existing=True))
    draft = draft_of(session, member_id, draft_id, hold=True)
    now = change(draft.typed)
    sealed = vault().seal(now.written(), _SEALED, member_id, draft_id)
    saves = draft.saves + (now != draft.typed)
    session.execute(
        update(ClaimDraft)
        .where(ClaimDraft.id == draft_id)
        .values(typed_cipher=sealed, saves=saves, saved_at=func.transaction_timestamp())
    )
    return draft_of(session, member_id, draft_id)


def papers_of_draft(session: Session, draft: Draft) -> list[KeptPaper]:
    """The papers that go with it, in the order they came."""
    return kept_papers(session, draft.member_id, draft.typed.paper_ids)


def discard_draft(session: Session, member_id: int, draft_id: int, *, by: int) -> None:
    """Throw a draft away, and its papers with it. Raises NoSuchFiling, MemberOutOfReach."""
    check_reach(session, member_id, session.get(Account, by, populate_existing=True))
    _remove(session, draft_of(session, member_id, draft_id, hold=True))


def let_old_drafts_go(session: Session) -> None:
    """Give up what was begun so long ago that nobody will finish it; the sweep calls it."""
    old = func.transaction_timestamp() - text(f"interval '{DAYS_KEPT} days'")
    asked = select(ClaimDraft).where(ClaimDraft.recorded_at < old).order_by(ClaimDraft.id)
    for row in session.scalars(asked.limit(500).with_for_update(skip_locked=True)).all():
        _remove(session, _opened(row))


def _remove(session: Session, draft: Draft) -> None:
    papers = [paper.id for paper in papers_of_draft(session, draft)]
    if papers:
        let_go(session, draft.member_id, papers)
    session.execute(delete(ClaimDraft).where(ClaimDraft.id == draft.id))


def _opened(row: ClaimDraft) -> Draft:
    typed = Typed.read(vault().open(bytes(row.typed_cipher), _SEALED, row.member_id, row.id))
    return Draft(
        row.id, row.member_id, row.again_id, typed, row.saves, row.saved_at, row.recorded_at
    )
