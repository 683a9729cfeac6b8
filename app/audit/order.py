"""Bundles that auditors ask for: ordered here, made by a worker, kept to be fetched.

The order is committed with its job. The worker writes the zip from one snapshot into a folder of
its own, has it checked by the verifier, and stores file, events and verdict in the transaction that
ends the job: a worker that is killed leaves nothing but an order that still waits. How far it is,
others see at once (`app.db.aside`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.audit.gather import snapshot
from app.audit.make import (
    Made,
    NothingBookedInYear,
    NothingInYear,
    make_booked,
    make_bundle,
    record_making,
)
from app.audit.models import BundleOrder
from app.audit.pack import BundleTooLarge
from app.audit.proof import SealBroken
from app.audit.second import verdict
from app.audit.verify import TABLES
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.files.keep import keep_file
from app.files.scratch import scratch
from app.jobs import MAKE_BUNDLE
from app.ordered import FAILED, MAKING, READY, Orders
from app.servers import reads

VERIFYING: Final = "verifying"
GOING: Final = (MAKING, VERIFYING)
BUNDLES: Final = Orders(BundleOrder, MAKE_BUNDLE, GOING)
MOST_UNDER_WAY: Final = 2
MOST_YEARS: Final = 10
_ANYTHING: Final = text(
    """
    SELECT y FROM generate_series(CAST(:first AS integer), :last) y
    WHERE EXISTS (SELECT FROM roster WHERE benefit_year = y)
        OR EXISTS (SELECT FROM receipt WHERE benefit_year = y)
        OR EXISTS (SELECT FROM entry WHERE benefit_year = y)
        OR EXISTS (SELECT FROM determination WHERE benefit_year = y) ORDER BY 1
    """
)
_WITHOUT_COVER: Final = text(
    """
    SELECT DISTINCT extract(year FROM x.day)::integer FROM (
        SELECT s.member_id, s.setl_id, s.version, coalesce(s.enddate, s.setl_time::date) AS day
        FROM settlement s) x
    JOIN claim c ON c.member_id = x.member_id AND c.setl_id = x.setl_id
    WHERE x.day BETWEEN make_date(CAST(:first AS integer), 1, 1) AND make_date(:last, 12, 31)
        AND NOT EXISTS (SELECT FROM settlement newer WHERE newer.member_id = x.member_id
                        AND newer.setl_id = x.setl_id AND newer.version > x.version)
        AND NOT EXISTS (SELECT FROM determination d WHERE d.member_id = c.member_id
                        AND d.claim_id = c.id AND d.benefit_year IS NOT NULL)
    """
)
"""Years of bills that no cover ever held: all bills are read, where one of the years is not known
by anything else."""
_BOOKED: Final = text(
    """
    SELECT EXISTS (SELECT FROM entry
                   WHERE booked_on BETWEEN make_date(:year, 1, 1) AND make_date(:year, 12, 31))
    """
)


class BundlesUnderWay(Refusal):
    """One account has so many bundles made at once, and no more."""


class YearsOdd(Refusal):
    """The last year of several lies before the first, or too many lie between (facts: most)."""


def order_bundle(
    session: Session, year: int, *, by: int, last_year: int | None = None, booked: bool = False
) -> int:
    """Ask for the bundle of a benefit year, of all up to `last_year`, or of a calendar year.

    The order's number; one that is under way is not doubled. Raises NothingInYear,
    NothingBookedInYear, YearsOdd, BundlesUnderWay.
    """
    last = year if booked or last_year is None else last_year
    if not year <= last < year + MOST_YEARS:
        raise YearsOdd(most=MOST_YEARS)
    one_at_a_time(session, f"bundles of {by}")
    one_at_a_time(session, f"bundle {year} {last} {booked}")
    going = select(BundleOrder.id).where(
        BundleOrder.benefit_year == year,
        BundleOrder.last_year == last,
        BundleOrder.booked == booked,
        BundleOrder.state.in_(GOING),
    )
    found = session.scalar(going)
    if found is not None:
        return found
    if booked and not session.execute(_BOOKED, {"year": year}).scalar_one():
        raise NothingBookedInYear(year=year)
    if not booked and not _years(session, year, last):
        raise NothingInYear(year=year)
    under_way = select(func.count()).where(BundleOrder.asked_by == by, BundleOrder.state.in_(GOING))
    if session.execute(under_way).scalar_one() >= MOST_UNDER_WAY:
        raise BundlesUnderWay(most=MOST_UNDER_WAY)
    asked = {"benefit_year": year, "last_year": last, "booked": booked, "total": len(TABLES)}
    return BUNDLES.ask(session, **asked, asked_by=by)


def make_order(session: Session, order_id: int) -> None:
    """Make an order's bundle, check it, keep it. Twice equals once."""
    order = session.get_one(BundleOrder, order_id)
    if order.state not in GOING:
        return
    with scratch("huzhu-bundle") as folder:
        name = bundle_name(order.benefit_year, order.last_year, booked=order.booked)
        try:
            with snapshot(reads(), scratch=True) as seen:
                made = _made(seen, order, folder / name, BUNDLES.telling(order_id, state=MAKING))
        except (
            NothingInYear,
            NothingBookedInYear,
            BundleTooLarge,
            SealBroken,
        ) as refused:
            # Trying again would not help.
            BUNDLES.tell(session, order_id, state=FAILED, trouble=refused.name)
            return
        said = verdict(folder / name, BUNDLES.telling(order_id, state=VERIFYING))
        _store(session, order, made, said, folder / name)


def bundle_name(first: int, last: int, *, booked: bool) -> str:
    """What its file is called."""
    years = f"booked-{first}" if booked else str(first) if last == first else f"{first}-{last}"
    return f"huzhu-{years}.zip"


def _made(seen: Session, order: BundleOrder, out: Path, watch: Callable[[int, int], None]) -> Made:
    if order.booked:
        return make_booked(seen, order.benefit_year, out, watch, reports=True)
    years = _years(seen, order.benefit_year, order.last_year)
    return make_bundle(seen, years, out, watch, reports=True)


def _years(session: Session, first: int, last: int) -> list[int]:
    """Those of them of which anything is known."""
    asked = {"first": first, "last": last}
    found = set(session.scalars(_ANYTHING, asked))
    if len(found) <= last - first:
        found |= set(session.scalars(_WITHOUT_COVER, asked))
    return sorted(found)


def _store(
    session: Session, order: BundleOrder, made: Made, said: dict[str, Any], bundle: Path
) -> None:
    """File, events and verdict, in the transaction that ends the job."""
    by = order.asked_by
    file = keep_file(session, bundle, name=bundle.name, media_type="application/zip", by=by)
    record_making(session, made, by=by)
    checked = {"sha256": made.sha256, "ok": said["ok"]}
    record(session, "bundle.verified", by=by, years=list(made.years), **checked)
    BUNDLES.tell(
        session,
        order.id,
        state=READY,
        file_id=file.id,
        sha256=made.sha256,
        size=made.size,
        made_from_event=made.made_from_event,
        verdict=said,
    )
