"""Determinations and what is used of each entitlement."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, BureauId, Fen, Id, Recorded, Small


class Determination(Base):
    """The computed answer for a claim: never changed, only followed by the next `seq`.

    The highest `seq` of a claim is live; a following one reverses what the one before had granted,
    at its own place in the order. `grant_no` comes from one sequence, drawn while the member's
    entitlements are locked, so that it orders every grant and reversal of a member: replay and the
    bundle's verifier follow it. `undone_on` is the refund's day by which it was reversed: of
    several refunds only some may have come by then. Amounts in fen; `room_fen` is empty where there
    is no cap or the bill was refused.

    What it refers to is checked once a statement, by the trigger `determination_refers`: foreign
    keys, looked up once a row and key, took ten times as long as all the rest of writing it.
    """

    __tablename__ = "determination"
    __table_args__ = (
        UniqueConstraint("member_id", "claim_id", "seq"),
        Index(None, "recorded_at", postgresql_using="brin"),
        CheckConstraint("payable_fen >= 0", name="payable"),
        CheckConstraint("seq >= 1", name="seq"),
        # Compared with a missing value nothing is false, and what is not false passes.
        CheckConstraint(
            "refusal IS NOT NULL OR num_nulls(cover_id, scheme_id, scheme_digest, care,"
            " benefit_year, base_fen, gross_fen) = 0 AND gross_fen BETWEEN 0 AND base_fen",
            name="granted",
        ),
        CheckConstraint(
            "refusal IS NULL OR num_nonnulls(base_fen, gross_fen, room_fen) = 0"
            " AND payable_fen = 0",
            name="refused",
        ),
        CheckConstraint(
            "refusal IS NOT NULL OR payable_fen = least(gross_fen, room_fen)", name="room"
        ),
        CheckConstraint(
            "(refusal IS NOT DISTINCT FROM 'refunded') = (undone_on IS NOT NULL)", name="undone"
        ),
        Index(None, "benefit_year"),
        Index(
            "determination_following_idx", "member_id", "claim_id", postgresql_where=text("seq > 1")
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    grant_no: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id]
    seq: Mapped[Small]
    setl_id: Mapped[BureauId]
    version: Mapped[Small]
    run_id: Mapped[Id]
    cover_id: Mapped[Id | None]
    scheme_id: Mapped[str | None]
    scheme_digest: Mapped[str | None]
    care: Mapped[str | None]
    benefit_year: Mapped[Small | None]
    base_fen: Mapped[Fen | None]
    gross_fen: Mapped[Fen | None]
    room_fen: Mapped[Fen | None]
    payable_fen: Mapped[Fen]
    refusal: Mapped[str | None]
    undone_on: Mapped[date | None]
    recorded_at: Mapped[Recorded]


class Entitlement(Base):
    """What a member has been granted for a care in a benefit year. Mutable; the lock of caps.

    One partition a benefit year, made when the year opens (`app.schemes.years`).
    """

    __tablename__ = "entitlement"
    __table_args__ = (
        CheckConstraint("used_fen >= 0 AND used_fen <= coalesce(cap_fen, used_fen)", name="cap"),
        {"postgresql_partition_by": "LIST (benefit_year)"},
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    care: Mapped[str] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small] = mapped_column(primary_key=True)
    cap_fen: Mapped[Fen | None]
    used_fen: Mapped[Fen]
