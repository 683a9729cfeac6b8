"""Words for lists: their names, columns, filters, orders and choices, by the list's own names."""

from typing import Final

from app.texts import Words

NAMES: Final = {
    "payments": Words("发放明细", "Payments"),
    "rosters": Words("花名册", "Rosters"),
    "recoveries": Words("追偿", "Recoveries"),
    "members": Words("职工", "Members"),
    "suspense": Words("待查明流水", "Bank lines to explain"),
    "units": Words("单位", "Units"),
}
COLUMNS: Final = {
    "amount": Words("金额", "Amount"),
    "batch": Words("发放批次", "Batch"),
    "booked_on": Words("记账日", "Booked on"),
    "by": Words("登记人", "Recorded by"),
    "came": Words("已追回", "Come back"),
    "certno": Words("证件号码", "ID number"),
    "confirmed_on": Words("确认日", "Confirmed on"),
    "days": Words("已等天数", "Days"),
    "due": Words("应缴", "Due"),
    "filled": Words("已缴", "Paid"),
    "from": Words("保障起", "Cover from"),
    "given_up": Words("已放弃", "Given up"),
    "heads": Words("人数", "People"),
    "kind": Words("收支", "In or out"),
    "left": Words("未追回", "Open"),
    "liable": Words("责任方", "Liable"),
    "line": Words("序号", "Line"),
    "made_on": Words("编制日", "Made on"),
    "member": Words("职工", "Member"),
    "name": Words("姓名", "Name"),
    "payer": Words("对方户名", "Other party"),
    "percent": Words("单位承担（%）", "Unit's share (%)"),
    "reason": Words("银行说明", "The bank's reason"),
    "received": Words("实缴", "Received"),
    "reference": Words("凭据号", "Reference"),
    "remark": Words("摘要", "Remark"),
    "starts_on": Words("保障起", "Cover from"),
    "state": Words("状态", "State"),
    "union": Words("所属工会", "Union"),
    "unit": Words("单位", "Unit"),
    "until": Words("保障止", "Cover until"),
    "uscc": Words("统一社会信用代码", "Social credit code"),
    "year": Words("年度", "Year"),
}
FILTERS: Final = {
    "capped": Words("已达封顶线的年度", "Reached a cap in"),
    "enrolled": Words("参保年度", "Enrolled in"),
    "first": Words("起始日", "From day"),
    "kind": Words("收支", "In or out"),
    "last": Words("截止日", "To day"),
    "least": Words("金额不低于", "At least (yuan)"),
    "liable": Words("责任方", "Liable"),
    "most": Words("金额不高于", "At most (yuan)"),
    "q": Words("单位名称或信用代码", "Unit's name or code"),
    "state": Words("状态", "State"),
    "year": Words("年度", "Year"),
}
ORDERS: Final = {
    "code": Words("按信用代码", "by code"),
    "largest": Words("金额从大到小", "largest first"),
    "name": Words("按姓名拼音", "by name"),
    "newest": Words("从新到旧", "newest first"),
    "oldest": Words("从旧到新", "oldest first"),
}
CHOICES: Final = {
    "began": Words("保障已开始", "Cover has begun"),
    "employer": Words("用人单位", "Employer"),
    "failed": Words("未成功", "Failed"),
    "in": Words("收入", "In"),
    "open": Words("未完结", "Open"),
    "out": Words("支出", "Out"),
    "paid": Words("已到账", "Paid"),
    "sent": Words("已送银行", "With the bank"),
    "settled": Words("已完结", "Settled"),
    "third_party": Words("第三方", "A third party"),
    "unknown": Words("结果不明", "Unknown"),
    "waits": Words("待缴款", "Waits for money"),
    "withdrawn": Words("已撤回", "Withdrawn"),
}


def called(words: dict[str, Words], name: str, lang: str) -> str:
    """The word in a language."""
    found = words[name]
    return found.en if lang == "en" else found.zh
