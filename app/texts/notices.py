"""Words of reminders and notices: to units and members by phone, in plain sentences."""

from collections.abc import Mapping
from typing import Any, Final

from app.texts import Words
from app.texts.amounts import money

WORDS: Final[dict[str, Words]] = {
    "NoSuchNotice": Words(
        "没有发送失败或缺少手机号的通知可以重发。",
        "None of these notices failed or lacks an address.",
    ),
}
MESSAGES: Final = {
    "window_opens": Words(
        "%(unit)s：%(year)s 年度职工医疗互助保障参保期为 %(opens_on)s 至 %(closes_on)s，"
        "请按时报送花名册。",
        "%(unit)s: enrolment for the medical mutual aid of %(year)s is open from %(opens_on)s to "
        "%(closes_on)s. Please send your roster.",
    ),
    "window_closes": Words(
        "%(unit)s：%(year)s 年度参保期还有 %(days)s 天，到 %(closes_on)s 为止，"
        "尚未收到贵单位花名册。",
        "%(unit)s: enrolment for %(year)s closes in %(days)s days, on %(closes_on)s. "
        "Your roster has not come yet.",
    ),
    "money_missing": Words(
        "%(unit)s：%(year)s 年度互助金还差 %(amount)s，请在 %(pay_by)s 前缴齐，"
        "缴齐后保障按期开始。",
        "%(unit)s: %(amount)s of the contribution of %(year)s is missing. Please pay by "
        "%(pay_by)s; then cover begins in time.",
    ),
    "roster_confirmed": Words(
        "%(unit)s：%(year)s 年度花名册已登记 %(heads)s 人，单位和职工应缴 %(amount)s。",
        "%(unit)s: your roster of %(year)s is registered, %(heads)s people; unit and workers owe "
        "%(amount)s.",
    ),
    "roster_refused": Words(
        "您上传的 %(year)s 年度花名册没有通过，请登录系统查看原因。",
        "The roster of %(year)s that you sent was refused. Sign in to see why.",
    ),
    "papers_wanted": Words(
        "您的一件医疗互助补助申请（编号 %(claim)s）已退回，请登录系统查看原因并重新填报。",
        "A claim of yours (number %(claim)s) was sent back. Sign in to see why, and file it again.",
    ),
    "card_wanted": Words(
        "您的一笔医疗互助补助 %(amount)s 没有转入尾号 %(tail)s 的账户，"
        "请向单位工会提供本人的另一个账户。",
        "A benefit of %(amount)s could not be paid to your account ending in %(tail)s. Please give "
        "your union another account of your own.",
    ),
    "paid": Words(
        "您的一笔医疗互助补助 %(amount)s 已转入尾号 %(tail)s 的账户。",
        "A benefit of %(amount)s was paid to your account ending in %(tail)s.",
    ),
    "enquiry_answered": Words(
        "您的咨询（编号 %(number)s）已答复，请登录系统查看。",
        "Your enquiry (number %(number)s) is answered. Sign in to read it.",
    ),
    "enquiry_asked_back": Words(
        "您的咨询（编号 %(number)s）需要您补充说明，请登录系统查看。",
        "Your union asks you something about your enquiry (number %(number)s). Sign in to read it.",
    ),
    "sign_in_code": Words(
        "登录验证码 %(code)s，10 分钟内有效。工作人员不会向您索要验证码，请勿告诉他人。",
        "Your sign-in code is %(code)s, good for 10 minutes. Nobody of the fund asks you for it.",
    ),
    "card_changed": Words(
        "您的医疗互助补助收款卡已改为尾号 %(tail)s。如不是本人操作，请立即联系工会。",
        "Your benefits now go to the card ending in %(tail)s. If you did not change it, call your "
        "union at once.",
    ),
    "objection_answered": Words(
        "您对一件医疗互助补助申请（编号 %(claim)s）提出的申诉已答复，请登录系统查看。",
        "Your objection about claim %(claim)s is answered. Sign in to read it.",
    ),
    "contact_changed": Words(
        "%(unit)s：贵单位的互助保障联系人已变更。如不是贵单位申请的，请联系工会。",
        "%(unit)s: the contact for the mutual aid was changed. If you did not ask for it, call "
        "your union.",
    ),
}

_ASKED: Final = Words(
    "您的一件医疗互助补助申请（编号 %(claim)s）还缺材料，请在 %(until)s 前登录系统补交，"
    "补齐后继续审核。",
    "A claim of yours (number %(claim)s) needs more papers. Sign in and send them by %(until)s; "
    "then the review goes on.",
)
"""Of papers that are wanted while the claim stands: until a day."""


def message_of(kind: str, facts: Mapping[str, Any], lang: str = "zh") -> str:
    """What a notice says; its amount stands in yuan."""
    told = {name: "" if value is None else value for name, value in facts.items()}
    if "amount_fen" in told:
        told["amount"] = money(int(told["amount_fen"]))
    words = _ASKED if kind == "papers_wanted" and "until" in told else MESSAGES[kind]
    return (words.en if lang == "en" else words.zh) % told
