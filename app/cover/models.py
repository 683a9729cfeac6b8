"""Covers, what cut them short, and the terms now in force."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.db import Base, Id, Recorded, Small


class Cover(Base):
    """One member under one scheme from a day to a day. A fact.

    `waits_until` is the first day that pays (empty: no waiting); `cares` empty means all cares of
    the scheme. `benefit_year` is the calendar year of `starts_on` (domain: room).
    """

    __tablename__ = "cover"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "roster_id"], ["roster_line.member_id", "roster_line.roster_id"]
        ),
        CheckConstraint("ends_on >= starts_on", name="term"),
        CheckConstraint("benefit_year = extract(year FROM starts_on)", name="year"),
        Index(None, "benefit_year"),
        Index(None, "recorded_at", postgresql_using="brin"),
        # With member and number: an officer's scope is gathered from the index alone.
        Index(None, "roster_id", "member_id", "id"),
    )

    # A member by the roster's line: a key of its own would be checked for nothing.
    member_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    roster_id: Mapped[Id]
    scheme_id: Mapped[str] = mapped_column(ForeignKey("scheme.id"))
    benefit_year: Mapped[Small]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    waits_until: Mapped[date | None]
    cares: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class CoverChange(Base):
    """A cover's new last day: a paid cover that starts while a gift runs ends it the day before;
    death ends it on its day, and where that word was wrong it stands again as before.

    `change_no` is drawn from the numbers of grants: a grant with a smaller number was made under
    the cover as it stood before. A day before `starts_on` leaves nothing of the cover.
    """

    __tablename__ = "cover_change"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "cover_id"], ["cover.member_id", "cover.id"]),
        ForeignKeyConstraint(["member_id", "because_cover_id"], ["cover.member_id", "cover.id"]),
        UniqueConstraint("member_id", "change_no"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("why IN ('gift_ended', 'died', 'alive')", name="why"),
        CheckConstraint("(why = 'gift_ended') = (because_cover_id IS NOT NULL)", name="because"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    cover_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    why: Mapped[str]
    ends_on: Mapped[date]
    because_cover_id: Mapped[Id | None]
    change_no: Mapped[Id]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class CoverTerm(Base):
    """The term now in force of a cover: mutable, rebuilt from the facts; no two overlap.

    Without btree_gist a member's id is an int8range of one number (design: cover overlap).
    """

    __tablename__ = "cover_term"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "cover_id"], ["cover.member_id", "cover.id"]),
        ExcludeConstraint(
            (sql("int8range(member_id, member_id, '[]'::text)"), "&&"),
            ("term", "&&"),
            name="cover_term_no_overlap",
            using="gist",
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    cover_id: Mapped[Id] = mapped_column(primary_key=True)
    term: Mapped[Range[date]] = mapped_column(DATERANGE)
