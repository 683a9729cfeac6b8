"""Vouchers and sheets as tables. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.books.income import ACCOUNTS, By, Part
from app.books.profile import Profile
from app.books.sheets import AccountSheet, Balance
from app.books.summaries import SUMMARIES
from app.books.table import Cell, Column, Said, Table
from app.books.voucher import Voucher
from app.ledger.chart import NAMES, Account

_TOGETHER: Final[Said] = ("合计", "Together")
_DAY: Final = Column(("日期", "Day"), "day", 11)
_ENTRY: Final = Column(("分录号", "Entry"), "count", 9)
_SUMMARY: Final = Column(("摘要", "Summary"), width=34)
_DEBIT: Final = Column(("借方", "Debit"), "money", 15)
_CREDIT: Final = Column(("贷方", "Credit"), "money", 15)
_BALANCE: Final = Column(("余额", "Balance"), "money", 15)
_OPENING: Final[Said] = ("期初余额", "Opening")
_YUAN: Final[Said] = ("单位：元", "In yuan")
_DEBIT_POSITIVE: Final[Said] = (
    "余额在借方为正，在贷方为负",
    "Debit balances positive, credit balances negative",
)


def period_said(first: date, last: date) -> Said:
    """The days that a sheet covers."""
    return f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}", f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def vouchers_table(profile: Profile, vouchers: Sequence[Voucher], first: date, last: date) -> Table:
    """Every line of every voucher: what the federation's software reads."""
    rows: list[Sequence[Cell]] = [
        (
            voucher.booked_on,
            voucher.number,
            voucher.summary,
            line.number,
            line.name,
            "-".join(line.sub),
            line.debit_fen or None,
            line.credit_fen or None,
            voucher.papers.attachments,
            voucher.papers.entered_by,
            voucher.papers.approved_by,
            voucher.entry_id,
        )
        for voucher in vouchers
        for line in voucher.lines
    ]
    total_fen = sum(voucher.total_fen for voucher in vouchers)
    columns = (
        _DAY,
        Column(("凭证号", "Voucher"), width=9),
        _SUMMARY,
        Column(("科目编码", "Account"), width=9),
        Column(("科目名称", "Name"), width=14),
        Column(("明细科目", "Sub-account"), width=38),
        _DEBIT,
        _CREDIT,
        Column(("附件张数", "Papers"), "count", 9),
        Column(("制单", "Entered by")),
        Column(("审核", "Approved by")),
        _ENTRY,
    )
    sums = (None, None, _TOGETHER[0], None, None, None, total_fen, total_fen, *[None] * 4)
    about = ((profile.name["zh"], profile.name["en"]), period_said(first, last), _YUAN)
    return Table(("记账凭证", "Vouchers"), about, columns, rows, sums)


def sheet_table(sheet: AccountSheet, lang: str) -> Table:
    """An account sheet, or a day book: opening, each entry, sums, the balance after each."""
    english = lang == "en"
    rows: list[Sequence[Cell]] = [
        (sheet.first, None, None, _OPENING[english], "", None, None, sheet.opening_fen)
    ]
    rows += [
        (
            line.booked_on,
            line.entry_id,
            line.benefit_year,
            SUMMARIES.get(line.memo, (line.memo, line.memo))[english],
            line.unit,
            line.debit_fen or None,
            line.credit_fen or None,
            line.balance_fen,
        )
        for line in sheet.lines
    ]
    columns = (
        _DAY,
        _ENTRY,
        Column(("保障年度", "Benefit year"), "count", 9),
        _SUMMARY,
        Column(("单位", "Unit"), width=30),
        _DEBIT,
        _CREDIT,
        _BALANCE,
    )
    sums = (sheet.last, None, None, _TOGETHER[english], None)
    name = NAMES[sheet.account]
    money = sheet.account in {Account.BANK, Account.ONLINE_CLEARING}
    kind = ("日记账", "Day book") if money else ("明细账", "Account sheet")
    title = (f"{name[0]}{kind[0]}", f"{kind[1]}: {name[1]}")
    about = [period_said(sheet.first, sheet.last), _YUAN, _DEBIT_POSITIVE]
    if sheet.benefit_year is not None:
        about.insert(1, _of_benefit_year(sheet.benefit_year))
    closing = (sheet.debit_fen, sheet.credit_fen, sheet.closing_fen)
    return Table(title, about, columns, rows, (*sums, *closing))


def balance_table(
    found: Sequence[Balance], first: date, last: date, lang: str, benefit_year: int | None = None
) -> Table:
    """The trial balance (科目余额表)."""
    rows: list[Sequence[Cell]] = [
        (
            x.account.value,
            NAMES[x.account][lang == "en"],
            *_sides(x.opening_fen),
            x.debit_fen,
            x.credit_fen,
            *_sides(x.closing_fen),
        )
        for x in found
    ]
    sums: list[int] = [
        sum(max(x.opening_fen, 0) for x in found),
        sum(max(-x.opening_fen, 0) for x in found),
        sum(x.debit_fen for x in found),
        sum(x.credit_fen for x in found),
        sum(max(x.closing_fen, 0) for x in found),
        sum(max(-x.closing_fen, 0) for x in found),
    ]
    columns = (
        Column(("科目", "Account"), width=9),
        Column(("科目名称", "Name"), width=26),
        Column(("期初借方", "Opening debit"), "money", 16),
        Column(("期初贷方", "Opening credit"), "money", 16),
        Column(("本期借方", "Debit"), "money", 16),
        Column(("本期贷方", "Credit"), "money", 16),
        Column(("期末借方", "Closing debit"), "money", 16),
        Column(("期末贷方", "Closing credit"), "money", 16),
    )
    about = [period_said(first, last), _YUAN]
    if benefit_year is not None:
        about.insert(1, _of_benefit_year(benefit_year))
    title = ("科目余额表", "Trial balance")
    return Table(title, about, columns, rows, (None, _TOGETHER[lang == "en"], *sums))


def income_table(parts: Sequence[Part], year: int, by: By, lang: str, of: Said) -> Table:
    """Income and expenditure: a row an account, a column a part, and what they are together."""
    used = [x for x in ACCOUNTS if any(part.fen.get(x) for part in parts)]
    english = lang == "en"
    rows: list[Sequence[Cell]] = []
    for first, heading in (("4", ("收入合计", "Income")), ("5", ("支出合计", "Expenditure"))):
        of_side = [x for x in used if x.value[0] == first]
        for account in of_side:
            fen = [part.fen.get(account, 0) for part in parts]
            rows.append((account.value, NAMES[account][english], *fen, sum(fen)))
        fen = [part.income_fen if first == "4" else part.expense_fen for part in parts]
        rows.append(("", heading[english], *fen, sum(fen)))
    result = [part.result_fen for part in parts]
    none: Said = ("未分配", "Of none")
    several = len(parts) != 1 or bool(parts[0].name)
    columns = [
        Column(("科目", "Account"), width=9),
        Column(("项目", "Item"), width=26),
        *(Column((x.name or none[0], x.name or none[1]), "money", 16) for x in parts if several),
        Column(_TOGETHER, "money", 16),
    ]
    if not several:  # the whole alone: one column
        rows = [(*row[:2], row[-1]) for row in rows]
        result = []
    whole_fen = sum(part.result_fen for part in parts)
    sums = ("", ("收支结余", "Result")[english], *result, whole_fen)
    title = ("互助金收支表" + of[0], "Income and expenditure" + of[1])
    return Table(title, (_year_said(year, by), _YUAN), columns, rows, sums)


def _sides(balance_fen: int) -> tuple[int | None, int | None]:
    return max(balance_fen, 0) or None, max(-balance_fen, 0) or None


def _of_benefit_year(year: int) -> Said:
    return f"仅 {year} 保障年度", f"Benefit year {year} only"


def _year_said(year: int, by: By) -> Said:
    if by == "benefit_year":
        return f"{year} 保障年度", f"Benefit year {year}"
    return f"{year} 公历年（按记账日）", f"Calendar year {year}, by booking day"
