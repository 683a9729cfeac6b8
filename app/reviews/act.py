"""The acts of a review: go on, ask for papers, return to the stage before, refuse.

Who acts says which stage was seen, and on a page also which bill (`Standing.seen`): where it has
moved meanwhile, or other figures have come, nothing is done. Each act takes
the claim's turn (`app.claims.confirm.turn_of`), writes one row of `review` and one event.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.accounts.change import NoSuchAccount, NotAnOfficer, active
from app.accounts.models import Account
from app.attachments.kinds import Kind
from app.claims.bills import FEEDS, PATIENCE_S
from app.claims.confirm import (
    BeingComputed,
    FilerConfirms,
    HelperDecides,
    NoSuchClaim,
    NotInReview,
    OwnClaim,
    check_doubles,
    confirm,
    overtaken,
    turn_of,
)
from app.claims.lifecycle import OFFICERS_REASONS, Why
from app.claims.scope import has_helped, reaches
from app.claims.undo import NoReason, send_back
from app.clock import today
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.notices.write import write
from app.reviews.hold import check_free, release
from app.reviews.models import Review, ReviewPapers
from app.reviews.stages import STAGES, Back, Barred, Outcome, Stage, barred, moved
from app.reviews.standing import Standing, standing_of, who_of
from app.roster.fates import deceased

KINDS: Final = tuple(kind.value for kind in Kind)
"""The papers that can be asked for."""
LONGEST: Final = 200
_EVENTS: Final = {
    Outcome.ON: "review.passed",
    Outcome.PAPERS: "review.papers_asked",
    Outcome.BACK: "review.returned",
    Outcome.REFUSE: "review.refused",
}


class ReviewedBefore(Refusal):
    """Who went on at one stage does not act at another: the stages are different people's."""


class StageMoved(Refusal):
    """Somebody else has acted meanwhile, or there are other figures: it is not what was seen."""


class PapersAwaited(Refusal):
    """The member has still time to answer what was asked for."""


class NoPapersNamed(Refusal):
    """Who asks for papers says which."""


class PapersTextWrong(Refusal):
    """The line that goes with it is short and readable."""


_BARS: Final[dict[Barred, type[Refusal]]] = {
    Barred.OWN: OwnClaim,
    Barred.ENTERED: FilerConfirms,
    Barred.OTHER_STAGE: ReviewedBefore,
}


def go_on(
    session: Session,
    claim_id: int,
    stage: Stage,
    *,
    by: int,
    seen: str | None = None,
    although: Collection[int] = (),
    check: Callable[[Session, Standing], None] = lambda session, at: None,
) -> Stage:
    """Pass a claim on to its next stage; the stage it then stands at.

    Past the first stage the papers agree with the figures, `although` it may look like other claims
    (`app.claims.confirm`). `check` may refuse what it finds in the claim's turn. Raises as `_begin`
    and `confirm`, PapersAwaited.
    """
    at, acting = _begin(session, claim_id, stage, Outcome.ON, by, seen)
    if at.papers_by is not None:
        raise PapersAwaited(claim=claim_id, until=at.papers_by.isoformat())
    check(session, at)
    if stage is not Stage.ACCEPT:
        check_doubles(session, acting.union_id, at.member_id, claim_id, although)
    then = _write(session, at, Outcome.ON, by)
    if then is Stage.GRANTED:
        confirm(session, claim_id, by=by, although=although, review=at.seq + 1)
    return then


def ask_papers(
    session: Session,
    claim_id: int,
    stage: Stage,
    kinds: Sequence[str],
    says: str,
    *,
    by: int,
    seen: str | None = None,
) -> date:
    """Ask the member for papers; the last day to answer. The claim waits where it stands.

    Raises as `_begin`, NoPapersNamed, PapersTextWrong.
    """
    at, _ = _begin(session, claim_id, stage, Outcome.PAPERS, by, seen)
    wanted = [kind for kind in KINDS if kind in kinds]
    said = " ".join(says.split())
    if not wanted or len(wanted) != len(set(kinds)):
        raise NoPapersNamed
    if len(said) > LONGEST or not said.isprintable():
        raise PapersTextWrong(longest=LONGEST)
    until = today() + timedelta(days=at.policy.answer_days)
    _write(session, at, Outcome.PAPERS, by, kinds=wanted, says=said, until=until)
    _tell(session, at, until)
    return until


def send_to_before(
    session: Session, claim_id: int, stage: Stage, why: Back, *, by: int, seen: str | None = None
) -> Stage:
    """Return a claim to the stage before, for a reason of the list; that stage.

    Raises as `_begin`, NoStageBefore.
    """
    at, _ = _begin(session, claim_id, stage, Outcome.BACK, by, seen)
    return _write(session, at, Outcome.BACK, by, reason=why.value)


def refuse(
    session: Session, claim_id: int, stage: Stage, why: Why, *, by: int, seen: str | None = None
) -> int:
    """Refuse a claim that somebody filed, for a reason of the list; the run to determine.

    The member can file the bill again with other figures or papers. Raises as `_begin` and
    `app.claims.undo.send_back`, PapersAwaited.
    """
    if why not in OFFICERS_REASONS:
        raise NoReason
    # A feed's turn comes before a claim's (`one_at_a_time`).
    one_at_a_time(session, FEEDS, patience_s=PATIENCE_S)
    at, _ = _begin(session, claim_id, stage, Outcome.REFUSE, by, seen)
    if at.papers_by is not None and at.papers_by >= today():
        raise PapersAwaited(claim=claim_id, until=at.papers_by.isoformat())
    _write(session, at, Outcome.REFUSE, by, reason=why.value)
    return send_back(session, claim_id, why, by=by)


def _begin(
    session: Session, claim_id: int, stage: Stage, outcome: Outcome, by: int, seen: str | None
) -> tuple[Standing, Account]:
    """Take the claim's turn for somebody who may act at the stage that was seen.

    Raises NoSuchClaim, OwnClaim, FilerConfirms, HelperDecides, ReviewedBefore, NotAnOfficer,
    NotInReview, BeingComputed, StageMoved, HeldByAnother, AccountDisabled.
    """
    acting = session.get(Account, by, populate_existing=True)
    if acting is None:
        raise NoSuchAccount
    active(acting)
    member_id = session.scalar(_MEMBER, {"claim": claim_id})
    if member_id is None or not reaches(session, acting.union_id, member_id):
        raise NoSuchClaim(claim=claim_id)
    one_at_a_time(session, turn_of(claim_id))
    if has_helped(session, by, member_id):
        raise HelperDecides
    at = standing_of(session, claim_id)
    who = who_of(session, acting, member_id, claim_id)
    why = barred(stage, outcome, who, member_id, at.steps if at else ())
    if why is Barred.ROLE:
        raise NotAnOfficer(account=acting.login)
    if why is not None:
        raise _BARS[why]
    if at is None:
        raise NotInReview(claim=claim_id)
    if overtaken(session, member_id, claim_id):
        raise BeingComputed(claim=claim_id)
    if at.stage is not stage or seen not in (None, at.seen):
        raise StageMoved(claim=claim_id)
    check_free(session, at.member_id, claim_id, by=by)
    return at, acting


def _tell(session: Session, at: Standing, until: date) -> None:
    """That papers are wanted, to the member's phone; nobody writes to that of who has died."""
    if at.member_id in deceased(session, [at.member_id]):
        return
    dedupe = f"papers_asked:{at.claim_id}:{at.seq + 1}"
    day, claim = until.isoformat(), at.claim_id
    write(session, "papers_wanted", dedupe=dedupe, member_id=at.member_id, claim=claim, until=day)


def _write(
    session: Session,
    at: Standing,
    outcome: Outcome,
    by: int,
    *,
    reason: str = "",
    kinds: Sequence[str] = (),
    says: str = "",
    until: date | None = None,
) -> Stage:
    """One act and its event; the claim is free for the next person. Raises NoStageBefore."""
    then = moved(at.stage, outcome, at.needs)
    key = {"member_id": at.member_id, "claim_id": at.claim_id, "seq": at.seq + 1}
    session.execute(
        insert(Review).values(
            **key,
            version=at.version,
            stage=at.stage.value,
            outcome=outcome.value,
            reason=reason,
            goes_to=then.value,
            needs=" ".join(stage.value for stage in STAGES if stage in at.needs),
            by=by,
        )
    )
    if until is not None:
        asked = insert(ReviewPapers).values(
            **key, kinds=" ".join(kinds), says=says, answer_by=until
        )
        session.execute(asked)
    said: dict[str, object] = {"seq": at.seq + 1, "stage": at.stage.value}
    said |= {"reason": reason} if reason else {"kinds": list(kinds)} if kinds else {}
    record(session, _EVENTS[outcome], by=by, about=at.claim_id, years=(), **said)
    release(session, at.claim_id, by=by)
    return then


# By an index; the other looks at every claim, for those that do not wait.
_MEMBER: Final = text(
    """
    SELECT coalesce((SELECT member_id FROM review_queue WHERE claim_id = :claim),
                    (SELECT member_id FROM claim WHERE id = :claim))
    """
)
