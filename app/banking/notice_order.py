"""All payment notices of a year as one zip: ordered here, made by a worker, kept to be fetched.

The order is committed with its job, as an audit bundle's is (`app.audit.order`). A unit whose paper
cannot be made (a character without a picture) is named in the zip and holds up no other.
"""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.banking.models import NoticeOrder
from app.banking.papers import notice_of
from app.clock import today
from app.db import one_at_a_time
from app.errors import Refusal
from app.files.keep import keep_file
from app.files.names import without_ids
from app.files.scratch import scratch
from app.jobs import MAKE_NOTICES
from app.ordered import MAKING, READY, Orders
from app.papers.frame import GlyphMissing
from app.papers.notice import notice_paper
from app.unions.tree import reach_of_union

NOTICES: Final = Orders(NoticeOrder, MAKE_NOTICES)
_TELL_EVERY: Final = 10
_LONGEST_NAME: Final = 60
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Every file's time in the zip: the same notices make the same bytes."""
_UNITS: Final = text(
    """
    WITH standing AS MATERIALIZED (SELECT * FROM unit_now)
    SELECT u.id, u.uscc, u.name FROM standing u
    WHERE u.id IN (SELECT s.stands_id FROM roster r JOIN standing s ON s.id = r.unit_id
                   WHERE r.benefit_year = :year
                         AND NOT r.own_money
                        AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn))
          AND (:whole OR u.union_id = ANY(CAST(:unions AS bigint[])))
    ORDER BY u.uscc
    """
)

Watch = Callable[[int, int], None]
"""Is told how many units are done, of how many."""


class NoUnits(Refusal):
    """No unit here has a roster of the year."""


class NoticesUnderWay(Refusal):
    """One account has one order made at a time."""


def order_notices(session: Session, year: int, *, by: int) -> int:
    """Ask for the notices of all units below the officer's union; the order's number.

    One of the same year that is under way is not doubled. Raises NoUnits, NoticesUnderWay.
    """
    one_at_a_time(session, f"notices of {by}")
    going = select(NoticeOrder.id, NoticeOrder.benefit_year).where(
        NoticeOrder.asked_by == by, NoticeOrder.state == MAKING
    )
    for order_id, its_year in session.execute(going):
        if its_year != year:
            raise NoticesUnderWay(year=its_year)
        return int(order_id)
    union_id = session.get_one(Account, by).union_id
    units = _units(session, union_id, year)
    if not units:
        raise NoUnits(year=year)
    asked = {"benefit_year": year, "union_id": union_id, "made_on": today(), "total": len(units)}
    return NOTICES.ask(session, **asked, asked_by=by)


def make_notices(session: Session, order_id: int) -> None:
    """Make an order's notices and keep them. Twice equals once."""
    order = session.get_one(NoticeOrder, order_id)
    if order.state != MAKING:
        return
    year, by = order.benefit_year, order.asked_by
    name = notices_name(year)
    with scratch("huzhu-notices") as folder:
        path = folder / "notices.zip"
        left_out = write_notices(
            session,
            path,
            year,
            union_id=order.union_id,
            made_on=order.made_on,
            by=by,
            watch=NOTICES.telling(order_id),
        )
        file = keep_file(session, path, name=name, media_type="application/zip", by=by)
    NOTICES.tell(session, order_id, state=READY, file_id=file.id, left_out=left_out)


def write_notices(
    session: Session,
    out: Path,
    year: int,
    *,
    union_id: int,
    made_on: date,
    by: int,
    watch: Watch = lambda done, of: None,
) -> int:
    """Write the zip; how many units' papers could not be made. Raises NoUnits."""
    units, left_out = _units(session, union_id, year), []
    if not units:
        raise NoUnits(year=year)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for done, (unit_id, uscc, name) in enumerate(units, 1):
            try:
                paper = notice_paper(notice_of(session, unit_id, year, made_on=made_on, by=by))
            except GlyphMissing as lost:
                left_out.append(f"{uscc} {name} {lost.facts['characters']}\n")
            else:
                bundle.writestr(_entry(f"{uscc} {_plain(name)}.pdf"), paper)
            if done % _TELL_EVERY == 0 or done == len(units):
                watch(done, len(units))
        if left_out:
            bundle.writestr(_entry("未能生成.txt"), "".join(left_out))
    return len(left_out)


def notices_name(year: int) -> str:
    """What the zip is called."""
    return f"缴费通知单-{year}.zip"


def _units(session: Session, union_id: int, year: int) -> list[tuple[int, str, str]]:
    reach = reach_of_union(session, union_id)
    asked = {"year": year, "whole": reach is None, "unions": reach or []}
    return [(number, uscc, name) for number, uscc, name in session.execute(_UNITS, asked)]


def _plain(name: str) -> str:
    """A unit's name as part of a file's name, on any system."""
    kept = "".join(char if char.isalnum() else "_" for char in without_ids(name))
    return kept[:_LONGEST_NAME]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
