"""The fund's statements and refunds, for an officer of the whole fund."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.compare_payee import GOING_ELSEWHERE, Elsewhere
from app.banking.refund import refund_number
from app.banking.said import LAST_WORD
from app.clock import today
from app.together import Question, together
from app.web.read.lines import PROPOSED, WITHDRAWN, LineSeen, RefundNamed
from app.web.read.resolutions import WAITING, Proposed

_STATEMENTS: Final = """
    SELECT s.id, a.code, s.first_day, s.last_day, s.opening_fen, s.closing_fen, s.lines,
           s.recorded_at, w.name
    FROM bank_statement s JOIN fund_account a ON a.id = s.account_id
    JOIN account w ON w.id = s.recorded_by
    ORDER BY s.id DESC LIMIT 20
"""
_REFUNDS: Final = """
    SELECT r.id, r.source, u.name, r.benefit_year, r.amount_fen, r.payee, p.tail,
           coalesce(s.step, 'proposed'), r.proposed_by, w.name, d.proposed_by, back.name
    FROM unit_refund r
    LEFT JOIN refund_withdrawal d ON d.refund_id = r.id
    LEFT JOIN account back ON back.id = d.proposed_by
    LEFT JOIN unit_now u ON u.id = r.unit_id
    JOIN payer_account p ON p.id = r.payer_id
    JOIN account w ON w.id = r.proposed_by
    LEFT JOIN LATERAL (
        SELECT step, recorded_at FROM refund_step x WHERE x.refund_id = r.id
        ORDER BY seq DESC LIMIT 1
    ) s ON true
    ORDER BY coalesce(s.step, 'proposed') IN ('paid', 'withdrawn'), r.id DESC LIMIT 100
"""
_UNITS: Final = "SELECT id, name FROM unit_now WHERE id = ANY(CAST(:units AS bigint[]))"
_ACCOUNTS: Final = (
    "SELECT code, holder, bank, number, statement_format FROM fund_account_now ORDER BY id"
)
_COUNTS: Final = text(
    f"""
    SELECT count(*) FILTER (WHERE amount_fen > 0), count(*) FILTER (WHERE amount_fen < 0),
           (SELECT count(*) FROM unit_refund r WHERE coalesce((
                SELECT step FROM refund_step x WHERE x.refund_id = r.id ORDER BY seq DESC LIMIT 1
            ), 'proposed') IN ('proposed', 'bounced')
            OR r.id IN (SELECT refund_id FROM refund_withdrawal)),
           (SELECT count(*) FROM line_proposal)
    FROM statement_line l
    {LAST_WORD}
    WHERE (taken_as IN ('suspense', 'unexplained') AND said.act IS NULL OR said.act = 'undone')
          AND l.id NOT IN (SELECT line_id FROM line_proposal)
          AND l.id NOT IN (SELECT line_id FROM resolution_draft WHERE line_id IS NOT NULL)
    """  # noqa: S608 - put together from constants
)


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """One statement."""

    id: int
    account: str
    first_day: date
    last_day: date
    opening_fen: int
    closing_fen: int
    lines: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """One refund and where it stands; `back_by`: who wants it back from the bank."""

    id: int
    source: str
    unit: str | None
    year: int
    amount_fen: int
    payee: str
    tail: str
    state: str
    proposed_by: int
    by: str
    back_by: int | None
    back_named: str | None

    @property
    def number(self) -> str:
        return refund_number(self.id)


@dataclass(frozen=True, slots=True)
class MoneyWaiting:
    """Counts: suspense, unexplained outgoing, refunds and lines that want another officer.

    What somebody has proposed something of waits for another only.
    """

    suspense: int
    unexplained: int
    refunds: int
    proposed: int


class AccountSeen(NamedTuple):
    """One of the fund's own accounts."""

    code: str
    holder: str
    bank: str
    number: str
    statement_format: str


@dataclass(frozen=True, slots=True)
class MoneySeen:
    """What the money page shows beside the lines that wait.

    `names`: of units, by number. `statements` and `refunds`: the latest, of refunds those that wait
    first. `proposed` of lines and `resolutions` of payments wait for another officer. `withdrawn`:
    refunds that the bank was asked for, and that were withdrawn then, by amount. `elsewhere`: those
    that go to another account than the one that is known, by number.
    """

    names: dict[int, str]
    accounts: list[AccountSeen]
    statements: list[StatementSeen]
    refunds: list[RefundSeen]
    proposed: list[LineSeen]
    resolutions: list[Proposed]
    withdrawn: dict[int, list[RefundNamed]]
    elsewhere: dict[int, Elsewhere]


def money_seen(session: Session, units: set[int], amounts: set[int]) -> MoneySeen:
    """All of it; `withdrawn` of these amounts."""
    asked = {"units": list(units), "fens": list(amounts), "day": today()}
    found = together(session, asked, **_SHOWN)
    withdrawn: dict[int, list[RefundNamed]] = {fen: [] for fen in amounts}
    for fen, refund in found["withdrawn"]:
        withdrawn[fen].append(refund)
    return MoneySeen(
        dict(found["names"]),
        found["accounts"],
        found["statements"],
        found["refunds"],
        found["proposed"],
        found["resolutions"],
        withdrawn,
        {each.refund_id: each for each in found["elsewhere"] if each},
    )


_SHOWN: Final[dict[str, Question[Any]]] = {
    "names": Question(_UNITS, lambda number, name: (number, name)),
    "accounts": Question(_ACCOUNTS, AccountSeen),
    "statements": Question(_STATEMENTS, StatementSeen),
    "refunds": Question(_REFUNDS, RefundSeen),
    "elsewhere": GOING_ELSEWHERE,
    "proposed": PROPOSED,
    "resolutions": WAITING,
    "withdrawn": WITHDRAWN,
}


def money_waiting(session: Session) -> MoneyWaiting:
    """What waits for an officer."""
    return MoneyWaiting(*session.execute(_COUNTS).one())
