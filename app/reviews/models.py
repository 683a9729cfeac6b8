"""Acts of reviews, papers asked for and answered: facts. The queue and who has what open: none."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class Review(Base):
    """One act. `needs`: the stages the policy asked for when this version was first looked at.

    `goes_to`: the stage it leads to (`app.reviews.stages`). The database refuses an act out of
    order, and one by somebody who may not.
    """

    __tablename__ = "review"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        CheckConstraint("stage IN ('accept', 'first', 'second', 'approve')", name="stage"),
        CheckConstraint("outcome IN ('on', 'papers', 'back', 'refuse')", name="outcome"),
        CheckConstraint("(outcome IN ('back', 'refuse')) = (reason <> '')", name="reason"),
        CheckConstraint(
            "needs IN ('accept first second approve', 'accept first approve',"
            " 'first second approve', 'first approve')",
            name="needs",
        ),
        CheckConstraint("seq >= 1", name="seq"),
        Index(None, "by", "recorded_at"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    version: Mapped[Small]
    stage: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    goes_to: Mapped[str]
    needs: Mapped[str]
    by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ReviewPapers(Base):
    """What a reviewer asked the member for: kinds of papers, and a line of text."""

    __tablename__ = "review_papers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "claim_id", "seq"],
            ["review.member_id", "review.claim_id", "review.seq"],
        ),
        CheckConstraint("kinds <> ''", name="kinds"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    kinds: Mapped[str]
    says: Mapped[str]
    answer_by: Mapped[date]


class ReviewAnswer(Base):
    """The papers that were asked for are here, says the member, or who took them in."""

    __tablename__ = "review_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "claim_id", "seq"],
            ["review_papers.member_id", "review_papers.claim_id", "review_papers.seq"],
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ReviewQueue(Base):
    """Where each claim that waits stands now: mutable, narrow, written by triggers only.

    `since_on`: the day the service's days count from; `papers_by`: asked for and not answered.
    """

    __tablename__ = "review_queue"
    __table_args__ = (
        Index("review_queue_claim_id_key", "claim_id", unique=True),
        Index(None, "since_on", "claim_id"),
        Index(None, "stage", "since_on", "claim_id"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    stage: Mapped[str]
    version: Mapped[Small]
    since_on: Mapped[date]
    amount_fen: Mapped[Fen]
    papers_by: Mapped[date | None]


class ReviewHold(Base):
    """Who has a claim open to act on it, until when: mutable, and no fact."""

    __tablename__ = "review_hold"

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), index=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
