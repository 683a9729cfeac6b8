"""The years the books know, for the auditor."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_YEARS: Final = text(
    """
    SELECT y.year,
           (SELECT count(*) FROM cover c WHERE c.benefit_year = y.year),
           (SELECT coalesce(sum(r.amount_fen), 0)::bigint FROM receipt r
            WHERE r.benefit_year = y.year),
           (SELECT coalesce(sum(b.total_fen), 0)::bigint FROM payment_batch b
            WHERE b.benefit_year = y.year)
    FROM (SELECT DISTINCT benefit_year AS year FROM entry) y
    ORDER BY y.year DESC
    """
)


@dataclass(frozen=True, slots=True)
class BookYear:
    """One benefit year: covers, money received from units, money sent to the bank."""

    year: int
    covers: int
    received_fen: int
    sent_fen: int


def book_years(session: Session) -> list[BookYear]:
    """The benefit years with entries, newest first."""
    return [BookYear(*row) for row in session.execute(_YEARS)]
