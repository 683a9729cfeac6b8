"""Promises of a feed that is just coming, and what they become when it has ended.

A part of a feed promises its new claims in one row of arrays: a row a member, written part after
part and joined to those before, took more than all else that is asked of the database for a bill.
When the feed has ended, or goes no further, they are brought together by member: few claims become
a promise a member, many a row for so many members at a time, in the same arrays. A member with a
claim that was determined before, or promised otherwise, has a promise by itself and keeps it.

An array holds how many members it names (each part's by itself), the member of each claim, then
the claims. Memory is that of half a million claims, whatever the feed: more are done by ranges of
members.
"""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Final, LiteralString

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.arrays import number_array, numbers_sent
from app.claims.bills import promise_claims
from app.db import cursor, fetched
from app.jobs import DETERMINE, DETERMINE_MANY, GATHER, forget

Whole = NDArray[np.int64]

MANY_FROM: Final = 2_000
MEMBERS_A_ROW: Final = 10_000
_CLAIMS_AT_ONCE: Final = 500_000

_ADD: LiteralString = """
INSERT INTO job (kind, subject_id, part_id, items)
SELECT %(kind)s, %(run)s, 1 + coalesce(max(part_id), 0), %(items)s::bigint[]
FROM job WHERE kind = %(kind)s AND subject_id = %(run)s
"""
_PENDING: LiteralString = """
SELECT id, (cardinality(items) - 1) / 2 FROM job
WHERE kind = %(kind)s AND subject_id = %(run)s ORDER BY part_id FOR UPDATE
"""
_ITEMS: LiteralString = "SELECT array_send(items) FROM job WHERE id = %(id)s"
_ALONE: LiteralString = """
SELECT part_id FROM job WHERE kind = %(kind)s AND subject_id = %(run)s ORDER BY id FOR UPDATE
"""
_ONE: LiteralString = """
SELECT id, array_send(items) FROM job
WHERE kind = %(kind)s AND subject_id = %(run)s AND due_at <= transaction_timestamp()
ORDER BY part_id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def promise_later(session: Session, run_id: int, claims: Sequence[tuple[int, int]]) -> int:
    """Promise new claims, (member, claim), of a feed that is coming; how many there are."""
    member, claim = np.array(claims, np.int64).reshape(-1, 2).T
    _add(session, GATHER, run_id, member, claim)
    return len(claims)


def gather(
    session: Session,
    run_id: int,
    *,
    many_from: int = MANY_FROM,
    members_a_row: int = MEMBERS_A_ROW,
    at_once: int = _CLAIMS_AT_ONCE,
) -> None:
    """Bring the promises of a run's parts together by member."""
    pending = fetched(session, _PENDING, {"kind": GATHER, "run": run_id})
    if not pending:
        return
    # Of a feed that had stopped, some may be brought together already and not be done.
    pending += fetched(session, _PENDING, {"kind": DETERMINE_MANY, "run": run_id})
    parts = [job_id for job_id, _ in pending]
    if sum(count for _, count in pending) < many_from:
        some = [_read(session, part) for part in parts]
        promise_claims(session, run_id, [x for each in some for x in zip(*each, strict=True)])
    else:
        ranges = -(-sum(count for _, count in pending) // at_once)
        for member, claim in _by_range(session, parts, ranges):
            _by_member(session, run_id, member, claim, members_a_row)
    forget(session, parts)


def scatter(session: Session, run_id: int) -> bool:
    """Make one row of many members a promise a member, if there is one that nobody holds."""
    found = take_many(session, run_id)
    if found is None:
        return False
    job_id, _, member, claim = found
    promise_claims(session, run_id, [*zip(member.tolist(), claim.tolist(), strict=True)])
    forget(session, [job_id])
    return True


def take_many(session: Session, run_id: int) -> tuple[int, int, Whole, Whole] | None:
    """Lock a due row: its number, how many members it names, and member and claim of each claim."""
    rows = fetched(session, _ONE, {"kind": DETERMINE_MANY, "run": run_id})
    if not rows:
        return None
    ((job_id, sent),) = rows
    items = numbers_sent(bytes(sent))
    return job_id, int(items[0]), *np.split(items[1:], 2)


def _by_range(session: Session, parts: Sequence[int], ranges: int) -> Iterator[tuple[Whole, Whole]]:
    """The claims of all parts, some members at a time.

    Between the two they lie in a file a range: the parts are read once for it, however many there
    are of either.
    """
    ends = np.array([], np.int64)
    if ranges > 1:
        # A copy of the few: what is only looked at keeps the whole part in memory.
        some = [_read(session, part)[0][::100].copy() for part in parts]
        seen = np.sort(np.concatenate(some))
        ends = np.unique(seen[len(seen) * np.arange(1, ranges) // ranges])
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile()) for _ in range(len(ends) + 1)]
        for part in parts:
            claims = np.stack(_read(session, part), axis=1)
            at = np.searchsorted(ends, claims[:, 0], side="right")
            order = np.argsort(at, kind="stable")
            cuts = np.searchsorted(at[order], np.arange(1, len(files)))
            for file, here in zip(files, np.split(claims[order], cuts), strict=True):
                file.write(here.tobytes())
        for file in files:
            file.seek(0)
            member, claim = np.frombuffer(file.read(), np.int64).reshape(-1, 2).T
            yield member, claim


def _by_member(session: Session, run_id: int, member: Whole, claim: Whole, size: int) -> None:
    """Promise claims, those of so many members in a row."""
    alone = fetched(session, _ALONE, {"kind": DETERMINE, "run": run_id})
    known = np.isin(member, np.array([who for (who,) in alone], np.int64))
    if known.any():
        apart = zip(member[known].tolist(), claim[known].tolist(), strict=True)
        promise_claims(session, run_id, [*apart])
        member, claim = member[~known], claim[~known]
    order = np.lexsort((claim, member))
    member, claim = member[order], claim[order]
    begins = np.flatnonzero(np.diff(member, prepend=-1))
    cuts = [*begins[::size].tolist(), len(member)]
    for start, end in itertools.pairwise(cuts):
        _add(session, DETERMINE_MANY, run_id, member[start:end], claim[start:end])


def _add(session: Session, kind: str, run_id: int, member: Whole, claim: Whole) -> None:
    items = np.concatenate(([len(np.unique(member))], member, claim))
    asked = {"kind": kind, "run": run_id, "items": number_array(items)}
    with cursor(session) as cur:
        cur.execute(_ADD, asked)


def _read(session: Session, job_id: int) -> tuple[Whole, Whole]:
    ((sent,),) = fetched(session, _ITEMS, {"id": job_id})
    member, claim = np.split(numbers_sent(bytes(sent))[1:], 2)
    return member, claim
