"""What is asked for and waits; what units were and are; mergers and splits."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class UnitRequest(Base):
    """Asked for, and waiting for somebody else's word. A draft: `content` is sealed JSON.

    `union_id` is where it was asked; what is asked of a unit is decided by an officer who reaches
    the union that the unit is of by then. `filed_by` is empty where a unit registers itself.
    """

    __tablename__ = "unit_request"
    __table_args__ = (
        CheckConstraint("kind IN ('register', 'change', 'contact', 'merge', 'split')", name="kind"),
        CheckConstraint("state IN ('waiting', 'approved', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_by IS NULL)", name="decided"),
        CheckConstraint(
            "state <> 'approved' OR filed_by IS DISTINCT FROM decided_by", name="two_people"
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    unit_id: Mapped[Id | None] = mapped_column(ForeignKey("unit.id"), index=True)
    other_id: Mapped[Id | None] = mapped_column(ForeignKey("unit.id"))
    uscc: Mapped[str]
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    content_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    file_sha256: Mapped[str | None]
    reason: Mapped[str | None]
    filed_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UnitChange(Base):
    """What a unit is from a day on, whole; the highest `seq` whose day has come stands.

    `into_id`: the unit it stands as, once it has gone into another.
    """

    __tablename__ = "unit_change"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("unit_percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("into_id <> unit_id", name="into"),
        CheckConstraint("why IN ('registered', 'changed', 'contact', 'merged')", name="why"),
        CheckConstraint("recorded_by <> approved_by", name="two_people"),
    )

    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    name: Mapped[str]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    unit_percent: Mapped[Small]
    into_id: Mapped[Id | None] = mapped_column(ForeignKey("unit.id"), index=True)
    from_on: Mapped[date]
    why: Mapped[str]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UnitAccount(Base):
    """The unit's own bank account, where the fund pays it back; encrypted, its tail shown."""

    __tablename__ = "unit_account"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("recorded_by <> approved_by", name="two_people"),
    )

    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    account_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    account_index: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str]
    bank: Mapped[str]
    from_on: Mapped[date]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UnitContact(Base):
    """Who acts for a unit, and by which account; the highest `seq` is today's."""

    __tablename__ = "unit_contact"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("recorded_by <> approved_by", name="two_people"),
    )

    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str]
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), unique=True)
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UnitMerge(Base):
    """A unit goes into another, once."""

    __tablename__ = "unit_merge"
    __table_args__ = (
        CheckConstraint("into_id <> unit_id", name="into"),
        CheckConstraint("recorded_by <> approved_by", name="two_people"),
    )

    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    into_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    on_day: Mapped[date]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UnitMergeMoney(Base):
    """What money of a benefit year went along: held for rosters, and credited back."""

    __tablename__ = "unit_merge_money"
    __table_args__ = (CheckConstraint("held_fen <> 0 OR credited_fen <> 0", name="amount"),)

    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit_merge.unit_id"), primary_key=True)
    benefit_year: Mapped[Small] = mapped_column(primary_key=True)
    booked_on: Mapped[date]
    held_fen: Mapped[Fen]
    credited_fen: Mapped[Fen]


class UnitSplit(Base):
    """Some people of a unit go to another."""

    __tablename__ = "unit_split"
    __table_args__ = (
        CheckConstraint("to_id <> from_id", name="to"),
        CheckConstraint("heads > 0", name="heads"),
        CheckConstraint("recorded_by <> approved_by", name="two_people"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    from_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    to_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    on_day: Mapped[date]
    heads: Mapped[Small]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class LineMove(Base):
    """A roster's line stands at another unit from a day on; the highest `seq` counts."""

    __tablename__ = "line_move"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        ForeignKeyConstraint(
            ["member_id", "roster_id"], ["roster_line.member_id", "roster_line.roster_id"]
        ),
        Index(None, "roster_id"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    roster_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    split_id: Mapped[Id] = mapped_column(ForeignKey("unit_split.id"))
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), index=True)
    from_on: Mapped[date]
    recorded_at: Mapped[Recorded]
