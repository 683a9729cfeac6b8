"""Payment batches, their lines, and what the bank answered. All facts.

One determination has at most one live payment: `attempt` 2 can only be written beside the bank's
answer "failed" to attempt 1, by a foreign key, whoever writes it. And triggers refuse, whoever
writes it, a payment that its claim is not owed (0003_owed.sql) and a batch without two officers.
What a payment or an outcome refers to is checked once a statement, by triggers as well.
"""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class PaymentBatch(Base):
    """Claims sent to the bank together. Prepared by one officer, approved by another.

    Over either limit a third has confirmed it: the limits are those that held on `made_on`, or when
    it was sent, if lower.
    """

    __tablename__ = "payment_batch"
    __table_args__ = (
        CheckConstraint("prepared_by <> approved_by", name="two_people"),
        CheckConstraint("lines > 0 AND total_fen > 0", name="total"),
        CheckConstraint(
            "CASE WHEN third_by IS NULL THEN total_fen <= total_over_fen"
            " ELSE third_by <> prepared_by AND third_by <> approved_by END",
            name="third",
        ),
        Index(None, "benefit_year"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    made_on: Mapped[date]
    lines: Mapped[Small]
    total_fen: Mapped[Fen]
    file_sha256: Mapped[str]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    third_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    template: Mapped[str] = mapped_column(server_default="plain")
    fund_account_id: Mapped[Id | None] = mapped_column(ForeignKey("fund_account.id"))
    total_over_fen: Mapped[Fen] = mapped_column(server_default="100000000")
    line_over_fen: Mapped[Fen] = mapped_column(server_default="10000000")
    recorded_at: Mapped[Recorded]


class PaymentPolicy(Base):
    """From a day on: over which amounts a batch needs a third person. The owner writes it."""

    __tablename__ = "payment_policy"
    __table_args__ = (CheckConstraint("total_over_fen > 0 AND line_over_fen > 0", name="amounts"),)

    starts_on: Mapped[date] = mapped_column(primary_key=True)
    total_over_fen: Mapped[Fen]
    line_over_fen: Mapped[Fen]


class Heir(Base):
    """Who is paid in place of a member who died: named by one, approved by another. The last
    stands."""

    __tablename__ = "heir"
    __table_args__ = (
        UniqueConstraint("member_id", "id", name="heir_member_key"),
        CheckConstraint("papers <> '' AND relation <> ''", name="papers"),
        CheckConstraint("proposed_by <> approved_by", name="two_people"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"))
    name: Mapped[str]
    relation: Mapped[str]
    certno_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    certno_index: Mapped[bytes] = mapped_column(LargeBinary)
    account_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    account_index: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str]
    papers: Mapped[str]
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Payment(Base):
    """One line of a batch: money for one determination to one account, frozen as it was sent.

    `failed_attempt` and `failed_outcome` point at the bank's "failed" to the attempt before, or
    `resolved_attempt`, `resolved_seq` and `resolved_as` at two people's.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("batch_id", "line", name="payment_line_key"),
        UniqueConstraint("member_id", "grant_no", "attempt", name="payment_attempt_key"),
        ForeignKeyConstraint(
            ["member_id", "grant_no", "failed_attempt", "failed_outcome"],
            [
                "payment_outcome.member_id",
                "payment_outcome.grant_no",
                "payment_outcome.attempt",
                "payment_outcome.outcome",
            ],
            name="payment_one_live_fkey",
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
        Index(None, "member_id", "claim_id"),
        Index(None, "id"),
        ForeignKeyConstraint(
            ["member_id", "grant_no", "resolved_attempt", "resolved_seq", "resolved_as"],
            [
                "payment_resolution.member_id",
                "payment_resolution.grant_no",
                "payment_resolution.attempt",
                "payment_resolution.seq",
                "payment_resolution.says",
            ],
            name="payment_resolved_fkey",
        ),
        CheckConstraint(
            "CASE WHEN attempt = 1"
            " THEN num_nonnulls(failed_attempt, failed_outcome, resolved_attempt, resolved_seq,"
            " resolved_as) = 0"
            " WHEN resolved_attempt IS NULL THEN num_nonnulls(failed_attempt, failed_outcome) = 2"
            " AND num_nonnulls(resolved_seq, resolved_as) = 0"
            " AND failed_attempt = attempt - 1 AND failed_outcome = 'failed'"
            " ELSE num_nonnulls(resolved_seq, resolved_as) = 2"
            " AND num_nonnulls(failed_attempt, failed_outcome) = 0"
            " AND resolved_attempt = attempt - 1 AND resolved_as = 'failed' END",
            name="attempt",
        ),
        CheckConstraint("num_nonnulls(account_seq, heir_id) = 1", name="payee"),
        ForeignKeyConstraint(
            ["member_id", "heir_id"], ["heir.member_id", "heir.id"], name="payment_heir_fkey"
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    batch_id: Mapped[Id]
    line: Mapped[Small]
    claim_id: Mapped[Id]
    grant_no: Mapped[Id]
    attempt: Mapped[Small]
    failed_attempt: Mapped[Small | None]
    failed_outcome: Mapped[str | None]
    resolved_attempt: Mapped[Small | None]
    resolved_seq: Mapped[Small | None]
    resolved_as: Mapped[str | None]
    amount_fen: Mapped[Fen]
    name: Mapped[str]
    account_seq: Mapped[Small | None]
    heir_id: Mapped[Id | None]


class PaymentOutcome(Base):
    """What became of one attempt: the bank's first word, or two people's where it has none."""

    __tablename__ = "payment_outcome"
    __table_args__ = (
        UniqueConstraint(
            "member_id", "grant_no", "attempt", "outcome", name="payment_outcome_said_key"
        ),
        CheckConstraint("outcome IN ('paid', 'failed')", name="outcome"),
        Index(None, "recorded_at", postgresql_using="brin"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    grant_no: Mapped[Id] = mapped_column(primary_key=True)
    attempt: Mapped[Small] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    booked_on: Mapped[date]
    reason: Mapped[str]
    return_id: Mapped[Id | None]
    recorded_at: Mapped[Recorded]


class PaymentResolution(Base):
    """What two people found out of a payment that the bank does not know of, or contradicts.

    The highest `seq` stands (the view `resolution_now`): two people's error is corrected by two.
    `line_id`: the statement's line that shows it. One that brought money back may have brought
    several payments: `together_id` is then the first of their words, which the line's own word
    names. `undoes_id`: that line was not this payment's money. Numbered among the payments.
    """

    __tablename__ = "payment_resolution"
    __table_args__ = (
        UniqueConstraint(
            "member_id", "grant_no", "attempt", "seq", "says", name="payment_resolution_said_key"
        ),
        UniqueConstraint(
            "member_id", "grant_no", "attempt", "seq", name="payment_resolution_seq_key"
        ),
        CheckConstraint("seq >= 1", name="seq"),
        ForeignKeyConstraint(
            ["member_id", "grant_no", "attempt"],
            ["payment.member_id", "payment.grant_no", "payment.attempt"],
            use_alter=True,
        ),
        CheckConstraint("says IN ('paid', 'failed')", name="says"),
        CheckConstraint("evidence <> ''", name="evidence"),
        CheckConstraint(
            "(together_id IS NULL OR (together_id < id AND line_id IS NOT NULL))"
            " AND (undoes_id IS NULL OR (undoes_id < id AND line_id IS NULL))",
            name="by_line",
        ),
        Index(None, "together_id", postgresql_where=text("together_id IS NOT NULL")),
        Index(None, "undoes_id", unique=True, postgresql_where=text("undoes_id IS NOT NULL")),
        CheckConstraint("decided_by <> approved_by", name="two_people"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[Id]
    grant_no: Mapped[Id]
    attempt: Mapped[Small]
    seq: Mapped[Small]
    says: Mapped[str]
    booked_on: Mapped[date]
    evidence: Mapped[str]
    line_id: Mapped[Id | None] = mapped_column(ForeignKey("statement_line.id"))
    together_id: Mapped[Id | None] = mapped_column(ForeignKey("payment_resolution.id"))
    undoes_id: Mapped[Id | None] = mapped_column(ForeignKey("payment_resolution.id"))
    decided_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class BatchSum(Base):
    """How many of a batch's payments the bank says arrived and failed; the database counts them."""

    __tablename__ = "batch_sum"

    batch_id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    paid: Mapped[Small]
    failed: Mapped[Small]


class PaymentUnknown(Base):
    """The bank said of an attempt that it does not know yet: nothing moves, it is asked.

    Its later "paid" is believed. Its later "failed" would let the money leave again, and waits for
    two people (`app.payments.resolve`).
    """

    __tablename__ = "payment_unknown"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "grant_no", "attempt"],
            ["payment.member_id", "payment.grant_no", "payment.attempt"],
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    grant_no: Mapped[Id] = mapped_column(primary_key=True)
    attempt: Mapped[Small] = mapped_column(primary_key=True)
    reason: Mapped[str]
    return_id: Mapped[Id] = mapped_column(ForeignKey("bank_return.id"))
    recorded_at: Mapped[Recorded]


class BankReturn(Base):
    """One return file of the bank for one batch."""

    __tablename__ = "bank_return"

    id: Mapped[Id] = mapped_column(primary_key=True)
    batch_id: Mapped[Id] = mapped_column(ForeignKey("payment_batch.id"))
    file_sha256: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ReturnHeld(Base):
    """A line of a return that contradicts what is known: kept and listed, changes nothing."""

    __tablename__ = "return_held"

    return_id: Mapped[Id] = mapped_column(ForeignKey("bank_return.id"), primary_key=True)
    file_line: Mapped[Small] = mapped_column(primary_key=True)
    line: Mapped[Small]
    said: Mapped[str]
    amount_fen: Mapped[Fen]
    why: Mapped[str]
    recorded_at: Mapped[Recorded]
