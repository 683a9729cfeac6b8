"""Accounts, their sessions, and the tries that throttle guessing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class Role(StrEnum):
    """What an account may do. One account has one role."""

    OFFICER = "officer"
    MEMBER = "member"
    AUDITOR = "auditor"
    CONTACT = "contact"
    HELPER = "helper"  # acts for members who let it (app.helping), and has nothing of its own
    OPERATOR = "operator"  # an insurer's or operator's staff: prepares and enters, never approves
    SYSTEM_ADMIN = "system_admin"  # makes accounts and takes them away, gives no right
    SECURITY_ADMIN = "security_admin"  # gives rights and scope, makes no account
    AUDIT_ADMIN = "audit_admin"  # reads what both did, changes nothing
    NONE = "none"  # nothing yet, or nothing any more


ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
STAFF = frozenset({Role.OFFICER, Role.OPERATOR, Role.AUDITOR}) | ADMINS
"""Whose right is given by the security administrator, once there is one."""


class Account(Base):
    """Somebody who signs in; `member_id` says which member this person is, for staff too."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(each.value) for each in Role)})", name="role"),
        CheckConstraint("role <> 'member' OR member_id IS NOT NULL", name="member"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    member_id: Mapped[Id | None] = mapped_column(ForeignKey("member.id"), index=True)
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The password was given by somebody else: a new one is wanted before anything else.
    renew: Mapped[bool] = mapped_column(server_default=text("false"))
    # Who this is to the provider that signs staff in (OpenID Connect).
    subject: Mapped[str | None] = mapped_column(unique=True)
    recorded_at: Mapped[Recorded]


class SignIn(Base):
    """A browser that signed in; only the hash of its token is kept."""

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), index=True)
    recorded_at: Mapped[Recorded]
    seen_at: Mapped[Recorded]
    half: Mapped[bool] = mapped_column(server_default=text("false"))
    how: Mapped[str] = mapped_column(server_default=text("'password'"))


class AccountChange(Base):
    """What was changed of an account, by whom; `by` empty: the owner of the machine."""

    __tablename__ = "account_change"
    __table_args__ = (
        CheckConstraint(
            "what IN ('made', 'role', 'scope', 'disabled', 'renewal', 'password', 'factor_set',"
            " 'factor_reset', 'subject', 'codes_made', 'factor_moved')",
            name="what",
        ),
        Index(None, "account_id", "id"),
        Index(None, "what", "after"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    what: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
    made_in: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )


class SecondFactor(Base):
    """The secret an account's codes are made of, sealed; no code counts before it is confirmed.

    `next_cipher`: of another phone that has not shown a code yet (`app.accounts.factor_anew`).
    """

    __tablename__ = "second_factor"

    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[Id] = mapped_column(server_default=text("0"))
    next_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[Recorded]


class RecoveryCode(Base):
    """A code for who has lost the phone, as a hash; each is good once."""

    __tablename__ = "recovery_code"

    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ProviderTry(Base):
    """A sign-in by the provider that was begun and has not come back; good once."""

    __tablename__ = "provider_try"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    nonce: Mapped[str]
    verifier: Mapped[str]
    following: Mapped[str]
    recorded_at: Mapped[Recorded]


class SignInLog(Base):
    """Who signed in, or tried to, when and from where; the address is sealed, and all is forgotten
    after half a year."""

    __tablename__ = "sign_in_log"
    __table_args__ = (
        CheckConstraint(
            "what IN ('signed_in', 'failed', 'locked', 'code_failed', 'signed_out',"
            " 'ended_elsewhere')",
            name="what",
        ),
        Index(None, "account_id", "id"),
        Index(None, "recorded_at"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    what: Mapped[str]
    how: Mapped[str]
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    place_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[Recorded]


class SignInTry(Base):
    """A failed try, by blind index of login and by address: counted, then forgotten."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index(None, "login_index", "at"), Index(None, "address", "at"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    login_index: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str]
    at: Mapped[Recorded]


class SignInCode(Base):
    """A one-time code, by the browser that asked for it; without a member for who is unknown.

    `asked_index`: what was typed, as a blind index, by which wrong codes are counted.
    `told`: the message to the member's phone was written.
    """

    __tablename__ = "sign_in_code"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    ticket_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    member_id: Mapped[Id | None] = mapped_column(ForeignKey("member.id"), index=True)
    asked_index: Mapped[bytes] = mapped_column(LargeBinary)
    code_index: Mapped[bytes] = mapped_column(LargeBinary)
    code_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[Small] = mapped_column(server_default=text("0"))
    told: Mapped[bool] = mapped_column(server_default=text("false"))
    recorded_at: Mapped[Recorded]


class DemoAccount(Base):
    """An account the start page offers to everybody: only in the demonstration city."""

    __tablename__ = "demo_account"

    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), primary_key=True)
    recorded_at: Mapped[Recorded]
