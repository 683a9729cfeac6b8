"""A bill filed by hand and the bureau's row of it are one bill: the row is its next version.

The bureau's number becomes another name of the fund's own number, so that corrections and refunds
by the bureau's number reach the one claim. Only the person whose ID stands on the row can have
filed it: what somebody else states about that number is listed nowhere and changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.claims.bills import NewBill
from app.claims.filed import IS_UNDONE
from app.claims.models import FiledClaim, JoinedSettlement, Settlement
from app.db import any_of, copy_in

JOINED_VERSION: Final = 2
"""Before the bureau's first row a filed bill has one version: what was typed."""

Joins = dict[str, tuple[int, str]]
"""The bureau's number -> whose bill it is, and the fund's own number of it."""

# A refund may have come before the bill it undoes; it counts for the bill by its own number too.
_REFUNDS: Final = text(
    """
    SELECT r.setl_id, r.undone_setl_id, r.line, r.setl_time, r.psn_part_amt
    FROM refund r WHERE r.undone_setl_id = ANY(CAST(:numbers AS text[]))
    ORDER BY r.setl_id
    """
)


def joined_as(session: Session, setl_ids: Sequence[str]) -> dict[str, str]:
    """The own numbers of those of these numbers that were joined."""
    rows = session.execute(
        select(JoinedSettlement.setl_id, JoinedSettlement.own_setl_id).where(
            JoinedSettlement.setl_id == any_of(setl_ids)
        )
    )
    return dict(list(rows))


def stated_by(session: Session, setl_ids: Sequence[str]) -> dict[tuple[int, str], str]:
    """The own numbers of bills filed under these numbers, by member and number.

    A filing that was undone waits for nothing: the bureau's row is then a bill like any other.
    """
    rows = session.execute(
        select(FiledClaim.member_id, FiledClaim.stated_setl_id, FiledClaim.setl_id).where(
            FiledClaim.stated_setl_id == any_of(setl_ids), ~IS_UNDONE
        )
    )
    return {(member_id, stated): own for member_id, stated, own in rows if stated}


def join_matched(session: Session, bills: Iterable[NewBill]) -> tuple[list[NewBill], Joins]:
    """Bills that found their person only now, those that this person filed under the own number."""
    found = list(bills)
    stated = stated_by(session, [bill.row.setl_id for bill in found]) if found else {}
    joins: Joins = {}
    joined = []
    for bill in found:
        own = stated.get((bill.member_id, bill.row.setl_id))
        if own is None:
            joined.append(bill)
        else:
            joins[bill.row.setl_id] = (bill.member_id, own)
            row = bill.row._replace(setl_id=own)
            joined.append(bill._replace(version=JOINED_VERSION, row=row))
    return joined, joins


def write_joins(session: Session, run_id: int, joins: Mapping[str, tuple[int, str]]) -> None:
    """Write which numbers are one bill, and what refunds came before."""
    if not joins:
        return
    copy_in(
        session,
        "joined_settlement",
        ("setl_id", "member_id", "own_setl_id", "run_id"),
        ((setl_id, member_id, own, run_id) for setl_id, (member_id, own) in joins.items()),
    )
    before = session.execute(_REFUNDS, {"numbers": list(joins)}).all()
    copy_in(
        session,
        "refund",
        ("setl_id", "undone_setl_id", "run_id", "line", "setl_time", "psn_part_amt"),
        (
            (x.setl_id, joins[x.undone_setl_id][1], run_id, x.line, x.setl_time, x.psn_part_amt)
            for x in before
        ),
    )


def join_known(session: Session, member_id: int, setl_id: str, own: str, run_id: int) -> None:
    """Join a bill that had become a claim of its own: its newest row is the filed one's version.

    Later corrections and refunds by the bureau's number then reach the filed claim.
    """
    newest = (
        select(Settlement)
        .where(Settlement.member_id == member_id, Settlement.setl_id == setl_id)
        .order_by(Settlement.version.desc())
        .limit(1)
    )
    row = session.scalars(newest).one()
    told = {
        column.name: getattr(row, column.name)
        for column in Settlement.__table__.columns
        if column.name not in _NEW
    }
    joined = insert(Settlement).values(**told, setl_id=own, version=JOINED_VERSION, run_id=run_id)
    session.execute(joined)
    write_joins(session, run_id, {setl_id: (member_id, own)})


_NEW: Final = frozenset({"setl_id", "version", "run_id", "recorded_at"})
