"""Accounts, their sessions, and the tries that throttle guessing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class Role(StrEnum):
    """What an account may do. One account has one role."""

    OFFICER = "officer"
    MEMBER = "member"
    AUDITOR = "auditor"
    CONTACT = "contact"
    HELPER = "helper"  # acts for members who let it (app.helping), and has nothing of its own


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


class DemoAccount(Base):
    """An account the start page offers to everybody: only in the demonstration city."""

    __tablename__ = "demo_account"

    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), primary_key=True)
    recorded_at: Mapped[Recorded]
