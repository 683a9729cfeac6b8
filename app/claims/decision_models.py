"""What people say and decide about claims that the rules leave to a person. All facts.

Two people make a decision: one proposes (`Proposal`), another approves, and only then a fact
follows that moves anything. The database asks for two people again, whoever writes it.
"""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class InjuryStatement(Base):
    """What the member says of an injury: whether an employer or a third party is liable.

    By the member, or at the counter by an officer who writes down what the member says. The newest
    counts. No story and no diagnosis: only what the fund must know. `apart`: who wrote it stays
    apart from the claim's reviews; of those written before that was a rule it is not so.
    """

    __tablename__ = "injury_statement"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        CheckConstraint(
            "says IN ('nobody', 'employer', 'traffic', 'person', 'product', 'other')", name="says"
        ),
        CheckConstraint("seq >= 1", name="seq"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    says: Mapped[str]
    apart: Mapped[bool] = mapped_column(server_default=true())
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Proposal(Base):
    """What one officer proposes about a claim, for another to approve; nothing moves before.

    `act`: decide | recover | write_off_recovery | write_off | set_off. What it means stands in the
    columns that the act uses: `what` and `reason` are words of lists, `reference` a paper's name or
    a remark, `other_claim_id` the claim that is the same bill or that owes, `recovery_id` which
    recovery is written off.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        ForeignKeyConstraint(["member_id", "other_claim_id"], ["claim.member_id", "claim.id"]),
        UniqueConstraint("id", "member_id", "claim_id", "prepared_by", name="proposal_of_key"),
        CheckConstraint(
            "act IN ('decide', 'recover', 'write_off_recovery', 'write_off', 'set_off')", name="act"
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
        Index(None, "member_id", "claim_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    act: Mapped[str]
    what: Mapped[str] = mapped_column(server_default=text("''"))
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    reference: Mapped[str] = mapped_column(server_default=text("''"))
    other_claim_id: Mapped[Id | None]
    recovery_id: Mapped[Id | None]
    amount_fen: Mapped[Fen | None]
    booked_on: Mapped[date | None]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ProposalDropped(Base):
    """A proposal that is not approved, by another officer or by who made it."""

    __tablename__ = "proposal_dropped"

    proposal_id: Mapped[Id] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class HeldDecision(Base):
    """How two people decided a claim: an input of its determinations from then on.

    `decision_no` comes from the sequence of the grants, drawn while the claim's row of the queue is
    held: a determination with a greater number knew the decision, one with a smaller did not.
    `undo`: an approved filing is taken back; an `UndoneFiling` of the same run stands beside it.
    """

    __tablename__ = "held_decision"
    __table_args__ = (
        UniqueConstraint("decision_no"),
        UniqueConstraint("proposal_id"),
        ForeignKeyConstraint(
            ["proposal_id", "member_id", "claim_id", "prepared_by"],
            ["proposal.id", "proposal.member_id", "proposal.claim_id", "proposal.prepared_by"],
            name="held_decision_proposal_fkey",
        ),
        ForeignKeyConstraint(["member_id", "same_claim_id"], ["claim.member_id", "claim.id"]),
        CheckConstraint("prepared_by <> approved_by", name="two_people"),
        CheckConstraint(
            "what IN ('pay_as:inpatient', 'pay_as:chronic', 'by_admission', 'refuse', 'same_bill',"
            " 'waive_waiting', 'undo')",
            name="what",
        ),
        CheckConstraint("(what = 'same_bill') = (same_claim_id IS NOT NULL)", name="same"),
        CheckConstraint(
            "(what IN ('refuse', 'waive_waiting', 'undo')) = (reason <> '')", name="reason"
        ),
        CheckConstraint("seq >= 1", name="seq"),
        Index(None, "run_id"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    decision_no: Mapped[Id]
    what: Mapped[str]
    reason: Mapped[str]
    same_claim_id: Mapped[Id | None]
    run_id: Mapped[Id] = mapped_column(ForeignKey("run.id"))
    proposal_id: Mapped[Id]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
