"""Whether the ledger says of every claim what the facts say."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.excess import OFFS, excess
from app.ledger.chart import BENEFITS
from app.ledger.journal import YEAR_CLOSED


class Amounts(NamedTuple):
    """What is open of a claim, in fen.

    `owed` may be negative while money is at the bank: the answer decides what becomes of it.
    """

    owed_fen: int
    sent_fen: int
    recover_fen: int


@dataclass(frozen=True, slots=True)
class Position:
    """An open claim as the facts and as the ledger (2001, 2002, 1201) have it."""

    member_id: int
    claim_id: int
    facts: Amounts
    booked: Amounts

    @property
    def ties(self) -> bool:
        return self.facts == self.booked


def open_positions(session: Session, year: int) -> list[Position]:
    """Every claim of a benefit year that facts or ledger hold open, in key order.

    Amounts are the whole claim's: a correction may move a bill into another benefit year, and what
    was paid in the one is then set off against what is granted in the other.
    """
    return [
        Position(
            row.member_id,
            row.claim_id,
            _by_facts(row.payable_fen, row.paid_fen, row.waiting_fen, row.written_fen),
            Amounts(row.owed_fen, row.sent_fen, row.recover_fen),
        )
        for row in session.execute(_OPEN, {"year": year})
    ]


def untied(session: Session, year: int) -> list[Position]:
    """The open claims where the ledger says another sum than the facts. There are none."""
    return [position for position in open_positions(session, year) if not position.ties]


def expense_off_fen(session: Session, year: int) -> int:
    """Benefits booked as expense less what today's determinations grant. It is nothing."""
    accounts = [account.value for account in BENEFITS.values()]
    asked = {"year": year, "accounts": accounts, "closed": YEAR_CLOSED}
    off_fen: int = session.execute(_EXPENSE, asked).scalar_one()
    return off_fen


def _by_facts(payable_fen: int, paid_fen: int, waiting_fen: int, written_fen: int) -> Amounts:
    over = excess(payable_fen, paid_fen, written_fen)
    owed_fen = payable_fen - paid_fen - waiting_fen + over.fen
    return Amounts(owed_fen, waiting_fen, over.open_fen)


_OPEN: Final = text(
    f"""
    WITH touched AS (
        SELECT member_id, claim_id FROM determination WHERE benefit_year = :year
        UNION
        SELECT l.member_id, l.claim_id FROM posting l JOIN entry e ON e.id = l.entry_id
        WHERE e.benefit_year = :year AND l.account IN ('2001', '2002', '1201')
    ), payable AS (
        SELECT d.member_id, d.claim_id, d.payable_fen
        FROM touched JOIN determination d USING (member_id, claim_id)
        WHERE NOT EXISTS (
            SELECT FROM determination later
            WHERE later.member_id = d.member_id AND later.claim_id = d.claim_id
                  AND later.seq = d.seq + 1)
    ), paid AS (
        SELECT p.member_id, p.claim_id,
               sum(p.amount_fen) FILTER (
                   WHERE coalesce(r.says, o.outcome) = 'paid') AS paid_fen,
               sum(p.amount_fen) FILTER (WHERE o.outcome IS NULL) AS waiting_fen
        FROM touched JOIN payment p USING (member_id, claim_id)
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        GROUP BY p.member_id, p.claim_id
    ), booked AS (
        SELECT l.member_id, l.claim_id,
               -sum(l.amount_fen) FILTER (WHERE l.account = '2001') AS owed_fen,
               -sum(l.amount_fen) FILTER (WHERE l.account = '2002') AS sent_fen,
               sum(l.amount_fen) FILTER (WHERE l.account = '1201') AS recover_fen
        FROM touched JOIN posting l USING (member_id, claim_id)
        WHERE l.account IN ('2001', '2002', '1201')
        GROUP BY l.member_id, l.claim_id
    ), tied AS (
        SELECT member_id, claim_id,
               CAST(coalesce(payable_fen, 0) AS bigint) AS payable_fen,
               CAST(coalesce(paid_fen, 0) + coalesce(off.net, 0) AS bigint) AS paid_fen,
               CAST(coalesce(off.written, 0) AS bigint) AS written_fen,
               CAST(coalesce(waiting_fen, 0) AS bigint) AS waiting_fen,
               CAST(coalesce(owed_fen, 0) AS bigint) AS owed_fen,
               CAST(coalesce(sent_fen, 0) AS bigint) AS sent_fen,
               CAST(coalesce(recover_fen, 0) AS bigint) AS recover_fen
        FROM touched
        LEFT JOIN payable USING (member_id, claim_id)
        LEFT JOIN paid USING (member_id, claim_id)
        LEFT JOIN ({OFFS}) off USING (member_id, claim_id)
        LEFT JOIN booked USING (member_id, claim_id)
    )
    SELECT * FROM tied
    WHERE payable_fen <> paid_fen OR waiting_fen <> 0
          OR owed_fen <> 0 OR sent_fen <> 0 OR recover_fen <> 0
    ORDER BY member_id, claim_id
    """  # noqa: S608 - put together from constants
)

_EXPENSE: Final = text(
    """
    SELECT CAST(coalesce((
        SELECT sum(l.amount_fen) FROM posting l JOIN entry e ON e.id = l.entry_id
        WHERE e.benefit_year = :year AND l.account = ANY (CAST(:accounts AS text[]))
              AND e.memo <> :closed), 0)
    - coalesce((
        SELECT sum(d.payable_fen) FROM determination d
        WHERE d.benefit_year = :year AND NOT EXISTS (
            SELECT FROM determination later
            WHERE later.member_id = d.member_id AND later.claim_id = d.claim_id
                  AND later.seq = d.seq + 1)), 0) AS bigint)
    """
)
