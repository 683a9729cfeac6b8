"""The report of a benefit year: what came in, who was helped, how quickly; four years before."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.benefits.care import CARES
from app.books.bars import Bars
from app.books.table import Cell, Column, Said, Table
from app.enrolment.gift_use import GiftUse, gift_use
from app.reports import parts
from app.reports.opens import AGES, BALANCE, CARE, DAYS, NO_UNION, OUTCOMES, PAYERS, age
from app.reports.pieces_months import line_of_days
from app.reports.report import Report, Section
from app.reports.years import YearFigures, figures

_BACK: Final = 4
_IN_YUAN: Final[Said] = ("元", "Yuan")
Rows = list[tuple[Cell, ...]]


def annual(session: Session, year: int, lang: str) -> Report:
    """Reads one snapshot. Sections without rows are left out."""
    en, years = int(lang == "en"), figures(session, year - _BACK, year)
    sections = (
        _balance(parts.results(session, year), en),
        _participation(years),
        _money_in(years),
        _claims(parts.outcomes(session, year), en),
        _by_care(years, parts.cares(session, year), en),
        _districts(parts.districts(session, year), en),
        _ages(parts.ages(session, year), en),
        _caps(parts.caps(session, year), en),
        days(parts.days_to_money(session, *_whole(year)), (f"{year} 年内", f"in {year}"), en),
        _gifts(parts.gifts(session, year), gift_use(session)),
        _compared(years),
    )
    about: list[Said] = [
        (
            f"保障年度 {year}：保障在这一年开始的参保、缴费和补助。金额单位：元。",
            f"Benefit year {year}: covers that begin in it, contributions and benefits. In yuan.",
        )
    ]
    title = (f"职工医疗互助保障 {year} 年度报告", f"Medical mutual aid, report of {year}")
    return Report(title, about, [each for each in sections if each.table.rows])


def _whole(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _balance(found: tuple[int, int, int], en: int) -> Section:
    before_fen, came_fen, went_fen = found
    rows: Rows = [
        (said[en], fen)
        for said, fen in zip(BALANCE.values(), (before_fen, came_fen, -went_fen), strict=True)
    ]
    sums = (("年末结余", "Left at the end")[en], before_fen + came_fen - went_fen)
    columns = (_what(), _yuan(("金额", "Amount")))
    title = ("资金结余", "The fund's balance")
    return _section("balance", title, columns, rows, sums, lines=[*BALANCE])


def _participation(years: Sequence[YearFigures]) -> Section:
    columns = (
        _year(),
        _count(("参保单位", "Units")),
        _count(("单位参保人次", "Enrolled by units")),
        _count(("工会赠送", "Given by the union")),
        _count(("合计", "Together")),
    )
    rows: Rows = [(str(x.year), x.units, x.covers, x.gifts, x.covers + x.gifts) for x in years]
    chart = Bars((len(columns) - 1,), ("参保人次", "Covers"))
    return _section("participation", ("参保情况", "Participation"), columns, rows, chart=chart)


def _money_in(years: Sequence[YearFigures]) -> Section:
    columns = (_year(), *(_yuan(name) for name in PAYERS.values()), _yuan(("合计", "Together")))
    rows: Rows = [
        (str(x.year), *(x.in_fen[payer] for payer in PAYERS), sum(x.in_fen.values())) for x in years
    ]
    chart = Bars(range(1, 1 + len(PAYERS)), _IN_YUAN)
    return _section("payers", ("缴费来源", "Contributions by payer"), columns, rows, chart=chart)


def _claims(found: Sequence[tuple[str, int, int]], en: int) -> Section:
    rows: Rows = [(OUTCOMES[line][en], count, fen) for line, count, fen in found]
    sums = (("合计", "Together")[en], sum(x[1] for x in found), sum(x[2] for x in found))
    columns = (
        _what(("结果", "Outcome")),
        _count(("件数", "Claims")),
        _yuan(("补助金额", "Benefits")),
    )
    title = ("申请结果", "Claims by outcome")
    return _section("outcomes", title, columns, rows, sums, lines=[x[0] for x in found])


def _by_care(
    years: Sequence[YearFigures], found: Sequence[tuple[str, int, int, int]], en: int
) -> Section:
    by_care = {care: row for care, *row in found}
    rows: Rows = [(CARE[care][en], *by_care.get(care, (0, 0, 0))) for care in CARES]
    sums = (("合计", "Together")[en], sum(x[1] for x in found), None, sum(x[3] for x in found))
    columns = (
        _what(("医疗类别", "Care")),
        _count(("件数", "Claims")),
        _count(("人数", "Members")),
        _yuan(("补助金额", "Benefits")),
    )
    # The table is of the year; the chart compares five, whose figures a workbook has below.
    by_year = Table(
        ("各年度按医疗类别的补助", "Benefits by care and year"),
        (),
        (_year(), *(_yuan(CARE[care]) for care in CARES)),
        [(str(x.year), *(x.out_fen.get(care, 0) for care in CARES)) for x in years],
    )
    chart = Bars(range(1, 1 + len(CARES)), _IN_YUAN, by_year)
    title = ("按医疗类别的补助", "Benefits by care")
    return _section("cares", title, columns, rows, sums, chart, lines=CARES)


def _districts(found: Sequence[parts.District], en: int) -> Section:
    rows: Rows = [
        (x.name or NO_UNION[en], x.units, x.covers, x.income_fen, x.benefits_fen) for x in found
    ]
    sums = (
        ("合计", "Together")[en],
        *(sum(x) for x in zip(*(row[1:] for row in rows), strict=True)),
    )
    columns = (
        _what(("工会", "Union")),
        _count(("单位", "Units")),
        _count(("参保人次", "Covers")),
        _yuan(("收入", "Income")),
        _yuan(("支出", "Expenditure")),
    )
    lines = [str(x.number) for x in found]
    return _section(
        "unions", ("各区县", "By union"), columns, rows, sums if rows else None, lines=lines
    )


def _ages(found: Sequence[parts.AgeGroup], en: int) -> Section:
    named = [age(x.first, after) for x, after in zip(found, (*AGES, 0), strict=True)]
    rows: Rows = [
        (name[en], x.covered, x.members, x.claims, x.fen)
        for name, x in zip(named, found, strict=True)
    ]
    sums = (
        ("合计", "Together")[en],
        *(sum(x) for x in zip(*(row[1:] for row in rows), strict=True)),
    )
    columns = (
        _what(("年龄", "Age")),
        _count(("参保人数", "Covered")),
        _count(("补助人数", "Members paid")),
        _count(("件数", "Claims")),
        _yuan(("补助金额", "Benefits")),
    )
    shown = found if sums[1] or sums[2] else []
    title, lines = ("按年龄的补助", "Benefits by age"), [str(x.first) for x in shown]
    return _section("ages", title, columns, rows if shown else [], sums, lines=lines)


def _caps(found: Sequence[tuple[str, int, int]], en: int) -> Section:
    rows: Rows = [(CARE[care][en], count, fen) for care, count, fen in found]
    columns = (
        _what(("医疗类别", "Care")),
        _count(("达到年度限额的人数", "Members at the cap")),
        _yuan(("补助金额", "Benefits")),
    )
    lines = [care for care, *_ in found]
    return _section("caps", ("达到年度限额", "Caps reached"), columns, rows, lines=lines)


def days(found: Sequence[tuple[int, int]], within: Said, en: int) -> Section:
    """From filing to money, in working days. `within`: when it arrived, "2023 年内" or a month."""
    counts: dict[str, int] = {}
    for taken, count in found:
        line = line_of_days(taken)
        counts[line] = counts.get(line, 0) + count
    lines = [line for line in DAYS if line in counts]
    rows: Rows = [(DAYS[line][en], counts[line]) for line in lines]
    columns = (_what(("从申报到到账", "From filing to money")), _count(("笔数", "Payments")))
    sums = (("合计", "Together")[en], sum(counts.values()))
    title = (f"办理时长（{within[0]}到账）", f"How long it took (money that arrived {within[1]})")
    return _section("days", title, columns, rows, sums, lines=lines)


def _gifts(found: Sequence[tuple[int, str, int, int]], used: dict[int, GiftUse]) -> Section:
    columns = (
        _what(("活动", "Campaign")),
        _count(("名额", "Quota")),
        _count(("已赠送", "Given")),
        _yuan(("工会承担", "Cost")),
        _count(("补助件数", "Claims")),
        _yuan(("补助金额", "Benefits")),
    )
    rows: Rows = []
    for number, name, quota, given in found:
        use = used.get(number, GiftUse())
        rows.append((name, quota, given, use.cost_fen, use.claims, use.granted_fen))
    lines = [str(number) for number, *_ in found]
    return _section("gifts", ("赠送保障活动", "Gift campaigns"), columns, rows, lines=lines)


def _compared(years: Sequence[YearFigures]) -> Section:
    columns = (
        _year(),
        _count(("发放笔数", "Payments")),
        _yuan(("发放金额", "Paid")),
        _yuan(("收入", "Contributions")),
        _yuan(("补助支出", "Benefits")),
        Column(("补助占收入", "Share"), "share", 14),
    )
    rows: Rows = []
    for x in years:
        came, went = sum(x.in_fen.values()), sum(x.out_fen.values())
        share = went * 1000 // came if came > 0 else None
        rows.append((str(x.year), x.payments, x.paid_fen, came, went, share))
    chart = Bars((3, 4), _IN_YUAN)  # contributions, benefits
    return _section("years", ("五年比较", "Five years"), columns, rows, chart=chart)


def _section(
    key: str,
    title: Said,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Cell, ...]],
    sums: tuple[Cell, ...] | None = None,
    chart: Bars | None = None,
    lines: Sequence[str] | None = None,
) -> Section:
    """`lines`: None where a row is a year's."""
    of_years = [str(row[0]) for row in rows] if lines is None else lines
    return Section(Table(title, (), columns, rows, sums), chart, key, of_years)


def _what(name: Said = ("项目", "Item")) -> Column:
    return Column(name, width=30)


def _year() -> Column:
    return Column(("年度", "Year"), width=10)


def _count(name: Said) -> Column:
    return Column(name, "count", 14)


def _yuan(name: Said) -> Column:
    return Column(name, "money", 18)
