"""Seals over what was recorded, the log they make, and its signed checkpoints. Facts."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class SealBegun(Base):
    """A moment before which everything is final, said before what is to be sealed is read."""

    __tablename__ = "seal_begun"
    __table_args__ = (CheckConstraint("until <= recorded_at", name="until"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[Recorded]


class Seal(Base):
    """What was recorded before `until`, and not before the last seal's. Numbered without gaps."""

    __tablename__ = "seal"
    __table_args__ = (CheckConstraint("id >= 1", name="id"),)

    id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True), unique=True)
    recorded_at: Mapped[Recorded]


class SealWidening(Base):
    """A table whose rows began to be sealed later than others': those of before `until`, too."""

    __tablename__ = "seal_widening"

    table_name: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SealLeaf(Base):
    """One leaf of the log: the rows of one table and one set of benefit years in one seal."""

    __tablename__ = "seal_leaf"
    __table_args__ = (
        UniqueConstraint("seal_id", "table_name", "years"),
        CheckConstraint("no >= 0", name="no"),
        CheckConstraint("rows >= 1 AND length(root) = 32", name="root"),
    )

    no: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    seal_id: Mapped[Id] = mapped_column(ForeignKey("seal.id"))
    table_name: Mapped[str]
    years: Mapped[str]
    rows: Mapped[Id]
    root: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointKey(Base):
    """The public half of a key that checkpoints are signed with. The last one is in use."""

    __tablename__ = "checkpoint_key"
    __table_args__ = (
        UniqueConstraint("public"),
        CheckConstraint("length(public) = 32", name="public"),
        CheckConstraint("name ~ '^[A-Za-z0-9./-]+$'", name="name"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str]
    public: Mapped[bytes] = mapped_column(LargeBinary)
    registered_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Checkpoint(Base):
    """The log up to its `size`th leaf, signed: a note in the form of C2SP tlog-checkpoint."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        UniqueConstraint("size", "key_id"),
        CheckConstraint("size >= 1", name="size"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    size: Mapped[Id]
    key_id: Mapped[Id] = mapped_column(ForeignKey("checkpoint_key.id"))
    note: Mapped[str]
    signed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class CheckpointWitness(Base):
    """A line by which somebody else signed a checkpoint, too; `public`: the key, where it is known.

    With a key the line was checked before it was kept.
    """

    __tablename__ = "checkpoint_witness"
    __table_args__ = (
        UniqueConstraint("checkpoint_id", "signature"),
        CheckConstraint("length(public) = 32", name="public"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[Id] = mapped_column(ForeignKey("checkpoint.id"))
    signature: Mapped[str]
    public: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class CheckpointSm2(Base):
    """An SM2 signature of a checkpoint, and the point of the key that made it."""

    __tablename__ = "checkpoint_sm2"
    __table_args__ = (CheckConstraint("length(public) = 65", name="public"),)

    checkpoint_id: Mapped[Id] = mapped_column(ForeignKey("checkpoint.id"), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    kept_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class BundleStamp(Base):
    """A time-stamp of a bundle's digest (DER), and the roots (PEM) it was checked by."""

    __tablename__ = "bundle_stamp"

    order_id: Mapped[Id] = mapped_column(ForeignKey("bundle_order.id"), primary_key=True)
    stamp: Mapped[bytes] = mapped_column(LargeBinary)
    roots: Mapped[str]
    kept_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
