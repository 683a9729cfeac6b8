"""Words for lists: their names, columns, filters, orders and choices, by the list's own names."""

from typing import Final

from app.texts import Words

NAMES: Final = {
    "claims": Words("补助申请", "Claims"),
    "payments": Words("发放明细", "Payments"),
    "rosters": Words("花名册", "Rosters"),
    "recoveries": Words("追偿", "Recoveries"),
    "members": Words("职工", "Members"),
    "suspense": Words("待查明流水", "Bank lines to explain"),
    "units": Words("单位", "Units"),
}
COLUMNS: Final = {
    "amount": Words("金额", "Amount"),
    "arrived": Words("已发放", "Paid"),
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
    "hospital": Words("医院", "Hospital"),
    "kind": Words("收支", "In or out"),
    "left": Words("未追回", "Open"),
    "liable": Words("责任方", "Liable"),
    "line": Words("序号", "Line"),
    "made_on": Words("编制日", "Made on"),
    "member": Words("职工", "Member"),
    "name": Words("姓名", "Name"),
    "payable": Words("补助金额", "Benefit"),
    "payer": Words("对方户名", "Other party"),
    "percent": Words("单位承担（%）", "Unit's share (%)"),
    "reason": Words("银行说明", "The bank's reason"),
    "received": Words("实缴", "Received"),
    "reference": Words("凭据号", "Reference"),
    "remark": Words("摘要", "Remark"),
    "result": Words("结果", "Result"),
    "starts_on": Words("保障起", "Cover from"),
    "state": Words("状态", "State"),
    "treated_on": Words("日期", "Date"),
    "union": Words("所属工会", "Union"),
    "unit": Words("单位", "Unit"),
    "until": Words("保障止", "Cover until"),
    "uscc": Words("统一社会信用代码", "Social credit code"),
    "year": Words("年度", "Year"),
}
FILTERS: Final = {
    "capped": Words("已达封顶线的年度", "Reached a cap in"),
    "care": Words("医疗类别", "Kind of care"),
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
    "chronic": Words("门诊慢性病", "Chronic outpatient care"),
    "date_missing": Words("缺少日期", "A date is missing"),
    "declined": Words("审定：不予补助", "Decided: not paid"),
    "declined_same_bill": Words("与另一件申请是同一张结算单", "The same bill as another claim"),
    "employer": Words("用人单位", "Employer"),
    "failed": Words("未成功", "Failed"),
    "held": Words("需要人工决定", "Needs a person's decision"),
    "in": Words("收入", "In"),
    "inpatient": Words("住院", "Inpatient care"),
    "no_cover": Words("当天没有保障", "No cover on that day"),
    "not_in_scheme": Words("不在补助范围", "Not in the scheme"),
    "open": Words("未完结", "Open"),
    "out": Words("支出", "Out"),
    "paid": Words("已到账", "Paid"),
    "refunded": Words("医保局已撤销结算", "Bill undone by the insurance bureau"),
    "sent": Words("已送银行", "With the bank"),
    "settled": Words("已完结", "Settled"),
    "third_party": Words("第三方", "A third party"),
    "undone": Words("工会已退回", "Sent back by the union"),
    "undone_taken_back": Words("已撤回", "Taken back"),
    "unknown": Words("结果不明", "Unknown"),
    "unknown_med_type": Words("医疗类别不明", "Unknown kind of care"),
    "waiting": Words("在等待期内", "In the waiting time"),
    "waits": Words("待缴款", "Waits for money"),
    "withdrawn": Words("已撤回", "Withdrawn"),
}


def called(words: dict[str, Words], name: str, lang: str) -> str:
    """The word in a language."""
    found = words[name]
    return found.en if lang == "en" else found.zh
