"""Papers of helpers, as officers of the member's union read them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.roster.identity import masked_certno
from app.secrets import vault

_WAITING: Final = text(
    """
    SELECT d.id, d.kind, d.seen_cipher, d.helper_cipher, d.until, d.seen_by, a.name, d.recorded_at
    FROM help_papers_draft d JOIN account a ON a.id = d.seen_by
    WHERE d.member_id = :member ORDER BY d.id
    """
)
_SEEN: Final = text(
    """
    SELECT c.id, p.id, p.kind, p.seen_cipher, a.name, b.name FROM help_consent c
    JOIN help_papers p ON p.id = c.papers_id
    JOIN account a ON a.id = p.seen_by JOIN account b ON b.id = p.confirmed_by
    WHERE c.member_id = :member
    """
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Papers one officer has seen; the helper's ID masked: it is held against the papers."""

    id: int
    kind: str
    seen: str
    certno: str
    until: date | None
    seen_by: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Papers that two have seen, of a consent."""

    kind: str
    seen: str
    seen_by: str
    confirmed_by: str


def papers_waiting(session: Session, member_id: int) -> list[Waiting]:
    """What waits for a second officer."""
    found = []
    for number, kind, seen, helper, *rest in session.execute(_WAITING, {"member": member_id}):
        certno = vault().open(bytes(helper), "help_papers_helper", number)
        said = vault().open(bytes(seen), "help_papers", number)
        found.append(Waiting(number, kind, said, masked_certno(certno), *rest))
    return found


def of_consent(session: Session, member_id: int) -> dict[int, Seen]:
    """The papers behind each consent that has any."""
    return {
        consent: Seen(kind, vault().open(bytes(seen), "help_papers", number), one, other)
        for consent, number, kind, seen, one, other in session.execute(_SEEN, {"member": member_id})
    }
