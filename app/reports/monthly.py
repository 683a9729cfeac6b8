"""The report of a month for the joint meeting: beside the month before and the same a year ago."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.books.table import Column, Said, Table
from app.db import fetched
from app.ledger.journal import YEAR_CLOSED
from app.reports.annual import Rows, days
from app.reports.parts import days_to_money
from app.reports.report import Report, Section

_MONTHS: LiteralString = """
SELECT month, what, sum(counted)::bigint, sum(fen)::bigint FROM claim_month
WHERE month = ANY(%(months)s) AND what <> 'capped'
      AND union_id = (SELECT id FROM union_node WHERE parent_id IS NULL ORDER BY id LIMIT 1)
GROUP BY 1, 2
"""
_DISTRICTS: LiteralString = """
SELECT u.id, u.name, m.what, sum(m.counted)::bigint, sum(m.fen)::bigint
FROM claim_month m JOIN union_node u ON u.id = m.union_id
JOIN union_node top ON top.id = u.parent_id
WHERE top.parent_id IS NULL AND m.month = %(month)s AND m.what <> 'capped'
GROUP BY u.id, u.name, m.what ORDER BY u.id
"""
_CITY: LiteralString = "SELECT id, name FROM union_node WHERE parent_id IS NULL ORDER BY id LIMIT 1"
_CAME: LiteralString = """
SELECT coalesce(-sum(s.debit_fen - s.credit_fen), 0)::bigint
FROM entry e JOIN entry_sum s ON s.entry_id = e.id
WHERE e.booked_on BETWEEN %(first)s AND %(last)s AND s.account IN ('4001', '4002', '4003')
      AND e.memo <> %(closed)s
"""
_KINDS: Final[dict[str, Said]] = {
    "received": ("收到申请（件）", "Claims received"),
    "decided": ("办结申请（件）", "Claims decided"),
    "paid": ("发放补助（笔）", "Payments"),
}
_BESIDE: Final[tuple[Said, ...]] = (
    ("本月", "This month"),
    ("上月", "Month before"),
    ("上年同月", "A year ago"),
)


def monthly(session: Session, year: int, month: int, lang: str) -> Report:
    """By the calendar. Figures of claims are those that were last worked out (`keep_months`)."""
    en, first = int(lang == "en"), date(year, month, 1)
    within = (f"{year} 年 {month} 月", f"in {first:%Y-%m}")
    sections = (
        _three(session, first, en),
        _districts(session, first, en),
        days(days_to_money(session, first, _end(first)), within, en),
    )
    about = [("按自然月统计。金额单位：元。", "By calendar month. Amounts in yuan.")]
    title = (f"职工医疗互助保障 {first:%Y-%m} 月报", f"Medical mutual aid, report of {first:%Y-%m}")
    return Report(title, about, [each for each in sections if each.table.rows])


def _three(session: Session, first: date, en: int) -> Section:
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    months = (first, before, first.replace(year=first.year - 1))
    found: dict[tuple[date, str], tuple[int, int]] = {
        (on, str(what)): (int(count), int(fen))
        for on, what, count, fen in fetched(session, _MONTHS, {"months": list(months)})
    }
    rows: Rows = [
        (
            f"{name[en]} {on:%Y-%m}",
            *(found.get((on, what), (0, 0))[0] for what in _KINDS),
            found.get((on, "paid"), (0, 0))[1],
            _came(session, on),
        )
        for name, on in zip(_BESIDE, months, strict=True)
    ]
    # A month a row: so a column holds counts or amounts, and a workbook numbers.
    columns = (
        Column(("月份", "Month"), width=24),
        *(Column(name, "count", 16) for name in _KINDS.values()),
        Column(("发放金额", "Paid"), "money", 18),
        Column(("缴费收入", "Contributions booked"), "money", 18),
    )
    lines = [f"{on:%Y-%m}" for on in months]
    return Section(Table(("本月情况", "The month"), (), columns, rows), None, "month", lines)


def _districts(session: Session, first: date, en: int) -> Section:
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    names: dict[int, str] = {}
    for union, name, what, count, fen in fetched(session, _DISTRICTS, {"month": first}):
        found[union][str(what)] = (int(count), int(fen))
        names[union] = str(name)
    of_unions = {union: _figures(each) for union, each in found.items()}
    rows: Rows = [(names[union], *figures) for union, figures in of_unions.items()]
    lines = [str(union) for union in of_unions]
    whole = _figures(
        {
            str(what): (int(count), int(fen))
            for _, what, count, fen in fetched(session, _MONTHS, {"months": [first]})
        }
    )
    # Units of the city federation itself stand in no county's row.
    own = [each - sum(x[at] for x in of_unions.values()) for at, each in enumerate(whole)]
    if any(own):
        ((top, city),) = fetched(session, _CITY, {})
        rows.insert(0, (str(city), *own))
        lines.insert(0, str(top))
    columns = (
        Column(("工会", "Union"), width=30),
        *(Column(name, "count", 16) for name in _KINDS.values()),
        Column(("发放金额", "Paid"), "money", 18),
    )
    together = (("合计", "Together")[en], *whole)
    table = Table(("各区县", "By union"), (), columns, rows, together if rows else None)
    return Section(table, None, "month_unions", lines)


def _figures(found: Mapping[str, tuple[int, int]]) -> tuple[int, ...]:
    """Of one union's month: how many of each kind, and the money that was paid."""
    return (*(found.get(what, (0, 0))[0] for what in _KINDS), found.get("paid", (0, 0))[1])


def _came(session: Session, first: date) -> int:
    asked = {"first": first, "last": _end(first), "closed": YEAR_CLOSED}
    ((fen,),) = fetched(session, _CAME, asked)
    return int(fen)


def _end(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])
