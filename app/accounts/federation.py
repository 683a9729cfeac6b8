"""Officers of the city federation, the top of the tree: the fund's money is theirs to move."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.change import active_officer, officer
from app.accounts.models import Account
from app.errors import Refusal
from app.unions.models import Union


class NotOfFederation(Refusal):
    """The fund's money is moved by officers of the city federation, the top of the tree."""


def fund_officer(session: Session, account_id: int) -> Account:
    """The active officer of the city federation, as the database has it now.

    Raises NotOfFederation, and as `app.accounts.change.officer`.
    """
    return of_federation(session, officer(session, account_id))


def of_federation(session: Session, account: Account) -> Account:
    """The same account, if it is an active officer's of the federation."""
    active_officer(account)
    if session.scalar(select(Union.parent_id).where(Union.id == account.union_id)) is not None:
        raise NotOfFederation(account=account.login)
    return account
