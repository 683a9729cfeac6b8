"""Ask the columns that are loaded: both sides, and the years ahead of both. Pure."""

from dataclasses import dataclass
from datetime import datetime

from app.benefits.scheme import Scheme
from app.simulation.answer import Answer, answer
from app.simulation.keep import Loaded
from app.simulation.outlook import Ahead, Balance, outlook
from app.simulation.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer with the balance of both sides. `read_at`: of when the fund's figures are."""

    scheme: Scheme
    ahead: Ahead
    answer: Answer
    was: list[Balance]
    supposed: list[Balance]
    read_at: datetime


def ask(held: Loaded, scheme: Scheme, first_year: int, last_year: int, ahead: Ahead) -> Asked:
    """Raises YearsReversed, NobodyCovered, SchemesOverlap, CapsDisagree."""
    question = Question(scheme, first_year, last_year)
    found = answer(held.inputs, held.schemes, held.was, question)
    now = held.schemes.schemes[-1].contribution.total_fen
    return Asked(
        scheme=scheme,
        ahead=ahead,
        answer=found,
        was=outlook(found, found.was, now, ahead),
        supposed=outlook(found, found.supposed, scheme.contribution.total_fen, ahead),
        read_at=held.read_at,
    )
