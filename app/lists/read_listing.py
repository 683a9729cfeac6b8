"""Read a list: a page that begins after a row, or all of it. The page costs what the first does.

The key of the last row alone stands in an address, never what it is sorted by: the query looks
that up. So many rows are looked through for one page; where a filter leaves few of them, the page
shows few, and the next one goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.lists.listing import Asks, Form, Listing, Sees, Wanted
from app.lists.seen import SEEN, UNIT, Scope, among
from app.roster.members import masked

LOOKED_THROUGH: Final = 4_000
AT_ONCE: Final = 1_000
# As an array: a page has few rows, and a join would begin with all that the source has.
_ROWS: Final = """
    WITH {seen}, looked AS MATERIALIZED (
        SELECT z.*, row_number() OVER () AS n FROM (
            SELECT {key} AS key, {fits} AS fits FROM {source}
            WHERE {where} AND {scope} AND {people} AND {after}
            ORDER BY {order} {way}, {key} {way} LIMIT :looked
        ) z
    ), fit AS MATERIALIZED (
        SELECT key, n FROM looked WHERE fits ORDER BY n LIMIT :size
    )
    SELECT t.looked, t.last, s.*
    FROM (SELECT count(*) AS looked, (SELECT key FROM looked ORDER BY n DESC LIMIT 1) AS last
          FROM looked) t
    LEFT JOIN (
        SELECT fit.n, {key} AS of_key, {columns}
        FROM {source} {joins} JOIN fit ON fit.key = {key}
        WHERE {key} = ANY(ARRAY(SELECT key FROM fit)) AND {where}
    ) s ON true
    ORDER BY s.n
"""
_AMONG: Final = "c.member_id = ANY(CAST(:people AS bigint[]))"
_AFTER: Final = """({order}, {key}) {beyond} (
    SELECT {order}, {key} FROM {source} WHERE {where} AND {key} = :after)"""


@dataclass(frozen=True, slots=True)
class Rows:
    """A page: values by columns' names; `following` is the key the next one begins after."""

    rows: list[dict[str, Any]]
    following: int | None


def page_of(
    session: Session,
    scope: Scope,
    listing: Listing,
    wanted: Wanted,
    *,
    after: int | None = None,
    size: int,
) -> Rows:
    """A page of what is asked for within the scope; of what is the fund's, none elsewhere."""
    query, asked = _query(session, scope, listing, wanted, after)
    asked |= {"size": size + 1, "looked": max(LOOKED_THROUGH if wanted.filters else 0, size + 1)}
    found = session.execute(text(query), asked).all()
    looked, last = found[0][:2]
    rows = [[*row[3:]] for row in found if row[2] is not None]
    more = len(rows) > size
    shown = _named(session, listing, [row[1:] for row in rows[:size]])
    if more:
        return Rows(shown, rows[size - 1][0])
    # Fewer than were looked through: the next page goes on from the last that was.
    return Rows(shown, last if looked == asked["looked"] and wanted.filters else None)


def every_row(
    session: Session, scope: Scope, listing: Listing, wanted: Wanted
) -> Iterator[dict[str, Any]]:
    """All of it, page after page."""
    after: int | None = None
    while True:
        page = page_of(session, scope, listing, wanted, after=after, size=AT_ONCE)
        yield from page.rows
        if page.following is None:
            return
        after = page.following


def _query(
    session: Session, scope: Scope, listing: Listing, wanted: Wanted, after: int | None
) -> tuple[str, dict[str, Any]]:
    sort = listing.sort(wanted.order)
    how = {
        "seen": SEEN,
        "key": listing.key,
        "order": sort.sql,
        "source": listing.source,
        "where": listing.where,
        "joins": listing.joins,
        "columns": ", ".join(each.sql for each in listing.columns),
        "scope": _scope(session, scope, listing.sees),
        "people": _AMONG if wanted.people is not None else "true",
        "way": "DESC" if sort.newest_first else "ASC",
        "beyond": "<" if sort.newest_first else ">",
        "fits": " AND ".join(_fits(listing, wanted)) or "true",
    }
    how["after"] = _AFTER.format(**how) if after is not None else "true"
    asked: dict[str, Any] = {**scope.asked, **_values(listing, wanted), "after": after}
    asked |= {"people": list(wanted.people or ()), "today": today()}
    return _ROWS.format(**how), asked


def _fits(listing: Listing, wanted: Wanted) -> list[str]:
    return [f"({each.sql})" for each in listing.filters if each.name in wanted.filters]


def _values(listing: Listing, wanted: Wanted) -> Mapping[str, object]:
    values = dict(wanted.filters)
    for each in listing.filters:
        if each.asks is Asks.WORDS and each.name in values:
            words = str(values[each.name])
            plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            values |= {"named": f"%{plain}%", "coded": f"{plain.upper()}%"}
    return values


def _scope(session: Session, scope: Scope, sees: Sees) -> str:
    match sees:
        case Sees.MEMBERS:
            return among(session, scope)
        case Sees.UNITS:
            return UNIT
        case Sees.FUND:
            return ":whole"


def _named(
    session: Session, listing: Listing, rows: Sequence[Sequence[Any]]
) -> list[dict[str, Any]]:
    names = [each.name for each in listing.columns]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    hidden = [each.name for each in listing.columns if each.form is Form.MASKED]
    if hidden and found:
        ids = masked(session, sorted({row[name] for row in found for name in hidden}))
        for row in found:
            row.update({name: ids[row[name]] for name in hidden})
    return found
