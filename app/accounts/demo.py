"""The accounts that the demonstration city offers to everybody, without a password.

Only those listed in `demo_account`, which nothing but the demonstration city writes: a fund that is
used in earnest has no row there, and nobody comes in by this way.
"""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, DemoAccount

PHONES = ("13800000001", "13800000002")
"""Of its members: the page that sends a code to a phone says one, and then shows the code."""

_ORDER = (
    *("officer", "operator", "contact", "member", "auditor"),
    *("system_admin", "security_admin", "audit_admin"),
)


def is_demonstration(session: Session) -> bool:
    """Whether this fund is the demonstration city: all people in it are invented."""
    return bool(session.scalar(select(exists().select_from(DemoAccount))))


def offered(session: Session) -> list[Account]:
    """The accounts to choose from: of every role, each as they were listed."""
    found = session.scalars(_listed().order_by(Account.id))
    return sorted(found, key=lambda account: _ORDER.index(account.role))


def offered_account(session: Session, account_id: int) -> Account | None:
    """The account with this id, where it is offered and may be used."""
    return session.scalar(_listed().where(Account.id == account_id))


def _listed() -> Select[Account]:
    return (
        select(Account)
        .join(DemoAccount, DemoAccount.account_id == Account.id)
        .where(Account.disabled_at.is_(None), Account.role.in_(_ORDER))
        .execution_options(populate_existing=True)
    )
