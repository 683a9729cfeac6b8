"""What the short words in a bundle's tables mean, in both languages. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from app.books.summaries import SUMMARIES

COLUMNS: Final = ("table", "field", "code", "zh", "en")
Said = Mapping[str, tuple[str, str]]
_REFUSALS: Final[Said] = {
    "refunded": ("账单已退费", "the bill was refunded"),
    "held": (
        "须由人审定（外伤、特殊病种等）",
        "held for a person's decision (injuries and the like)",
    ),
    "not_in_scheme": ("方案不包括这类医疗", "a kind of care that the scheme does not pay"),
    "unknown_med_type": ("医疗类别不明", "the kind of care is not known"),
    "no_cover": ("不在保障期", "no cover on the day that counts"),
    "waiting": ("在等待期内", "inside the waiting time"),
    "date_missing": ("账单缺少日期", "a date that the rule asks for is not on the bill"),
    "declined": ("经两人审定不予补助", "declined by two people"),
}
_STATES: Final[Said] = {
    "filed": ("已受理，待理算", "filed, to be determined"),
    "review": ("审核中", "under review"),
    "payable": ("待发放", "to be paid"),
    "closed": ("办结，无补助", "closed, nothing to pay"),
    "held": ("待审定", "held for a decision"),
    "sent": ("已送银行", "sent to the bank"),
    "paid": ("已到账", "paid"),
    "card_wanted": ("发放失败，待更换银行卡", "the payment failed: another card is wanted"),
}
_UNDONE: Final[Said] = {
    "taken_back": (
        "本人或填报人撤回，同意随之撤回",
        "taken back by the member or the filer; so is the consent",
    ),
    "figures": ("金额填错", "wrong figures"),
    "papers": ("材料不全", "papers missing"),
    "same_bill": ("同一张账单", "the same bill"),
    "not_own": ("不是本人的账单", "not the member's bill"),
    "invoice": ("发票已用过", "the invoice was used"),
}
_TAKEN: Final[Said] = {
    "receipt": ("单位缴费", "a unit's contribution"),
    "subsidy": ("工会补助", "money of a union"),
    "batch": ("发放批次", "a payment batch"),
    "refund": ("退款", "a refund to a unit"),
    "bounced": ("退款被退回", "a refund that came back"),
    "interest": ("结息", "interest"),
    "fee": ("手续费", "a bank's fee"),
    "suspense": ("待查：尚不知是什么款", "money that nobody knew yet"),
    "unexplained": ("付出：尚未说明", "money that went out, not yet explained"),
}
_CONSENTS: Final[Said] = {
    "own": ("本人或代办人在线同意", "agreed by the member or a helper"),
    "paper": ("在柜台签字，经办人见证", "signed at the counter, before the officer named"),
}
_HELPS: Final[Said] = {
    "code": ("职工给出代办码", "by a code the member gave"),
    "named": ("职工指明身份证号", "the member named the ID number"),
    "papers": ("凭材料，两名经办人见证", "by papers that two officers saw"),
}
_ENDED: Final[Said] = {
    "member": ("职工收回", "by the member"),
    "helper": ("代办人放弃", "by the helper"),
    "officer": ("经办人终止", "by an officer"),
}
CODES: Final[Mapping[tuple[str, str], Said]] = {
    ("claim_consent", "way"): _CONSENTS,
    ("claim_move", "state"): _STATES,
    ("determination", "care"): {
        "inpatient": ("住院", "inpatient"),
        "chronic": ("门诊慢性病", "chronic outpatient"),
    },
    ("determination", "refusal"): _REFUSALS,
    ("entry", "memo"): SUMMARIES,
    ("help_consent", "way"): _HELPS,
    ("help_ended", "why"): _ENDED,
    ("payment_outcome", "outcome"): {
        "paid": ("已到账", "paid"),
        "failed": ("失败", "failed"),
    },
    ("statement_line", "taken_as"): _TAKEN,
    ("undone_filing", "why"): _UNDONE,
}


def codes() -> Iterator[list[str]]:
    """As a table, headings first."""
    yield list(COLUMNS)
    for (table, field), said in CODES.items():
        for code, words in said.items():
            yield [table, field, code, *words]
