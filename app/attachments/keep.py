"""Take a photo or a PDF in and keep it for a draft; read what was kept; let it go again."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from app.attachments.faults import (
    NoSuchPaper,
    PaperErased,
    PaperLost,
    PapersTooBig,
    TooManyPapers,
    TooManyToday,
)
from app.attachments.kinds import Kind
from app.attachments.models import Attachment, KeptPaper, StorageGone
from app.attachments.recode import Page, pages_of
from app.attachments.storage import new_place, storage
from app.clock import today
from app.db import any_of, numbers
from app.secrets import vault

MOST_PAPERS: Final = 40
MOST_BYTES: Final = 60_000_000
"""Of one claim, and of what waits for one."""
MOST_A_DAY: Final = 400
"""Pages an account has kept in 24 hours: a counter's busy day, and no more."""
DAYS_KEPT: Final = 60
"""No less than a draft is (`app.filing.draft`): its papers came after it was begun."""
_SEALED: Final = "attachment"
_ERASED: Final = text(
    """
    SELECT EXISTS (SELECT FROM erasure_asked q JOIN erasure e ON e.asked_id = q.id
                   WHERE q.member_id = :member AND q.scope = 'person')
    """
)
FULL, SMALL = 0, 1
BESIDE: Final = ("", "-small")
"""What the place of each picture of a page ends with."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The pages of one paper, by number. `again`: the same was kept before; these are those."""

    ids: tuple[int, ...]
    kind: Kind
    again: bool


def keep_attachment(session: Session, data: bytes, *, member_id: int, kind: Kind, by: int) -> Kept:
    """Keep a photo or a PDF of a member's; whether `by` may act for the member is asked before.

    The same bytes again are the same paper, while they wait for a claim. Raises the faults of
    `app.attachments.faults`, StorageDown among them: then nothing was kept.
    """
    index = original_index(data)
    same = select(KeptPaper.id).where(
        KeptPaper.member_id == member_id,
        KeptPaper.original_index == index,
        KeptPaper.kind == kind,
    )
    if before := session.scalars(same.order_by(KeptPaper.page)).all():
        return Kept(tuple(before), kind, again=True)
    pages = pages_of(data)
    _check_room(session, member_id, pages, by)
    ids = numbers(session, "paper_id_seq", len(pages))
    for number, (paper_id, page) in enumerate(zip(ids, pages, strict=True), 1):
        row = {
            "member_id": member_id,
            "id": paper_id,
            "kind": kind,
            "page": number,
            "width": page.width,
            "height": page.height,
            "size": len(page.full),
            "sha256": hashlib.sha256(page.full).hexdigest(),
            "original_index": index,
            "place": _put(page, member_id, paper_id),
            "recorded_by": by,
        }
        session.execute(insert(KeptPaper).values(row))
    return Kept(tuple(ids), kind, again=False)


def original_index(data: bytes) -> bytes:
    """The keyed index of the bytes somebody sent."""
    return vault().index("paper", hashlib.sha256(data).hexdigest())


def read_attachment(
    session: Session, member_id: int, paper_id: int, *, small: bool = False
) -> bytes:
    """The JPEG of a member's paper, whether it is on a claim or kept; `small`: for lists.

    Raises NoSuchPaper, StorageDown, PaperErased, PaperLost.
    """
    if session.execute(_ERASED, {"member": member_id}).scalar_one():
        raise PaperErased  # also while the storage still has to forget it
    which = SMALL if small else FULL
    for table in (Attachment, KeptPaper):
        asked = select(table.place).where(table.member_id == member_id, table.id == paper_id)
        if place := session.scalar(asked):
            sealed = storage().get(place + BESIDE[which])
            try:
                return vault().open_bytes(sealed, _SEALED, member_id, paper_id, which)
            except InvalidTag as other:  # changed, or another's
                raise PaperLost from other
    raise NoSuchPaper


def kept_papers(session: Session, member_id: int, paper_ids: Collection[int]) -> list[KeptPaper]:
    """Those of a member's papers that wait for a claim, in the order they came."""
    asked = select(KeptPaper).where(
        KeptPaper.member_id == member_id, KeptPaper.id == any_of(paper_ids)
    )
    return list(session.scalars(asked.order_by(KeptPaper.id)))


def let_go(session: Session, member_id: int, paper_ids: Collection[int]) -> None:
    """Remove papers that are not on a claim. Raises NoSuchPaper where one is not there."""
    gone = session.scalars(
        delete(KeptPaper)
        .where(KeptPaper.member_id == member_id, KeptPaper.id == any_of(paper_ids))
        .returning(KeptPaper.place)
    ).all()
    if len(gone) != len(set(paper_ids)):
        raise NoSuchPaper
    forget_places(session, gone)


def forget_places(session: Session, places: Collection[str]) -> None:
    """Have the storage forget what lies there, once this commits."""
    for place in places:
        session.execute(insert(StorageGone).values(place=place))


def _check_room(session: Session, member_id: int, pages: list[Page], by: int) -> None:
    waiting = select(func.count(), func.coalesce(func.sum(KeptPaper.size), 0))
    count, size = session.execute(waiting.where(KeptPaper.member_id == member_id)).one()
    check_papers(count + len(pages), size + sum(len(page.full) for page in pages))
    since = func.transaction_timestamp() - text("interval '1 day'")
    of_day = 0
    for table in (Attachment, KeptPaper):
        asked = select(func.count()).where(table.recorded_by == by, table.recorded_at > since)
        of_day += session.execute(asked).scalar_one()
    if of_day + len(pages) > MOST_A_DAY:
        raise TooManyToday(most=MOST_A_DAY)


def check_papers(count: int, size: int) -> None:
    """Refuse more than one claim may have. Raises TooManyPapers, PapersTooBig."""
    if count > MOST_PAPERS:
        raise TooManyPapers(most=MOST_PAPERS)
    if size > MOST_BYTES:
        raise PapersTooBig(limit=f"{MOST_BYTES // 1_000_000} MB")


def _put(page: Page, member_id: int, paper_id: int) -> str:
    """Store both pictures of a page: where the full one lies."""
    place = new_place(today())
    for which, jpeg in ((FULL, page.full), (SMALL, page.small)):
        sealed = vault().seal_bytes(jpeg, _SEALED, member_id, paper_id, which)
        storage().put(place + BESIDE[which], sealed)
    return place
