"""Words for gift campaigns."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "CampaignNameMissing": Words(
        "请填写赠送活动的名称，最多 %(longest)s 个字。",
        "Give the campaign's name, at most %(longest)s characters.",
    ),
    "CampaignKnown": Words(
        "已有同名的赠送活动，请换一个名称。",
        "A campaign of this name stands already; give it another name.",
    ),
    "NoSuchCampaign": Words(
        "没有名为“%(campaign)s”的赠送活动，或它由无权办理的工会出资。用 huzhu gift list 查看。",
        "There is no campaign “%(campaign)s”, or it is not yours to give. See huzhu gift list.",
    ),
    "QuotaWrong": Words(
        "名额须大于 0，现为 %(quota)s。",
        "A campaign has at least one place, not %(quota)s.",
    ),
    "GiftTermWrong": Words(
        "赠送保障的期限须为 1 到 12 个月，现为 %(months)s 个月。",
        "A gift runs 1 to 12 months, not %(months)s.",
    ),
    "GiftCareUnknown": Words(
        "“%(cares)s”不是待遇类别，可用：%(known)s。",
        "“%(cares)s” is no care; the cares are: %(known)s.",
    ),
    "GiftDaysReversed": Words(
        "活动的截止日 %(closes_on)s 早于开始日 %(opens_on)s。",
        "The campaign closes on %(closes_on)s, before it opens on %(opens_on)s.",
    ),
    "FunderNotReached": Words(
        "出资工会须是本工会或所属工会。",
        "The union that pays must be your own, or one below it.",
    ),
    "GiftAmountWrong": Words(
        "工会每人承担的金额超出范围。",
        "What the union pays a cover is out of bounds.",
    ),
    "GiftOutsideDays": Words(
        "“%(campaign)s”的保障须在 %(opens_on)s 至 %(closes_on)s 起保，不能是 %(starts_on)s。",
        "Covers of “%(campaign)s” start from %(opens_on)s to %(closes_on)s, not on %(starts_on)s.",
    ),
    "GiftPlaceTaken": Words(
        "名额同时被他人占用，没有写入。请重试。",
        "Somebody else gave the same places; nothing was written. Try again.",
    ),
    "QuotaSpent": Words(
        "“%(campaign)s”的 %(quota)s 个名额已用完。可改选其他活动，或由单位缴费参保。",
        "All places of “%(campaign)s” are given: %(quota)s. Choose another campaign, or let a unit"
        " enrol this person.",
    ),
}
