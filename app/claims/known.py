"""What is already known of the bills a file names."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.claims.join import joined_as, stated_by
from app.claims.models import Claim, Refund, Settlement, SettlementKey, UnmatchedSettlement
from app.copytext import ARRAYS
from app.db import any_of, cursor, fetched


@dataclass(frozen=True, slots=True)
class Known:
    """By `setl_id`: whose it is, its contents oldest first, what undoes it, states kept unmatched.

    `refund_numbers` are numbers that a refund of another bill goes by. `own`: the fund's own number
    of a bill that was filed by hand before, by the bureau's number; `stated`: the same of filed
    bills that wait for the bureau's row, by member and number. `here`: in which line the run that
    goes on has told of it before. `named`: all numbers asked of which anything is known.
    """

    member_of: dict[str, int]
    contents: dict[str, list[bytes]]
    refunds: set[tuple[str, str]]
    refund_numbers: set[str]
    unmatched: dict[str, list[bytes]]
    own: dict[str, str]
    stated: dict[tuple[int, str], str]
    here: dict[str, int]
    named: set[str]


_NEXT: Final = 16
"""Numbers of a file that are next to each other, and asked about by one look."""

# New numbers come after those before them, or some after each older row of them: between two that
# are next to each other nothing lies that is known, and of most the first look says so.
_BETWEEN: LiteralString = """
SELECT place FROM unnest(%(first)s::text[], %(last)s::text[])
              WITH ORDINALITY asked (first, last, place)
WHERE (SELECT x.setl_id FROM settlement_key x WHERE x.setl_id >= asked.first
       ORDER BY x.setl_id LIMIT 1) <= asked.last
   OR (SELECT x.setl_id FROM refund x WHERE x.setl_id >= asked.first
       ORDER BY x.setl_id LIMIT 1) <= asked.last
   OR (SELECT x.setl_id FROM unmatched_settlement x WHERE x.setl_id >= asked.first
       ORDER BY x.setl_id LIMIT 1) <= asked.last
   OR (SELECT x.setl_id FROM joined_settlement x WHERE x.setl_id >= asked.first
       ORDER BY x.setl_id LIMIT 1) <= asked.last
   OR (SELECT x.stated_setl_id FROM filed_claim x WHERE x.stated_setl_id >= asked.first
       ORDER BY x.stated_setl_id LIMIT 1) <= asked.last
"""
# OFFSET keeps each question a look by an index, however few the planner thinks there are.
_ABOUT: LiteralString = """
SELECT asked.setl_id FROM unnest(%(numbers)s::text[]) asked (setl_id)
WHERE EXISTS (SELECT FROM settlement_key x WHERE x.setl_id = asked.setl_id OFFSET 0)
   OR EXISTS (SELECT FROM refund x WHERE x.setl_id = asked.setl_id OFFSET 0)
   OR EXISTS (SELECT FROM unmatched_settlement x WHERE x.setl_id = asked.setl_id OFFSET 0)
   OR EXISTS (SELECT FROM joined_settlement x WHERE x.setl_id = asked.setl_id OFFSET 0)
   OR EXISTS (SELECT FROM filed_claim x WHERE x.stated_setl_id = asked.setl_id OFFSET 0)
"""


def known_bills(session: Session, setl_ids: Collection[str], run_id: int | None = None) -> Known:
    """What is known of these numbers; `run_id`: of the feed that goes on, if it began before."""
    some = _about(session, sorted(setl_ids))
    named = fetched(session, _ABOUT, {"numbers": ARRAYS[str](some)}) if some else []
    return _known(session, sorted(row[0] for row in named), run_id)


def _about(session: Session, setl_ids: Sequence[str]) -> list[str]:
    """Those of some numbers, in order, beside which some number is known."""
    if not setl_ids:
        return []
    last = [*setl_ids[_NEXT - 1 :: _NEXT]]
    if len(setl_ids) % _NEXT:
        last.append(setl_ids[-1])
    between = {"first": ARRAYS[str](setl_ids[::_NEXT]), "last": ARRAYS[str](last)}
    with cursor(session) as cur:
        # A plan made while nothing is in a table would go through all that comes into it later.
        cur.execute("SET LOCAL enable_seqscan = off")
        places = [place for (place,) in cur.execute(_BETWEEN, between, binary=True).fetchall()]
        cur.execute("SET LOCAL enable_seqscan = on")
    return [x for place in places for x in setl_ids[(place - 1) * _NEXT : place * _NEXT]]


def _known(session: Session, setl_ids: Sequence[str], run_id: int | None) -> Known:
    named = set(setl_ids)
    here: dict[str, int] = {}
    member_of: dict[str, int] = {}
    contents: dict[str, list[bytes]] = defaultdict(list)
    refunds: set[tuple[str, str]] = set()
    unmatched: dict[str, list[bytes]] = defaultdict(list)
    own, stated = _filed(session, setl_ids)
    setl_ids = [*setl_ids, *own.values()]
    for start in range(0, len(setl_ids), 20_000):
        some = any_of(setl_ids[start : start + 20_000])
        keys = select(SettlementKey.setl_id, SettlementKey.member_id)
        member_of.update(session.execute(keys.where(SettlementKey.setl_id == some)).all())
        versions = (
            select(Settlement.setl_id, Settlement.content, Settlement.run_id, Settlement.line)
            .join(
                SettlementKey,
                (SettlementKey.setl_id == Settlement.setl_id)
                & (SettlementKey.member_id == Settlement.member_id),
            )
            .where(SettlementKey.setl_id == some)
            .order_by(Settlement.setl_id, Settlement.version)
        )
        for setl_id, content, run, line in session.execute(versions):
            contents[setl_id].append(bytes(content))
            if run == run_id:
                here.setdefault(setl_id, line)
        undone = select(Refund.setl_id, Refund.undone_setl_id, Refund.run_id, Refund.line)
        for setl_id, number, run, line in session.execute(undone.where(Refund.setl_id == some)):
            refunds.add((setl_id, number))
            if run == run_id:
                here.setdefault(setl_id, line)
        waiting = select(
            UnmatchedSettlement.setl_id,
            UnmatchedSettlement.content,
            UnmatchedSettlement.run_id,
            UnmatchedSettlement.line,
        ).where(UnmatchedSettlement.setl_id == some)
        for setl_id, content, run, line in session.execute(
            waiting.order_by(UnmatchedSettlement.id)
        ):
            unmatched[setl_id].append(bytes(content))
            if run == run_id:
                here.setdefault(setl_id, line)
    numbers = {setl_id for setl_id, undone in refunds if undone not in {setl_id, own.get(setl_id)}}
    here |= {bureaus: here[ours] for bureaus, ours in own.items() if ours in here}
    return Known(member_of, contents, refunds, numbers, unmatched, own, stated, here, named)


def _filed(
    session: Session, setl_ids: Sequence[str]
) -> tuple[dict[str, str], dict[tuple[int, str], str]]:
    """Own numbers of bills that were filed by hand: of those joined, and of those that wait."""
    own: dict[str, str] = {}
    stated: dict[tuple[int, str], str] = {}
    for start in range(0, len(setl_ids), 20_000):
        some = setl_ids[start : start + 20_000]
        own |= joined_as(session, some)
        stated |= stated_by(session, some)
    joined = set(own.values())
    return own, {who: number for who, number in stated.items() if number not in joined}


def claims_of(session: Session, setl_ids: Sequence[str]) -> list[tuple[int, int]]:
    """(member, claim) of the bills among these numbers that are claims."""
    if not setl_ids:
        return []
    rows = session.execute(
        select(Claim.member_id, Claim.id)
        .join(
            SettlementKey,
            (SettlementKey.setl_id == Claim.setl_id) & (SettlementKey.member_id == Claim.member_id),
        )
        .where(SettlementKey.setl_id == any_of(setl_ids))
    )
    return list(rows)
