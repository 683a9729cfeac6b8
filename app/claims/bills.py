"""Write bills that have a member: keys, versions, claims, and the promise to determine them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.claims.models import Run
from app.claims.rows import STORED, BillRow
from app.copytext import texts_of
from app.db import copy_in, copy_lines, numbers
from app.jobs import DETERMINE, promise

FEEDS: Final = "feeds"
"""Feeds are taken one after the other: two may hold the same bill."""
PATIENCE_S: Final = 3
"""How long a person at a page waits for a feed that is being taken."""

_COLUMNS: Final = ["member_id", "setl_id", "version", "run_id", "line", "content", "flagged_refund"]


class NewBill(NamedTuple):
    """A bill, or a new version of one, of a known member."""

    member_id: int
    version: int
    content: bytes
    row: BillRow


def new_run(session: Session, kind: str, *, file_sha256: str | None, by: int | None) -> int:
    """Open a run: bills that are determined together, in order."""
    run = insert(Run).values(kind=kind, file_sha256=file_sha256, recorded_by=by)
    return session.execute(run.returning(Run.id)).scalar_one()


def write_bills(session: Session, run_id: int, bills: Sequence[NewBill]) -> list[tuple[int, int]]:
    """Write bills and the claims of those that are first versions; (member, claim) of these."""
    first = [bill for bill in bills if bill.version == 1]
    keys = ((bill.row.setl_id, bill.member_id) for bill in first)
    copy_in(session, "settlement_key", ("setl_id", "member_id"), keys)
    if bills:
        known = [bill.row for bill in bills]
        columns: list[Sequence[object]] = [
            [bill.member_id for bill in bills],
            [row.setl_id for row in known],
            [bill.version for bill in bills],
            [run_id] * len(bills),
            [row.line for row in known],
            [bill.content for bill in bills],
            [False] * len(bills),
        ]
        texts = [*map(texts_of, columns), [row.told for row in known]]
        lines = [*map("\t".join, zip(*texts, strict=True))]
        copy_lines(session, "settlement", _COLUMNS + STORED, lines)
    ids = numbers(session, "claim_number", len(first))
    claims = [(bill.member_id, claim_id) for bill, claim_id in zip(first, ids, strict=True)]
    copy_in(
        session,
        "claim",
        ("member_id", "id", "setl_id", "run_id"),
        (
            (member_id, claim_id, bill.row.setl_id, run_id)
            for bill, (member_id, claim_id) in zip(first, claims, strict=True)
        ),
    )
    return claims


def promise_claims(session: Session, run_id: int, claims: Iterable[tuple[int, int]]) -> int:
    """Promise to determine claims, given as (member, claim), in one run; how many there are."""
    of_member: dict[int, set[int]] = defaultdict(set)
    for member_id, claim_id in claims:
        of_member[member_id].add(claim_id)
    promise(session, DETERMINE, run_id, [(m, sorted(ids)) for m, ids in of_member.items()])
    return sum(map(len, of_member.values()))
