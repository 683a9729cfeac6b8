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
    "DayMissing": Words(
        "没有填日期。请在“日期”列（如最后工作日、去世日期）填写，如 2026-03-05。",
        "The day is missing. Give it in a column 日期 (date), like 2026-03-05.",
    ),
    "DayUnreadable": Words(
        "日期无法识别，请写成 2026-03-05。", "The day cannot be read; write it as 2026-03-05."
    ),
    "FateAhead": Words("日期晚于今天（%(today)s）。", "The day has not come (today is %(today)s)."),
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
        "提出有误的人不能自己撤销，须由另一名经办人员办理。",
        "Who said that it is wrong does not take it back; another officer does.",
    ),
    # Lists that contacts hand in
    "NobodyChanges": Words(
        "名单里没有可办理的增员或减员（有 %(refused)d 行不能识别）。没有提交。",
        "No row says who joined or left (%(refused)d cannot be read). Nothing was sent.",
    ),
    "NoSuchChangeList": Words("没有这份增减员名单。", "There is no such list."),
    "ChangeListDecided": Words(
        "这份增减员名单已办理、已退回或已撤回。",
        "This list was taken in, sent back or withdrawn already.",
    ),
    "ListWaitsAlready": Words(
        "同一份名单正等待办理，增员保障从 %(starts_on)s 开始。要改日期，请先撤回那一份。",
        "The same list waits, for cover from %(starts_on)s. To change the day, withdraw that"
        " one first.",
    ),
    "ChangeListOfOwn": Words(
        "提交名单的人不能自己审核，须由另一名经办人员办理。",
        "Who handed the list in does not confirm it; another officer does.",
    ),
    "ChangeListOfOthers": Words(
        "只有提交名单的人可以撤回。", "Only who handed the list in withdraws it."
    ),
    "ChangeReasonMissing": Words(
        "请写明退回的原因（最多 %(longest)d 字）。",
        "Say why it is sent back, in at most %(longest)d characters.",
    ),
    # Credit, late money, withdrawn rosters
    "NoSuchRoster": Words(
        "该单位在这一年度没有这份花名册，或已撤回。",
        "The unit has no such roster in that year, or has withdrawn it.",
    ),
    "RosterFilled": Words(
        "这份花名册已有缴费，不能撤回。", "Money has filled this roster; it cannot be withdrawn."
    ),
    "NotSoMuchCredit": Words(
        "该单位 %(year)s 年度的应退款没有这么多。",
        "The unit has not so much credit of %(year)s.",
    ),
    "NothingToFill": Words(
        "该单位 %(year)s 年度没有待缴费的花名册。",
        "No roster of the unit waits for money in %(year)s.",
    ),
    "NothingUndecided": Words(
        "这份花名册没有待决定的迟到款项。", "No late money of this roster waits for a decision."
    ),
    "CreditUsedBefore": Words(
        "应退款自 %(since)s 起才有，不能用于 %(on)s。",
        "This credit is there from %(since)s on; it cannot be used for %(on)s.",
    ),
    # Joiners and leavers
    "ChangeUnknown": Words(
        "没有写明是增还是减（填“增”或“减”；也认增员、入职、调入，减员、离职、调出等）。",
        "It does not say whether the person joined or left (增 or 减; 入职, 离职, 调出 will"
        " do, too).",
    ),
    "LeaverUnknown": Words(
        "此人不在该单位的花名册上，无法减员。", "This person is on no roster of the unit."
    ),
    "DayTooFarAhead": Words("日期太远，请核对年份。", "The day is too far ahead; see its year."),
    "PersonRetired": Words(
        "已登记退休，请核对是否仍应参保。",
        "Recorded as retired; see whether this person is still to be enrolled.",
    ),
    "DiedSince": Words(
        "已登记去世，保障到去世当日为止；名册上的登记不变。如登记有误，请先撤销。",
        "Recorded as died: the cover ends on that day, and what the roster says stays. Where the"
        " record is wrong, have it taken back.",
    ),
    # Gig workers
    "EntryWrong": Words("所填内容有误，请核对。", "Something typed is wrong; please look again."),
    "MobileWrong": Words("手机号应为 11 位。", "A mobile number has 11 digits."),
    "PlatformWrong": Words(
        "请选择职业；平台名称最多 100 个字。",
        "Choose an occupation; a platform's name has at most 100 characters.",
    ),
    "NoConsent": Words(
        "须同意使用所填信息，才能参保。", "You can enrol only if you agree to the use of your data."
    ),
    "JoinFormUsed": Words(
        "这张表刚才提交过，内容与现在的不同，现在这份还没有提交。请核对后再按一次。",
        "This form was sent a moment ago with other words, and these were not sent. Check them, and"
        " press once more.",
    ),
    "GigUnitClosed": Words(
        "该工会目前不接受自行参保。", "Nobody can enrol alone with this union now."
    ),
    "TooManyEnrolments": Words(
        "参保的人太多，请一小时后再试。", "Too many are enrolling; try again in an hour."
    ),
    "GigUnitShares": Words(
        "供灵活就业人员自行参保的单位，单位负担比例须为 0。",
        "A unit that gig workers enrol with by themselves pays no part of it (0 percent).",
    ),
}
