"""Which claims may be approved together with others: those against which no rule has a word. Pure.

A bill whose own row of the bureau's has come, and says the same, needs no person at all and leaves
the review by itself (`app.claims.join`). What is left are sheets the bureau has not sent yet, or
whose row says something else; the latter are never clean.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import NamedTuple

from app.reviews.policy import Policy
from app.reviews.stages import Outcome, Stage, Step


class Unclean(StrEnum):
    """What speaks against approving a claim without opening it."""

    STAGE = "stage"
    BUREAU = "bureau"
    ODD = "odd"
    DOUBLE = "double"
    AMOUNT = "amount"
    PAPERS = "papers"
    RETURNED = "returned"


class Looked(NamedTuple):
    """What the rules see of a claim. `papers`: the kinds that are here; None: only on paper.

    `bureau_differs`: a row of the bureau's is here that is not the bill as typed, or a refund.
    """

    stage: Stage
    typed: bool
    bureau_differs: bool
    odd: bool
    doubles: int
    amount_fen: int
    care: str | None
    papers: Collection[str] | None
    steps: Iterable[Step]


def unclean(seen: Looked, policy: Policy) -> tuple[Unclean, ...]:
    """All that speaks against it; nothing where it is clean."""
    outcomes = {step.outcome for step in seen.steps}
    wanted = policy.papers.get(seen.care or "", ())
    accepted = any(s.stage is Stage.ACCEPT and s.outcome is Outcome.ON for s in seen.steps)
    missing = not accepted if seen.papers is None else not set(wanted) <= set(seen.papers)
    against = {
        Unclean.STAGE: seen.stage is not Stage.APPROVE,
        Unclean.BUREAU: not seen.typed or seen.bureau_differs,
        Unclean.ODD: seen.odd,
        Unclean.DOUBLE: seen.doubles > 0,
        Unclean.AMOUNT: seen.amount_fen >= policy.clean_below_fen,
        Unclean.PAPERS: missing or not wanted,
        Unclean.RETURNED: bool(outcomes & {Outcome.BACK, Outcome.PAPERS}),
    }
    return tuple(why for why, holds in against.items() if holds)
