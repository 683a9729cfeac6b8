"""Settlements as the bureau sent them, and the claims they are put forward as. All facts but one.

`settlement_key` gives a `setl_id` to one member for ever; it is not partitioned, so that the id
cannot come in twice by way of another year (design: keys). All other keys begin with `member_id`.
"""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, BureauId, Fen, Id, Recorded, Small


class Run(Base):
    """Bills that are determined together in order: a feed, or claims looked at again.

    kind: feed (`file_sha256` says which file) | cover (bills that found no member or no cover
    before, and do now) | hand (one claim that a person filed) | decision (two people decided).
    """

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("kind IN ('feed', 'cover', 'hand', 'decision')", name="kind"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_sha256: Mapped[str | None]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class SettlementKey(Base):
    """Whose bill a `setl_id` is. That the member exists is checked once a statement."""

    __tablename__ = "settlement_key"
    __table_args__ = (UniqueConstraint("member_id", "setl_id"),)

    setl_id: Mapped[BureauId] = mapped_column(primary_key=True)
    member_id: Mapped[Id]


class Settlement(Base):
    """One version of a bill; the highest is today's. Names as the national interface has them.

    `content` is a digest of every stored field: the same bill again makes no version. Its key and
    its run are checked once a statement (`bill_refers`), as for determinations.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        Index(None, "run_id"),
        Index(None, "recorded_at", postgresql_using="brin"),
        Index(
            "settlement_invoice_idx",
            text("upper(replace(invono, ' ', ''))"),
            postgresql_where=text("invono ~ '[0-9]{6}'"),
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    setl_id: Mapped[BureauId] = mapped_column(primary_key=True)
    version: Mapped[Small] = mapped_column(primary_key=True)
    run_id: Mapped[Id]
    line: Mapped[Small]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    flagged_refund: Mapped[bool] = mapped_column(Boolean)
    med_type: Mapped[str]
    mdtrt_id: Mapped[str]
    insutype: Mapped[str]
    fixmedins_code: Mapped[str]
    fixmedins_name: Mapped[str]
    hosp_lv: Mapped[str]
    dise_codg: Mapped[str]
    dise_name: Mapped[str]
    invono: Mapped[str]
    begndate: Mapped[date | None]
    enddate: Mapped[date | None]
    setl_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    medfee_sumamt: Mapped[Fen]
    fulamt_ownpay_amt: Mapped[Fen]
    overlmt_selfpay: Mapped[Fen]
    preselfpay_amt: Mapped[Fen]
    inscp_scp_amt: Mapped[Fen]
    act_pay_dedc: Mapped[Fen]
    hifp_pay: Mapped[Fen]
    cvlserv_pay: Mapped[Fen]
    hifes_pay: Mapped[Fen]
    hifmi_pay: Mapped[Fen]
    hifob_pay: Mapped[Fen]
    maf_pay: Mapped[Fen]
    oth_pay: Mapped[Fen]
    fund_pay_sumamt: Mapped[Fen]
    psn_part_amt: Mapped[Fen | None]
    acct_pay: Mapped[Fen]
    psn_cash_pay: Mapped[Fen]
    acct_mulaid_pay: Mapped[Fen]
    hosp_part_amt: Mapped[Fen]
    recorded_at: Mapped[Recorded]


class Refund(Base):
    """A row that undoes a settlement: `undone_setl_id` pays nothing, whenever it arrives."""

    __tablename__ = "refund"
    __table_args__ = (Index(None, "undone_setl_id"), Index(None, "run_id"))

    setl_id: Mapped[BureauId] = mapped_column(primary_key=True)
    undone_setl_id: Mapped[BureauId] = mapped_column(primary_key=True)
    run_id: Mapped[Id] = mapped_column(ForeignKey("run.id"))
    line: Mapped[Small]
    setl_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    psn_part_amt: Mapped[Fen | None]
    recorded_at: Mapped[Recorded]


class UnmatchedSettlement(Base):
    """A bill of somebody who is no member (yet): ciphertext and index only."""

    __tablename__ = "unmatched_settlement"
    __table_args__ = (UniqueConstraint("setl_id", "content"), Index(None, "certno_index"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    setl_id: Mapped[BureauId]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    certno_index: Mapped[bytes] = mapped_column(LargeBinary)
    row_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    run_id: Mapped[Id] = mapped_column(ForeignKey("run.id"))
    line: Mapped[Small]
    recorded_at: Mapped[Recorded]


class RowRefused(Base):
    """A row of a feed that could not be taken, and why. `reason` is a key of the texts."""

    __tablename__ = "row_refused"

    run_id: Mapped[Id] = mapped_column(ForeignKey("run.id"), primary_key=True)
    line: Mapped[Small] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    recorded_at: Mapped[Recorded]


class Claim(Base):
    """One settlement put forward for payment. Key and run: as of a settlement."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("member_id", "setl_id"),
        Index(None, "recorded_at", postgresql_using="brin"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    setl_id: Mapped[BureauId]
    run_id: Mapped[Id]
    recorded_at: Mapped[Recorded]


class FiledClaim(Base):
    """A bill a person typed from the settlement sheet, under a number of the fund's own.

    `stated_setl_id` is the number on the sheet; the bureau's row with it is the same bill
    (`JoinedSettlement`). `content` is a digest of what was asked: a second submit with the same
    `request_key` is the same claim, or is refused where it asks for something else. A number is
    filed once; again only after the filing before it was undone, and then `follows_setl_id` names
    that one, so that two cannot both follow it.
    """

    __tablename__ = "filed_claim"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "setl_id"], ["settlement_key.member_id", "settlement_key.setl_id"]
        ),
        CheckConstraint("setl_id ~ '^HZ-[0-9]{4}-[0-9]{6,}$'", name="own"),
        UniqueConstraint("filed_by", "request_key", name="filed_claim_request_key"),
        ForeignKeyConstraint(
            ["member_id", "follows_setl_id"],
            ["undone_filing.member_id", "undone_filing.setl_id"],
            name="filed_claim_follows_fkey",
            use_alter=True,
        ),
        UniqueConstraint(
            "member_id", "setl_id", "stated_setl_id", name="filed_claim_as_stated_key"
        ),
        ForeignKeyConstraint(
            ["member_id", "follows_setl_id", "stated_setl_id"],
            ["filed_claim.member_id", "filed_claim.setl_id", "filed_claim.stated_setl_id"],
            name="filed_claim_follows_same_fkey",
        ),
        Index(
            "filed_claim_stated_key",
            "member_id",
            "stated_setl_id",
            text("COALESCE(follows_setl_id, '')"),
            unique=True,
        ),
        Index(None, "stated_setl_id"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    setl_id: Mapped[BureauId] = mapped_column(primary_key=True)
    stated_setl_id: Mapped[BureauId | None]
    follows_setl_id: Mapped[BureauId | None]
    request_key: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    filed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UndoneFiling(Base):
    """A filing that pays nothing any more: taken back, or sent back by an officer, and why.

    `why` is a value of `app.claims.lifecycle.Why`; `run_id` the run that determines it again, by a
    refund of the own number by itself. Of one that had been approved the run is that of two
    people's decision (`HeldDecision`), and `recorded_by` who approved it.
    """

    __tablename__ = "undone_filing"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "setl_id"], ["filed_claim.member_id", "filed_claim.setl_id"]
        ),
        CheckConstraint(
            "why IN ('taken_back', 'figures', 'papers', 'same_bill', 'not_own', 'invoice')",
            name="why",
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    setl_id: Mapped[BureauId] = mapped_column(primary_key=True)
    why: Mapped[str]
    run_id: Mapped[Id] = mapped_column(ForeignKey("run.id"))
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class JoinedSettlement(Base):
    """The bureau's number of a bill that was filed by hand before it arrived: paid once."""

    __tablename__ = "joined_settlement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "own_setl_id"], ["filed_claim.member_id", "filed_claim.setl_id"]
        ),
        CheckConstraint("setl_id !~ '^HZ-[0-9]{4}-[0-9]{6,}$'", name="own"),
        UniqueConstraint("member_id", "own_setl_id", name="joined_settlement_own_key"),
    )

    setl_id: Mapped[BureauId] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    own_setl_id: Mapped[BureauId]
    run_id: Mapped[Id] = mapped_column(ForeignKey("run.id"))
    recorded_at: Mapped[Recorded]


class ClaimMove(Base):
    """One move of a claim (`app.claims.lifecycle`). Empty `by`: a machine, by the rules.

    That the claim exists is checked once a statement, as for determinations.
    """

    __tablename__ = "claim_move"
    __table_args__ = (Index(None, "recorded_at", postgresql_using="brin"),)

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    act: Mapped[str]
    state: Mapped[str]
    by: Mapped[Id | None]
    recorded_at: Mapped[Recorded]


class ClaimQueue(Base):
    """Where each determined claim stands now: mutable, narrow, what lists and locks work on."""

    __tablename__ = "claim_queue"
    __table_args__ = (Index(None, "state", "claim_id"),)

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    state: Mapped[str]
    seq: Mapped[Small]
