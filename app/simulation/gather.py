"""Read the whole fund into columns: every live bill, every cover in force, in one snapshot."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.recorded import Recorded, read_recorded
from app.adjudication.replay import settlement_ranks
from app.adjudication.stored import Columns, read_columns
from app.benefits.care import CARES
from app.benefits.columns import ALL_CARES, MISSING_DAY, Bills, Covers, Index, Whole
from app.benefits.tariffs import Schemes
from app.db import cursor
from app.errors import Refusal
from app.roster.identity import birth_date
from app.roster.under import ROSTERS, line_on
from app.secrets import vault
from app.simulation.inputs import FIRST_COVER, Inputs, places
from app.unions.tree import DISTRICTS

_YEARS: Final = """
SELECT DISTINCT benefit_year FROM cover UNION
SELECT DISTINCT extract(year FROM coalesce(s.enddate, s.setl_time::date))::int FROM determination d
JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE d.benefit_year IS NULL ORDER BY 1
"""
# A cover belongs to the union that its unit stood under on its first day.
_COVERS: Final = f"""
SELECT c.member_id, c.id, c.starts_on - date '1970-01-01',
       coalesce(upper(t.term) - 1, c.starts_on - 1) - date '1970-01-01',
       coalesce(c.waits_until - date '1970-01-01', {{missing_day}}),
       CASE WHEN c.cares IS NULL THEN {{all_cares}} ELSE coalesce((
           SELECT sum(1 << (array_position({{cares}}::text[], care) - 1))
           FROM unnest(c.cares) care), {{all_cares}}) END::smallint,
       c.benefit_year::smallint, {line_on("x", "c.member_id", "c.starts_on")},
       r.unit_due_fen + r.worker_due_fen + r.union_due_fen,
       (r.campaign_id IS NOT NULL)::int::smallint,
       coalesce(r.confirmed_on - (
           SELECT max(upper(b.term)) - 1 FROM cover_term b
           WHERE b.member_id = c.member_id AND lower(b.term) < c.starts_on), {{first_cover}})
FROM cover_term t JOIN cover c ON c.member_id = t.member_id AND c.id = t.cover_id
JOIN roster r ON r.id = c.roster_id
JOIN {ROSTERS} x ON x.roster_id = c.roster_id
ORDER BY c.member_id, c.starts_on, c.id
"""  # noqa: S608 - put together from constants
_KINDS: Final = {
    "member": "bigint",
    "id": "bigint",
    "starts": "integer",
    "ends": "integer",
    "waits_until": "integer",
    "cares": "smallint",
    "benefit_year": "smallint",
    "union": "bigint",
    "due": "bigint",
    "gift": "smallint",
    "gap": "integer",
}
_BORN: Final = """
SELECT id, certno_cipher FROM member m WHERE EXISTS (SELECT FROM cover c WHERE c.member_id = m.id)
ORDER BY id
"""
_AT_ONCE: Final = 20_000

Watch = Callable[[int, int], None]


class NothingToAsk(Refusal):
    """Nobody has ever been covered."""


def gather(session: Session, schemes: Schemes, watch: Watch = lambda done, of: None) -> Inputs:
    """Read everything. `watch` is told how many of how many steps are done. Raises NothingToAsk."""
    years = [int(year) for year in session.scalars(text(_YEARS))]
    if not years:
        raise NothingToAsk
    steps = len(years) + 2
    literals = {
        "missing_day": MISSING_DAY,
        "cares": list(CARES),
        "all_cares": ALL_CARES,
        "first_cover": FIRST_COVER,
    }
    found = read_columns(session, _COVERS, _KINDS, literals)
    names, found["union"] = _unions(session, found["union"])
    watch(1, steps)
    found["born"] = _born(session, found["member"])
    watch(2, steps)
    bills, recorded, claims = [], [], []
    for done, year in enumerate(years, 3):
        some = read_recorded(session, year, schemes)
        live = np.flatnonzero(some.undone_at == 0)
        member, found = _at_their_time(some, live, found)
        bills.append(_taken(some.bills, live, member))
        recorded.append(some.payable[live])
        claims.append(some.claim_id[live])
        watch(done, steps)
    return _inputs(session, bills, np.concatenate(recorded), claims, found, names)


def _inputs(
    session: Session,
    bills: list[Bills],
    recorded: Whole,
    claims: list[Whole],
    found: Columns,
    names: tuple[str, ...],
) -> Inputs:
    ranks = settlement_ranks(session, np.concatenate(claims))
    order = np.lexsort((ranks, np.concatenate([each.member for each in bills])))
    columns: dict[str, Any] = {
        x.name: np.concatenate([getattr(each, x.name) for each in bills])[order]
        for x in fields(Bills)
    }
    joined = Bills(**columns)
    by_member = np.lexsort((found["id"], found["starts"], found["member"]))
    by_member = by_member[found["ends"][by_member] >= found["starts"][by_member]]
    cover = {name: column[by_member] for name, column in found.items()}
    union = cover["union"].astype(np.intp)
    cell, grouped = places(cover["benefit_year"], union, cover["born"], cover["member"], len(names))
    return Inputs(
        bills=joined,
        recorded_fen=recorded[order],
        begins=np.unique(joined.member, return_index=True)[1].astype(np.intp),
        covers=Covers(
            member=cover["member"],
            starts_day=cover["starts"].astype(np.int32),
            ends_day=cover["ends"].astype(np.int32),
            waits_until=cover["waits_until"].astype(np.int32),
            cares=cover["cares"].astype(np.uint8),
        ),
        benefit_year=cover["benefit_year"],
        cell=cell,
        grouped=grouped,
        due_fen=cover["due"],
        gift=cover["gift"] != 0,
        gap_days=cover["gap"],
        unions=names,
    )


def _unions(session: Session, union: Whole) -> tuple[tuple[str, ...], Index]:
    """The federation's districts by name, and the place of the one that each union belongs to."""
    rows = session.execute(text(DISTRICTS)).all()
    tops = list(dict.fromkeys((row[1], row[2]) for row in rows))
    place = {top_id: n for n, (top_id, _) in enumerate(tops)}
    ids = np.array([row[0] for row in rows], np.int64)
    order = np.argsort(ids)
    places = np.array([place[row[1]] for row in rows], np.intp)[order]
    return tuple(name for _, name in tops), places[np.searchsorted(ids[order], union)]


def _born(session: Session, member: Whole) -> Whole:
    """The year each cover's member was born, from the ID number."""
    whose, years = [], []
    with cursor(session) as cur:
        cur.execute(_BORN)
        opened = vault().open
        while rows := cur.fetchmany(_AT_ONCE):
            whose += [row[0] for row in rows]
            years += [birth_date(opened(row[1], "member", row[0])).year for row in rows]
    place = np.searchsorted(np.array(whose, np.int64), member)
    return np.array(years, np.int64)[place]


def _at_their_time(some: Recorded, live: Index, found: Columns) -> tuple[Whole, Columns]:
    """Whose covers each live bill asks for, and the covers with those of earlier times added.

    What a gift granted before it was ended stands under the cover as it was then: such a member
    has a negative number of its own here, and a room of its own.
    """
    asks_as = some.bills.member[live]
    earlier = np.unique(asks_as[asks_as != some.member[live]])
    if not len(earlier):
        return asks_as, found
    least = int(min(found["member"].min(initial=0), 0))
    renamed = least - 1 - np.arange(len(earlier))
    rows = np.flatnonzero(np.isin(some.covers.member, earlier))
    by_id = np.argsort(found["id"], kind="stable")
    same = by_id[np.searchsorted(found["id"][by_id], some.cover_ids[rows])]
    added = {name: column[same].copy() for name, column in found.items()}
    added["member"] = renamed[np.searchsorted(earlier, some.covers.member[rows])]
    added["starts"], added["ends"] = some.covers.starts_day[rows], some.covers.ends_day[rows]
    member = asks_as.copy()
    special = np.isin(asks_as, earlier)
    member[special] = renamed[np.searchsorted(earlier, asks_as[special])]
    joined = {name: np.concatenate((found[name], added[name])) for name in found}
    return member, joined


def _taken(bills: Bills, rows: Index, member: Whole) -> Bills:
    taken: dict[str, NDArray[Any]] = {x.name: getattr(bills, x.name)[rows] for x in fields(Bills)}
    return Bills(**{**taken, "member": member})
