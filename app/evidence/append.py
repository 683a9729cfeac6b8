"""Append to the evidence log, in the caller's transaction."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.evidence.models import Event


def record(
    session: Session,
    act: str,
    *,
    by: int | None,
    about: int | None = None,
    years: Iterable[int] = (),
    **facts: Any,
) -> int:
    """Append one event and return its number.

    `act` reads "noun.verb" ("roster.imported"); `about` is the id of the fact it made; `facts` are
    JSON values without personal data.
    """
    statement = insert(Event).values(
        act=act, by=by, about=about, benefit_years=sorted(set(years)), facts=facts
    )
    return session.execute(statement.returning(Event.id)).scalar_one()
