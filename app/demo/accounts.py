"""The accounts the start page offers with one click. Nobody knows their passwords."""

from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.add import FEDERATION, add_account
from app.accounts.demo import PHONES
from app.accounts.models import Account, DemoAccount, Role
from app.accounts.password import made_up
from app.notices.address import set_phones
from app.unions.models import Union

OFFICER: Final = "demo-officer"
SECOND_OFFICER: Final = "demo-officer2"
THIRD_OFFICER: Final = "demo-officer3"
FOURTH_OFFICER: Final = "demo-officer4"
AUDITOR: Final = "demo-auditor"
OPERATOR: Final = "demo-operator"
SYSTEM_ADMIN: Final = "demo-system"
SECURITY_ADMIN: Final = "demo-security"
AUDIT_ADMIN: Final = "demo-audit-admin"
MEMBER: Final = "demo-member"
SECOND_MEMBER: Final = "demo-member2"


def add_staff(session: Session) -> tuple[int, int]:
    """The staff; the two officers' numbers."""
    one = _add(session, OFFICER, "林书琴", Role.OFFICER)
    other = _add(session, SECOND_OFFICER, "郭立文", Role.OFFICER)
    _add(session, AUDITOR, "沈知行", Role.AUDITOR)
    _add(session, OPERATOR, "许安澜", Role.OPERATOR)
    return one, other


def add_administrators(session: Session) -> None:
    """The three administrators; last, since from then on only they name staff."""
    _add(session, SYSTEM_ADMIN, "程系安", Role.SYSTEM_ADMIN)
    _add(session, AUDIT_ADMIN, "顾审言", Role.AUDIT_ADMIN)
    _add(session, SECURITY_ADMIN, "陆安权", Role.SECURITY_ADMIN)


def third_officer(session: Session) -> int:
    """Who confirms what is too large for two; made when first needed."""
    found = session.scalar(select(Account.id).where(Account.login == THIRD_OFFICER))
    return found or _add(session, THIRD_OFFICER, "何静宜", Role.OFFICER)


def fourth_officer(session: Session) -> int:
    """Who approves claims that another officer has filed and two have reviewed."""
    found = session.scalar(select(Account.id).where(Account.login == FOURTH_OFFICER))
    return found or _add(session, FOURTH_OFFICER, "陈思远", Role.OFFICER)


def add_member(session: Session, login: str, name: str, certno: str) -> Account:
    """A member's account."""
    account = session.get_one(Account, _add(session, login, name, Role.MEMBER, certno))
    if account.member_id:
        set_phones(session, {account.member_id: PHONES[login != MEMBER]}, by=None)
    return account


def federation(session: Session) -> int:
    """The top of the tree of unions."""
    top = select(Union.id).where(Union.parent_id.is_(None)).order_by(Union.id).limit(1)
    found = session.scalar(top)
    if found is None:
        found = add_union(session, FEDERATION, None)
    return found


def add_union(session: Session, name: str, parent_id: int | None) -> int:
    """A node of the tree of unions."""
    node = Union(name=name, parent_id=parent_id)
    session.add(node)
    session.flush()
    return node.id


def _add(session: Session, login: str, name: str, role: Role, certno: str | None = None) -> int:
    account_id = add_account(session, login, name, role, made_up(), by=None, certno=certno)
    offer(session, account_id)
    return account_id


def offer(session: Session, account_id: int) -> None:
    """Let everybody in as this one, with one click."""
    session.execute(insert(DemoAccount).values(account_id=account_id))
