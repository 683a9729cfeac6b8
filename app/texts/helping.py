"""Words of helping: who acts for whom, and by which papers."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    "OnlyMembersInvite": Words("只有职工本人可以委托代办。", "Only a member lets others help."),
    "HelperUnfit": Words("身份证号有误，请核对。", "This ID number cannot be. Please check it."),
    "HelpSelf": Words("不能代办本人的事项，请直接办理。", "Nobody helps themselves: act directly."),
    "UntilPast": Words("截止日期不能早于今天。", "The last day must be today or later."),
    "TooManyInvitations": Words(
        "已有 %(most)s 个委托等待接受，请先撤回不用的。",
        "%(most)s invitations wait already. Take back those not needed.",
    ),
    "NoSuchInvitation": Words(
        "代办码不对、已用过或已过期，请向本人重新要一个。",
        "This code is wrong, used or too old. Ask for a new one.",
    ),
    "CannotHelp": Words(
        "经办人员请在工作页面办理，不能以此账号代办。",
        "Staff act in the office; this account cannot help.",
    ),
    "OtherPersonMeant": Words(
        "这个代办码是给另一个身份证号的人的。", "This code is for a person with another ID number."
    ),
    "HelpsAlready": Words("您已经在为此人代办。", "You help this member already."),
    "HelpsTooMany": Words(
        "一个账号最多为 %(most)s 人代办。", "One account helps %(most)s members at most."
    ),
    "PhoneUnfit": Words("请填写 11 位手机号。", "Please give a mobile number of 11 digits."),
    "NoSuchHelp": Words("没有这项代办，或已结束。", "There is no such help, or it is over."),
    "HelpOutOfReach": Words("没有这名职工。", "There is no such member."),
    "PapersUnknown": Words("请选择材料种类。", "Please choose the kind of papers."),
    "PapersUnsaid": Words(
        "请写明看到了哪些材料，最多 %(longest)s 个字，不换行。",
        "Please say what you saw, in one line of at most %(longest)s characters.",
    ),
    "PapersBySame": Words("须由另一名经办人员再次查验。", "Another officer must see the papers."),
    "PapersOfOwn": Words(
        "本人、代办人或与之有关的经办人员不能查验，请换一名经办人员。",
        "Nobody sees papers for themselves. Another officer must do it.",
    ),
    "PapersGone": Words("这项材料已处理，或不存在。", "Nothing waits there any more."),
    "MemberDied": Words(
        "该职工已去世，请按继承人办理。", "This member has died: heirs are named instead."
    ),
    "HelperDecides": Words(
        "为该职工代办过的人不能审核其申请，请由其他经办人员办理。",
        "Who helps this member does not decide about the claim. Another officer must.",
    ),
}
