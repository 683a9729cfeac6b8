"""Roster files that officers sent. Drafts, no facts: what is enrolled stands in `roster`."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class RosterUpload(Base):
    """One file: reading -> checked, nothing or refused; checked -> enrolling -> enrolled,
    or checked -> discarded.

    `recorded_by` sent it, `confirmed_by` said to enrol it: what is enrolled is that officer's;
    `discarded_by` said not to.
    `phase`, `done` and `total` are the progress. `report` is what was found, sealed;
    `faults` is there, sealed, while the copies of what was enrolled are still to be made.
    `request_key` is the form's: a form sent twice is one upload. `lang` is that of the copies with
    the reasons. `entered_on`: the day it was sent, then confirmed; the enrolment window goes by it.
    """

    __tablename__ = "roster_upload"
    __table_args__ = (
        UniqueConstraint("recorded_by", "request_key", name="roster_upload_request_key"),
        CheckConstraint(
            "state IN ('reading', 'checked', 'nothing', 'refused', 'enrolling', 'enrolled',"
            " 'discarded')",
            name="state",
        ),
        CheckConstraint(
            "state NOT IN ('enrolling', 'enrolled') OR confirmed_by IS NOT NULL", name="confirmed"
        ),
        CheckConstraint("(state = 'discarded') = (discarded_by IS NOT NULL)", name="discarded"),
        Index(None, "unit_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    benefit_year: Mapped[Small]
    starts_on: Mapped[date]
    confirmed_on: Mapped[date]
    request_key: Mapped[str]
    lang: Mapped[str]
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    marked_file_id: Mapped[Id | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    refused_file_id: Mapped[Id | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    state: Mapped[str]
    phase: Mapped[str]
    done: Mapped[Small] = mapped_column(server_default=text("0"))
    total: Mapped[Small] = mapped_column(server_default=text("0"))
    report: Mapped[bytes | None] = mapped_column(LargeBinary)
    faults: Mapped[bytes | None] = mapped_column(LargeBinary)
    roster_id: Mapped[Id | None] = mapped_column(ForeignKey("roster.id"))
    confirmed_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    discarded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
    entered_on: Mapped[date | None]


class ChangeList(Base):
    """Joiners and leavers that a unit's contact handed in: waiting -> taken, refused or withdrawn.

    A draft, no fact: what is taken stands in `roster` and `unit_leaver`. Counts are those of the
    file while it waits, and of what became of it after. `faults`, sealed: rows refused then.
    """

    __tablename__ = "change_list"
    __table_args__ = (
        UniqueConstraint("unit_id", "request_key", name="change_list_request_key"),
        CheckConstraint("state IN ('waiting', 'taken', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint(
            "(state = 'withdrawn') = coalesce(decided_by = recorded_by, false)", name="two_people"
        ),
        Index(None, "unit_id", "state"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    starts_on: Mapped[date]
    request_key: Mapped[str]
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    file_sha256: Mapped[str]
    joiners: Mapped[Small]
    leavers: Mapped[Small]
    refused: Mapped[Small]
    state: Mapped[str]
    reason: Mapped[str | None]
    roster_id: Mapped[Id | None] = mapped_column(ForeignKey("roster.id"))
    faults: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class LatePermission(Base):
    """That a unit may enrol for a benefit year after its window, until a day."""

    __tablename__ = "late_permission"
    __table_args__ = (
        CheckConstraint("length(why) BETWEEN 1 AND 500", name="why"),
        Index(None, "unit_id", "benefit_year"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    benefit_year: Mapped[Small]
    until_day: Mapped[date]
    why: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
