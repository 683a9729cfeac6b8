"""Words of registering and changing units."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "UnitMerged": Words(
        "“%(name)s”已并入“%(into)s”（%(uscc)s），请按“%(into)s”办理。",
        "“%(name)s” has gone into “%(into)s” (%(uscc)s). Act for “%(into)s”.",
    ),
    "request_of_gone_unit": Words(
        "“%(name)s”已并入“%(into)s”，申请随之关闭。仍需办理的，请按“%(into)s”另行申请。",
        "“%(name)s” has gone into “%(into)s”, which closed this. What is still wanted can be asked "
        "for “%(into)s”.",
    ),
    "NoUnit": Words(
        "没有这个单位。",
        "There is no such unit.",
    ),
    "ContactMissing": Words(
        "请填写联系人姓名，最多 %(longest)s 个字。",
        "Give the contact person's name, at most %(longest)s characters.",
    ),
    "PhoneWrong": Words(
        "联系电话应为 5 到 20 位数字。",
        "The phone number should be 5 to 20 digits.",
    ),
    "UnitAccountWrong": Words(
        "单位银行账号应为 6 到 32 位数字，开户行名称最多 100 个字。",
        "The unit's bank account should be 6 to 32 digits, its bank's name at most 100 characters.",
    ),
    "NothingChanges": Words(
        "所填内容与现在相同，没有变化。",
        "That is how it stands already: nothing would change.",
    ),
    "ReasonMissing": Words(
        "请填写不批准的原因，最多 %(longest)s 个字。",
        "Say why it is refused, in at most %(longest)s characters.",
    ),
    "NoSuchDistrict": Words(
        "请从列表中选择单位所属的工会。",
        "Choose the unit's union from the list.",
    ),
    "DistrictUnknown": Words(
        "没有名为“%(union)s”的工会。用 huzhu union list 查看。",
        "There is no union “%(union)s”. See huzhu union list.",
    ),
    "NoOwnUnion": Words(
        "“%(name)s”还没有本单位工会；确定联系人后才有。",
        "“%(name)s” has no union of its own yet: it gets one with its first contact.",
    ),
    "DayAhead": Words(
        "日期 %(day)s 还没有到（今天是 %(today)s）。合并、拆分和调换区县从已到的日期起办理。",
        "%(day)s has not come yet (today is %(today)s). Mergers, splits and moves to another"
        " district take effect on a day that has come.",
    ),
    "SameUnit": Words(
        "不能把单位并入或拆入它自己。",
        "A unit cannot go into itself.",
    ),
    "IntoOwnChild": Words(
        "“%(into)s”在“%(name)s”自己的工会之下，不能并入。",
        "“%(into)s” belongs to the own union of “%(name)s”, which cannot go into it.",
    ),
    "MayNotAsk": Words(
        "您的账号不负责这个单位，不能为它申请。",
        "Your account does not look after this unit and cannot ask for it.",
    ),
    "MayNotDecide": Words(
        "须由管辖有关单位的区县或上级工会的经办人员批准。",
        "An officer of the district or above, who looks after all units concerned, decides this.",
    ),
    "SamePerson": Words(
        "申请和批准须是两个人，请由另一位经办人员批准。",
        "Who asks and who approves are two people: another officer must approve.",
    ),
    "ChangeBefore": Words(
        "这个单位已有从 %(last_on)s 起的变更，新的变更不能早于那一天（填的是 %(from_on)s）。",
        "A change of this unit from %(last_on)s is recorded; another cannot begin before that day"
        " (asked: %(from_on)s).",
    ),
    "NoContact": Words(
        "“%(name)s”还没有联系人，请先申请指定联系人。",
        "“%(name)s” has no contact yet. Ask for one first.",
    ),
    "NobodyToMove": Words(
        "没有写明要转走的职工。",
        "Nobody is named who would move.",
    ),
    "NotOfUnit": Words(
        "其中 %(count)s 人在那一天没有由这个单位参保的保障，不能转走。",
        "%(count)s of them have no cover from this unit on that day and cannot move.",
    ),
    "NotOfThisUnit": Words(
        "此人在那一天没有由这个单位参保的保障。",
        "This person has no cover from the unit on that day.",
    ),
    "NoNumberInRow": Words(
        "这一行没有身份证号。",
        "There is no ID number in this row.",
    ),
    "NumberNotKnown": Words(
        "基金的记录中没有这个身份证号。",
        "The fund's records have nobody with this ID number.",
    ),
    "NoSuchRequest": Words(
        "没有这个编号的申请。",
        "Nothing was asked for under this number.",
    ),
    "RequestDecided": Words(
        "这项申请已经办结，没有变化。",
        "This was decided already; nothing changed.",
    ),
    "NotTheAsker": Words(
        "只有申请人本人可以撤回。批准人可以不批准。",
        "Only who asked can take it back. Who decides can refuse.",
    ),
    "UnionNameMissing": Words(
        "请填写工会名称，最多 %(longest)s 个字。",
        "Give the union's name, at most %(longest)s characters.",
    ),
    "UnionKnown": Words(
        "已有同名的工会“%(name)s”。",
        "There is a union “%(name)s” already.",
    ),
    "UnitHeadingsMissing": Words(
        "前 %(lines)s 行里没有找到表头。至少要有：统一社会信用代码、单位名称、联系人、联系电话。",
        "No headings in the first %(lines)s lines. Needed at least: social credit code, unit name,"
        " contact person, phone.",
    ),
    "UnitFileEmpty": Words(
        "表头下面没有单位。",
        "There is no unit below the headings.",
    ),
    "UnitFileTooLong": Words(
        "一个文件最多 %(limit)s 个单位，这里有 %(rows)s 个。",
        "A file holds at most %(limit)s units; this one has %(rows)s.",
    ),
    "UsccTwice": Words(
        "与第 %(first_line)s 行是同一个单位代码。",
        "The same code as in line %(first_line)s.",
    ),
    "UnionNotFound": Words(
        "没有名为“%(union)s”的工会，或不在您的管辖之内。",
        "There is no union “%(union)s”, or it is not yours to act for.",
    ),
    "PercentNotRead": Words(
        "单位承担比例应为 0 到 100 的整数。",
        "The unit's share should be a whole number from 0 to 100.",
    ),
    "CellNotText": Words(
        "这一格是数字格式，长号码会丢失位数。请设为文本后重填。",
        "This cell is a number: long codes lose digits. Make it a text and type it again.",
    ),
}
