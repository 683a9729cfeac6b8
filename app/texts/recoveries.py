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
    "SameOfficer": Words(
        "提议人不能批准自己的提议，请由他人批准。",
        "Who proposes never approves. Another person must.",
    ),
}
