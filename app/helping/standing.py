"""Who helps whom now, and what is only offered."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.together import Question

_NAME: Final = """(SELECT n.name FROM member_name n WHERE n.member_id = {who}
    ORDER BY n.seq DESC LIMIT 1)"""
_HELPED: Final = text(
    f"""
    SELECT c.id, c.member_id, {_NAME.format(who="c.member_id")}, c.until, c.way, c.recorded_at
    FROM help_consent c
    WHERE c.helper_id = :account AND helps(c.helper_id, c.member_id)
          AND NOT EXISTS (SELECT FROM help_ended e WHERE e.consent_id = c.id)
    ORDER BY c.id DESC
    """  # noqa: S608 - put together from constants
)
_HELPERS: Final = text(
    """
    SELECT c.id, c.helper_id, a.name, c.until, c.way, c.recorded_at, e.recorded_at IS NOT NULL
           OR NOT helps(c.helper_id, c.member_id)
    FROM help_consent c JOIN account a ON a.id = c.helper_id
    LEFT JOIN help_ended e ON e.consent_id = c.id
    WHERE c.member_id = :member ORDER BY c.id DESC LIMIT 50
    """
)
_ONE: Final = text(f"SELECT {_NAME.format(who=':member')} WHERE helps(:account, :member)")
_OFFERED: Final = text(
    f"""
    SELECT i.id, {_NAME.format(who="i.member_id")}, i.until, i.expires_at FROM help_invite i
    JOIN account a ON a.id = :account
    LEFT JOIN member m ON m.id = a.member_id
    LEFT JOIN helper_person p ON p.account_id = a.id
    WHERE i.code_index IS NULL AND i.expires_at >= transaction_timestamp()
          AND i.helper_index = coalesce(m.certno_index, p.certno_index)
          AND i.member_id IS DISTINCT FROM a.member_id
    ORDER BY i.id
    """  # noqa: S608
)
_INVITES: Final = text(
    """
    SELECT i.id, i.code_index IS NOT NULL, i.until, i.expires_at FROM help_invite i
    WHERE i.member_id = :member AND i.papers_id IS NULL
          AND i.expires_at >= transaction_timestamp() ORDER BY i.id
    """
)
FILED_BY: Final = Question(
    """
    SELECT a.name FROM claim c
    JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    JOIN account a ON a.id = f.filed_by
    WHERE c.member_id = :member AND c.id = :claim AND a.role IN ('member', 'helper')
          AND a.member_id IS DISTINCT FROM c.member_id
    """,
    str,
)


@dataclass(frozen=True, slots=True)
class Help:
    """One consent. `who_id`: the member, or the helper's account; `over`: it holds no more."""

    id: int
    who_id: int
    name: str
    until: date | None
    way: str
    since: datetime
    over: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A member asks this person to help."""

    id: int
    name: str
    until: date | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """What a member has offered and nobody has taken up."""

    id: int
    by_code: bool
    until: date | None
    expires_at: datetime


def helped_by(session: Session, account_id: int) -> list[Help]:
    """The members an account helps now."""
    return [Help(*row) for row in session.execute(_HELPED, {"account": account_id})]


def helpers_of(session: Session, member_id: int) -> list[Help]:
    """Who helps a member, and who did; the newest first."""
    return [Help(*row) for row in session.execute(_HELPERS, {"member": member_id})]


def helped_name(session: Session, account_id: int, member_id: int) -> str | None:
    """The name of a member whom this account may act for now; None: it may not."""
    found = session.execute(_ONE, {"account": account_id, "member": member_id}).one_or_none()
    return str(found[0]) if found else None


def offered_to(session: Session, account_id: int) -> list[Offered]:
    """Offers that name this person's ID number."""
    return [Offered(*row) for row in session.execute(_OFFERED, {"account": account_id})]


def invited_by(session: Session, member_id: int) -> list[Invited]:
    """A member's offers that wait."""
    return [Invited(*row) for row in session.execute(_INVITES, {"member": member_id})]


def filed_by_helper(session: Session, member_id: int, claim_id: int) -> str | None:
    """The name of who filed a claim for its member, where that was a helper."""
    return FILED_BY.first(session, member=member_id, claim=claim_id)
