"""Help of papers and online payment."""

from typing import Final

HELP: Final = {
    "Write a unit's payment notice: what is due, to which account, by when.": (
        "输出单位的缴费通知单：应缴多少、缴到哪个账户、何时截止。"
    ),
    "Write the payment notices of all units below the officer's union.": (
        "输出经办人员所属工会之下所有单位的缴费通知单。"
    ),
    "Write the receipt for money received, by its number.": "按编号输出一笔收款的收据。",
    "The number is that of a union's money.": "编号是工会补助的编号。",
    "The paper's day. Default: today.": "单据日期。默认为今天。",
    "Write a batch's sheet: its total, its file's SHA-256, who is behind it.": (
        "输出发放批次单：合计、文件的 SHA-256、制单人和审批人。"
    ),
}
