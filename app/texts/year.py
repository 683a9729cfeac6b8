"""Words of opening and publishing a year."""

from typing import Any, Final

from app.texts import Words
from app.texts.scheme_words import figure, value
from app.texts.sources import said

WORDS: Final[dict[str, Words]] = {
    "scheme_of_another_year": Words(
        "请核对：方案编号为 %(scheme)s，保障却从 %(starts_from)s 起。",
        "Look again: the scheme is called %(scheme)s, yet its covers start on %(starts_from)s.",
    ),
    "scheme_cap_of_nothing": Words(
        "请核对：%(care)s的年度最高补助金为 0，这一类永远不会发放。不设限额请写 none。",
        "Look again: the cap for %(care)s is 0, nothing of it is ever paid. Write none for no cap.",
    ),
    "scheme_share_of_nothing": Words(
        "请核对：%(care)s的补助比例全部为 0，这一类永远不会发放。",
        "Look again: every share for %(care)s is 0, nothing of it is ever paid.",
    ),
    "WindowReversed": Words(
        "%(field)s：参保期的止日早于起日。",
        "%(field)s: the last day to enrol lies before the first.",
    ),
    "WindowAfterStart": Words(
        "%(field)s：参保期必须在保障开始之前开放。",
        "%(field)s: the enrolment window must open before covers begin to start.",
    ),
    "SchemeIdTaken": Words(
        "方案编号 %(scheme)s 已经用过。请换一个编号。",
        "A scheme %(scheme)s stands already. Take another id.",
    ),
    "SchemesLeaveHole": Words(
        "方案 %(scheme)s 到 %(ends_on)s 为止，方案 %(following)s 从 %(starts_on)s 起，"
        "中间有几天没有方案。",
        "Scheme %(scheme)s ends on %(ends_on)s and %(following)s starts on %(starts_on)s: the days "
        "between have no scheme.",
    ),
    "CoversStand": Words(
        "已经有人参加从 %(starts_on)s 或以后开始的保障（最晚 %(last)s）。"
        "请把方案的起始日期改到这之后。",
        "People are enrolled already for covers from %(starts_on)s on (the last from %(last)s). "
        "Let the scheme start after that.",
    ),
    "SchemeYearOdd": Words(
        "方案应从 %(first)d 年至 %(last)d 年之间的某一天开始。",
        "A scheme starts in a year from %(first)d to %(last)d.",
    ),
    "NotTheFederation": Words(
        "只有市总工会的经办人员可以起草和公布年度方案。",
        "Only officers of the city federation write and publish schemes.",
    ),
    "NoSchemeOfYear": Words(
        "%(year)d 年没有已公布的方案，不能由它开启。",
        "No scheme is in force in %(year)d to open from.",
    ),
    "FileOrFigures": Words(
        "请给出方案文件，或用 --set 写明要改的数字，二者取一。没有写入。",
        "Give a file, or figures with --set: one of them. Nothing was written.",
    ),
    "YearDrafted": Words(
        "%(year)d 年的方案已有草稿（草稿 %(draft)d），请在那份草稿上修改，或先把它作废。",
        "%(year)d has a draft already (draft %(draft)d): change that one, or put it away first.",
    ),
    "YearPublished": Words(
        "自 %(starts_on)s 起适用的方案 %(scheme)s 已公布，不能再改；"
        "若要在年度中途更换方案，请另定起始日期。",
        "Scheme %(scheme)s, in force from %(starts_on)s, is published and cannot be changed."
        " For other rules within the year choose another first day.",
    ),
    "NoSuchDraft": Words("没有这份方案草稿：%(draft)d。", "There is no draft %(draft)d."),
    "DraftClosed": Words(
        "草稿 %(draft)d 已经公布或作废，不能再改。",
        "Draft %(draft)d is published or put away: it cannot be changed any more.",
    ),
    "DraftChanged": Words(
        "草稿在您查看之后又有改动，没有公布或保存。请重新打开核对。",
        "The draft was changed after you looked at it; nothing was published or saved. Open it "
        "again and compare.",
    ),
    "WriterPublishes": Words(
        "起草或修改过这份方案的人不能公布它，换一个账号也不行。请另一位经办人员公布。",
        "Who has written on a scheme does not publish it, not by another account either. Another "
        "officer must.",
    ),
    "OutsideWindow": Words(
        "%(year)d 年度的参保期是 %(opens_on)s 至 %(closes_on)s，现在不能新参保。"
        "确有需要的，请区县工会或市总工会准许补参保。",
        "Units enrol for %(year)d from %(opens_on)s to %(closes_on)s; nobody new can be enrolled "
        "now. The county union or the city federation can permit it.",
    ),
    "NotTheCounty": Words(
        "准许补参保，须由该单位所属的区县工会或市总工会的经办人员办理。",
        "Late enrolment is permitted by officers of the unit's county union or the city "
        "federation.",
    ),
    "UntilWrong": Words(
        "截止日应在 %(first)s 至 %(last)s 之间。",
        "The last day lies between %(first)s and %(last)s.",
    ),
    "LateWhyMissing": Words(
        "请写明原因，最多 %(longest)d 个字。",
        "Say why, in at most %(longest)d characters.",
    ),
    "PhoneUnreadable": Words(
        "手机号看不懂，没有登记。", "The phone number is none and was not taken."
    ),
    "SettingWrong": Words(
        "“%(given)s”不是“名称=值”的写法，如 contribution.total_fen=8000。",
        "“%(given)s” is not written as name=value, like contribution.total_fen=8000.",
    ),
    "SchemeFileNotText": Words("文件不是 UTF-8 文本。", "The file is no text in UTF-8."),
}
_CHANGED: Final = Words("%s：%s → %s", "%s: %s → %s")
_SOURCE: Final = Words("（依据：%s）", " (source: %s)")
_ASSUMED: Final = Words("（未公布，本系统约定）", " (not published; assumed here)")


def changed(name: str, before: Any, after: Any, lang: str) -> str:
    """One figure that is another than before."""
    sides = (value(name, before, lang), value(name, after, lang))
    return _in(_CHANGED, lang) % (figure(name, lang), *sides)


def sourced(says: str, where: str, lang: str, *, assumption: bool) -> str:
    """Where a changed figure comes from, behind it."""
    if assumption:
        return _in(_ASSUMED, lang)
    colon = ": " if lang == "en" else "："
    return _in(_SOURCE, lang) % colon.join((said(where, lang), said(says, lang)))


def _in(words: Words, lang: str) -> str:
    return words.en if lang == "en" else words.zh
