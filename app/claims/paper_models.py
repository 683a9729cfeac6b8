"""Which papers a claim has."""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class ClaimAttachment(Base):
    """A paper of a claim, its `no`th; who put it there, whoever had it kept."""

    __tablename__ = "claim_attachment"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        ForeignKeyConstraint(
            ["member_id", "attachment_id"], ["attachment.member_id", "attachment.id"]
        ),
        CheckConstraint("no >= 1", name="no"),
        UniqueConstraint(
            "member_id", "attachment_id", "claim_id", name="claim_attachment_once_key"
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    no: Mapped[Small] = mapped_column(primary_key=True)
    attachment_id: Mapped[Id]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
