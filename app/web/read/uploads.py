"""Roster files that were sent: one with what was found in it, and a unit's latest."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.enrolment.upload_report import Fault, Report, opened
from app.web.paging import Asked, Page
from app.web.read.scope import UNIT, Scope

_ONE: Final = text(
    f"""
    SELECT x.id, x.state, x.benefit_year, x.recorded_at, a.name, x.unit_id, u.name, u.uscc,
           x.starts_on, x.confirmed_on, x.phase, x.done, x.total, f.name, x.marked_file_id,
           x.refused_file_id, x.roster_id, b.name, d.name, x.faults IS NOT NULL,
           EXISTS (SELECT FROM job j WHERE j.subject_id = x.id AND j.trouble IS NOT NULL
                   AND j.kind IN ('check_roster', 'enrol_roster', 'mark_roster')),
           x.report
    FROM roster_upload x
    JOIN unit_now u ON u.id = x.unit_id JOIN account a ON a.id = x.recorded_by
    LEFT JOIN account b ON b.id = x.confirmed_by
    LEFT JOIN account d ON d.id = x.discarded_by
    LEFT JOIN stored_file f ON f.id = x.file_id
    WHERE x.id = :upload AND {UNIT}
    """  # noqa: S608 - the scope is a constant
)
_LATEST: Final = text(
    f"""
    SELECT x.id, x.state, x.benefit_year, x.recorded_at, a.name, x.unit_id, u.name
    FROM roster_upload x
    JOIN unit_now u ON u.id = x.unit_id JOIN account a ON a.id = x.recorded_by
    WHERE x.id < :before AND (CAST(:unit AS bigint) IS NULL OR x.unit_id = :unit) AND {UNIT}
    ORDER BY x.id DESC LIMIT :size
    """  # noqa: S608
)
_MOST_KEY: Final = 2**63 - 1
UNDER_WAY: Final = frozenset({"reading", "enrolling"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A roster file in a list."""

    id: int
    state: str
    benefit_year: int
    at: datetime
    by: str
    unit_id: int
    unit: str


@dataclass(frozen=True, slots=True)
class UploadSeen(Sent):
    """A roster file on its own page. `file_name` is empty when the file has gone.

    `by` sent it, `confirmed_by` said to enrol it, `discarded_by` not to. `marking`: it is
    enrolled, and the copies with the reasons are being made.
    """

    uscc: str
    starts_on: date
    confirmed_on: date
    phase: str
    done: int
    total: int
    file_name: str | None
    marked_file_id: int | None
    refused_file_id: int | None
    roster_id: int | None
    confirmed_by: str | None
    discarded_by: str | None
    marking: bool
    in_trouble: bool
    report: Report | None

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    def faults(self, asked: Asked) -> Page[Fault]:
        """A page of the refused rows."""
        found = self.report.faults if self.report else []
        start = min(asked.after or 0, len(found))
        end = start + asked.size
        return Page(found[start:end], end if end < len(found) else None)


def upload_seen(session: Session, upload_id: int, scope: Scope) -> UploadSeen | None:
    """The upload, or None where there is none in the scope."""
    row = session.execute(_ONE, {**scope.asked, "upload": upload_id}).one_or_none()
    if row is None:
        return None
    *columns, cipher = row
    report = opened(bytes(cipher), upload_id) if cipher else None
    values: list[Any] = [*columns, report]
    return UploadSeen(*values)


def uploads(session: Session, scope: Scope, asked: Asked, unit_id: int | None = None) -> Page[Sent]:
    """A page of the files sent in the scope, or of one unit's, newest first."""
    before = asked.after if asked.after is not None else _MOST_KEY
    wanted = {"unit": unit_id, "before": before, "size": asked.size + 1}
    rows = [Sent(*row) for row in session.execute(_LATEST, {**scope.asked, **wanted})]
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)
