"""Whose papers an officer may print; orders of notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ordered import FAILED, MAKING, READY
from app.web.read.scope import UNIT, Scope

_RECEIPT: Final = text(
    f"""
    SELECT EXISTS (SELECT FROM receipt c JOIN unit_now u ON u.id = c.unit_id
                   WHERE c.id = :number AND {UNIT})
    """  # noqa: S608 - the scope is a constant
)
_SUBSIDY: Final = text(
    f"""
    SELECT EXISTS (SELECT FROM subsidy u WHERE u.id = :number AND {UNIT})
    """  # noqa: S608 - the scope is a constant
)
_NOTICES: Final = text(
    """
    SELECT o.id, o.benefit_year, o.state, o.done, o.total, o.left_out, o.file_id, o.recorded_at
    FROM notice_order o WHERE o.id = :number AND o.asked_by = :by
    """
)


@dataclass(frozen=True, slots=True)
class NoticesSeen:
    """How far an order of notices is. `file_id` is empty once the file is gone."""

    id: int
    year: int
    state: str
    done: int
    total: int
    left_out: int
    file_id: int | None
    at: datetime

    @property
    def going(self) -> bool:
        return self.state == MAKING

    @property
    def ready(self) -> bool:
        return self.state == READY

    @property
    def failed(self) -> bool:
        return self.state == FAILED


def receipt_in(session: Session, receipt_id: int, scope: Scope) -> bool:
    """Whether the receipt is of a unit in the scope."""
    return bool(session.scalar(_RECEIPT, {**scope.asked, "number": receipt_id}))


def subsidy_in(session: Session, subsidy_id: int, scope: Scope) -> bool:
    """Whether the subsidy is of a union in the scope."""
    return bool(session.scalar(_SUBSIDY, {**scope.asked, "number": subsidy_id}))


def notices_seen(session: Session, order_id: int, *, by: int) -> NoticesSeen | None:
    """The account's own order, or None."""
    row = session.execute(_NOTICES, {"number": order_id, "by": by}).one_or_none()
    return NoticesSeen(*row) if row else None
