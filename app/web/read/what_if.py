"""Questions about other rules and their answers, for the federation's officers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_MOST: Final = 10
_SIDES: Final = ("was", "supposed")
_QUESTIONS: Final = """
    SELECT w.id, w.first_year, w.last_year, w.figures, w.ahead, w.state, w.done, w.total,
           w.answer, w.trouble, a.name, w.recorded_at
    FROM what_if w JOIN account a ON a.id = w.asked_by
"""
_ONE: Final = text(f"{_QUESTIONS} WHERE w.id = :id")
_LATEST: Final = text(f"{_QUESTIONS} ORDER BY w.id DESC LIMIT :most")


@dataclass(frozen=True, slots=True)
class Seen:
    """One question; `answer` is what `app.simulation.told` says, once it is there."""

    id: int
    first_year: int
    last_year: int
    figures: dict[str, Any]
    ahead: dict[str, int]
    state: str
    done: int
    total: int
    answer: dict[str, Any] | None
    failed: dict[str, Any] | None
    by: str
    at: datetime

    @property
    def going(self) -> bool:
        return self.state == "making"

    def by_care(self) -> list[dict[str, Any]]:
        """What each kind of care came to in all the years, and would have."""
        years = self.answer["years"] if self.answer else []
        cares = years[0]["was"]["cares"] if years else ()
        return [
            {
                "care": care,
                **{f"{side}_fen": sum(x[side]["cares"][care] for x in years) for side in _SIDES},
            }
            for care in cares
        ]

    @property
    def read_at(self) -> datetime | None:
        """Of when the fund's figures are."""
        return datetime.fromisoformat(self.answer["read_at"]) if self.answer else None


def seen(session: Session, question_id: int) -> Seen | None:
    """One question, or None."""
    row = session.execute(_ONE, {"id": question_id}).one_or_none()
    return Seen(*row) if row else None


def latest(session: Session) -> list[Seen]:
    """The last ones asked, the newest first."""
    return [Seen(*row) for row in session.execute(_LATEST, {"most": _MOST})]
