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
from app.reports.report import Report, Section
from app.reports.years import Payer, YearFigures, figures
from app.texts.steps import CARES as CARE_NAMES

_BACK: Final = 4
Rows = list[tuple[Cell, ...]]
_REFUSED: Final[dict[str, Said]] = {
    "": ("给予补助", "Granted"),
    "nothing": ("基数为零或额度已用完", "Base nil or cap used up"),
    "no_cover": ("不在保障期内", "Outside cover"),
    "not_covered": ("不在保障期内", "Outside cover"),
    "waiting": ("在等待期内", "In the waiting time"),
    "not_paid": ("不属于补助范围的医疗类别", "Kind of care not paid"),
    "care_not_covered": ("赠送保障不含此类医疗", "Care not in the gift"),
    "refunded": ("已退费", "Refunded"),
    "held": ("待人工核实", "Waits for a person"),
}
_OTHER: Final[Said] = ("其他不予补助", "Not paid for other reasons")
_TAKEN: Final = (
    (3, ("3 个工作日以内", "Up to 3 working days")),
    (10, ("4 到 10 个工作日", "4 to 10 working days")),
)
_LONGER: Final[Said] = ("10 个工作日以上", "More than 10 working days")
_UNKNOWN: Final[Said] = ("不详", "Not known")
_IN_YUAN: Final[Said] = ("元", "Yuan")
_PAYERS: Final[dict[Payer, Said]] = {
    Payer.UNIT: ("单位缴费", "Paid by units"),
    Payer.WORKER: ("职工缴费", "Paid by workers"),
    Payer.UNION: ("工会补助", "Paid by unions"),
    Payer.GIFT: ("工会赠送", "Gifts by the union"),
}


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
        (("上年结余", "Left from earlier years")[en], before_fen),
        (("本年收入", "Income of the year")[en], came_fen),
        (("本年支出", "Expenditure of the year")[en], -went_fen),
    ]
    sums = (("年末结余", "Left at the end")[en], before_fen + came_fen - went_fen)
    return _section(
        ("资金结余", "The fund's balance"), (_what(), _yuan(("金额", "Amount"))), rows, sums
    )


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
    return _section(("参保情况", "Participation"), columns, rows, chart=chart)


def _money_in(years: Sequence[YearFigures]) -> Section:
    columns = (_year(), *(_yuan(name) for name in _PAYERS.values()), _yuan(("合计", "Together")))
    rows: Rows = [
        (str(x.year), *(x.in_fen[payer] for payer in _PAYERS), sum(x.in_fen.values()))
        for x in years
    ]
    chart = Bars(range(1, 1 + len(_PAYERS)), _IN_YUAN)
    return _section(("缴费来源", "Contributions by payer"), columns, rows, chart=chart)


def _claims(found: Sequence[tuple[str, int, int]], en: int) -> Section:
    merged: dict[Said, list[int]] = {}
    for refusal, count, fen in found:
        held = merged.setdefault(_REFUSED.get(refusal, _OTHER), [0, 0])
        held[0] += count
        held[1] += fen
    rows: Rows = [(said[en], *held) for said, held in merged.items()]
    sums = (("合计", "Together")[en], sum(x[1] for x in found), sum(x[2] for x in found))
    columns = (
        _what(("结果", "Outcome")),
        _count(("件数", "Claims")),
        _yuan(("补助金额", "Benefits")),
    )
    return _section(("申请结果", "Claims by outcome"), columns, rows, sums)


def _by_care(
    years: Sequence[YearFigures], found: Sequence[tuple[str, int, int, int]], en: int
) -> Section:
    by_care = {care: row for care, *row in found}
    rows: Rows = [(_named(care)[en], *by_care.get(care, (0, 0, 0))) for care in CARES]
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
        (_year(), *(_yuan(_named(care)) for care in CARES)),
        [(str(x.year), *(x.out_fen.get(care, 0) for care in CARES)) for x in years],
    )
    chart = Bars(range(1, 1 + len(CARES)), _IN_YUAN, by_year)
    return _section(("按医疗类别的补助", "Benefits by care"), columns, rows, sums, chart)


def _districts(found: Sequence[parts.District], en: int) -> Section:
    none = ("未归属工会", "Of no union")[en]
    rows: Rows = [(x.name or none, x.units, x.covers, x.income_fen, x.benefits_fen) for x in found]
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
    return _section(("各区县", "By union"), columns, rows, sums if rows else None)


def _ages(found: Sequence[parts.AgeGroup], en: int) -> Section:
    named = [_age(x.first, after) for x, after in zip(found, (*parts.AGES, 0), strict=True)]
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
    return _section(
        ("按年龄的补助", "Benefits by age"), columns, rows if sums[1] or sums[2] else [], sums
    )


def _caps(found: Sequence[tuple[str, int, int]], en: int) -> Section:
    rows: Rows = [(_named(care)[en], count, fen) for care, count, fen in found]
    columns = (
        _what(("医疗类别", "Care")),
        _count(("达到年度限额的人数", "Members at the cap")),
        _yuan(("补助金额", "Benefits")),
    )
    return _section(("达到年度限额", "Caps reached"), columns, rows)


def days(found: Sequence[tuple[int, int]], within: Said, en: int) -> Section:
    """From filing to money, in working days. `within`: when it arrived, "2023 年内" or a month."""
    counts: dict[Said, int] = {}
    for taken, count in found:
        name = next((said for most, said in _TAKEN if 0 <= taken <= most), _LONGER)
        name = _UNKNOWN if taken < 0 else name
        counts[name] = counts.get(name, 0) + count
    order = (*(said for _, said in _TAKEN), _LONGER, _UNKNOWN)
    rows: Rows = [(said[en], counts[said]) for said in order if said in counts]
    columns = (_what(("从申报到到账", "From filing to money")), _count(("笔数", "Payments")))
    sums = (("合计", "Together")[en], sum(counts.values()))
    title = (f"办理时长（{within[0]}到账）", f"How long it took (money that arrived {within[1]})")
    return _section(title, columns, rows, sums)


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
    return _section(("赠送保障活动", "Gift campaigns"), columns, rows)


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
    return _section(("五年比较", "Five years"), columns, rows, chart=chart)


def _section(
    title: Said,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Cell, ...]],
    sums: tuple[Cell, ...] | None = None,
    chart: Bars | None = None,
) -> Section:
    return Section(Table(title, (), columns, rows, sums), chart)


def _what(name: Said = ("项目", "Item")) -> Column:
    return Column(name, width=30)


def _year() -> Column:
    return Column(("年度", "Year"), width=10)


def _count(name: Said) -> Column:
    return Column(name, "count", 14)


def _yuan(name: Said) -> Column:
    return Column(name, "money", 18)


def _named(care: str) -> Said:
    words = CARE_NAMES[care]
    return words.zh, words.en


def _age(first: int, after: int) -> Said:
    if not first:
        return f"{after} 岁以下", f"Under {after}"
    if not after:
        return f"{first} 岁及以上", f"{first} and over"
    return f"{first} 到 {after - 1} 岁", f"{first} to {after - 1}"
