"""Recompute what is recorded, from what is stored, in grant order.

Each determination of a year is computed again against the record of what stood before it: the room
that was used and the stay's base, which are sums over the grants and reversals before it. If every
one agrees with the record of those before, all agree (by induction from the first). One pass of
the kernel over columns, whatever the number of claims.

Of a million claims the server takes 2.8 s of a processor and this side 2.0, and one connection lets
them overlap by hardly a tenth: its buffer is small, and each waits for the other. Two connections
on one moment, a thread each, take 3.6 s by the clock on two cores instead of 4.5.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.recorded import Recorded, read_recorded
from app.adjudication.split_members import Members, apart
from app.adjudication.stored import read_columns
from app.ahead import ahead
from app.benefits.care import CARES
from app.benefits.columns import (
    NO_CAP,
    Bills,
    Determinations,
    Granted,
    Refused,
    Whole,
)
from app.benefits.kernel import determine, determine_against
from app.benefits.running import grouped, sum_before
from app.benefits.tariffs import Schemes, in_force
from app.same_moment import same_moment
from app.schemes.publish import published_schemes

MOST_NAMED: Final = 10_000
ROWS: Final = 50_000
"""Determinations at a time: twice so many members' years are in memory, and no others'."""
_OF_YEAR: Final = text("SELECT count(*) FROM determination WHERE benefit_year = :year")
_WITHOUT_BILL: Final = text(
    """
    SELECT d.member_id, d.claim_id, d.grant_no FROM determination d
    LEFT JOIN settlement s
      ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
    WHERE d.benefit_year = :year AND s.member_id IS NULL ORDER BY d.grant_no LIMIT :most
    """
)

_RANKS: Final = """
SELECT c.id, row_number() OVER (ORDER BY s.setl_time, c.setl_id)
FROM claim c
JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
WHERE s.version = (SELECT max(v.version) FROM settlement v
                   WHERE v.member_id = c.member_id AND v.setl_id = c.setl_id)
"""


class Difference(NamedTuple):
    """A field of a determination that is not what the rules give; amounts in fen."""

    member_id: int
    claim_id: int
    grant_no: int
    field: str
    stored: object
    computed: object


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was recomputed; `payable_fen` is what is live of it."""

    determinations: int
    payable_fen: int
    differences: list[Difference]


def replay(
    session: Session,
    year: int,
    at_once: int = ROWS,
    watch: Callable[[int, int], None] = lambda done, of: None,
) -> Replayed:
    """Recompute every determination of a benefit year, and those without cover that fall in it.

    `at_once`: so many determinations, whole members of them. `watch` is told how many of how many
    such parts are done.
    """
    schemes = in_force(published_schemes(session))
    count = live_fen = of_year = 0
    differences: list[Difference] = []
    work = partial(_replay_some, year, schemes)
    parts = [*apart(session, at_once)]
    with closing(_by_two(session, parts, work)) as played:
        for done, some in enumerate(played, 1):
            watch(done, len(parts))
            differences += some.differences[: MOST_NAMED - len(differences)]
            count += some.rows
            of_year += some.of_year
            live_fen += some.live_fen
    if session.scalar(_OF_YEAR, {"year": year}) != of_year:
        differences += _without_bill(session, year, MOST_NAMED - len(differences))
    return Replayed(count, live_fen, sorted(differences, key=lambda x: (x.grant_no, x.field)))


class _Some(NamedTuple):
    """What some members' determinations came to; `of_year` of them are the year's own."""

    rows: int
    of_year: int
    live_fen: int
    differences: list[Difference]


def _by_two(
    session: Session, parts: list[Members], work: Callable[[Session, Members], _Some]
) -> Generator[_Some, None, None]:
    """What comes of each part, in order; every second is worked on beside the one before it."""
    if len(parts) == 1:
        yield work(session, parts[0])
        return
    with same_moment(session) as beside:
        if beside is None:
            yield from (work(session, members) for members in parts)
            return
        with closing(ahead((work(beside, members) for members in parts[1::2]), 2)) as others:
            for members in parts[::2]:
                yield work(session, members)
                yield from islice(others, 1)


def _replay_some(year: int, schemes: Schemes, session: Session, members: Members) -> _Some:
    """Their columns are gone when it returns: those of the next are not read beside them."""
    stored = read_recorded(session, year, schemes, members)
    found = determine_against(
        stored.bills,
        stored.covers,
        schemes,
        stay_before=_before(stored, stored.base, (stored.bills.stay,)),
        used_before=_before(stored, stored.payable),
    )
    return _Some(
        len(stored.grant_no),
        int((stored.benefit_year == year).sum()),
        int(stored.payable[stored.undone_at == 0].sum()),
        _differences(stored, found, MOST_NAMED),
    )


def _without_bill(session: Session, year: int, most: int) -> list[Difference]:
    """Determinations of a bill that is not there: nothing can be computed again."""
    rows = session.execute(_WITHOUT_BILL, {"year": year, "most": most})
    return [
        Difference(member_id, claim_id, grant_no, "bill", "named", "missing")
        for member_id, claim_id, grant_no in rows
    ]


def _before(stored: Recorded, amount: Whole, more: tuple[Whole, ...] = ()) -> Whole:
    """The live sum of `amount` of an entitlement (or stay) before each determination.

    A determination that was followed gives its amount back at its follower's place, just before
    the follower is computed.
    """
    count = len(amount)
    granted = stored.refusal == Refused.NO
    undone = np.flatnonzero(granted & (stored.undone_at > 0))
    place = np.concatenate((2 * stored.grant_no + 1, 2 * stored.undone_at[undone]))
    signed = np.concatenate((np.where(granted, amount, 0), -amount[undone]))
    key: tuple[NDArray[Any], ...] = (stored.member, stored.bills.care, stored.benefit_year)
    rows = np.concatenate((np.arange(count), undone))
    in_time = np.argsort(place, kind="stable")
    order, begins = grouped(*(column[rows][in_time] for column in (*key, *more)))
    sums = np.empty(len(place), np.int64)
    sums[in_time[order]] = sum_before(signed[in_time][order], begins)
    return sums[:count]


def _differences(stored: Recorded, found: Determinations, most: int) -> list[Difference]:
    granted = found.refusal == Refused.NO
    cover_id = np.append(stored.cover_ids, 0)[found.cover]
    columns: list[tuple[str, NDArray[Any], NDArray[Any]]] = [
        ("refusal", stored.refusal, found.refusal),
        ("cover", stored.cover_id, cover_id),
        ("scheme", stored.scheme, found.scheme),
        ("benefit_year", stored.benefit_year, found.benefit_year),
        ("care", stored.care, np.where(found.care < len(CARES), found.care.astype(np.int16), -1)),
        ("base", stored.base, np.where(granted, found.base, 0)),
        ("gross", stored.gross, np.where(granted, found.gross, 0)),
        ("room", stored.room, np.where(granted, found.room, NO_CAP)),
        ("payable", stored.payable, found.payable),
    ]
    differences: list[Difference] = []
    for name, was, now in columns:
        for row in np.flatnonzero(was != now)[: most - len(differences)].tolist():
            differences.append(
                Difference(
                    int(stored.member[row]),
                    int(stored.claim_id[row]),
                    int(stored.grant_no[row]),
                    name,
                    _shown(name, was[row]),
                    _shown(name, now[row]),
                )
            )
    return differences


def _shown(name: str, value: Any) -> object:
    return Refused(int(value)).name.lower() if name == "refusal" else int(value)


class WouldChange(NamedTuple):
    """A claim that a full recomputation in order would pay otherwise; for an officer, in fen."""

    member_id: int
    claim_id: int
    payable_fen: int
    would_be_fen: int


def recompute(session: Session, year: int) -> list[WouldChange]:
    """Which live grants of a benefit year a recomputation of all, in order, would change.

    Late bills and corrections take the room that is left and change no other bill (domain:
    refunds and corrections); the difference is shown to a person, never applied. What a gift
    granted before it was ended stands, and the others are computed beside it.
    """
    schemes = in_force(published_schemes(session))
    stored = read_recorded(session, year, schemes)
    live = (stored.undone_at == 0) & (stored.benefit_year == year)
    by_gift = (stored.bills.member != stored.member) & (stored.refusal == Refused.NO)
    rows = np.flatnonzero(live & ~by_gift)
    order = rows[np.argsort(settlement_ranks(session, stored.claim_id[rows]), kind="stable")]
    bills = Bills(*(getattr(stored.bills, x.name)[order] for x in fields(Bills)))
    bills = replace(bills, member=stored.member[order])
    standing = _granted(stored, np.flatnonzero(live & by_gift))
    found = determine(bills, stored.covers, schemes, standing)
    differ = np.flatnonzero(found.payable != stored.payable[order])
    return [
        WouldChange(
            int(bills.member[row]),
            int(stored.claim_id[order[row]]),
            int(stored.payable[order[row]]),
            int(found.payable[row]),
        )
        for row in differ.tolist()
    ]


def _granted(stored: Recorded, rows: Whole) -> Granted:
    """What these determinations hold of their entitlements and stays."""
    whose = (stored.member[rows], stored.bills.care[rows], stored.benefit_year[rows])
    return Granted(*whose, stored.payable[rows], *whose, stored.bills.stay[rows], stored.base[rows])


def settlement_ranks(session: Session, claim_id: Whole) -> Whole:
    """The place of each claim's bill in `(setl_time, setl_id)` order, among all there are."""
    ranks = read_columns(session, _RANKS, {"claim_id": "bigint", "rank": "bigint"}, {})
    known = np.argsort(ranks["claim_id"])
    found: Whole = known[np.searchsorted(ranks["claim_id"][known], claim_id)]
    in_order: Whole = ranks["rank"][found]
    return in_order
