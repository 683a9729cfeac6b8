"""Officers of the city federation, the top of the tree: the fund's money is theirs to move."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.change import officer, preparer
from app.accounts.models import Account
from app.errors import Refusal
from app.unions.models import Union


class NotOfFederation(Refusal):
    """The fund's money is moved by officers of the city federation, the top of the tree."""


def fund_preparer(session: Session, account_id: int) -> Account:
    """The active account at the city federation that prepares or enters.

    Raises NotOfFederation, and as `app.accounts.change.preparer`.
    """
    return at_top(session, preparer(session, account_id))


def fund_officer(session: Session, account_id: int) -> Account:
    """The active officer of the city federation, as the database has it now.

    Raises NotOfFederation, and as `app.accounts.change.officer`.
    """
    return at_top(session, officer(session, account_id))


def at_top(session: Session, account: Account) -> Account:
    """The same account, if it is of the federation. Raises NotOfFederation."""
    if session.scalar(select(Union.parent_id).where(Union.id == account.union_id)) is not None:
        raise NotOfFederation(account=account.login)
    return account
