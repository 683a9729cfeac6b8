"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "The fund's bank accounts and statements (对账单).": "基金账户与银行对账单。",
    "Register an account that the fund holds.": "登记基金的银行账户。",
    "What it is called here.": "账户代号。",
    "Its holder, as the bank writes it.": "户名。",
    "The bank and branch.": "开户行。",
    "The account's number.": "账号。",
    "Its statements.": "对账单格式。",
    "Its payment files.": "代发文件格式。",
    "The fund's accounts.": "基金的银行账户。",
    "Take a bank's statement; the same again changes nothing.": (
        "导入银行对账单；重复导入不产生变化。"
    ),
    "The account's code.": "账户代号。",
    "Lines that wait for an officer, each with suggestions.": "待处理的明细，附可能的去向。",
}
