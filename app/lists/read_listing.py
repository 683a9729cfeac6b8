"""Read a list: a page that begins after a row, or all of it. The page costs what the first does.

The key of the last row alone stands in an address, never what it is sorted by: the query looks
that up, of a row that the asker sees. So many rows are looked through for one page; where a filter
leaves few of them, the page shows few, and the next one goes on.
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

LOOKED_THROUGH: Final = 2_000
AT_ONCE: Final = 1_000
COUNTED_TO: Final = 1_000
"""So many rows are looked through first: most filters find a page among them."""
# As an array: a page has few rows, and a join would begin with all that the source has.
_ROWS: Final = """
    WITH {seen}, looked AS MATERIALIZED (
        SELECT z.*, row_number() OVER () AS n FROM (
            SELECT {key} AS key, {kept} FROM {source}
            WHERE {where} AND {scope} AND {people} AND {after}
            ORDER BY {order} {way}, {key} {way} LIMIT :looked
        ) z
    ), fit AS MATERIALIZED (
        SELECT c.key, c.n FROM looked c {filtered} ORDER BY c.n LIMIT :counted
    )
    SELECT t.looked, t.last, t.counted, s.*
    FROM (SELECT count(*) AS looked, (SELECT key FROM looked ORDER BY n DESC LIMIT 1) AS last,
                 (SELECT count(*) FROM fit) AS counted
          FROM looked) t
    LEFT JOIN (
        SELECT fit.n, {key} AS of_key, {columns}
        FROM {source} {beside} {joins} JOIN fit ON fit.key = {key}
        WHERE {key} = ANY(ARRAY(SELECT key FROM fit ORDER BY n LIMIT :size)) AND {where}
    ) s ON true
    ORDER BY s.n
"""
_AMONG: Final = "c.member_id = ANY(CAST(:people AS bigint[]))"
_AFTER: Final = """({order}, {key}) {beyond} (
    SELECT {order}, {key} FROM {source} WHERE {where} AND {scope} AND {key} = :after)"""
_AFTER_KEY: Final = "{key} {beyond} :after"
"""Where the key is the order: the row itself may have left the list since."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows there are, or `more`: that there are at least so many."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """A page: values by columns' names; `following` is the key the next one begins after.

    `counted`: on the first page, of what was looked through.
    """

    rows: list[dict[str, Any]]
    following: int | None
    counted: Counted | None = None


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
    how, asked = _how(session, scope, listing, wanted)
    after_it = _AFTER_KEY if how["order"] == how["key"] else _AFTER
    how["after"] = after_it.format(**how) if after is not None else "true"
    asked["after"] = after
    first = after is None
    found = _looked_through(session, how, asked, size, far=bool(wanted.filters), first=first)
    looked, last, number = found[0][:3]
    counted = Counted(number, looked == asked["looked"]) if first else None
    rows = [[*row[4:]] for row in found if row[3] is not None]
    more = len(rows) > size
    shown = _named(session, listing, [row[1:] for row in rows[:size]])
    if more:
        return Rows(shown, rows[size - 1][0], counted)
    # Fewer than were looked through: the next page goes on from the last that was.
    goes_on = looked == asked["looked"] and wanted.filters
    return Rows(shown, last if goes_on else None, counted)


def _looked_through(
    session: Session,
    how: Mapping[str, str],
    asked: dict[str, Any],
    size: int,
    *,
    far: bool,
    first: bool,
) -> Sequence[Any]:
    """The page's rows. `far`: where a filter leaves too few of the first ones, of many more."""
    enough = COUNTED_TO if first or far else size + 1
    query = text(_ROWS.format(**how))
    for most in (min(enough, LOOKED_THROUGH), LOOKED_THROUGH) if far else (enough,):
        looked = max(most, size + 1)
        asked |= {"size": size + 1, "looked": looked, "counted": looked if first else size + 1}
        found = session.execute(query, asked).all()
        if found[0].looked < looked or len(found) > size:
            break
    return found


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


def _how(
    session: Session, scope: Scope, listing: Listing, wanted: Wanted
) -> tuple[dict[str, str], dict[str, Any]]:
    """The parts of a query, and what it asks."""
    sort = listing.sort(wanted.order)
    fits = " AND ".join(_fits(listing, wanted)) or "true"
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
        "beside": listing.beside,
        "kept": listing.carried or f"{fits} AS fits",
        "filtered": f"{listing.beside} WHERE {fits}" if listing.carried else "WHERE c.fits",
    }
    if listing.carried and not wanted.filters:
        how["filtered"] = ""
    asked: dict[str, Any] = {**scope.asked, **_values(listing, wanted)}
    asked |= {"people": list(wanted.people or ()), "today": today(), "part": wanted.part}
    return how, asked


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
