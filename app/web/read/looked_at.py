"""Who opened a claim, or looked at a paper of it: from the log, for the audit administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.evidence.models import Event
from app.web.paging import Asked, Page

OPENED: Final = ("claim.opened", "paper.opened")
"""The acts of looking; what for stands with the auditor who looked."""


@dataclass(frozen=True, slots=True)
class OpeningSeen:
    """One act of looking."""

    id: int
    act: str
    name: str
    login: str
    claim: int | None
    no: int | None
    at: datetime


def openings_seen(session: Session, asked: Asked) -> Page[OpeningSeen]:
    """The newest first."""
    chosen = (
        select(Event, Account.name, Account.login)
        .join(Account, Account.id == Event.by)
        .where(Event.act.in_(OPENED))
    )
    if asked.after is not None:
        chosen = chosen.where(Event.id < asked.after)
    rows = session.execute(chosen.order_by(Event.id.desc()).limit(asked.size + 1))
    seen = [
        OpeningSeen(
            *(event.id, event.act, name, login),
            *(event.facts.get("claim"), event.facts.get("no"), event.recorded_at),
        )
        for event, name, login in rows
    ]
    following = seen[asked.size - 1].id if len(seen) > asked.size else None
    return Page(seen[: asked.size], following)
