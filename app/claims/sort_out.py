"""What a feed's rows are, beside what is known: bills, versions, refunds, duplicates, or listed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import Final

from sqlalchemy.orm import Session

from app.claims.bills import Bills, NewBill
from app.claims.join import JOINED_VERSION, Joins
from app.claims.known import Known
from app.claims.rows import BillRow, Rows
from app.claims.sheet import OWN_BEGINS, is_own_number
from app.claims.unmatched import kept_content
from app.errors import RowFault
from app.roster.members import certno_indexes, members_by_index

Lines = Callable[[Mapping[int, str]], dict[str, int]]
"""Of rows, as numbers by their lines: the line in which each number stood first, if before."""
TAKEN: Final = frozenset({"RefundOfUnknown", "RefundOfAnother"})
"""Reasons why a row that counts is listed all the same."""
TWICE: Final = frozenset({"SetlIdTwice", "SetlIdTwiceBefore"})
"""Reasons of a row whose number another row of its file has; the latter, as it was sent before."""


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
class Sorted:
    """Rows that are to be written; `bills` in the order of their lines."""

    bills: Bills = field(default_factory=Bills)
    refunds: list[BillRow] = field(default_factory=list)
    unmatched: list[BillRow] = field(default_factory=list)
    joins: Joins = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows with what is asked about them: all numbers in order, the indexes of their IDs."""

    rows: Rows
    numbers: list[str]
    indexes: dict[str, bytes]


def asked_of(rows: Rows) -> Asked:
    """What is asked about rows; it needs no database and may be done ahead."""
    # Not a set: numbers that come in order are put in order by going through them once.
    numbers = sorted(dict.fromkeys(filter(None, chain(rows.setl_id, rows.init_setl_id))))
    certnos = [*{*rows.certno}]
    indexes = dict(zip(certnos, certno_indexes(certnos), strict=True))
    return Asked(rows, numbers, indexes)


def sort_out(
    session: Session, taken: Taken, asked: Asked, known: Known, earlier: Lines | None = None
) -> Sorted:
    """Tell each row's kind, and count it in `taken`.

    `earlier`: the lines of numbers among the feed's rows before, also of those that left nothing.
    """
    rows, indexes = asked.rows, asked.indexes
    members = members_by_index(session, indexes.values())
    out = Sorted()
    whose = [members.get(indexes[certno]) for certno in rows.certno]
    others = _sort_new(taken, out, rows, whose, known)
    here = dict(known.here)
    if earlier is not None:
        here |= earlier(_doubtful(others, known))
    for row, member_id in others:
        first_line = here.setdefault(row.setl_id, row.line)
        if first_line != row.line:
            facts: dict[str, object] = {"first_line": first_line}
            taken.listed.append(RowFault(row.line, "setl_id", "SetlIdTwice", facts))
            continue
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
    if others:
        out.bills = out.bills.in_order()
    taken.sums_differ.sort()
    return out


def _doubtful(others: Iterable[tuple[BillRow, int | None]], known: Known) -> dict[int, str]:
    """Rows that say something else than what is known: their numbers by their lines."""
    return {
        row.line: row.setl_id
        for row, member_id in others
        if row.setl_id in known.named
        and row.setl_id not in known.here
        and not _is_known(row, member_id, known)
    }


def _is_known(row: BillRow, member_id: int | None, known: Known) -> bool:
    if row.refund:
        undone = row.init_setl_id or row.setl_id
        return (row.setl_id, known.own.get(undone, undone)) in known.refunds
    number = known.own.get(row.setl_id, row.setl_id)
    is_of = known.member_of.get(number) == member_id
    return is_of and row.content in known.contents.get(number, [])[-1:]


def _sort_new(
    taken: Taken, out: Sorted, rows: Rows, whose: Sequence[int | None], known: Known
) -> list[tuple[BillRow, int | None]]:
    """The bills of members of which nothing is known; the other rows with their members."""
    numbers = rows.setl_id
    told = known.named
    if len(set(numbers)) < len(numbers):
        told = told | {number for number, count in Counter(numbers).items() if count > 1}
    plain = [
        not (refund or init or who is None or number in told or number.startswith(OWN_BEGINS))
        for refund, init, who, number in zip(
            rows.refund, rows.init_setl_id, whose, numbers, strict=True
        )
    ]
    members = [who for who in compress(whose, plain) if who is not None]
    out.bills = Bills(members, [1] * len(members), rows.picked(plain))
    taken.new += len(members)
    taken.sums_differ += compress(out.bills.rows.line, out.bills.rows.odd)
    if all(plain):
        return []
    odd = [not each for each in plain]
    return [*zip(rows.picked(odd), compress(whose, odd), strict=True)]


def _sort_refund(
    taken: Taken, out: Sorted, row: BillRow, member_id: int | None, known: Known
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
    taken: Taken, out: Sorted, row: BillRow, member_id: int | None, known: Known
) -> None:
    content = row.content
    number = known.own.get(row.setl_id, row.setl_id)
    owner = known.member_of.get(number)
    states = known.contents.get(number, [])
    kept = known.unmatched.get(row.setl_id, [])
    as_kept = kept_content(row) if kept else b""
    is_theirs = owner in {None, member_id}
    # What the bureau sent before is told first: what came meanwhile makes no fault of it.
    if is_theirs and (content in states[-1:] or (owner is None and as_kept in kept[-1:])):
        _known_already(taken, row)
    elif (is_theirs and content in states) or as_kept in kept:
        taken.listed.append(RowFault(row.line, "setl_id", "OlderState"))
    elif row.setl_id in known.refund_numbers:
        taken.listed.append(RowFault(row.line, "setl_id", "SetlIdIsRefund"))
    elif not is_theirs:
        taken.listed.append(RowFault(row.line, "certno", "SetlIdOfAnother"))
    elif member_id is None:
        taken.unmatched += 1
        out.unmatched.append(row)
    elif own := known.stated.get((member_id, row.setl_id)):
        taken.changed += 1
        out.joins[row.setl_id] = (member_id, own)
        joined = row._replace(setl_id=own)
        out.bills.add(NewBill(member_id, JOINED_VERSION, content, joined))
    else:
        taken.new += not states
        taken.changed += bool(states)
        if number != row.setl_id:
            row = row._replace(setl_id=number)
        out.bills.add(NewBill(member_id, len(states) + 1, content, row))


def _known_already(taken: Taken, row: BillRow) -> None:
    taken.unchanged += 1
    taken.known_lines.append(row.line)


def list_refunds_of_unknown(taken: Taken, out: Sorted, known: Known) -> None:
    """A refund of a bill nobody has sent makes no claim; it counts should the bill still come."""
    if not out.refunds:
        return
    bills = known.member_of.keys() | {*out.bills.rows.setl_id}
    bills |= {row.setl_id for row in out.unmatched} | known.unmatched.keys() | out.joins.keys()
    for row in out.refunds:
        if (row.init_setl_id or row.setl_id) not in bills:
            taken.listed.append(RowFault(row.line, "init_setl_id", "RefundOfUnknown"))
