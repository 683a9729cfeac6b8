"""Words for objections and their answers."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "NothingToObject": Words(
        "这件申请还没有结果，或已撤回，暂时不能申诉。",
        "This claim has no result yet, or was taken back: there is nothing to object to.",
    ),
    "ObjectionLate": Words(
        "申诉期限已过（截止 %(last)s）。如有疑问可向单位工会咨询。",
        "The last day for an objection was %(last)s. Your union can still answer questions.",
    ),
    "ObjectedAlready": Words(
        "对这个结果已提出过申诉，请等待答复。",
        "You have objected to this result already. Please wait for the answer.",
    ),
    "WordsWanted": Words(
        "请写明理由，%(shortest)s 至 %(longest)s 个字。",
        "Say why, in %(shortest)s to %(longest)s characters.",
    ),
    "NoSuchObjection": Words("没有这件申诉。", "There is no such objection."),
    "ObjectionAnswered": Words("这件申诉已经答复。", "This objection was answered before."),
    "DecidedBefore": Words(
        "录入、审核或决定过这件申请的人不能答复对它的申诉，请由其他经办人员答复。",
        "Who entered, reviewed or decided the claim cannot answer an objection to it. "
        "Another officer must.",
    ),
}
