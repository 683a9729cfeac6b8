"""Take a feed of the bureau: every row becomes a bill, a version, a refund, or is listed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from app.claims.again import look_again
from app.claims.bills import (
    FEEDS,
    NewBill,
    new_run,
    promise_claims,
    write_bills,
)
from app.claims.gather import promise_later
from app.claims.join import JOINED_VERSION, Joins, write_joins
from app.claims.known import Known, claims_of, known_bills
from app.claims.rows import BillRow, bill_rows
from app.claims.settlement import SettlementFile
from app.claims.sheet import is_own_number
from app.claims.unmatched import keep_unmatched, kept_content
from app.copytext import texts_of
from app.db import copy_in, copy_lines, one_at_a_time
from app.errors import RowFault
from app.evidence.append import record
from app.roster.members import certno_indexes, members_by_index

TAKEN: Final = frozenset({"RefundOfUnknown", "RefundOfAnother"})
"""Reasons why a row that counts is listed all the same."""


@dataclass(slots=True)
class Taken:
    """What became of a feed's rows.

    rows_in = new + changed + unchanged + refunds + unmatched + the lines refused. `listed` are the
    rows that a person should look at: refused ones, and refunds of unknown or of others' bills.
    `joined` of the changed bills had been filed by hand and were waiting for the bureau's row.
    `known_lines` are those of the unchanged.
    """

    rows_in: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refunds: int = 0
    unmatched: int = 0
    refused: int = 0
    joined: int = 0
    known_lines: list[int] = field(default_factory=list)
    sums_differ: list[int] = field(default_factory=list)
    listed: list[RowFault] = field(default_factory=list)
    promised: int = 0
    run_id: int | None = None


@dataclass(slots=True)
class _Sorted:
    bills: list[NewBill] = field(default_factory=list)
    refunds: list[BillRow] = field(default_factory=list)
    unmatched: list[BillRow] = field(default_factory=list)
    joins: Joins = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """Which file rows come from. `run_id`: the run that its rows before these have opened.

    `more_comes`: who says when it has ended brings the promises together then.
    """

    file_sha256: str
    by: int
    run_id: int | None = None
    more_comes: bool = False


def take_feed(session: Session, file: SettlementFile, *, file_sha256: str, by: int) -> Taken:
    """Take a file that was read. The same file again changes nothing."""
    taken = Taken(file.rows_in, listed=list(file.faults))
    return take_rows(session, bill_rows(file.rows), taken, Feed(file_sha256, by))


def take_rows(session: Session, rows: Sequence[BillRow], taken: Taken, feed: Feed) -> Taken:
    """Take rows of a feed, the first ones or those that follow. `taken` has what they came with.

    A run is opened when there is something of it to write.
    """
    one_at_a_time(session, FEEDS)
    named = {x for row in rows for x in (row.setl_id, row.init_setl_id) if x}
    known = known_bills(session, sorted(named), feed.run_id)
    # States that were kept while nobody knew the person come before those of this file.
    waiting = known.unmatched.keys() - known.member_of.keys() - known.own.keys()
    if waiting and look_again(session):
        known = known_bills(session, sorted(named), feed.run_id)
    sorted_out = _sort_out(session, taken, rows, known)
    _list_refunds_of_unknown(taken, sorted_out, known)
    taken.refused = len({x.line for x in taken.listed if x.reason not in TAKEN})
    taken.run_id = feed.run_id
    if sorted_out.bills or sorted_out.refunds or sorted_out.unmatched:
        _write(session, taken, sorted_out, feed)
    return taken


def _sort_out(session: Session, taken: Taken, rows: Sequence[BillRow], known: Known) -> _Sorted:
    certnos = [*{row.certno for row in rows}]
    indexes = dict(zip(certnos, certno_indexes(certnos), strict=True))
    members = members_by_index(session, indexes.values())
    out = _Sorted()
    here = dict(known.here)
    for row in rows:
        first_line = here.setdefault(row.setl_id, row.line)
        if first_line != row.line:
            facts: dict[str, object] = {"first_line": first_line}
            taken.listed.append(RowFault(row.line, "setl_id", "SetlIdTwice", facts))
            continue
        member_id = members.get(indexes[row.certno])
        # The fund's own numbers are nobody else's; a bill is known by the bureau's.
        if is_own_number(row.setl_id) or (row.init_setl_id and is_own_number(row.init_setl_id)):
            named = "setl_id" if is_own_number(row.setl_id) else "init_setl_id"
            taken.listed.append(RowFault(row.line, named, "SetlIdOwn"))
        elif row.refund:
            _sort_refund(taken, out, row, member_id, known)
        else:
            _sort_bill(taken, out, row, member_id, known)
            if row.odd:
                taken.sums_differ.append(row.line)
    taken.joined = len(out.joins)
    return out


def _sort_refund(
    taken: Taken, out: _Sorted, row: BillRow, member_id: int | None, known: Known
) -> None:
    undone = row.init_setl_id or row.setl_id
    undone = known.own.get(undone, undone)
    if (row.setl_id, undone) in known.refunds:
        _known_already(taken, row)
        return
    taken.refunds += 1
    out.refunds.append(row._replace(init_setl_id=undone))
    # The number says what is undone; that another person's ID stands beside it may be a slip.
    if row.certno and known.member_of.get(undone) not in {None, member_id}:
        taken.listed.append(RowFault(row.line, "certno", "RefundOfAnother"))


def _sort_bill(
    taken: Taken, out: _Sorted, row: BillRow, member_id: int | None, known: Known
) -> None:
    content = row.content
    number = known.own.get(row.setl_id, row.setl_id)
    owner = known.member_of.get(number)
    states = known.contents.get(number, [])
    kept = known.unmatched.get(row.setl_id, [])
    as_kept = kept_content(row) if kept else b""
    if row.setl_id in known.refund_numbers:
        taken.listed.append(RowFault(row.line, "setl_id", "SetlIdIsRefund"))
    elif owner not in {None, member_id}:
        taken.listed.append(RowFault(row.line, "certno", "SetlIdOfAnother"))
    elif content in states[-1:] or (owner is None and as_kept in kept[-1:]):
        _known_already(taken, row)
    elif content in states or as_kept in kept:
        taken.listed.append(RowFault(row.line, "setl_id", "OlderState"))
    elif member_id is None:
        taken.unmatched += 1
        out.unmatched.append(row)
    elif own := known.stated.get((member_id, row.setl_id)):
        taken.changed += 1
        out.joins[row.setl_id] = (member_id, own)
        joined = row._replace(setl_id=own)
        out.bills.append(NewBill(member_id, JOINED_VERSION, content, joined))
    else:
        taken.new += not states
        taken.changed += bool(states)
        if number != row.setl_id:
            row = row._replace(setl_id=number)
        out.bills.append(NewBill(member_id, len(states) + 1, content, row))


def _known_already(taken: Taken, row: BillRow) -> None:
    taken.unchanged += 1
    taken.known_lines.append(row.line)


def _list_refunds_of_unknown(taken: Taken, out: _Sorted, known: Known) -> None:
    """A refund of a bill nobody has sent makes no claim; it counts should the bill still come."""
    bills = known.member_of.keys() | {bill.row.setl_id for bill in out.bills}
    bills |= {row.setl_id for row in out.unmatched} | known.unmatched.keys() | out.joins.keys()
    for row in out.refunds:
        if (row.init_setl_id or row.setl_id) not in bills:
            taken.listed.append(RowFault(row.line, "init_setl_id", "RefundOfUnknown"))


def _write(session: Session, taken: Taken, out: _Sorted, feed: Feed) -> None:
    digest, by = feed.file_sha256, feed.by
    run_id = feed.run_id or new_run(session, "feed", file_sha256=digest, by=by)
    claims = write_bills(session, run_id, out.bills)
    write_joins(session, run_id, out.joins)
    refunds = [_of_joined(row, out.joins) for row in out.refunds]
    _write_refunds(session, run_id, refunds)
    keep_unmatched(session, run_id, out.unmatched)
    _write_listed(session, run_id, taken.listed)
    again = [bill.row.setl_id for bill in out.bills if bill.version > 1]
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
