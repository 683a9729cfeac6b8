"""Words for reviews: their stages, what is refused in them, and the papers that are asked for."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "ReviewedBefore": Words(
        "您已办理过这件申请的另一个环节，本环节须由他人办理。",
        "You have acted at another stage of this claim. Somebody else must act at this one.",
    ),
    "StageMoved": Words(
        "申请 %(claim)d 在您打开之后有变动：可能刚刚办理过，或结算单已更正。请重新打开。",
        "Claim %(claim)d has changed since you opened it: it has just been dealt with, or its bill"
        " was corrected. Open it again.",
    ),
    "HeldByAnother": Words(
        "申请 %(claim)d 正由他人办理，请稍后再试，或办理下一件。",
        "Another officer has claim %(claim)d open. Try again later, or take the next one.",
    ),
    "PapersAwaited": Words(
        "正在等职工补交材料（截止 %(until)s），收到后才能继续。",
        "The member has until %(until)s to send papers. The review goes on when they are here.",
    ),
    "NoPapersNamed": Words("请勾选需要补交的材料。", "Tick the papers that are wanted."),
    "PapersTextWrong": Words(
        "给职工的说明最多 %(longest)d 个字，且不能含有看不见的字符。",
        "The line to the member has at most %(longest)d readable characters.",
    ),
    "NoStageBefore": Words(
        "这已是第一个环节，不能再退回上一环节。",
        "This is the first stage: there is none before it.",
    ),
    "NoPapersAsked": Words(
        "申请 %(claim)d 没有需要补交的材料。", "No papers are asked for claim %(claim)d."
    ),
    "NotClean": Words(
        "申请 %(claim)d 不符合批量审批的条件，请逐件办理。没有审批任何一件。",
        "Claim %(claim)d may not be approved together with others: open it by itself."
        " Nothing was approved.",
    ),
    "TooManyAtOnce": Words(
        "一次最多审批 %(most)d 件。", "At most %(most)d claims are approved at once."
    ),
}

STAGES: Final = {
    "accept": Words("受理", "Acceptance"),
    "first": Words("初审", "First look"),
    "second": Words("复核", "Second look"),
    "approve": Words("审批", "Approval"),
    "granted": Words("已通过", "approved"),
    "refused": Words("不予补助", "refused"),
}
KINDS: Final = {
    "settlement_sheet": Words("医保结算单", "settlement sheet"),
    "discharge_record": Words("出院记录", "discharge record"),
    "invoice": Words("医疗发票", "invoice"),
    "bank_card": Words("银行卡", "bank card"),
    "cost_query_sheet": Words("费用查询单", "cost query sheet"),
    "chronic_booklet": Words("慢性病证", "chronic booklet"),
    "identity": Words("身份证明", "proof of identity"),
    "statement": Words("情况说明", "written statement"),
    "consent": Words("签字的同意书", "signed consent"),
    "other": Words("其他材料", "other papers"),
}
BACK: Final = {
    "figures": Words("金额或日期与材料不一致", "figures or days are not those on the papers"),
    "papers": Words("缺少材料，或看不清楚", "a paper is missing or cannot be read"),
    "same_bill": Words("可能与其他申请重复", "it may be the same bill as another claim"),
    "computed": Words("计算结果需要再核对", "what was computed must be looked at again"),
}


def named(words: dict[str, Words], key: str, lang: str) -> str:
    """One of these words."""
    found = words[key]
    return found.en if lang == "en" else found.zh
