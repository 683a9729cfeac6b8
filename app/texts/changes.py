"""Words of joiners, leavers, lists and self-enrolment."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    # Lists
    "ListHeadingsMissing": Words(
        "在前 %(lines)d 行没有找到表头。需要的列：%(needed)s。",
        "No headings in the first %(lines)d lines. Columns needed: %(needed)s.",
    ),
    "ListEmpty": Words("表头下面没有人员。", "Nobody stands below the headings."),
    "DayMissing": Words("没有填日期。", "The day is missing."),
    "DayUnreadable": Words(
        "日期无法识别，请写成 2026-03-05。", "The day cannot be read; write it as 2026-03-05."
    ),
    "DayAhead": Words("日期晚于今天（%(today)s）。", "The day has not come (today is %(today)s)."),
    "DayBeforeBirth": Words("日期早于出生日期。", "The day lies before the person's birth."),
    # Died, retired
    "FateMissing": Words("没有写明去世还是退休。", "It does not say whether died or retired."),
    "FateUnknown": Words("只认“去世”或“退休”。", "This is neither 去世 (died) nor 退休 (retired)."),
    "FateNameDiffers": Words(
        "姓名与该身份证号登记的姓名不同，请核对是否本人。",
        "The name is not the one on record under this ID; see whether it is the same person.",
    ),
    "DiedOnOtherDay": Words(
        "已登记去世，但日期不同。如原登记有误，请先由两人撤销，再重新导入。",
        "Recorded as died on another day. If that is wrong, two people take it back first.",
    ),
    "RetiredAfterDeath": Words(
        "退休日期晚于已登记的去世日期。", "This retirement lies after the recorded death."
    ),
    "PersonDied": Words(
        "已登记去世，不能参保。如登记有误，请先撤销。",
        "Recorded as died, and cannot be enrolled. If that is wrong, take it back first.",
    ),
    "NoSuchFate": Words(
        "没有可撤销的去世或退休登记。", "No word of death or retirement stands that could go."
    ),
    "FateNotDoubted": Words(
        "须先由一人提出登记有误，再由另一人撤销。",
        "One officer says first that it is wrong; another takes it back.",
    ),
    "FateNeedsTwoPeople": Words(
        "提出有误的人不能自己撤销，须由另一名经办人办理。",
        "Who said that it is wrong does not take it back; another officer does.",
    ),
}
