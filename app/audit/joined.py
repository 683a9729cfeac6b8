"""A table's rows as the server joins them, thousands as one text, in key order; as SQL.

A row that comes by itself costs more than its bytes: the server, the driver and Python each handle
it. So cells are joined by CELL and rows ended by ROW, signs that no text should hold; how many rows
there are is said beside them, so that one that does is found out (`cells.Unclean`), and then all
texts are asked for once more with these signs replaced (ESCAPED). Pseudonyms the server cannot
make: people come as numbers of WIDTH digits, as wide as the pseudonym that is put in their place,
and papers as such a number, with their own text beside the lines. When a row was recorded, which
ends it, comes beside the lines, too, as a number of eight bytes: to write it costs the server more
than all other cells of a short row.

Behind all that stands where each row is sealed, as two numbers: when it was recorded, and its code,
the year it belongs to by itself or its claim's (`parts.CODED`). Where these do not say it, there is
a text: between which seals it was recorded, years of its own, the years of its claim, and between
which seals each of these came.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from app.audit.as_of import EVENTS, claims_of, placed, seen
from app.audit.kept import BEYOND, KEPT, OTHERS, Kept
from app.audit.mask import PAPERS, STAFF
from app.audit.near import ALONE, ALONE_PARTS, ASKED_SO, BY_GRANT, NEAR, NEAR_PARTS
from app.audit.parts import (
    CLAIM_YEARS,
    KEPT_PARTS,
    LAST_OF_CHOSEN,
    PARTS,
    SINCE_SEAL,
    SINCE_TIME,
    WITH_YEARS,
    YEARS_OF_CHOSEN,
)
from app.audit.placing import Place, placed_by, timed
from app.audit.select import FROM, column, of_kind, source, with_needed
from app.audit.verify import BARE, TABLES

CELL, ROW = "\x1f", "\x1e"
ESCAPED: Final = {"\x10": "\x10p", CELL: "\x10c", ROW: "\x10r"}
"""Of texts, the first sign first; undone in the other order."""
WIDTH: Final = 18
MEMBER, OF_STAFF, PAPER = (n * 10 ** (WIDTH - 1) for n in (1, 2, 3))
NO_TIME: Final = "0" * len("2024-01-01T00:00:00.000000Z")
"""Stands where a row says when it was recorded."""
BY_NUMBER: Final = 1_000
_GROUPS: Final = {
    "posting": "t.entry_id, t.line / 4000",
    # Sorted here by pseudonym, roster by roster.
    "roster_line": "t.roster_id",
    "enrolment_outcome": "t.roster_id",
    "member_fate": "t.seq",
    "gift_place": "t.campaign_id",
    "event": "t.id / 500",
}
"""What rows are joined by; else so many numbers of the key's first column."""
_BY_PLACE: Final = {"settlement": "t.k_place, t.version"}
"""The order of a key by numbers, where claims are kept with theirs."""


def asks(
    table: str,
    *,
    sealed: bool,
    escaped: bool,
    ready: Collection[str],
    known: Collection[str] = (),
) -> str:
    """(rows, lines, sums of the amounts, papers; places, when recorded, since when sealed, codes)
    of a table, many rows at once.

    `sealed`: as they were before %(until)s, in the seals of %(untils)s; `ready`: parts that are
    there as tables; `known`: kinds of numbers whose codes are, so that none is told of theirs.
    """
    parts, rows, order = FROM[table]
    kind, _, by_itself = ALONE.get(table, ("", "", ""))
    alone = kind in known
    if alone and by_itself:
        rows, parts = by_itself, ()
    sealed_here = sealed and table in KEPT
    if sealed and table == "event":
        rows = EVENTS
    if sealed_here:
        kept = KEPT[table]
        if ready and table in WITH_YEARS:
            rows = placed(rows, kept._replace(claim="", joins=_joins(kept)))
        else:
            rows, parts = placed(rows, kept), (*parts, "claim_years") if kept.claim else parts
    if ready:
        order = _BY_PLACE.get(table, order)
    common = _common(parts, sealed=sealed, ready=ready, alone=alone)
    if sealed and table in BEYOND:
        members = f"SELECT member_id FROM {BEYOND[table]}"  # noqa: S608 - all said here
        common["claim_years"] = CLAIM_YEARS.format(claims_of(members), SINCE_SEAL)
    place = placed_by(table, KEPT[table], ready=bool(ready)) if sealed_here else Place()
    if alone:
        place = place._replace(code="")
    found = _joined(table, rows, order, place, escaped, ready=bool(ready))
    near = NEAR | BY_GRANT if alone else NEAR
    return _with(found, common, sealed=sealed, near=near if ready and table in ASKED_SO else {})


def drawn(table: str) -> bool:
    """Whether a table is drawn from what is found first; all else is the year's by itself."""
    return bool(FROM[table][0]) or (table in KEPT and bool(KEPT[table].claim))


def interval(table: str, *, escaped: bool, some: bool) -> str:
    """The same of the rows that one seal takes in, from %(since)s on, without BARE and sums.

    `some`: those of %(years)s suffice; others are only left out where that is cheap to see.
    """
    kept, order = KEPT[table], FROM[table][2]
    rows = kept.rows or f"{table} t"
    when = f"{kept.recorded} >= %(since)s AND {kept.recorded} < %(until)s"
    when = f"{'AND' if 'WHERE' in rows else 'WHERE'} {when}"
    common = {}
    if kept.claim:
        found = placed(rows, kept._replace(claim=""))
        members = f"SELECT {kept.member} FROM {found} {when}"  # noqa: S608 - all said here
        common = {"claim_years": CLAIM_YEARS.format(claims_of(members), SINCE_SEAL)}
    if some and not (kept.years and kept.claim):
        years = f"coalesce({'k_years' if kept.claim else kept.years or 'NULL'}, '{OTHERS}')"
        when += f" AND ({years} = ANY(%(years)s) OR {years} LIKE '%%+%%')"
    rows = f"{placed(rows, kept)} {when}"
    bare = sealed_columns(table)
    place = placed_by(table, kept, ready=False)
    return seen(_joined(table, rows, order, place, escaped, bare), common)


def sealed_columns(table: str) -> list[str]:
    """What of a table's rows is sealed."""
    return [name for name in TABLES[table].columns if name not in BARE.get(table, ())]


def fills(part: str, *, sealed: bool, ready: Collection[str], known: Collection[str] = ()) -> str:
    """A part by itself, to be kept as a table; `ready`: those before it; `known`: kinds of numbers
    that have a bit each."""
    if part == "chosen":
        common = _common(("turned", "undated") if sealed else ("chosen",), sealed=sealed)
        common |= _by_bits(common, known)
        return _with(YEARS_OF_CHOSEN if sealed else LAST_OF_CHOSEN, common, sealed=sealed)
    common = _common((part,), sealed=sealed, ready=ready, alone="claim" in known)
    common |= _by_bits(common, known)
    near = NEAR if part in ("claims", "batches") else {}
    return _with(f"SELECT * FROM {part}", common, sealed=sealed, near=near)  # noqa: S608


def _by_bits(common: Collection[str], known: Collection[str]) -> dict[str, str]:
    return {x: sql for x, (kind, sql) in NEAR_PARTS.items() if x in common and kind in known}


def plain(table: str, *, sealed: bool, ready: Collection[str]) -> str:
    """The rows of a table that is not sealed, one by one and not masked."""
    parts, rows, order = FROM[table]
    cells = ", ".join(column(table, x, kind) for x, (kind, _) in TABLES[table].columns.items())
    found = f"SELECT {cells} FROM {rows} ORDER BY {order}"  # noqa: S608 - all said here
    return _with(found, _common(parts, sealed=sealed, ready=ready), sealed=sealed)


def _common(
    parts: Iterable[str], *, sealed: bool, ready: Collection[str] = (), alone: bool = False
) -> dict[str, str]:
    """What stands in front of a query, by name."""
    wanted = with_needed(parts, ready)
    common = {name: PARTS[name] for name in PARTS if name in wanted}
    if ready:
        common |= {name: sql for name, sql in KEPT_PARTS.items() if name in wanted}
    if alone:
        common |= {name: sql for name, sql in ALONE_PARTS.items() if name in wanted}
    if sealed:
        return {name: sql.replace(SINCE_TIME, SINCE_SEAL) for name, sql in common.items()}
    return common


def _with(
    found: str,
    common: Mapping[str, str],
    *,
    sealed: bool,
    near: Mapping[str, str] = MappingProxyType({}),
) -> str:
    if sealed:
        return seen(found, common, near)
    named = ", ".join(f"{name} AS ({part})" for name, part in common.items())
    return f"WITH {named} {found}" if named else found


def _joins(kept: Kept) -> str:
    """What a row's place is drawn from where its claim's years are there."""
    return "" if kept.claim == "k_claim = kept_claim" else kept.joins


def _joined(
    table: str,
    rows: str,
    order: str,
    place: Place,
    escaped: bool,
    bare: Sequence[str] | None = None,
    *,
    ready: bool = False,
) -> str:
    """`bare`: these columns, and no sums."""
    kinds = {name: kind for name, (kind, _) in TABLES[table].columns.items()}
    columns = list(kinds) if bare is None else bare
    in_lines = columns[:-1] if timed(columns) else columns
    named = {f"c{n}": _cell(table, name, kinds[name], escaped) for n, name in enumerate(in_lines)}
    if ready and table == "determination" and "live" in columns:
        named[f"c{columns.index('live')}"] = of_kind("t.k_live", "bool")
    papers = [source(table, name) for name in columns if name in PAPERS]
    named |= {f"p{n}": found for n, found in enumerate(papers)}
    named |= {"at": "t.recorded_at"} if timed(columns) else {}
    named |= place.named
    numbered, keys, of = _groups(table, order)
    # Of a window's function an aggregate cannot be asked: cells have names of their own first.
    inner = ", ".join([*numbered, *(f"{found} AS {name}" for name, found in named.items())])
    some = (name for name in columns if bare is None and kinds[name] == "fen")
    fen = [f"coalesce(sum(c{columns.index(name)}), 0)" for name in some]
    cells = [
        _filled(f"c{n}") if escaped or _may_lack(table, name) else f"c{n}"
        for n, name in enumerate(in_lines)
    ]
    # Keys are told first, so that rows to be sorted begin with them: behind texts the server finds
    # a column slowly.
    counts = ", ".join(f"count({key})" for key in keys.split(", "))
    told = (
        f"least({counts})",
        _ended(cells, end_of(columns), keys),
        f"concat_ws(',', {', '.join(fen)})" if fen else "NULL",
        _ended([_filled(f"p{n}") for n in range(len(papers))], ROW, keys) if papers else "NULL",
        *place.told(keys, timed=timed(columns)),
    )
    chosen = ", ".join(told)
    return f"SELECT {chosen} FROM (SELECT {inner} FROM {rows}) joined GROUP BY {of} ORDER BY {of}"  # noqa: S608


def end_of(columns: Sequence[str]) -> str:
    """What stands between lines."""
    return CELL + NO_TIME + ROW if timed(columns) else ROW


def _may_lack(table: str, name: str) -> bool:
    """Whether a cell may be empty. One that is and must not be is missed, and asked for again."""
    return TABLES[table].columns[name][1] or name in PAPERS


def _filled(cell: str) -> str:
    return f"coalesce({cell}::text, '')"


def _ended(cells: Sequence[str], end: str, by: str) -> str:
    """Cells told one by one with a sign before each would be twice as many."""
    return f"string_agg(concat_ws('{CELL}', {', '.join(cells)}), '{end}' ORDER BY {by})"


def _groups(table: str, order: str) -> tuple[list[str], str, str]:
    """Columns that the rows are ordered by, their names, and what rows are joined by."""
    if '"C"' in order:
        return [f"row_number() OVER (ORDER BY {order}) AS k0"], "k0", f"(k0 - 1) / {BY_NUMBER}"
    named = {key: f"k{n}" for n, key in enumerate(order.split(", "))}
    first = next(iter(named))
    groups = _GROUPS.get(table, f"{first} / {BY_NUMBER}").split(", ")
    of = (" / ".join(named.get(x, x) for x in group.split(" / ")) for group in groups)
    return (
        [f"{key} AS {name}" for key, name in named.items()],
        ", ".join(named.values()),
        ", ".join(of),
    )


def _cell(table: str, name: str, kind: str, escaped: bool) -> str:
    found = source(table, name)
    if name == "member":
        return f"{found} + {MEMBER}"
    if name in STAFF:
        return f"{found} + {OF_STAFF}"
    if name in PAPERS:
        return f"CASE WHEN {found} <> '' THEN {PAPER} END"
    if kind in ("int", "fen", "day"):
        return found  # days: the transaction writes them as ISO 8601 does
    if kind not in ("text", "json"):
        return of_kind(found, kind)
    found = f"({found})::text"
    if escaped:
        for sign, instead in ESCAPED.items():
            found = f"replace({found}, '{sign}', '{instead}')"
    return found
