"""Have photos of settlement sheets read: promised with the photo, done by a worker, shown later."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.attachments.faults import NoSuchPaper, PaperLost
from app.attachments.keep import kept_papers, read_attachment
from app.attachments.kinds import Kind
from app.clock import today
from app.db import any_of
from app.jobs import READ_SHEET, Job, promise
from app.reading.figures import figures_of
from app.reading.found import Found, Reading, read_back, together, written
from app.reading.models import FAILED, READ, WAITING, SheetReading
from app.reading.recognise import Cutter, Seen, SheetUnreadable, recognise
from app.secrets import vault

MOST_PAGES: Final = 4
"""Of one claim: a sheet has one or two, and each takes seconds of a processor."""
_SEALED: Final = "sheet_reading"


def promise_readings(session: Session, member_id: int, paper_ids: Collection[int]) -> list[int]:
    """Promise to read those of a draft's papers that are sheets and were not; which these are."""
    papers = kept_papers(session, member_id, paper_ids)
    sheets = [paper.id for paper in papers if paper.kind == Kind.SETTLEMENT_SHEET][:MOST_PAGES]
    if not sheets:
        return []
    rows = [{"paper_id": x, "member_id": member_id, "state": WAITING} for x in sheets]
    asked = insert(SheetReading).values(rows).on_conflict_do_nothing()
    new = list(session.scalars(asked.returning(SheetReading.paper_id)))
    for paper_id in new:
        promise(session, READ_SHEET, paper_id, [(0, [])])
    return new


def read_paper(session: Session, paper_id: int) -> None:
    """Read one photo. Twice equals once; a paper that is gone by now needs nothing."""
    row = session.get(SheetReading, paper_id, populate_existing=True)
    if row is None or row.state != WAITING:
        return
    try:
        jpeg = read_attachment(session, row.member_id, paper_id)
        keep_reading(session, row.member_id, paper_id, jpeg, recognise(jpeg))
    except NoSuchPaper:  # taken away, or sent with its claim
        return
    except (SheetUnreadable, PaperLost):  # trying again would not help
        give_up_reading(session, paper_id)


def keep_reading(session: Session, member_id: int, paper_id: int, jpeg: bytes, seen: Seen) -> None:
    """Keep what a photo says, sealed, with a cut-out of it for each figure."""
    cutter = Cutter(jpeg, seen.turned)
    found = [
        Found(
            name=each.name,
            text=each.text,
            cut=cutter.cut(each.label, each.box),
            corners=each.box.corners,
            turned=seen.turned,
            score=each.score,
            proofs=each.proofs,
            paper_id=paper_id,
        )
        for each in figures_of(seen.boxes, today(), cutter.crossed_out)
    ]
    cipher = vault().seal(written(found), _SEALED, member_id, paper_id)
    _update(session, paper_id, READ, cipher)


def give_up_reading(session: Session, paper_id: int) -> None:
    """The step stays as it is without a reading."""
    _update(session, paper_id, FAILED, None)


def reading_of(session: Session, member_id: int, paper_ids: Collection[int]) -> Reading:
    """What was read so far of the papers of a draft."""
    asked = select(SheetReading).where(
        SheetReading.member_id == member_id, SheetReading.paper_id == any_of(paper_ids)
    )
    asked = asked.order_by(SheetReading.paper_id).execution_options(populate_existing=True)
    rows = session.scalars(asked).all()
    read = [
        each
        for row in rows
        if row.found_cipher is not None
        for each in read_back(vault().open(row.found_cipher, _SEALED, member_id, row.paper_id))
    ]
    return Reading(together(read), waiting=any(row.state == WAITING for row in rows))


def promise_forgotten_readings(session: Session) -> None:
    """Readings that wait without a job: promise them again."""
    job = select(Job.id).where(Job.kind == READ_SHEET, Job.subject_id == SheetReading.paper_id)
    lost = select(SheetReading.paper_id).where(SheetReading.state == WAITING, ~job.exists())
    for paper_id in session.scalars(lost).all():
        promise(session, READ_SHEET, paper_id, [(0, [])])


def _update(session: Session, paper_id: int, state: str, cipher: bytes | None) -> None:
    session.execute(
        update(SheetReading)
        .where(SheetReading.paper_id == paper_id)
        .values(state=state, found_cipher=cipher)
    )
