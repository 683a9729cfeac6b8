"""Write down what was changed of an account, and by whom: read by the audit administrator."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import AccountChange


def note(
    session: Session,
    account_id: int,
    what: str,
    *,
    by: int | None,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """One change. It comes before the change itself, which the database compares with it."""
    told = {"account_id": account_id, "what": what, "before": before, "after": after, "by": by}
    session.execute(insert(AccountChange).values(**told))
