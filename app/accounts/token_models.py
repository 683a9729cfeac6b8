"""Tokens of programs; only their hashes are kept."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Role
from app.accounts.scopes import SCOPES
from app.db import Base, Id, Recorded, Small

MAKERS = {
    Role.MEMBER: "made_by = account_id AND makers_role = role",
    Role.CONTACT: "made_by = account_id AND makers_role = role",
    Role.OFFICER: "made_by <> account_id AND makers_role = 'security_admin'",
}
"""SQL: who makes tokens for an account of a role."""


def _allowed() -> str:
    cases = (
        f"WHEN '{role}' THEN {MAKERS[role]} AND scopes <@ ARRAY{sorted(map(str, scopes))}"
        for role, scopes in SCOPES.items()
    )
    return f"scopes <> '{{}}' AND CASE role {' '.join(cases)} ELSE false END"


class ApiToken(Base):
    """A token: it acts for `account_id` while that account has `role` and its maker his.

    `accepted_at`: when the account agreed to what another made for it. `minute_at` and `in_minute`
    count its requests; see `app.accounts.token`.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("label <> ''", name="label"),
        CheckConstraint(_allowed(), name="scopes"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str]
    made_by: Mapped[Id] = mapped_column(ForeignKey("account.id"), index=True)
    makers_role: Mapped[str]
    label: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    minute_at: Mapped[Recorded]
    in_minute: Mapped[Small] = mapped_column(server_default=text("0"))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[Recorded]

    @property
    def waits(self) -> bool:
        """For the word of the account for which another made it."""
        return self.made_by != self.account_id and self.accepted_at is None
