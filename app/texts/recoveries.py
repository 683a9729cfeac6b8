"""Words of held claims that people decide, recoveries, receivables and set-off."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    # Held claims
    "NotDecidable": Words(
        "申请 %(claim)d 不在待审定状态，或不能这样审定。",
        "Claim %(claim)d does not wait for a decision, or cannot be decided so.",
    ),
    "StatementMissing": Words(
        "申请 %(claim)d 是外伤：请先记下职工的说明，是否应由单位或他人负责。",
        "Claim %(claim)d is an injury: first write down whether the member says others are liable.",
    ),
    "NotInjury": Words(
        "申请 %(claim)d 不是外伤，不需要说明责任。",
        "Claim %(claim)d is no injury: nobody asks who is liable.",
    ),
    "NotTheSameBill": Words(
        "申请 %(claim)d 不能并入申请 %(other)d：那件须是同一职工填报、仍待医保局结算单的申请。",
        "Claim %(claim)d cannot be joined to claim %(other)d: that must be a filing of the same"
        " member that still waits for the bureau's bill.",
    ),
    # Two officers
    "NoSuchProposal": Words(
        "没有待批准的第 %(proposal)d 号提议，或不在您的范围内。",
        "There is no proposal %(proposal)d to approve, or not within your reach.",
    ),
    "ProposalClosed": Words(
        "第 %(proposal)d 号提议已经批准或放弃。",
        "Proposal %(proposal)d was approved or dropped before.",
    ),
    "ProposalOvertaken": Words(
        "提议之后申请 %(claim)d 已重新理算，或职工另有说明：请放弃此提议，看过后重新提出。",
        "Claim %(claim)d was computed again, or the member said something else, since this was"
        " proposed: drop the proposal, look again, and propose anew.",
    ),
    "SameOfficer": Words(
        "提出人不能批准自己的提议，请由他人批准。",
        "Who proposes never approves. Another person must.",
    ),
    # Money that comes back
    "NoSuchRecovery": Words(
        "没有第 %(recovery)d 号追偿，或不在您的范围内。",
        "There is no recovery %(recovery)d, or not within your reach.",
    ),
    "AboveGranted": Words(
        "追偿金额应大于零，且不超过补助金额中尚未追偿的部分（%(granted)s 元）。",
        "A recovery is above zero and not above what was granted and is not asked for yet"
        " (%(granted)s yuan).",
    ),
    "AboveOpen": Words(
        "金额应大于零，且不超过未结金额（%(open)s 元）。",
        "The amount must be above zero and not above what is open (%(open)s yuan).",
    ),
    "PaperUnnamed": Words(
        "请填写依据或银行流水号，最多 %(longest)d 个字。",
        "Name the paper or the bank's reference, in at most %(longest)d characters.",
    ),
    "PaidBackOnLine": Words(
        "对账单明细 %(line)d 已认领为这笔款项，不能撤销登记。认领有误的，请先撤销认领。",
        "Line %(line)d of a statement is said to be this money: it is not taken back. If that is "
        "wrong, undo the match first.",
    ),
    "PaidBackOwed": Words(
        "申请 %(claim)d 的款项其实没有到过职工账上，还回的款要付给职工：随下一批发放付出，"
        "不能再撤销登记。",
        "The money of claim %(claim)d never reached the member, so that what was paid back is owed"
        " to the member: the next batch pays it. It cannot be taken back any more.",
    ),
    "PaidBackSince": Words(
        "这笔退款登记之后，申请 %(claim)d 已重新核定，以它为准，不能撤销登记。",
        "Claim %(claim)d was determined anew since this was repaid, and counts on it: it is not "
        "taken back.",
    ),
    "BookedBefore": Words(
        "这个流水号已经入账，不能重复入账。", "This reference was booked before: not twice."
    ),
    "BookedAhead": Words("日期 %(day)s 还没有到。", "The day %(day)s is yet to come."),
    "NothingOwed": Words("申请 %(claim)d 没有应收的款项。", "Claim %(claim)d owes nothing back."),
    "NotFree": Words(
        "申请 %(claim)d 的补助金现在不能用于抵扣。",
        "Of claim %(claim)d no benefit can be used now.",
    ),
}
