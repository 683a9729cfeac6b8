"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "End an account of the fund after a day. Two officers; not undone.": (
        "停用基金的银行账户，由两名经办人员办理，不能撤销。"
    ),
    "Its last day.": "最后一天。",
    "Put right an account that was typed wrongly, unused yet. Two officers.": (
        "更正登记有误、尚未使用的银行账户，由两名经办人员办理。"
    ),
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
    "Say what a line is that waits; the first word counts.": "说明待处理明细的去向；先处理者有效。",
    "It is this unit's money; with --year.": "是这个单位的缴费；须给 --year。",
    "It is of who enrolled alone: the G… number.": "是本人自行参保的缴费：G 开头的编号。",
    "It is this union's subsidy, by name; with --year.": "是这个工会的补助，写名称；须给 --year。",
    "The bank will take it back.": "不属于本基金，银行将收回。",
    "Money out: this approved refund, TK….": "付款：这笔已批准的退款，TK…。",
    "Money out: the bank's fee.": "付款：银行手续费。",
    "Money out: it takes that line back.": "付款：冲回该笔收款。",
    "Say what a line is, where two officers are wanted.": "提出一笔款项的去向，另一人确认后入账。",
    "The online platform's payout of all payments up to this day; with --fee.": (
        "线上缴费平台的结算款，含到这天为止的所有缴费；与 --fee 同用。"
    ),
    "The platform's fee, in yuan.": "平台手续费（元）。",
    "Money of this recovery.": "这笔追偿的到账款。",
    "Repaid of this claim.": "职工退回这件申请多发的补助。",
    "Money in: the bank's interest.": "进账：银行利息。",
    "A benefit that came back; a batch alone: all of it that failed. As often as needed.": (
        "退回的补助金：批次:序号；只写批次则为其中全部失败的。可多次使用。"
    ),
    "Money out: this refund, withdrawn and paid all the same.": (
        "付款：已撤回、银行仍付出的这笔退款。"
    ),
    "The match is wrong; the money is to wait again.": "认错了，款项重新待处理。",
    "Confirm what another officer proposed of a line; it is booked.": (
        "确认他人对一笔款项的提议，并入账。"
    ),
    "Write the bank's file of an approved refund once more.": "再次写出已批准退款的银行文件。",
    "Drop what was proposed of a line.": "取消对一笔款项的提议。",
    "Money out: a whole payment batch.": "付款：整个发放批次。",
    "Give it back to this payer; with --payee-account.": "退给这个付款人；须给 --payee-account。",
    "The account it goes back to.": "退款账号。",
    "Propose to give a unit's money back; another officer approves.": (
        "提出向单位退款，由另一人批准。"
    ),
    "The unit.": "单位。",
    "Paid too much, or credited back.": "多缴，或应退。",
    "Approve refunds that another proposed; writes the bank's file.": (
        "批准他人提出的退款，并写出银行文件。"
    ),
    "Take a wrong match back, with another officer; its money waits again.": (
        "由两人撤销错误的匹配，款项重新待处理。"
    ),
    "A refund is not to be paid after all.": "撤回退款。",
    "Has every line one explanation, as the books have it? Exit 1: not.": (
        "核对每笔明细是否各有一个去向、与账簿相符。不符则退出码为 1。"
    ),
    "Lines that wait for an officer, each with suggestions.": "待处理的明细，附可能的去向。",
}
