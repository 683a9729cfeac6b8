"""What tables and fields are called in the standards that auditors' programs read. Pure.

ISO 21378:2019 names tables and fields of audit data; ISO/TS 21377:2023 exchanges the same names as
CSV, XML and JSON. GB/T 24589.1-2024 (before: -2010) asks for files of accounts, vouchers and
balances. Named here is what is public of them: of ISO 21378 its modules, its base tables and the
fields that all its tables share; of GB/T 24589 the data elements of these three files. Where the
standards have nothing of the kind (covers, claims, determinations) nothing is named.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from app.audit.verify import TABLES

ISO: Final = "ISO 21378:2019"
GBT: Final = "GB/T 24589.1-2024"
COLUMNS: Final = ("file", "field", "iso_21378", "gbt_24589")


class Names(NamedTuple):
    """As `TABLE` or `TABLE.FIELD` of ISO 21378, and 文件/数据元素 of GB/T 24589; empty: none."""

    iso: str = ""
    gbt: str = ""


_ENTRY, _LINE, _BALANCE = "记账凭证", "记账凭证分录", "科目余额及发生额"
TABLE_NAMES: Final[dict[str, Names]] = {
    "accounts": Names("BAS_Chart_Of_Accounts", "会计科目"),
    "unit": Names("BAS_Customer"),
    "member": Names("BAS_Supplier"),
    "staff": Names("BAS_User"),
    "entry": Names("GL", _ENTRY),
    "posting": Names("GL", _LINE),
    "closed_balance": Names("GL", _BALANCE),
    "booked": Names("GL", _BALANCE),
    "ledger_close": Names("BAS_Accounting_Period", "会计期间"),
    **{
        table: Names("AR")
        for table in (
            *("roster", "receipt", "receipt_undone", "receipt_share", "subsidy", "late_credit"),
            *("unit_refund", "refund_share", "refund_step", "online_payment", "online_payout"),
            *("recovery", "recovery_receipt", "recovery_write_off", "repayment", "write_off"),
        )
    },
    **{
        table: Names("AP")
        for table in (
            *("determination", "payment_batch", "payment", "bank_return", "payment_outcome"),
            *("payment_resolution", "return_held", "set_off"),
        )
    },
}
"""Modules: GL general ledger, AR accounts receivable, AP accounts payable, BAS base."""
FIELD_NAMES: Final[dict[tuple[str, str], Names]] = {
    ("accounts", "account"): Names("BAS_Chart_Of_Accounts", "会计科目/科目编号"),
    ("accounts", "name_zh"): Names("BAS_Chart_Of_Accounts", "会计科目/科目名称"),
    ("accounts", "kind"): Names("BAS_Chart_Of_Accounts", "会计科目/科目类型"),
    ("accounts", "side"): Names("BAS_Chart_Of_Accounts", "会计科目/余额方向"),
    ("entry", "entry_id"): Names("GL", f"{_ENTRY}/记账凭证编号"),
    ("entry", "booked_on"): Names("GL.Fiscal_Year + Accounting_Period", f"{_ENTRY}/记账凭证日期"),
    ("entry", "memo"): Names("BAS_Journal_Entry_Type", f"{_LINE}/记账凭证摘要"),
    ("posting", "entry_id"): Names("GL", f"{_LINE}/记账凭证编号"),
    ("posting", "line"): Names("GL", f"{_LINE}/记账凭证行号"),
    ("posting", "account"): Names("BAS_Chart_Of_Accounts", f"{_LINE}/科目编号"),
    ("posting", "amount_fen"): Names("GL", f"{_LINE}/借方本币金额（正）、贷方本币金额（负）"),
    ("posting", "unit_id"): Names("BAS_Customer", f"{_LINE}/辅助项1编号"),
    ("posting", "member"): Names("BAS_Supplier", f"{_LINE}/辅助项2编号"),
    ("closed_balance", "account"): Names("BAS_Chart_Of_Accounts", f"{_BALANCE}/科目编号"),
    ("closed_balance", "balance_fen"): Names("GL", f"{_BALANCE}/期末本币余额"),
    ("booked", "account"): Names("BAS_Chart_Of_Accounts", f"{_BALANCE}/科目编号"),
    ("booked", "opening_fen"): Names("GL", f"{_BALANCE}/期初本币余额"),
    ("booked", "debit_fen"): Names("GL", f"{_BALANCE}/借方本币金额"),
    ("booked", "credit_fen"): Names("GL", f"{_BALANCE}/贷方本币金额"),
    ("ledger_close", "period"): Names("BAS_Accounting_Period", "会计期间/会计期间号"),
    ("ledger_close", "last_on"): Names("BAS_Accounting_Period", "会计期间/结束日期"),
    ("bank_statement", "account_id"): Names("BAS_Bank_Account"),
}
_MADE_BY: Final = ("by", "prepared_by", "proposed_by", "closed_by", "reversed_by")
_SHARED: Final = {
    **dict.fromkeys(_MADE_BY, "Created_User_ID"),
    "approved_by": "Approved_User_ID",
    "recorded_at": "Created_Date + Created_Time",
}
"""Fields that all tables of ISO 21378 share."""


def names_of(table: str, field: str) -> Names:
    """What the standards call a field."""
    named = FIELD_NAMES.get((table, field))
    if named:
        return named
    if table == "entry" or table not in TABLE_NAMES:
        return Names(_SHARED.get(field, ""))
    module = TABLE_NAMES[table].iso
    return Names(f"{module}.{_SHARED[field]}") if field in _SHARED else Names()


def mapping() -> Iterator[list[str]]:
    """The mapping as a table, headings first: of files (no field) and of their fields."""
    yield list(COLUMNS)
    for table, names in TABLE_NAMES.items():
        yield [table, "", *names]
    for table, field in FIELD_NAMES:
        yield [table, field, *names_of(table, field)]
    for table, layout in TABLES.items():
        for field in layout.columns:
            names = names_of(table, field)
            if any(names) and (table, field) not in FIELD_NAMES:
                yield [table, field, *names]
