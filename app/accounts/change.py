"""Finding accounts, taking them away, and new passwords."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from app.accounts.add import normal_login
from app.accounts.check import TooManyTries, WrongLogin, authenticate
from app.accounts.models import Account, Role, SignIn
from app.accounts.note import note
from app.accounts.password import hashed, matches
from app.accounts.prepares import PREPARERS
from app.accounts.revoke_token import revoke_own_tokens, revoke_tokens_of
from app.errors import Refusal
from app.evidence.append import record


class NoSuchAccount(Refusal):
    """No account has this sign-in name."""


class AccountDisabled(Refusal):
    """The account may no longer do anything."""


class NotAnOfficer(Refusal):
    """Only officers do this."""


class MayNotPrepare(Refusal):
    """Officers and operators prepare and enter; nobody else."""


class PasswordSame(Refusal):
    """The new password is the old one."""


class LastOfficer(Refusal):
    """Without an officer nobody could make accounts again."""


def accounts(session: Session) -> Sequence[Account]:
    """All accounts in the order they were made."""
    return session.scalars(select(Account).order_by(Account.id)).all()


def account_named(session: Session, login: str) -> Account:
    """The account with this sign-in name. Raises NoSuchAccount."""
    stored_login = normal_login(login)
    account = session.scalar(select(Account).where(Account.login == stored_login))
    if account is None:
        raise NoSuchAccount
    return account


def account_id_of(session: Session, login: str) -> int | None:
    """The number of the account with this sign-in name, if there is one."""
    return session.scalar(select(Account.id).where(Account.login == normal_login(login)))


def officer_named(session: Session, login: str) -> Account:
    """The active officer with this sign-in name. Raises NoSuchAccount and what `active` raises."""
    return active_officer(account_named(session, login))


def officer(session: Session, account_id: int) -> Account:
    """The active officer with this id, as the database has it now. Raises as `officer_named`."""
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NoSuchAccount
    return active_officer(account)


def active_officer(account: Account) -> Account:
    """The same account, if it is an officer's and not disabled.

    Who approves, confirms, decides, publishes or closes is asked for by this.
    """
    active(account)
    if account.role != Role.OFFICER:
        raise NotAnOfficer(account=account.login)
    return account


def preparer(session: Session, account_id: int) -> Account:
    """The active account that prepares or enters. Raises NoSuchAccount and as `active_preparer`."""
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NoSuchAccount
    return active_preparer(account)


def active_preparer(account: Account) -> Account:
    """The same account, if it may prepare and enter (`app.accounts.prepares`) and is not disabled.

    Raises AccountDisabled, MayNotPrepare.
    """
    active(account)
    if account.role not in PREPARERS:
        raise MayNotPrepare(account=account.login)
    return account


def active(account: Account) -> Account:
    """The same account, if it is not disabled."""
    if account.disabled_at is not None:
        raise AccountDisabled(account=account.login)
    return account


def first_officer(session: Session) -> Account | None:
    """The officer made first who may still act."""
    return session.scalar(_officers().limit(1))


def disable(session: Session, login: str, *, by: int | None) -> bool:
    """Take an account away and end its sessions; False where it was away already."""
    # Rows that refer to these accounts may be written meanwhile: a roster's, a sign-in's.
    officers = session.scalars(_officers().with_for_update(key_share=True)).all()
    account = account_named(session, login)
    if account.disabled_at is not None:
        return False
    if [account.id] == [officer.id for officer in officers]:
        raise LastOfficer(account=account.login)
    note(session, account.id, "disabled", by=by)
    account.disabled_at = func.transaction_timestamp()
    end_sessions(session, account.id)
    revoke_tokens_of(session, account.id, by=by)
    record(session, "account.disabled", by=by, about=account.id)
    return True


def set_password(session: Session, login: str, password: str, *, by: int | None) -> None:
    """Give an account a new password and end its sessions.

    An event, because whoever sets the second officer's password could approve in that name.
    """
    account = account_named(session, login)
    account.password_hash = hashed(password)
    note(session, account.id, "password", by=by)
    end_sessions(session, account.id)
    revoke_tokens_of(session, account.id, by=by)
    record(session, "account.password_set", by=by, about=account.id)


def choose_password(
    session: Session, account_id: int, old: str, new: str, address: str
) -> WrongLogin | TooManyTries | None:
    """The own password becomes another, and the own tokens end; None where it did.

    Commit either way.

    Raises PasswordSame and what `hashed` raises.
    """
    account = session.get_one(Account, account_id)
    found = authenticate(session, account.login, old, address)
    if not isinstance(found, Account):
        return found
    if matches(account.password_hash, new):
        raise PasswordSame
    account.password_hash, account.renew = hashed(new), False
    note(session, account.id, "password", by=account.id)
    revoke_own_tokens(session, account.id)
    record(session, "account.password_set", by=account.id, about=account.id)
    return None


def _officers() -> Select[Account]:
    return (
        select(Account)
        .where(Account.role == Role.OFFICER.value, Account.disabled_at.is_(None))
        .order_by(Account.id)
    )


def end_sessions(session: Session, account_id: int) -> None:
    """Sign the account out everywhere."""
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))
