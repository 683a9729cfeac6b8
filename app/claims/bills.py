"""Write bills that have a member: keys, versions, claims, and the promise to determine them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.claims.models import Claim, Run, SettlementKey
from app.claims.rows import STORED, BillRow
from app.copies import COPIED_AT_ONCE, Block, copy_of, copy_of_lines
from app.copytext import texts_of
from app.db import copy_all, numbers
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
    ids = numbers(session, "claim_number", len(first))

    def key(some: slice) -> Block:
        return [[x.row.setl_id for x in first[some]], [x.member_id for x in first[some]]]

    def claim(some: slice) -> Block:
        setl_ids, members = key(some)
        return [members, ids[some], setl_ids, [run_id] * len(members)]

    copies = [
        copy_of(SettlementKey, ("setl_id", "member_id"), len(first), key),
        copy_of_lines("settlement", _COLUMNS + STORED, _lines(run_id, bills)),
        copy_of(Claim, ("member_id", "id", "setl_id", "run_id"), len(first), claim),
    ]
    copy_all(session, copies)
    return [(bill.member_id, claim_id) for bill, claim_id in zip(first, ids, strict=True)]


def _lines(run_id: int, bills: Sequence[NewBill]) -> Iterator[list[str]]:
    """Bills as COPY's own text, some at a time."""
    for at in range(0, len(bills), COPIED_AT_ONCE):
        some = bills[at : at + COPIED_AT_ONCE]
        known = [bill.row for bill in some]
        columns: list[Sequence[object]] = [
            [bill.member_id for bill in some],
            [row.setl_id for row in known],
            [bill.version for bill in some],
            [run_id] * len(some),
            [row.line for row in known],
            [bill.content for bill in some],
            [False] * len(some),
        ]
        texts = [*map(texts_of, columns), [row.told for row in known]]
        yield [*map("\t".join, zip(*texts, strict=True))]


def promise_claims(session: Session, run_id: int, claims: Iterable[tuple[int, int]]) -> int:
    """Promise to determine claims, given as (member, claim), in one run; how many there are."""
    of_member: dict[int, set[int]] = defaultdict(set)
    for member_id, claim_id in claims:
        of_member[member_id].add(claim_id)
    promise(session, DETERMINE, run_id, [(m, sorted(ids)) for m, ids in of_member.items()])
    return sum(map(len, of_member.values()))
