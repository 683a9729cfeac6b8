"""Promised work. The job row commits with its cause; doing it removes it in one transaction.

PostgreSQL is the queue of record, the broker only rings the bell: a flushed broker loses nothing.
A job's row is also its lock (`SKIP LOCKED`), so that any number of workers share the work.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, LiteralString

from sqlalchemy import BigInteger, DateTime, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Id, Recorded, Small, array, cursor

DETERMINE: Final = "determine"
"""Determine the claims `items` of member `part_id` in run `subject_id`."""

GATHER: Final = "gather"
"""Bring together by member what parts of run `subject_id`, a feed's, have promised in `items`."""

DETERMINE_MANY: Final = "determine_many"
"""Determine the claims of many members that `items` name (`app.claims.gather`)."""

TO_DETERMINE: Final = (DETERMINE, DETERMINE_MANY, GATHER)
"""Kinds by which a run has work for a drain."""

LOOK_AGAIN: Final = "look_again"
"""Members were enrolled (part 0) or covered (part 1) by roster `subject_id`: look at bills that
found no member or no cover before."""

DRAINS: Final = "drains"
"""Drains run side by side; who must know that all which began before have ended waits for them."""

CHECK_ROSTER: Final = "check_roster"
"""Read the roster file of upload `subject_id` and say what would become of it."""

ENROL_ROSTER: Final = "enrol_roster"
"""Enrol the people of upload `subject_id`, which an officer has confirmed."""

MARK_ROSTER: Final = "mark_roster"
"""Make the copies with the reasons of upload `subject_id`, which has been enrolled."""

MAKE_BUNDLE: Final = "make_bundle"
"""Make the audit bundle of order `subject_id`, and check it."""

FILL_ROSTERS: Final = "fill_rosters"
"""Let money fill rosters of units `items`, year `part_id`; receipt `subject_id` is part of it."""

ANSWER_QUESTION: Final = "answer_question"
"""Answer question `subject_id` about other rules."""

MAKE_NOTICES: Final = "make_notices"
"""Make the payment notices of order `subject_id`."""

MAKE_FINDABLE: Final = "make_findable"
"""Let a search find members `subject_id` to the highest of `items`, who were told of together."""

READ_SHEET: Final = "read_sheet"
"""Read the figures of the sheet on paper `subject_id`, which waits for a claim."""

LOOK_OVER: Final = "look_over"
"""Look over a year for what deserves an auditor's eye, for look `subject_id`."""

MAKE_REPORT: Final = "make_report"
"""Make the files of report order `subject_id`."""

TAKE_FEED: Final = "take_feed"
"""Take the settlement file `subject_id`, which a bureau's program has sent."""

MAKE_LIST_FILE: Final = "make_list_file"
"""Make the workbook of the long list `subject_id`."""

IDENTIFY: Final = "identify"
"""Make the identified edition `subject_id` of a bundle."""

SEAL: Final = "seal_now"
"""Seal what was recorded: an audit administrator asked, and would not wait for the day's seal."""

_PROMISE: LiteralString = """
INSERT INTO job (kind, subject_id, part_id, items)
SELECT %(kind)s, %(subject)s, part_id, items::bigint[]
FROM unnest(%(parts)s::bigint[], %(items)s::text[]) part (part_id, items)
ON CONFLICT (kind, subject_id, part_id) DO UPDATE SET items =
    coalesce((SELECT array_agg(DISTINCT i) FROM unnest(job.items || excluded.items) i), '{}')
"""
_AT_ONCE: Final = 5_000


class Job(Base):
    """Work that is due. Mutable, no evidence; a sweep over business state makes it anew."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "part_id"),
        Index(None, "kind", "due_at"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[Id]
    part_id: Mapped[Id]
    items: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    due_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("transaction_timestamp()")
    )
    tries: Mapped[Small] = mapped_column(server_default=text("0"))
    trouble: Mapped[str | None]
    recorded_at: Mapped[Recorded]


def promise(
    session: Session, kind: str, subject_id: int, parts: Iterable[tuple[int, list[int]]]
) -> None:
    """Promise work on `parts` (part id, items) of a subject; items join a promise already made."""
    rows = sorted(parts)
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        asked = {
            "kind": kind,
            "subject": subject_id,
            "parts": array(part_id for part_id, _ in some),
            "items": array(f'"{array(items)}"' for _, items in some),
        }
        with cursor(session) as cur:
            cur.execute(_PROMISE, asked)


def forget(session: Session, job_ids: Iterable[int]) -> None:
    """Promises that were kept, or that nothing came of."""
    session.execute(
        text("DELETE FROM job WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": array(job_ids)}
    )
