"""Look over a year: a worker asks every pointer's question, the answers are kept to be read."""

from datetime import date
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.audit.gather import snapshot
from app.books.table import Cell, Table
from app.db import db, one_at_a_time
from app.errors import Refusal
from app.inspection.draw import may_look
from app.inspection.models import AuditLook
from app.inspection.pointers import FIGURES, Pointer, pointers
from app.jobs import LOOK_OVER
from app.ordered import MAKING, READY, Orders
from app.reviews.policy import policy_on

LOOKS: Final = Orders(AuditLook, LOOK_OVER)
KEPT: Final = 500
"""Of a pointer's rows; how many there are is counted on."""
MOST_UNDER_WAY: Final = 2


_ANYTHING: Final = text(
    """
    SELECT EXISTS (SELECT FROM determination WHERE benefit_year = :year)
        OR EXISTS (SELECT FROM payment_batch WHERE benefit_year = :year)
    """
)
_YEARS: Final = text(
    """
    SELECT y FROM (SELECT DISTINCT benefit_year AS y FROM roster) x
    WHERE EXISTS (SELECT FROM determination WHERE benefit_year = y) ORDER BY 1
    """
)


class NothingToLookAt(Refusal):
    """No claim of the year was determined (facts: year, and the years that have some)."""


class LooksUnderWay(Refusal):
    """One account has so many years looked over at once, and no more."""


def order_look(session: Session, year: int, *, by: int) -> int:
    """Have a year looked over; the look's number.

    Raises NotTheFundsAuditor, NothingToLookAt, LooksUnderWay.
    """
    may_look(session, by)
    check_anything(session, year)
    one_at_a_time(session, f"looks of {by}")
    going = select(AuditLook.id, AuditLook.benefit_year).where(
        AuditLook.asked_by == by, AuditLook.state == MAKING
    )
    under_way = session.execute(going).all()
    if found := next((each.id for each in under_way if each.benefit_year == year), None):
        return int(found)
    if len(under_way) >= MOST_UNDER_WAY:
        raise LooksUnderWay(most=MOST_UNDER_WAY)
    return LOOKS.ask(session, benefit_year=year, done=0, total=len(pointers()), asked_by=by)


def check_anything(session: Session, year: int) -> None:
    """Zeros of a year without claims read as if nothing were odd. Raises NothingToLookAt."""
    if not session.execute(_ANYTHING, {"year": year}).scalar_one():
        known = ", ".join(map(str, session.scalars(_YEARS)))
        raise NothingToLookAt(year=year, years=known or "—")


def look_over(session: Session, look_id: int) -> None:
    """Ask all questions, in one snapshot. Twice equals once."""
    look = session.get_one(AuditLook, look_id)
    if look.state != MAKING:
        return
    answers, tell = {}, LOOKS.telling(look_id)
    with snapshot(db.engine) as seen:
        for done, pointer in enumerate(pointers().values()):
            tell(done, len(pointers()))
            answers[pointer.key] = answer(seen, pointer, look.benefit_year)
    LOOKS.tell(session, look_id, state=READY, done=len(pointers()), answers=answers)


def answer(session: Session, pointer: Pointer, year: int) -> dict[str, Any]:
    """How many rows a pointer found, and the first of them, as JSON has them."""
    asked = {"year": year, "limits": sorted(_limits(year)), **FIGURES}
    rows = pointer.rows(session.execute(text(pointer.query), asked))
    kept = [[_plain(cell) for cell in row] for row in rows[:KEPT]]
    return {"found": len(rows), "rows": kept}


def as_table(pointer: Pointer, found: dict[str, Any], year: int) -> Table:
    """What a pointer found, as pages and files show it."""
    rows = [tuple(row) for row in found["rows"]]
    about = [(f"保障年度 {year}", f"Benefit year {year}"), pointer.why, pointer.innocent]
    if found["found"] > len(rows):
        about.append(
            (
                f"共 {found['found']} 行，列出前 {len(rows)} 行。",
                f"{found['found']} rows; the first {len(rows)} are shown.",
            )
        )
    return Table(pointer.title, [*about, *pointer.says(rows)], pointer.columns, rows)


def latest_look(session: Session, year: int) -> AuditLook | None:
    """The last look over a year that is there, done or on its way."""
    newest = select(func.max(AuditLook.id)).where(AuditLook.benefit_year == year)
    return session.scalar(select(AuditLook).where(AuditLook.id == newest.scalar_subquery()))


def _limits(year: int) -> set[int]:
    """Limits of the policies of a year at which another person looks."""
    policies = (policy_on(date(year, month, 1)) for month in (1, 7, 12))
    limits = {fen for each in policies for fen in (each.second_from_fen, each.clean_below_fen)}
    return limits - {0}


def _plain(cell: Cell) -> Cell:
    return cell.isoformat() if isinstance(cell, date) else cell
