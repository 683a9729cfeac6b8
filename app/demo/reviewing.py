"""Officers who take a claim through all stages of its review, each another one's."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.reviews.act import go_on
from app.reviews.stages import Stage
from app.reviews.standing import standing_of


def review_through(
    session: Session, claim_id: int, officers: Sequence[int], *, until: Stage = Stage.GRANTED
) -> None:
    """Go on at every stage before `until`: the first officer accepts and looks first, then others.

    Of a filing the officers are three, none of whom filed it.
    """
    desks = dict(zip((Stage.FIRST, Stage.SECOND, Stage.APPROVE), officers, strict=False))
    desks[Stage.ACCEPT] = officers[0]
    while (at := standing_of(session, claim_id)) and at.stage is not until:
        go_on(session, claim_id, at.stage, by=desks[at.stage])
