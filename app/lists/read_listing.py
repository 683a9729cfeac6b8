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
from app.lists.listing import Asks, Filter, Form, Listing, Sees, Wanted
from app.lists.seen import OF_SEEN, SEEN, UNIT, Scope, among
from app.roster.members import masked

LOOKED_THROUGH: Final = 2_000
AT_ONCE: Final = 1_000
COUNTED_TO: Final = 1_000
"""So many rows are looked through first: most filters find a page among them."""
# As an array: a page has few rows, and a join would begin with all that the source has.
_ROWS: Final = """
    WITH {seen} looked AS MATERIALIZED (
        SELECT z.*, row_number() OVER () AS n FROM (
            SELECT {key} AS key, {kept} FROM {source}
            WHERE {where} AND {scope} AND {people} AND {after}
            ORDER BY {order} {way}, {key} {way} LIMIT :looked
        ) z
    ), fit AS MATERIALIZED (
        SELECT c.key, c.n FROM looked c {filtered} ORDER BY c.n LIMIT :counted
    ), page AS MATERIALIZED (
        SELECT ARRAY(SELECT key FROM fit ORDER BY n LIMIT :size) AS keys
    )
    SELECT t.looked, t.last, t.counted, s.*
    FROM (SELECT count(*) AS looked, (SELECT key FROM looked ORDER BY n DESC LIMIT 1) AS last,
                 (SELECT count(*) FROM fit) AS counted
          FROM looked) t
    LEFT JOIN (
        SELECT array_position((SELECT keys FROM page), {key}) AS n, {key} AS of_key, {columns}
        FROM {source} {beside} {joins}
        WHERE {key} = ANY((SELECT keys FROM page)::bigint[]) AND {where}
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
    first = after is None
    looked = max(COUNTED_TO if first or wanted.filters else size + 1, size + 1)
    how, asked = _how(session, scope, listing, wanted, looked)
    asked["size"] = size + 1
    if wanted.filters and how["scope"] == OF_SEEN:  # gathered once, and not for each look
        looked = max(LOOKED_THROUGH, size + 1)
    found = _look(session, how, asked, looked, after=after, counts=first)
    if wanted.filters and found.goes_on and len(found.rows) <= size and looked < LOOKED_THROUGH:
        rest = LOOKED_THROUGH - looked
        found = found.and_then(_look(session, how, asked, rest, after=found.last, counts=first))
    counted = Counted(found.counted, found.goes_on) if first else None
    shown = _named(session, listing, [row[1:] for row in found.rows[:size]])
    if len(found.rows) > size:
        return Rows(shown, found.rows[size - 1][0], counted)
    # Fewer than were looked through: the next page goes on from the last that was.
    return Rows(shown, found.last if found.goes_on and wanted.filters else None, counted)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What some rows came to: those of a page, their key first, and how many there are of those.

    `goes_on`: there may be more behind the `last` that was looked at.
    """

    rows: Sequence[Sequence[Any]]
    counted: int
    last: int | None
    goes_on: bool

    def and_then(self, later: "_Looked") -> "_Looked":
        last = self.last if later.last is None else later.last
        counted = self.counted + later.counted
        return _Looked([*self.rows, *later.rows], counted, last, later.goes_on)


def _look(
    session: Session,
    how: Mapping[str, str],
    asked: Mapping[str, object],
    looked: int,
    *,
    after: int | None,
    counts: bool,
) -> _Looked:
    """Look through so many rows behind one, or from the first."""
    after_it = _AFTER_KEY if how["order"] == how["key"] else _AFTER
    query = _ROWS.format(**how, after="true" if after is None else after_it.format(**how))
    of_these = {"after": after, "looked": looked, "counted": looked if counts else asked["size"]}
    found = session.execute(text(query), {**asked, **of_these}).all()
    through, last, counted = found[0][:3]
    rows = [row[4:] for row in found if row[3] is not None]
    return _Looked(rows, counted, last, through == looked)


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
    session: Session, scope: Scope, listing: Listing, wanted: Wanted, most: int
) -> tuple[dict[str, str], dict[str, Any]]:
    """The parts of a query that looks through so many rows, and what it asks."""
    sort, fits = listing.sort(wanted.order), _fits(listing, wanted)
    asked: dict[str, Any] = {**scope.asked, **_values(listing, wanted)}
    asked |= {"people": list(wanted.people or ()), "today": today(), "part": wanted.part}
    how = {
        # A statement that gathers is planned for a millisecond longer.
        "seen": "" if scope.whole else f"{SEEN}, ",
        "key": listing.key,
        "order": sort.sql,
        "source": listing.source,
        "where": listing.where,
        "joins": listing.joins,
        "columns": ", ".join(each.sql for each in listing.columns),
        "scope": _scope(session, scope, listing, asked, most),
        "people": _AMONG if wanted.people is not None else "true",
        "way": "DESC" if sort.newest_first else "ASC",
        "beyond": "<" if sort.newest_first else ">",
        "beside": " ".join(listing.beside),
        "kept": listing.carried or f"{fits} AS fits",
        "filtered": "WHERE c.fits",
    }
    if listing.carried:
        needed = {part for each in _asked_for(listing, wanted) for part in each.beside}
        joins = " ".join(part for part in listing.beside if part in needed)
        how["filtered"] = f"{joins} WHERE {fits}"
    return how, asked


def _asked_for(listing: Listing, wanted: Wanted) -> list[Filter]:
    return [each for each in listing.filters if each.name in wanted.filters]


def _fits(listing: Listing, wanted: Wanted) -> str:
    return " AND ".join(f"({each.sql})" for each in _asked_for(listing, wanted)) or "true"


def _values(listing: Listing, wanted: Wanted) -> Mapping[str, object]:
    values = dict(wanted.filters)
    for each in listing.filters:
        if each.asks is Asks.WORDS and each.name in values:
            words = str(values[each.name])
            plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            values |= {"named": f"%{plain}%", "coded": f"{plain.upper()}%"}
    return values


def _scope(
    session: Session, scope: Scope, listing: Listing, asked: Mapping[str, object], most: int
) -> str:
    match listing.sees:
        case Sees.MEMBERS:
            part = f"FROM {listing.source} WHERE {listing.where}" if listing.parts else ""
            return among(session, scope, most, of=part, asked=asked)
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
