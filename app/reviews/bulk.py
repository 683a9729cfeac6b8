"""Approve many claims at once: those that the rules mark as clean, and no others.

Each is a claim of its own: its own row, its own event, all that `go_on` refuses refused. One that
is not clean, however it came into the list, stops the whole: nothing is approved.
"""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy.orm import Session

from app.claims.alike import alike
from app.claims.confirm import overtaken
from app.claims.odd import odd_of
from app.claims.papers import papers_of, same_elsewhere
from app.errors import Refusal
from app.reviews.act import go_on
from app.reviews.clean import Looked, Unclean, unclean
from app.reviews.stages import Stage
from app.reviews.standing import Standing, standing_of

MOST: Final = 50
"""A list that a person has read."""


class NotClean(Refusal):
    """Something speaks against approving this claim without opening it."""


class TooManyAtOnce(Refusal):
    """A list longer than a person reads."""


def approve_clean(session: Session, claim_ids: Collection[int], *, by: int) -> list[int]:
    """Approve these claims, or none; their numbers in order.

    Raises NotClean, TooManyAtOnce, and as `app.reviews.act.go_on`.
    """
    wanted = sorted(set(claim_ids))
    if len(wanted) > MOST:
        raise TooManyAtOnce(most=MOST)
    for claim_id in wanted:
        # In the claim's turn, and then look: what is looked at cannot change before it is approved.
        go_on(session, claim_id, Stage.APPROVE, by=by, check=_is_clean)
    return wanted


def against(session: Session, at: Standing) -> tuple[Unclean, ...]:
    """What speaks against approving a claim together with others."""
    member, claim = at.member_id, at.claim_id
    odd, papers = odd_of(session, member, claim), papers_of(session, member, claim)
    return unclean(
        Looked(
            stage=at.stage,
            typed=at.typed,
            bureau_differs=overtaken(session, member, claim),
            odd=odd is not None and odd.is_odd,
            doubles=len(alike(session, member, claim))
            + len(same_elsewhere(session, member, claim)),
            amount_fen=at.amount_fen,
            care=at.care,
            # What was brought on paper was looked at when it was accepted.
            papers={paper.kind.value for paper in papers} if papers else None,
            steps=at.steps,
        ),
        at.policy,
    )


def _is_clean(session: Session, at: Standing) -> None:
    found = against(session, at)
    if found:
        raise NotClean(claim=at.claim_id, why=found[0].value)


def clean_among(session: Session, claim_ids: Iterable[int]) -> set[int]:
    """Those of the claims that are clean now."""
    found = (standing_of(session, claim_id) for claim_id in claim_ids)
    return {at.claim_id for at in found if at and not against(session, at)}
