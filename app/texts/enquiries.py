"""Words of enquiries."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    "NoSuchEnquiry": Words("没有这件咨询。", "There is no such enquiry."),
    "EnquiryTextUnfit": Words(
        "请写下内容，最多 %(longest)s 个字，不要使用特殊控制字符。",
        "Please write something, at most %(longest)s characters, in plain characters.",
    ),
    "EnquiryMoved": Words(
        "这件咨询刚刚有了新内容，请看过后再写。",
        "Something was written here meanwhile. Please read it first.",
    ),
    "TooManyTexts": Words(
        "一天最多写 %(most)s 条，请明天再写。",
        "At most %(most)s texts a day. Please go on tomorrow.",
    ),
    "MayNotAskAnything": Words(
        "只有职工和单位联系人可以咨询。", "Members and units' contacts ask; this account does not."
    ),
    "EnquiryCategoryUnknown": Words("请选择咨询类别。", "Please choose what it is about."),
    "EnquiryClaimUnknown": Words("没有这件申请。", "There is no such claim of yours."),
    "EnquiryKeyMalformed": Words("请重新打开表格再填。", "Please open the form again."),
    "EnquiryFormUsed": Words(
        "前一个问题已经提交，现在写的与它不同，还没有提交。再按一次，就作为另一件咨询提交。",
        "The question before was sent. What is written now is another one, and was not sent. Press"
        " once more to send it as an enquiry of its own.",
    ),
    "TooManyEnquiries": Words(
        "您还有 %(most)s 件咨询未答复，请等答复后再提。",
        "%(most)s enquiries of yours are not answered yet. Please wait for an answer first.",
    ),
    "NotAnsweredYet": Words("答复后才能评价。", "It can be rated when it is answered."),
    "RatedAlready": Words("您已评价过。", "You have rated it already."),
    "RatingUnfit": Words("请选择 1 到 5 分。", "Please choose 1 to 5."),
    "OwnEnquiry": Words(
        "本人的咨询由其他经办人员答复。", "Another officer answers what you asked yourself."
    ),
    "EnquiryTaken": Words("已有其他经办人员受理。", "Another officer is at it already."),
    "DispatchNowhere": Words("请选择要转交的工会。", "Please choose the union it goes to."),
}
