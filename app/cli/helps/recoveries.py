"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    # claims file
    "The file's columns, by the names of the national interface: certno, med_type,"
    " setl_time, medfee_sumamt, psn_part_amt, inscp_scp_amt; may have what else stands on the"
    " sheet, as stated_setl_id, fixmedins_name, begndate, enddate, invono, hifp_pay.": (
        "文件须有的列，列名用国家医保接口的字段名：certno, med_type, setl_time, medfee_sumamt,"
        " psn_part_amt, inscp_scp_amt；结算单上还有的也可写，如 stated_setl_id, fixmedins_name,"
        " begndate, enddate, invono, hifp_pay。"
    ),
    "File settlement sheets for members, from a CSV table: a line a sheet.": (
        "代职工申请：从 CSV 表格读取结算单，每行一张。"
    ),
    "The members have signed their consent on paper; without it nothing is filed.": (
        "职工已在纸质同意书上签字；否则不予申请。"
    ),
    # claims decide, state
    "Propose how a held claim is decided, or to undo one that was filed by hand and approved;"
    " `recoveries approve` decides it.": (
        "提议待审定申请的处理决定，或撤销一件填报申请的审批；由 `recoveries approve` 批准。"
    ),
    "Why it is refused, need not wait, or is undone.": "不予补助、不适用等待期或撤销审批的原因。",
    "What is wrong, where it is undone: in one line.": "撤销审批时，用一行写明哪里有误。",
    "The filed claim that is the same bill.": "与之相同的填报申请。",
    "Write down what a member says of an injury: whether others are liable.": (
        "记下职工对外伤的说明：是否应由他人负责。"
    ),
    # recoveries
    "Recoveries and receivables (追偿与应收).": "追偿与应收。",
    "Open recoveries, and what members owe of their claims; no names, no IDs.": (
        "未结的追偿和职工应退的款项；不含姓名和身份证号。"
    ),
    "Propose to recover an agreed amount of a claim from who is liable.": (
        "提议就一件申请向责任方追偿商定的金额。"
    ),
    "Money of a recovery has come.": "追偿款已到账。",
    "Propose that so much of a recovery will not come, or is not owed.": (
        "提议追偿中的这一金额不再收取，或本不应收。"
    ),
    "A member has paid back what a claim owes.": "职工已退回申请所欠的款项。",
    "Propose that a member's debt of a claim will not be paid back.": (
        "提议核销职工就一件申请所欠的款项。"
    ),
    "Propose that one claim's benefit settles what another claim owes.": (
        "提议用一件申请的补助金抵扣另一件申请所欠的款项。"
    ),
    "The claim whose benefit is used.": "用其补助金抵扣的申请。",
    "Approve what another officer proposed: a decision, or about money.": (
        "批准另一名经办人员的提议：审定，或有关款项。"
    ),
    "The day it is booked on.": "记账日期。",
    "The paper, or the bank's reference.": "依据文书或银行流水号。",
}
