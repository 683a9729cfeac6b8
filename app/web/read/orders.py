"""Bundles that were asked for, for the auditor's pages."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit.order import GOING, bundle_name
from app.ordered import FAILED, READY

MOST: Final = 20
_ORDERS: Final = """
    SELECT o.id, o.benefit_year, o.last_year, o.booked, o.state, o.done, o.total, o.file_id,
           o.sha256, o.size, o.made_from_event, o.verdict, o.trouble, a.name, o.recorded_at
    FROM bundle_order o JOIN account a ON a.id = o.asked_by
"""
_ONE: Final = text(f"{_ORDERS} WHERE o.id = :order")
_OF_YEAR: Final = text(
    f"{_ORDERS} WHERE :year BETWEEN o.benefit_year AND o.last_year ORDER BY o.id DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """One order: how far it is, and what came of it. `file_id` is empty once the file is gone."""

    id: int
    year: int
    last_year: int
    booked: bool
    state: str
    done: int
    total: int
    file_id: int | None
    sha256: str | None
    size: int | None
    made_from_event: int | None
    verdict: dict[str, Any] | None
    trouble: str | None
    by: str
    at: datetime

    @property
    def going(self) -> bool:
        return self.state in GOING

    @property
    def ready(self) -> bool:
        return self.state == READY

    @property
    def failed(self) -> bool:
        return self.state == FAILED

    @property
    def holds(self) -> bool:
        """Whether the verifier found everything in order."""
        return bool(self.verdict and self.verdict["ok"])

    def says(self, lang: str) -> list[str]:
        """The verifier's words, a sentence a line: it breaks lines for a console's width."""
        words = str(self.verdict["says"][lang]) if self.verdict else ""
        return re.sub(r"(?<![.\u3002])\n", " ", words).splitlines()

    @property
    def name(self) -> str:
        return bundle_name(self.year, self.last_year, booked=self.booked)

    @property
    def years(self) -> str:
        """As they are said: 2023, or 2021–2023."""
        return str(self.year) if self.last_year == self.year else f"{self.year}–{self.last_year}"


def order_seen(session: Session, order_id: int) -> OrderSeen | None:
    """The order, or None."""
    row = session.execute(_ONE, {"order": order_id}).one_or_none()
    return OrderSeen(*row) if row else None


def orders_of(session: Session, year: int) -> list[OrderSeen]:
    """The latest orders of a year, the last one first."""
    return [OrderSeen(*row) for row in session.execute(_OF_YEAR, {"year": year, "most": MOST})]
