"""The fund's income and expenditure (收支表), by benefit year or by calendar year, and in parts.

The whole is the ledger's income and expense accounts without the entries that close a year. Parts
(by scheme, union or campaign) follow income to its roster and expense to its claim's cover; what is
nobody's, interest say, stands in a part of its own, so that the parts add up to the ledger. A
union's part is what was booked while the unit stood under it (`app.roster.under`): what a unit
brought and cost before it went to another district stays with the first.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, LiteralString

from sqlalchemy.orm import Session

from app.books.spent import ALL_THERE_IS, SPENT
from app.db import fetched
from app.ledger.chart import BENEFITS, Account
from app.ledger.journal import YEAR_CLOSED
from app.roster.under import OFTEN, STOOD, UNDER, moved_on, under_on

By = Literal["benefit_year", "booked_on"]
Split = Literal["scheme", "union", "campaign"]
UNASSIGNED: Final = ""
ACCOUNTS: Final = tuple(account for account in Account if account.value[0] in "45")

_WHOLE: LiteralString = """
SELECT p.account, sum(p.debit_fen - p.credit_fen)::bigint
FROM entry_sum p JOIN entry e ON e.id = p.entry_id
WHERE (p.account LIKE '4%%' OR p.account LIKE '5%%') AND e.memo <> %(closed)s
      AND CASE WHEN %(booked)s THEN extract(year FROM e.booked_on) ELSE e.benefit_year END
          = %(year)s
GROUP BY 1
"""
# Where income came from: the roster that the entry books, and where its unit stood on that day.
_INCOME: LiteralString = f"""
WITH {UNDER}
SELECT p.account, r.scheme_id, coalesce(w.union_id, g.union_id), r.campaign_id,
       sum(p.amount_fen)::bigint
FROM posting p JOIN entry e ON e.id = p.entry_id
JOIN roster r ON r.id = e.about
{under_on("r.unit_id", "e.booked_on")} LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE p.account LIKE '4%%' AND e.memo = 'roster full'
      AND CASE WHEN %(booked)s THEN extract(year FROM e.booked_on) ELSE e.benefit_year END
          = %(year)s
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - put together from constants
# What claims cost: a drain's lines have the claim on the payable's side. Its cover is that of the
# claim's last determination in the entry's benefit year that had one, and where that cover stood on
# the day is asked of the few rosters that stood under more than one union. The planner takes a
# year's claims to be one line, and would look each up and then go through all rosters there are:
# so they are gathered at once, and each roster is looked up once (OFFSET 0) when its lines are one.
_EXPENSE: LiteralString = f"""
WITH {STOOD}, {OFTEN}, spent AS MATERIALIZED (
    SELECT p.member_id, p.claim_id, e.benefit_year, e.booked_on, sum(p.amount_fen) AS amount_fen
    FROM posting p JOIN entry e ON e.id = p.entry_id
    WHERE p.claim_id IS NOT NULL AND e.memo = 'claims determined'
          AND p.account IN ('2001', '1201')
          AND CASE WHEN %(booked)s THEN extract(year FROM e.booked_on) ELSE e.benefit_year END
              = %(year)s
    GROUP BY 1, 2, 3, 4 HAVING sum(p.amount_fen) <> 0
), last AS MATERIALIZED (
    SELECT DISTINCT ON (d.member_id, d.claim_id, d.benefit_year) d.member_id, d.claim_id,
           d.benefit_year, d.care, d.cover_id
    FROM determination d
    WHERE d.payable_fen > 0 AND d.benefit_year IN (SELECT s.benefit_year FROM spent s)
    ORDER BY d.member_id, d.claim_id, d.benefit_year, d.seq DESC
), of_roster AS MATERIALIZED (
    SELECT d.care, c.scheme_id, c.roster_id, m.unit_id,
           CASE WHEN o.roster_id IS NULL THEN date '-infinity' ELSE s.booked_on END AS booked_on,
           -sum(s.amount_fen) AS amount_fen
    FROM spent s JOIN last d USING (member_id, claim_id, benefit_year)
    JOIN cover c ON c.member_id = d.member_id AND c.id = d.cover_id
    LEFT JOIN often o ON o.roster_id = c.roster_id
    {moved_on("c.member_id", "c.roster_id", "s.booked_on")}
    GROUP BY 1, 2, 3, 4, 5
)
SELECT x.care, x.scheme_id, r.union_id, r.campaign_id, sum(x.amount_fen)::bigint
FROM of_roster x
CROSS JOIN LATERAL (
    SELECT coalesce(w.union_id, g.union_id) AS union_id, r.campaign_id FROM roster r
    {under_on("coalesce(x.unit_id, r.unit_id)", "x.booked_on")}
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE r.id = x.roster_id OFFSET 0
) r
GROUP BY 1, 2, 3, 4
"""  # noqa: S608
_NAMES: Final[dict[Split, LiteralString]] = {
    "scheme": "SELECT id, id FROM scheme",
    "union": "SELECT id, name FROM union_node",
    "campaign": "SELECT id, name FROM campaign",
}


# A fund has as many units as a sheet has no room for: a unit's own union counts as that above it.
_STANDS_UNDER: LiteralString = """
SELECT id, CASE kind WHEN 'unit' THEN coalesce(parent_id, id) ELSE id END, parent_id
FROM union_node
"""


@dataclass(slots=True)
class Part:
    """What belongs to one scheme, union or campaign: fen by account, income and expense positive.

    Corrections can make either negative.
    """

    key: str
    name: str
    fen: dict[Account, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def income_fen(self) -> int:
        return sum(fen for account, fen in self.fen.items() if account.value[0] == "4")

    @property
    def expense_fen(self) -> int:
        return sum(fen for account, fen in self.fen.items() if account.value[0] == "5")

    @property
    def result_fen(self) -> int:
        return self.income_fen - self.expense_fen


def income(session: Session, year: int, by: By = "benefit_year") -> Part:
    """The whole fund's income and expenditure of a year."""
    whole = Part(UNASSIGNED, "")
    for number, amount_fen in fetched(session, _WHOLE, _asked(year, by)):
        whole.fen[Account(number)] = _positive(number, amount_fen)
    return whole


def income_by(
    session: Session,
    year: int,
    split: Split,
    by: By = "benefit_year",
    *,
    unions: frozenset[int] | None = None,
    kept: bool = False,
) -> list[Part]:
    """The same in parts, which add up to the whole; the last is what belongs to none.

    Unions are the city's, counties' and districts', as they stand in the tree: a unit's own is in
    its district's part. Schemes and campaigns stand by their names.
    With `unions` only these unions' parts are told, without that last one. `kept`: from sums that
    are kept, for a page; the same to the fen.
    """
    place = ("scheme", "union", "campaign").index(split)
    parts: dict[str, Part] = {}
    names = {str(key): name for key, name in fetched(session, _NAMES[split], {})}
    tree = list(fetched(session, _STANDS_UNDER, {})) if split == "union" else []
    under = {union: stands for union, stands, _ in tree}
    for query in (_INCOME, SPENT if kept else _EXPENSE):
        asked = _asked(year, by) | ALL_THERE_IS | {"roster": None}
        for what, *keys, amount_fen in fetched(session, query, asked):
            account = BENEFITS[what] if what in BENEFITS else Account(what)
            if keys[place] is None or (unions is not None and keys[1] not in unions):
                continue
            key = str(under.get(keys[place], keys[place]))
            part = parts.setdefault(key, Part(key, names.get(key, key)))
            part.fen[account] += _positive(account.value, amount_fen)
    over = {str(union): str(parent or "") for union, _, parent in tree}
    found = sorted(parts.values(), key=lambda x: _way(x.key, over) if over else x.name)
    return found if unions is not None else [*found, *_rest(income(session, year, by), parts)]


def _way(key: str, over: Mapping[str, str]) -> list[int]:
    """The unions from the top down to this one: sorted by it they stand as in the tree."""
    way: list[int] = []
    while key and int(key) not in way:
        way.append(int(key))
        key = over.get(key, "")
    return way[::-1]


def part_named(session: Session, split: Split, key: str) -> str:
    """What the part of this key is called; its key where nothing is known of it."""
    return {str(x): str(name) for x, name in fetched(session, _NAMES[split], {})}.get(key, key)


def _rest(whole: Part, parts: Mapping[str, Part]) -> list[Part]:
    rest = Part(UNASSIGNED, "")
    for account, amount_fen in whole.fen.items():
        off_fen = amount_fen - sum(part.fen[account] for part in parts.values())
        if off_fen:
            rest.fen[account] = off_fen
    return [rest] if rest.fen else []


def _positive(number: str, amount_fen: int) -> int:
    return -amount_fen if number[0] == "4" else amount_fen


def _asked(year: int, by: By) -> dict[str, object]:
    return {"year": year, "booked": by == "booked_on", "closed": YEAR_CLOSED}
