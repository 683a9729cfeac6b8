"""Accounts, their sessions, and the tries that throttle guessing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class Role(StrEnum):
    """What an account may do. One account has one role."""

    OFFICER = "officer"
    MEMBER = "member"
    AUDITOR = "auditor"
    CONTACT = "contact"


class Account(Base):
    """Somebody who signs in; `member_id` says which member this person is, for staff too."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('officer', 'member', 'auditor', 'contact')", name="role"),
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
    recorded_at: Mapped[Recorded]


class SignIn(Base):
    """A browser that signed in; only the hash of its token is kept."""

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), index=True)
    recorded_at: Mapped[Recorded]
    seen_at: Mapped[Recorded]


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
