"""The fund's own accounts at banks, their statements, what was said of lines; notices asked for."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class FundAccount(Base):
    """An account the fund holds at a bank: where units pay to, and what batches are paid from.

    `code` is what people and commands call it. The two formats name the bank's column map of
    statements and its template of payment files. A code and a number are one account's, but for
    what was typed wrongly: a trigger (0009_accounts.sql).
    """

    __tablename__ = "fund_account"

    id: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    holder: Mapped[str]
    bank: Mapped[str]
    number: Mapped[str]
    statement_format: Mapped[str]
    payment_format: Mapped[str]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class FundAccountEnd(Base):
    """An account of the fund's is no longer after a day; or it was typed wrongly, and never used.

    `meant_id`: the account that was meant, recorded anew under the same code.
    """

    __tablename__ = "fund_account_end"
    __table_args__ = (
        CheckConstraint("(ends_on IS NULL) = (meant_id IS NOT NULL)", name="how"),
        CheckConstraint("proposed_by <> approved_by", name="two_people"),
    )

    account_id: Mapped[Id] = mapped_column(
        ForeignKey("fund_account.id"), primary_key=True, autoincrement=False
    )
    ends_on: Mapped[date | None]
    meant_id: Mapped[Id | None] = mapped_column(ForeignKey("fund_account.id"), unique=True)
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class PayerAccount(Base):
    """An account money came from: encrypted, found by a blind index."""

    __tablename__ = "payer_account"

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    account_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    tail: Mapped[str]
    recorded_at: Mapped[Recorded]


class BankStatement(Base):
    """What one file added to what is known of an account: balances before and after its lines.

    `previous_id`: the statement whose closing balance is this one's opening; no statement has two
    that follow it, and only one is an account's first.
    """

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("account_id", "file_sha256"),
        UniqueConstraint(
            "account_id",
            "previous_id",
            name="bank_statement_chain_key",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("lines > 0 AND first_day <= last_day", name="lines"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("fund_account.id"))
    previous_id: Mapped[Id | None] = mapped_column(ForeignKey("bank_statement.id"))
    file_sha256: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    opening_fen: Mapped[Fen]
    closing_fen: Mapped[Fen]
    lines: Mapped[Small]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class StatementLine(Base):
    """One movement of an account, and what it was taken as: once, when it came.

    No foreign keys: a trigger checks once a statement what its lines refer to, and that they add up
    (0003_money_in.sql). `bank_key` is the bank's own number or, without one, day, amount, balance.
    """

    __tablename__ = "statement_line"
    __table_args__ = (
        UniqueConstraint("account_id", "bank_key", name="statement_line_bank_key"),
        CheckConstraint("amount_fen <> 0", name="amount"),
        CheckConstraint(
            "CASE WHEN amount_fen > 0"
            " THEN taken_as IN ('receipt', 'subsidy', 'interest', 'bounced', 'suspense')"
            " ELSE taken_as IN ('fee', 'batch', 'refund', 'unexplained') END",
            name="taken_as",
        ),
        CheckConstraint(
            "(taken_as = 'receipt') = (receipt_id IS NOT NULL)"
            " AND (taken_as = 'subsidy') = (subsidy_id IS NOT NULL)"
            " AND (taken_as = 'batch') = (batch_id IS NOT NULL)"
            " AND (taken_as IN ('refund', 'bounced')) = (refund_id IS NOT NULL)",
            name="about",
        ),
        Index(None, "receipt_id", unique=True, postgresql_where=text("receipt_id IS NOT NULL")),
        Index(None, "subsidy_id", unique=True, postgresql_where=text("subsidy_id IS NOT NULL")),
        Index(None, "batch_id", unique=True, postgresql_where=text("batch_id IS NOT NULL")),
        Index(
            "statement_line_open_idx",
            "id",
            postgresql_where=text("taken_as IN ('suspense', 'unexplained')"),
        ),
        Index(None, "statement_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    statement_id: Mapped[Id]
    account_id: Mapped[Id]
    line: Mapped[Small]
    bank_key: Mapped[str] = mapped_column(TEXT(collation="C"))
    booked_on: Mapped[date]
    value_day: Mapped[date | None]
    amount_fen: Mapped[Fen]
    balance_fen: Mapped[Fen]
    payer_name: Mapped[str]
    payer_id: Mapped[Id | None]
    remark: Mapped[str]
    taken_as: Mapped[str]
    why: Mapped[str]
    receipt_id: Mapped[Id | None]
    subsidy_id: Mapped[Id | None]
    batch_id: Mapped[Id | None]
    refund_id: Mapped[Id | None]
    recorded_at: Mapped[Recorded]


class LineResolution(Base):
    """What an officer said of a line that was left for a person. The highest `seq` stands.

    `undone` puts money back into suspense, and what left the bank waits again; `payout`,
    `recovery`, `repayment`: a platform paid it out, or others or a member paid it back; `returned`:
    a benefit came back; `interest`: the bank paid it. These take `proposed_by` one, `resolved_by`
    another; and `fee`, but for what one said before that was so. `typed`: it is what was typed, by
    its number, day and amount. What a line brought is named once for ever, what was typed by one
    line at a time: a trigger (0010_tied.sql).
    """

    __tablename__ = "line_resolution"
    __table_args__ = (
        UniqueConstraint("line_id", "seq", name="line_resolution_seq_key"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(
            "act IN ('receipt', 'subsidy', 'not_ours', 'refund', 'fee', 'batch', 'taken_back',"
            " 'payout', 'recovery', 'repayment', 'returned', 'interest', 'typed', 'undone')",
            name="act",
        ),
        CheckConstraint(
            "CASE WHEN act = 'typed' THEN"
            " num_nonnulls(receipt_id, subsidy_id, recovery_receipt_id, repayment_id) = 1"
            " AND num_nonnulls(batch_id, refund_id, other_line_id, payout_id,"
            " payment_resolution_id) = 0"
            " ELSE (act = 'receipt') = (receipt_id IS NOT NULL)"
            " AND (act = 'subsidy') = (subsidy_id IS NOT NULL)"
            " AND (act = 'batch') = (batch_id IS NOT NULL)"
            " AND (act = 'refund') = (refund_id IS NOT NULL)"
            " AND (act = 'taken_back') = (other_line_id IS NOT NULL)"
            " AND (act = 'payout') = (payout_id IS NOT NULL)"
            " AND (act = 'recovery') = (recovery_receipt_id IS NOT NULL)"
            " AND (act = 'repayment') = (repayment_id IS NOT NULL)"
            " AND (act = 'returned') = (payment_resolution_id IS NOT NULL) END",
            name="about",
        ),
        CheckConstraint(
            "((act IN ('payout', 'recovery', 'repayment', 'returned', 'interest', 'undone'))"
            " = (proposed_by IS NOT NULL) OR act IN ('fee', 'typed'))"
            " AND proposed_by <> resolved_by",
            name="two_people",
        ),
        Index(None, "receipt_id", postgresql_where=text("receipt_id IS NOT NULL")),
        Index(None, "subsidy_id", postgresql_where=text("subsidy_id IS NOT NULL")),
        Index(None, "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
        Index(None, "other_line_id", postgresql_where=text("other_line_id IS NOT NULL")),
        Index(None, "payout_id", unique=True, postgresql_where=text("payout_id IS NOT NULL")),
        Index(
            None,
            "recovery_receipt_id",
            postgresql_where=text("recovery_receipt_id IS NOT NULL"),
        ),
        Index(
            None,
            "payment_resolution_id",
            unique=True,
            postgresql_where=text("payment_resolution_id IS NOT NULL"),
        ),
        Index(None, "repayment_id", postgresql_where=text("repayment_id IS NOT NULL")),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    line_id: Mapped[Id] = mapped_column(ForeignKey("statement_line.id"))
    seq: Mapped[Small]
    act: Mapped[str]
    on_day: Mapped[date]
    receipt_id: Mapped[Id | None] = mapped_column(ForeignKey("receipt.id"))
    subsidy_id: Mapped[Id | None] = mapped_column(ForeignKey("subsidy.id"))
    batch_id: Mapped[Id | None] = mapped_column(ForeignKey("payment_batch.id"))
    refund_id: Mapped[Id | None] = mapped_column(ForeignKey("unit_refund.id"))
    other_line_id: Mapped[Id | None] = mapped_column(ForeignKey("statement_line.id"))
    payout_id: Mapped[Id | None] = mapped_column(ForeignKey("online_payout.id"))
    recovery_receipt_id: Mapped[Id | None] = mapped_column(ForeignKey("recovery_receipt.id"))
    repayment_id: Mapped[Id | None] = mapped_column(ForeignKey("repayment.id"))
    payment_resolution_id: Mapped[Id | None] = mapped_column(ForeignKey("payment_resolution.id"))
    proposed_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    resolved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class NoticeOrder(Base):
    """The payment notices of a year's units, as one zip on its way: making -> ready, or failed.

    Of `total` units `done` are done. `left_out`: units whose paper could not be made, named in the
    zip. `trouble`: why all of it failed, an error's kind. No fact: a notice can be made again.
    """

    __tablename__ = "notice_order"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'ready', 'failed')", name="state"),
        Index(None, "asked_by", "benefit_year"),
        Index(
            "notice_order_one_going_key",
            "asked_by",
            unique=True,
            postgresql_where=text("state = 'making'"),
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    made_on: Mapped[date]
    state: Mapped[str]
    done: Mapped[Small] = mapped_column(server_default=text("0"))
    total: Mapped[Small] = mapped_column(server_default=text("0"))
    left_out: Mapped[Small] = mapped_column(server_default=text("0"))
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    trouble: Mapped[str | None]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
