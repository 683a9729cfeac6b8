"""Ask for a closing or a reversal, approve what another officer asked for, or take it back."""

from dataclasses import dataclass
from typing import Final, LiteralString

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.db import fetched, one_at_a_time
from app.errors import Refusal
from app.ledger.close import Closed, close, period_named, refuse_out_of_turn
from app.ledger.models import BooksAsked, BooksAskedBack
from app.ledger.reverse import LONGEST_WHY, Reversed, Ways, WhyMissing, reverse, reversible

PATIENCE_S: Final = 10
"""How long a page waits for those who post."""


class NothingAsked(Refusal):
    """Nothing waits under this number: nobody asked, or it was done or taken back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits for a second officer: a period to close, or an entry to reverse and why."""

    id: int
    period: str | None
    entry_id: int | None
    why: str
    asked_by: int
    name: str


# A period is done when it, or a later one, is closed.
WAITING: LiteralString = """
SELECT DISTINCT ON (a.period, a.entry_id) a.id, a.period, a.entry_id, a.why, a.asked_by, who.name
FROM books_asked a JOIN account who ON who.id = a.asked_by
WHERE NOT EXISTS (SELECT FROM books_asked_back b WHERE b.asked_id = a.id)
      AND NOT EXISTS (SELECT FROM entry_reversal r WHERE r.entry_id = a.entry_id)
      AND NOT EXISTS (
          SELECT FROM ledger_close c
          WHERE CASE WHEN length(a.period) = 4 THEN (a.period || '-12-31')::date
                     ELSE (a.period || '-01')::date END <= c.last_on)
ORDER BY a.period, a.entry_id, a.id DESC
"""
"""SQL: what waits to be approved, of each period and entry what was asked last."""


def ask_close(session: Session, period: str, *, by: int) -> int:
    """Ask that a period be closed; the number of the asking.

    What could not be closed now is not asked for. Raises as `period_named`, `refuse_out_of_turn`.
    """
    fund_officer(session, by)
    wanted = period_named(period)
    refuse_out_of_turn(session, wanted)
    return _add(session, period=wanted.name, why="", asked_by=by)


def ask_reversal(session: Session, entry_id: int, ways: Ways, *, why: str, by: int) -> int:
    """Ask that an entry be reversed. Raises WhyMissing and as `reversible`."""
    fund_officer(session, by)
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise WhyMissing(longest=LONGEST_WHY)
    reversible(session, entry_id, ways)
    return _add(session, entry_id=entry_id, why=why.strip(), asked_by=by)


def asked(session: Session) -> list[Asked]:
    """What waits to be approved: of each period and entry, what was asked last."""
    return [Asked(*row) for row in fetched(session, WAITING, {})]


def approve(session: Session, asked_id: int, ways: Ways, *, by: int) -> Closed | Reversed:
    """Do what another officer asked for. Raises NothingAsked and what closing or reversing does."""
    one_at_a_time(session, f"books asked {asked_id}", patience_s=PATIENCE_S)
    found = next((each for each in asked(session) if each.id == asked_id), None)
    if found is None:
        raise NothingAsked(asked=asked_id)
    if found.period is not None:
        return close(
            session,
            found.period,
            closed_by=found.asked_by,
            approved_by=by,
            patience_s=PATIENCE_S,
        )
    return reverse(
        session,
        found.entry_id or 0,
        ways,
        why=found.why,
        reversed_by=found.asked_by,
        approved_by=by,
    )


def take_back(session: Session, asked_id: int, *, by: int) -> None:
    """Nobody is to approve this. Raises NothingAsked."""
    fund_officer(session, by)
    one_at_a_time(session, f"books asked {asked_id}", patience_s=PATIENCE_S)
    if all(each.id != asked_id for each in asked(session)):
        raise NothingAsked(asked=asked_id)
    session.add(BooksAskedBack(asked_id=asked_id, taken_back_by=by))
    session.flush()


def _add(session: Session, **values: object) -> int:
    """The same again, while it waits, is what was asked."""
    one_at_a_time(session, "books asked")
    for each in asked(session):
        if all(getattr(each, name) == value for name, value in values.items()):
            return each.id
    made = session.execute(insert(BooksAsked).values(**values).returning(BooksAsked.id))
    return int(made.scalar_one())
