"""Take a feed of the bureau: every row becomes a bill, a version, a refund, or is listed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.claims.again import look_again
from app.claims.bills import (
    FEEDS,
    new_run,
    promise_claims,
    write_bills,
)
from app.claims.gather import promise_later
from app.claims.join import Joins, write_joins
from app.claims.known import claims_of, known_bills
from app.claims.rows import BillRow, Rows, bill_rows
from app.claims.settlement import SettlementFile
from app.claims.sort_out import (
    TAKEN,
    Asked,
    Lines,
    Sorted,
    Taken,
    asked_of,
    list_refunds_of_unknown,
    sort_out,
)
from app.claims.unmatched import keep_unmatched, some_enrolled
from app.copytext import texts_of
from app.db import copy_in, copy_lines, one_at_a_time
from app.errors import RowFault
from app.evidence.append import record


@dataclass(frozen=True, slots=True)
class Feed:
    """Which file rows come from. `run_id`: the run that its rows before these have opened.

    `more_comes`: who says when it has ended brings the promises together then. `earlier`: the lines
    in which numbers stood among its rows before, also where nothing was written of those.
    """

    file_sha256: str
    by: int
    run_id: int | None = None
    more_comes: bool = False
    earlier: Lines | None = None


def take_feed(session: Session, file: SettlementFile, *, file_sha256: str, by: int) -> Taken:
    """Take a file that was read. The same file again changes nothing."""
    taken = Taken(file.rows_in, listed=list(file.faults))
    return take_rows(session, asked_of(Rows.of(bill_rows(file.rows))), taken, Feed(file_sha256, by))


def take_rows(session: Session, asked: Asked, taken: Taken, feed: Feed) -> Taken:
    """Take rows of a feed, the first ones or those that follow. `taken` has what they came with.

    A run is opened when there is something of it to write.
    """
    one_at_a_time(session, FEEDS)
    known = known_bills(session, asked.numbers, feed.run_id)
    # States that were kept while nobody knew the person come before those of this file.
    waiting = known.unmatched.keys() - known.member_of.keys() - known.own.keys()
    if some_enrolled(session, waiting) and look_again(session):
        known = known_bills(session, asked.numbers, feed.run_id)
    sorted_out = sort_out(session, taken, asked, known, feed.earlier)
    list_refunds_of_unknown(taken, sorted_out, known)
    taken.refused = len({x.line for x in taken.listed if x.reason not in TAKEN})
    taken.run_id = feed.run_id
    if sorted_out.bills or sorted_out.refunds or sorted_out.unmatched:
        _write(session, taken, sorted_out, feed)
    return taken


def _write(session: Session, taken: Taken, out: Sorted, feed: Feed) -> None:
    digest, by = feed.file_sha256, feed.by
    run_id = feed.run_id or new_run(session, "feed", file_sha256=digest, by=by)
    claims = write_bills(session, run_id, out.bills)
    write_joins(session, run_id, out.joins)
    refunds = [_of_joined(row, out.joins) for row in out.refunds]
    _write_refunds(session, run_id, refunds)
    keep_unmatched(session, run_id, out.unmatched)
    _write_listed(session, run_id, taken.listed)
    again = out.bills.again()
    again += [row.init_setl_id for row in refunds]
    known = claims_of(session, again)
    if feed.more_comes and (claims or known):
        taken.promised = promise_later(session, run_id, claims)
        taken.promised += promise_claims(session, run_id, known)
    else:
        taken.promised = promise_claims(session, run_id, claims + known)
    taken.run_id = run_id
    record(
        session,
        "settlements.imported",
        by=by,
        about=run_id,
        rows_in=taken.rows_in,
        new=taken.new,
        changed=taken.changed,
        unchanged=taken.unchanged,
        refunds=taken.refunds,
        unmatched=taken.unmatched,
        refused=taken.refused,
        joined=taken.joined,
        file_sha256=digest,
    )


def _of_joined(refund: BillRow, joins: Joins) -> BillRow:
    """A refund of a bill that this file joins undoes it by the fund's own number."""
    joined = joins.get(refund.init_setl_id)
    return refund._replace(init_setl_id=joined[1]) if joined else refund


def _write_refunds(session: Session, run_id: int, rows: Sequence[BillRow]) -> None:
    if not rows:
        return
    columns: list[Sequence[object]] = [
        [row.setl_id for row in rows],
        [row.init_setl_id for row in rows],
        [run_id] * len(rows),
        [row.line for row in rows],
    ]
    moments = [row.undone_at for row in rows], [row.part for row in rows]
    lines = map("\t".join, zip(*map(texts_of, columns), *moments, strict=True))
    names = ("setl_id", "undone_setl_id", "run_id", "line", "setl_time", "psn_part_amt")
    copy_lines(session, "refund", names, [*lines])


def _write_listed(session: Session, run_id: int, listed: Iterable[RowFault]) -> None:
    reasons = {(x.line, x.field): x.reason for x in listed}
    copy_in(
        session,
        "row_refused",
        ("run_id", "line", "field", "reason"),
        ((run_id, line, name, reason) for (line, name), reason in reasons.items()),
    )
