"""Approve many claims at once: those that the rules mark as clean, and no others.

Each is a claim of its own: its own row, its own event, all that `go_on` refuses refused. One that
is not clean, however it came into the list, stops the whole: nothing is approved.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.alike import ALIKE, alike_among
from app.claims.confirm import OVERTAKEN
from app.claims.odd import TYPED, odd_among
from app.claims.papers import PAPERS, SAME_PAPERS
from app.errors import Refusal
from app.reviews.act import go_on
from app.reviews.clean import Looked, Unclean, unclean
from app.reviews.stages import Stage
from app.reviews.standing import STANDING, Standing, standing_among
from app.schemes.publish import published_schemes
from app.together import Question, together, together_of_claims

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
    found = together(session, {"member": at.member_id, "claim": at.claim_id}, **_AGAINST)
    return _against(at, {**found, "schemes": published_schemes(session)})


def _against(at: Standing, found: Mapping[str, Any]) -> tuple[Unclean, ...]:
    odd, papers = odd_among(found), found["papers"]
    return unclean(
        Looked(
            stage=at.stage,
            typed=at.typed,
            bureau_differs=bool(found["overtaken"]),
            odd=odd is not None and odd.is_odd,
            doubles=len(alike_among(found, at.member_id, at.claim_id)) + len(found["same_papers"]),
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
    keys = [(member, claim) for member, claim in session.execute(_KEYS, {"ids": list(claim_ids)})]
    schemes = published_schemes(session)
    found = together_of_claims(session, keys, **STANDING, **_AGAINST)
    standing = ((standing_among(x), {**x, "schemes": schemes}) for x in found.values())
    return {at.claim_id for at, told in standing if at and not _against(at, told)}


_KEYS: Final = text("SELECT member_id, claim_id FROM review_queue WHERE claim_id = ANY(:ids)")
_AGAINST: Final[dict[str, Question[Any]]] = {
    "typed": TYPED,
    "papers": PAPERS,
    "same_papers": SAME_PAPERS,
    "overtaken": OVERTAKEN,
    **ALIKE,
}
