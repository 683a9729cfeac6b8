"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Of this account of the fund; else all together.": "只看这个账户（代号）；不填则合并。",
    "Vouchers, sheets and closing (账务).": "凭证、账簿、结账。",
    "Vouchers for the federation's finance software.": "记账凭证，供总工会财务软件导入。",
    "Compare vouchers with the ledger, month by month. Exit 1: they differ.": (
        "逐月核对凭证与账簿。不符时退出码 1。"
    ),
    "Opening, turnover and closing of every account.": "科目余额表：期初、本期发生、期末。",
    "An account's entries and its balance after each.": "明细账：一个科目的分录和每笔后的余额。",
    "The day book of the bank, or of online payments.": "银行或线上缴费的日记账。",
    "Income and expenditure of a benefit year, or of a calendar year.": (
        "收支表：按保障年度，或按公历年。"
    ),
    "Close a month (2024-05) or a year (2024). Two officers; not undone.": (
        "结账：一个月（2024-05）或一年（2024）。须两人办理，不能反结账。"
    ),
    "Take back an entry that nothing else takes back. Two officers.": (
        "红字冲销一笔无其他办法更正的分录。须两人办理。"
    ),
    "The first day.": "第一天。",
    "The last day.": "最后一天。",
    "The chart of accounts. Default: the unions' of these days.": (
        "科目方案。不给时用这些日子适用的工会方案。"
    ),
    "A file to write (.xlsx or .csv); must not exist.": (
        "要写的文件（.xlsx 或 .csv），不能已存在。"
    ),
    "The bank reconciliation at the end of a day. Exit 1: it does not come out.": (
        "银行存款余额调节表，截至某日。调节后不等时退出码 1。"
    ),
    "A file to write (.xlsx, .csv or .pdf); must not exist.": (
        "要写的文件（.xlsx、.csv 或 .pdf），不能已存在。"
    ),
    "Of this benefit year only.": "只列这一保障年度。",
    "Of online payments on their way.": "在途线上缴费的。",
    "A column for each of these.": "按此分栏：方案、工会、赠送活动。",
    "The reason.": "原因。",
    "The day. Default: today.": "日期。不给时为今天。",
}
"""What the commands' help says in Chinese, by the English that stands beside each of them.

A module a stage; headings of groups may say the Chinese word beside the English. Two modules may
not say the same text in two ways.
"""
