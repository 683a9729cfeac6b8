"""Public lists as they stand: those shown today, and those an officer has to do with."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.payments.send import batch_number

_LISTS: Final = """
    SELECT l.id, l.batch_id, b.benefit_year, l.from_on, l.until_on, l.proposed_by,
           a.list_id IS NOT NULL, b.made_on
    FROM public_list l JOIN payment_batch b ON b.id = l.batch_id
    LEFT JOIN public_list_approval a ON a.list_id = l.id
    WHERE NOT EXISTS (SELECT FROM public_list_end e WHERE e.list_id = l.id)
          AND l.until_on >= :today
"""
_SHOWN: Final = text(
    f"{_LISTS} AND a.list_id IS NOT NULL AND l.from_on <= :today"
    " ORDER BY b.made_on DESC, l.id DESC LIMIT 100"
)
_OPEN: Final = text(f"{_LISTS} ORDER BY l.id DESC LIMIT 100")


@dataclass(frozen=True, slots=True)
class PublicListSeen:
    """One list; `number` is its batch's."""

    id: int
    batch_id: int
    year: int
    from_on: date
    until_on: date
    proposed_by: int
    approved: bool
    made_on: date

    @property
    def month(self) -> str:
        """The month its batch was paid in: 2024-03."""
        return f"{self.made_on:%Y-%m}"

    @property
    def number(self) -> str:
        return batch_number(self.year, self.batch_id)


def shown_today(session: Session) -> list[PublicListSeen]:
    """What everybody may see today, the month paid last first."""
    return [PublicListSeen(*row) for row in session.execute(_SHOWN, {"today": today()})]


def not_over(session: Session) -> list[PublicListSeen]:
    """What waits, is to come or is shown."""
    return [PublicListSeen(*row) for row in session.execute(_OPEN, {"today": today()})]
