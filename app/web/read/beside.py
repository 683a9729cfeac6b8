"""What pages show beside a claim's bill, whoever looks: asked in one statement."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.claims.alike import ALIKE, Double, alike_among
from app.claims.decided import Says
from app.claims.filed import FILING, Filing
from app.claims.injuries import STATEMENT
from app.claims.odd import TYPED_AND_SCHEMES, Odd, odd_among
from app.claims.papers import PAPERS, SAME_PAPERS, Paper, Same
from app.helping.standing import FILED_BY
from app.recoveries.standing import MONEY, Money
from app.together import Question, together
from app.web.read.person import MOVES, PERSON, Moved, Person
from app.web.read.settled import SETTLED, Settled
from app.web.read.told import PAYMENTS, Paid


class Filer(NamedTuple):
    """The account that filed a claim."""

    name: str
    role: str
    member_id: int | None


@dataclass(frozen=True, slots=True)
class Beside:
    """`filing` and `filer`: of a claim that was filed by hand; `helper`: who did so for the member.

    `says`: what the member said of an injury. `doubles`: what may be the same bill.
    """

    person: Person
    filing: Filing | None
    filer: Filer | None
    helper: str | None
    papers: list[Paper]
    same_papers: list[Same]
    payments: list[Paid]
    moves: list[Moved]
    says: Says | None
    money: Money | None
    settled: list[Settled]
    odd: Odd | None
    doubles: list[Double]


def beside(session: Session, member_id: int, claim_id: int) -> Beside:
    """All of it."""
    found = together(session, {"member": member_id, "claim": claim_id}, **BESIDE)
    return beside_among(found, member_id, claim_id)


def beside_among(found: dict[str, list[Any]], member_id: int, claim_id: int) -> Beside:
    """The same, of what was asked with `BESIDE`."""
    return Beside(
        found["person"][0],
        _one(found["filing"]),
        _one(found["filer"]),
        _one(found["helper"]),
        found["papers"],
        found["same_papers"],
        found["payments"],
        found["moves"],
        _one(found["says"]),
        _one(found["money"]),
        found["settled"],
        odd_among(found),
        alike_among(found, member_id, claim_id),
    )


def _one(found: list[Any]) -> Any:
    return next(iter(found), None)


_FILER: Final = Question(
    """
    SELECT a.name, a.role, a.member_id FROM claim c
    JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    JOIN account a ON a.id = f.filed_by
    WHERE c.member_id = :member AND c.id = :claim
    """,
    Filer,
)
BESIDE: Final[dict[str, Question[Any]]] = {
    "person": PERSON,
    "filing": FILING,
    "filer": _FILER,
    "helper": FILED_BY,
    "papers": PAPERS,
    "same_papers": SAME_PAPERS,
    "payments": PAYMENTS,
    "moves": MOVES,
    "says": STATEMENT,
    "money": MONEY,
    "settled": SETTLED,
    **TYPED_AND_SCHEMES,
    **ALIKE,
}
