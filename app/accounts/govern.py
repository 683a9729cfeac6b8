"""Three administrators (三员分立): one makes accounts, another gives rights, a third reads both.

The system administrator makes and disables accounts and renews passwords; such an account has no
right. The security administrator gives and takes role and scope, to others only, and never to an
account of the same person or one he made. The audit administrator reads what both did. One account
has one right in its life, so that what was done with it stays said of an officer; who does other
work gets another account. An administrator is nothing else besides.

Until a security administrator has been named, the owner of the machine names staff on the command
line (`huzhu account add`); from then on nobody gives a right any other way, and the database says
so too (`account_change_is_allowed`, `account_is_as_changed`): not the command line, not SQL of the
application. Every change is a row of `account_change` and an event.
"""

from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import NoSuchAccount, active, end_sessions
from app.accounts.factor import forget_factor
from app.accounts.models import ADMINS, STAFF, Account, AccountChange, Role
from app.accounts.note import note
from app.accounts.password import hashed, made_up
from app.accounts.revoke_token import revoke_tokens_of
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.unions.models import Union

GIVEN: Final = STAFF
"""The roles that a security administrator gives."""


class MayNotGovern(Refusal):
    """Only the administrator whose task it is does this."""


class OwnRight(Refusal):
    """Nobody gives a right to himself, nor to another account of the same person."""


class RightOfOwnMaking(Refusal):
    """Who made an account gives it no right."""


class RightBefore(Refusal):
    """An account has one right in its life."""


class RightsApart(Refusal):
    """An administrator is nothing else besides."""


class LastAdmin(Refusal):
    """Without this administrator nobody could do the task again."""


class NoSuchUnion(Refusal):
    """No union has this number."""


class SubjectTaken(Refusal):
    """The sign-in provider's subject is another account's: it means one of them alone."""


refuses("account_subject_key", SubjectTaken)
refuses("account_change_is_allowed", MayNotGovern)
refuses("account_is_as_changed", MayNotGovern)


def is_governed(session: Session) -> bool:
    """Whether a security administrator has ever been named."""
    named = exists().where(AccountChange.what == "role", AccountChange.after == "security_admin")
    return bool(session.scalar(select(named)))


def make_account(
    session: Session, login: str, name: str, *, by: int, certno: str | None = None
) -> tuple[int, str]:
    """An account without a right, and its first password, shown once.

    Raises MayNotGovern and what `add_account` refuses.
    """
    _acting(session, by, Role.SYSTEM_ADMIN)
    password = made_up()
    made = add_account(session, login, name, Role.NONE, password, by=by, certno=certno)
    session.get_one(Account, made).renew = True
    session.flush()
    return made, password


def renew_password(session: Session, account_id: int, *, by: int) -> str:
    """A first password again, shown once; its owner chooses another at the next sign-in.

    Raises MayNotGovern, OwnRight, NoSuchAccount, AccountDisabled.
    """
    _acting(session, by, Role.SYSTEM_ADMIN)
    account = _other(session, account_id, by)
    password = made_up()
    account.password_hash, account.renew = hashed(password), True
    end_sessions(session, account.id)
    revoke_tokens_of(session, account.id, by=by)
    note(session, account.id, "renewal", by=by)
    record(session, "account.renewal_begun", by=by, about=account.id)
    return password


def disable_account(session: Session, account_id: int, *, by: int) -> None:
    """Take an account away. Raises MayNotGovern, OwnRight, LastAdmin, NoSuchAccount."""
    _acting(session, by, Role.SYSTEM_ADMIN)
    account = _other(session, account_id, by)
    check_not_last(session, account)
    note(session, account.id, "disabled", by=by)
    account.disabled_at = func.transaction_timestamp()
    end_sessions(session, account.id)
    revoke_tokens_of(session, account.id, by=by)
    record(session, "account.disabled", by=by, about=account.id)


def give_right(
    session: Session, account_id: int, role: Role, union_id: int, *, by: int | None
) -> None:
    """Give an account the right it has from now on, for a union and all below it.

    Raises MayNotGovern, OwnRight, RightOfOwnMaking, RightBefore, RightsApart, NoSuchUnion.
    """
    account = _governed(session, account_id, by)
    if role not in GIVEN or account.role not in (Role.NONE, role):
        raise RightBefore
    _check_right(session, account, role)
    _set_scope(session, account, union_id, by)
    if account.role == role:
        return
    note(session, account.id, "role", by=by, before=account.role, after=role.value)
    account.role = role.value
    session.flush()
    record(
        session, "account.added", by=by, about=account.id, role=role.value, member=account.member_id
    )


def take_right(session: Session, account_id: int, *, by: int | None) -> None:
    """Take an account's right away; it may get the same again, and no other.

    Raises MayNotGovern, OwnRight, LastAdmin, NoSuchAccount.
    """
    account = _governed(session, account_id, by)
    if Role(account.role) not in GIVEN:
        return
    check_not_last(session, account)
    note(session, account.id, "role", by=by, before=account.role, after=Role.NONE.value)
    account.role = Role.NONE.value
    end_sessions(session, account.id)
    revoke_tokens_of(session, account.id, by=by)
    session.flush()
    record(session, "account.right_taken", by=by, about=account.id)


def reset_factor(session: Session, account_id: int, *, by: int | None) -> None:
    """Who has lost the phone and the recovery codes sets a second factor anew.

    By the security administrator, or by the owner of the machine on the command line. Raises
    MayNotGovern, OwnRight, NoSuchAccount.
    """
    owner = by is None
    account = _account(session, account_id) if owner else _governed(session, account_id, by)
    note(session, account.id, "factor_reset", by=by)
    forget_factor(session, account.id)
    end_sessions(session, account.id)
    record(session, "account.factor_reset", by=by, about=account.id)


def tie_subject(session: Session, account_id: int, subject: str | None, *, by: int | None) -> None:
    """Say whom the sign-in provider means by a subject. Raises as `take_right`; SubjectTaken.

    Who came in as the one before is out: another person answers from now on.
    """
    account = _governed(session, account_id, by)
    if account.subject != (subject or None):
        end_sessions(session, account.id)
    note(session, account.id, "subject", by=by, before=account.subject, after=subject or None)
    account.subject = subject or None
    session.flush()
    record(session, "account.subject_tied", by=by, about=account.id)


def check_not_last(session: Session, account: Account) -> None:
    """Raise LastAdmin where nobody else could do this administrator's task."""
    if account.role not in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        return
    one_at_a_time(session, "administrators")
    same = select(func.count()).where(Account.role == account.role, Account.disabled_at.is_(None))
    if session.execute(same).scalar_one() <= 1:
        raise LastAdmin(account=account.login)


def _governed(session: Session, account_id: int, by: int | None) -> Account:
    """The account, where its right may be changed by this administrator."""
    one_at_a_time(session, "rights of accounts")
    if by is None:
        if is_governed(session):
            raise MayNotGovern
        return _account(session, account_id)
    _acting(session, by, Role.SECURITY_ADMIN)
    account = _other(session, account_id, by)
    made = exists().where(
        AccountChange.account_id == account.id,
        AccountChange.what == "made",
        AccountChange.by == by,
    )
    if session.scalar(select(made)):
        raise RightOfOwnMaking
    return account


def _check_right(session: Session, account: Account, role: Role) -> None:
    """Raise RightBefore or RightsApart."""
    had = select(AccountChange.after).where(
        AccountChange.account_id == account.id,
        AccountChange.what.in_(("made", "role")),
        AccountChange.after.not_in((Role.NONE.value, role.value)),
    )
    if session.scalar(had.limit(1)):
        raise RightBefore
    if account.member_id is None:
        return
    others = session.scalars(
        select(Account.role).where(
            Account.member_id == account.member_id,
            Account.id != account.id,
            Account.disabled_at.is_(None),
        )
    )
    rights = {Role(each) for each in others} & STAFF
    if role in rights or rights & ADMINS or (rights and role in ADMINS):
        raise RightsApart


def _set_scope(session: Session, account: Account, union_id: int, by: int | None) -> None:
    if account.union_id == union_id:
        return
    if session.get(Union, union_id) is None:
        raise NoSuchUnion
    before, after = str(account.union_id), str(union_id)
    note(session, account.id, "scope", by=by, before=before, after=after)
    account.union_id = union_id
    session.flush()
    revoke_tokens_of(session, account.id, by=by)
    record(session, "account.scope_set", by=by, about=account.id, union_id=union_id)


def _acting(session: Session, by: int, role: Role) -> Account:
    acting = session.get(Account, by, populate_existing=True)
    if acting is None or acting.disabled_at is not None or acting.role != role:
        raise MayNotGovern
    return acting


def _other(session: Session, account_id: int, by: int) -> Account:
    """The account, which is not the administrator's own nor the same person's."""
    account = _account(session, account_id)
    own = session.get_one(Account, by).member_id
    if account.id == by or (own is not None and account.member_id == own):
        raise OwnRight
    return account


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NoSuchAccount
    return active(account)
