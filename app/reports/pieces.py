"""What the lines of reports are made of: one query a section, asked in two ways.

Each says of every claim, payment, roster, entry or whatever a section counts in which line it is.
Added up by line they are the report's figures, and of one line, a page after the other, they are
the list that its figure opens to: so the list comes to what the report says.

By age the database knows the line of nobody: the members' numbers are opened, and go nowhere else.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.desks.keep_months import MADE, calendar_until
from app.ledger.chart import Account
from app.ledger.journal import YEAR_CLOSED
from app.reports import pieces_live as live
from app.reports import pieces_money as money
from app.reports import pieces_months as months
from app.reports.opens import AGES
from app.reports.years import PAYERS
from app.roster.identity import birth_date
from app.secrets import vault

Kind = Literal["claim", "member", "payment", "roster", "unit", "entry", "year"]
Key = tuple[int, int]
START: Final = (-1, -1)
"""The key before the first."""
ALL: Final = "all"
"""The only line of what has no parts."""
_AT_ONCE: Final = 20_000
_FIRST_READ: Final = 2_000
_NEXT_READ: Final = 8


@dataclass(frozen=True, slots=True)
class Pieces:
    """`rows`: SELECT line, k1, k2, member_id, claim_id, day, counted, fen; `before`: its WITH."""

    kind: Kind
    rows: str
    before: str = ""
    by_age: bool = False


class Piece(NamedTuple):
    """One of what a line is made of; `counted`: what it counts for, the covers of a roster say.

    The keys of a claim are its member and its number; of all else its number, and nothing.
    """

    line: str
    k1: int
    k2: int
    member_id: int | None
    claim_id: int | None
    day: date | None
    counted: int
    fen: int
    named: str
    leads: list[int]


class Sum(NamedTuple):
    """A line: how many pieces, of how many members, what they count for, and their fen."""

    pieces: int = 0
    members: int = 0
    counted: int = 0
    fen: int = 0


class Span(NamedTuple):
    """The year, or the month, that is asked of; `month` 0: the year."""

    year: int
    month: int = 0


PIECES: Final[Mapping[str, Pieces]] = {
    "outcome": Pieces("claim", live.OUTCOMES, live.LIVE),
    "care": Pieces("claim", live.BY_CARE, live.LIVE),
    "age": Pieces("claim", live.BY_AGE, live.LIVE, by_age=True),
    "covered": Pieces("member", live.COVERED, by_age=True),
    "cap": Pieces("member", live.CAPPED),
    "gift": Pieces("claim", live.GIFT_CLAIMS),
    "given": Pieces("roster", money.GIVEN_IN_YEAR),
    "gift_cost": Pieces("roster", money.GIFTS_COST),
    "covers": Pieces("roster", money.COVERS),
    "units": Pieces("unit", money.UNITS),
    "payer": Pieces("entry", money.BY_PAYER),
    "union_covers": Pieces("roster", money.UNION_COVERS, money.OF_UNIONS),
    "union_units": Pieces("unit", money.UNION_UNITS, money.OF_UNIONS),
    "before": Pieces("year", money.BEFORE_YEAR),
    "booked": Pieces("entry", money.CAME_IN_MONTH),
    "days": Pieces("payment", months.BY_DAYS),
    "received": Pieces("claim", months.of_month("received"), MADE),
    "decided": Pieces("claim", months.of_month("decided"), MADE),
    "paid": Pieces("payment", months.of_month("paid")),
    "union_received": Pieces("claim", *months.of_unions("received")),
    "union_decided": Pieces("claim", *months.of_unions("decided")),
    "union_paid": Pieces("payment", *months.of_unions("paid")),
}
_BY_DAY: Final = {"booked", "days", *months.FACTS, *(f"union_{what}" for what in months.FACTS)}
_GATHERED: Final = _BY_DAY - {"booked"} | {"age", "covered", "union_units", "union_covers"}
"""Lists for whose first row all that they may hold is gone through."""
_MANY: Final = 100_000
_SIZE: Final = text(
    "SELECT max(reltuples) FROM pg_class WHERE oid IN ('determination'::regclass,"
    " 'payment'::regclass)"
)
_FULL: Final = "SELECT max(e.id) FROM entry e WHERE e.memo = 'roster full' AND e.about"
_NAMED: Final[Mapping[str, tuple[str, str]]] = {
    "roster": (
        "coalesce(u.name, g.name, '')",
        """LEFT JOIN roster r ON r.id = x.k1 LEFT JOIN unit_now u ON u.id = r.unit_id
           LEFT JOIN campaign g ON g.id = r.campaign_id""",
    ),
    "unit": ("coalesce(u.name, '')", "LEFT JOIN unit_now u ON u.id = x.k1"),
    "entry": ("n.memo", "JOIN entry n ON n.id = x.k1"),
}
_OF_MEMBER: Final = f"""ARRAY(
    SELECT DISTINCT ({_FULL} = c.roster_id) FROM cover c
    WHERE c.member_id = x.k1 AND c.benefit_year = :year ORDER BY 1)"""  # noqa: S608
_LEADS: Final[Mapping[str, str]] = {
    "roster": f"ARRAY({_FULL} = x.k1)",
    "unit": f"""ARRAY(SELECT ({_FULL} = f.id) FROM roster f
        WHERE f.unit_id = x.k1 AND f.benefit_year = :year ORDER BY f.id)""",  # noqa: S608
    "covered": _OF_MEMBER,
    "cap": """ARRAY(SELECT d.claim_id FROM determination d
        WHERE d.member_id = x.k1 AND d.benefit_year = :year AND d.care = x.line
              AND d.payable_fen > 0 AND NOT EXISTS (
            SELECT FROM determination n WHERE n.member_id = d.member_id
            AND n.claim_id = d.claim_id AND n.seq = d.seq + 1) ORDER BY d.claim_id)""",
}
"""Where a piece that is no claim or entry itself leads: entries, of a member's cap claims."""


def summed(
    session: Session, *sections: str, span: Span, members: bool = False
) -> dict[tuple[str, str], Sum]:
    """The figures of sections that have one WITH, by section and line; `members`: with theirs."""
    people = "count(DISTINCT member_id)" if members else "0"
    each = " UNION ALL ".join(
        f"""SELECT '{section}', line, count(*), {people}, sum(counted)::bigint, sum(fen)::bigint
            FROM ({PIECES[section].rows}) x GROUP BY line"""  # noqa: S608 - our own constants
        for section in sections
    )
    query = f"{_with(sections[0])} SELECT * FROM ({each}) y ORDER BY 3 DESC, 2"  # noqa: S608
    rows = session.execute(text(query), _asked(sections[0], span))
    return {(section, str(line)): Sum(*found) for section, line, *found in rows}


def summed_by_age(session: Session, section: str, year: int) -> dict[str, Sum]:
    """The same of a section by age. Every member's number is opened."""
    pieces = PIECES[section]
    query = f"""{_with(section)}
        SELECT x.k1, m.certno_cipher, x.pieces, x.counted, x.fen FROM (
            SELECT k1, count(*) AS pieces, sum(counted)::bigint AS counted, sum(fen)::bigint AS fen
            FROM ({pieces.rows}) x GROUP BY 1) x
        JOIN member m ON m.id = x.k1"""  # noqa: S608 - our own constants
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for some in session.execute(text(query), _asked(section, Span(year))).partitions(_AT_ONCE):
        for member_id, cipher, count, counted, fen in some:
            held = sums[_group(member_id, cipher, year)]
            for place, more in enumerate((count, 1, counted, fen)):
                held[place] += more
    return {line: Sum(*held) for line, held in sums.items()}


def takes_long(session: Session, section: str) -> bool:
    """Whether a list of this section takes seconds, as in a large city those do that gather."""
    return section in _GATHERED and session.execute(_SIZE).scalar_one() > _MANY


def sum_of(session: Session, section: str, line: str, span: Span) -> Sum:
    """What one line comes to."""
    if PIECES[section].by_age:
        return summed_by_age(session, section, span.year).get(line, Sum())
    return summed(session, section, span=span, members=True).get((section, line), Sum())


def listed(
    session: Session, section: str, line: str, span: Span, *, after: Key = START, size: int
) -> list[Piece]:
    """Of what one line is made, in the order of the keys."""
    if not PIECES[section].by_age:
        return [Piece(*row) for row in _read(session, section, line, span, after, size)]
    found: list[Piece] = []
    most = _FIRST_READ
    while len(found) < size:
        rows = _read(session, section, "", span, after, most)
        found += [Piece(*row[:-1]) for row in rows if _group(row.k1, row[-1], span.year) == line]
        if len(rows) < most:
            break
        after, most = (rows[-1].k1, rows[-1].k2), most * _NEXT_READ
    return found[:size]


def _read(
    session: Session, section: str, line: str, span: Span, after: Key, most: int
) -> list[Any]:
    pieces = PIECES[section]
    named, joined = _NAMED.get(pieces.kind, ("''", ""))
    leads = _LEADS.get(section) or _LEADS.get(pieces.kind) or "ARRAY[]::bigint[]"
    cipher, member = (
        ("", "") if not pieces.by_age else (", m.certno_cipher", "JOIN member m ON m.id = x.k1")
    )
    granted = section in live.GRANTED_ALONE or line == live.GRANTED
    query = f"""{_with(section, once=False, granted=granted)}
        SELECT x.*, {named}, {leads}{cipher} FROM (
            SELECT line, k1, k2, member_id, claim_id, day, counted, fen FROM ({pieces.rows}) x
            WHERE line = :line AND (k1, k2) > (:k1, :k2) ORDER BY k1, k2 LIMIT :most) x
        {joined} {member} ORDER BY x.k1, x.k2"""  # noqa: S608 - our own constants
    key = {"line": line, "k1": after[0], "k2": after[1], "most": most}
    return list(session.execute(text(query), _asked(section, span) | key))


def _with(section: str, *, once: bool = True, granted: bool = False) -> str:
    """`once`: all of it is wanted, and gathered; for a page the planner goes by the keys.

    `granted`: what found no cover is not asked for, so that the keys stand in one index.
    """
    before = PIECES[section].before
    if not once and granted and before == live.LIVE:
        before = live.COVERED_ALONE
    if not once:
        before = before.replace("live AS MATERIALIZED", "live AS NOT MATERIALIZED")
    return f"WITH {before}" if before else ""


def _asked(section: str, span: Span) -> dict[str, Any]:
    year, month = span
    closed = {"year": year, "closed": YEAR_CLOSED}
    if section not in _BY_DAY:
        payers = {"accounts": [*map(str, PAYERS)], "union_part": Account.UNION_PART.value}
        return closed | payers | {"first": year, "last": year}
    first = date(year, month or 1, 1)
    last = date(year, month or 12, monthrange(year, month or 12)[1])
    days = {"since": f"{first} 00:00:00+08", "since_on": first, "until_on": last}
    return closed | calendar_until(today()) | days


def _group(member_id: int, cipher: bytes, year: int) -> str:
    age = year - birth_date(vault().open(cipher, "member", member_id)).year
    return str(max((first for first in AGES if age >= first), default=0))
