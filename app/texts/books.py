"""Words of vouchers, sheets and closing."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    "PeriodMalformed": Words(
        "“%(period)s”不是会计期间，请写成 2024-05（月）或 2024（年）。",
        "“%(period)s” is no period; write 2024-05 for a month or 2024 for a year.",
    ),
    "DecemberWithYear": Words(
        "12 月随全年一起结账：请对 %(year)s 年结账。",
        "December is closed with its year: close %(year)s.",
    ),
    "PeriodNotOver": Words(
        "%(period)s 尚未结束（最后一天 %(last_on)s），过后才能结账。",
        "%(period)s is not over (its last day is %(last_on)s); close it after that.",
    ),
    "PeriodClosed": Words(
        "%(period)s 或其后的期间已经结账，不能再结，也不能反结账。更正请在以后期间红字冲销。",
        "%(period)s, or a period after it, is closed already. It is not opened again; what is wrong"
        " is reversed in a later period.",
    ),
    "EarlierPeriodOpen": Words(
        "%(month)s 已有记账而尚未结账，请先结以前的期间，再结 %(period)s。",
        "%(month)s has entries and is not closed; close what is earlier before %(period)s.",
    ),
    "BooksOnePerson": Words(
        "结账和冲销须由两人办理：申请人不能自己批准。",
        "Two people close and reverse: nobody approves what they asked for.",
    ),
    "NoSuchEntry": Words("没有第 %(entry)s 号分录。", "There is no entry %(entry)s."),
    "NotReversible": Words(
        "第 %(entry)s 号分录由业务事实生成，请办理相应的退款、更正或退回，不能直接冲销。",
        "Entry %(entry)s follows from a fact that has its own way back: a refund, a"
        " correction, a return. It is not reversed by itself.",
    ),
    "ReversedAlready": Words("这笔分录已经冲销。", "This entry was reversed already."),
    "WhyMissing": Words(
        "请说明冲销的原因，最多 %(longest)s 个字。",
        "Say why it is reversed, in at most %(longest)s characters.",
    ),
    "ReversedAhead": Words(
        "冲销日 %(day)s 须在原记账日（%(booked_on)s）至今天之间。",
        "The day of a reversal, %(day)s, lies between the entry's own (%(booked_on)s) and today.",
    ),
    "NoSuchProfile": Words(
        "没有可用的科目方案 %(profile)s。现有：%(known)s。",
        "No chart profile %(profile)s applies. There are: %(known)s.",
    ),
    "ProfileNotInForce": Words(
        "科目方案 %(profile)s 只适用于 %(valid_from)s 至 %(valid_to)s，请分段导出。",
        "The profile %(profile)s holds from %(valid_from)s to %(valid_to)s; export in parts.",
    ),
    "DaysWrongWay": Words(
        "起始日 %(first)s 晚于截止日 %(last)s。", "%(first)s lies after %(last)s."
    ),
    "CoverFileKind": Words(
        "参保记录只写成 CSV 文件：%(out)s 不以 .csv 结尾。没有写入。",
        "Covers are written as a CSV file: %(out)s does not end in .csv. Nothing was written.",
    ),
    "BooksFileKind": Words(
        "输出文件须以 .xlsx 或 .csv 结尾：%(out)s。", "The file ends in .xlsx or .csv: %(out)s."
    ),
    "WorkbookOnly": Words(
        "多张表只能写成 .xlsx 工作簿：%(out)s。写成 .csv 请用 --only 选一项。",
        "Several tables are written as a workbook, .xlsx: %(out)s. For .csv, ask one, with --only.",
    ),
    "NoSuchLedgerAccount": Words(
        "没有科目 %(account)s。", "There is no account %(account)s in the ledger."
    ),
    "NoStatement": Words(
        "%(day)s 及以前还没有银行对账单，请先导入。",
        "No bank statement begins by %(day)s; import one first.",
    ),
    # Whether every line of the statements is explained
    "LineWordsBroken": Words("处理记录不连续", "what was said of it does not follow on"),
    "LineNamesNothing": Words(
        "所称的去向不存在、已撤销，或金额不同",
        "what it is said to be is not there, was taken back, or is of another amount",
    ),
    "LineNamedTwice": Words("同一件事由两笔明细说明", "another line is said to be the same"),
    "LineSaysOtherwise": Words(
        "有款项说由它而来，它却不是",
        "something says that this line brought it, and the line does not",
    ),
    "LinesNotSuspense": Words(
        "待处理款（2103）与待处理的明细不符",
        "suspense (2103) is not what the waiting lines come to",
    ),
    "LinesNotBooks": Words("对账单余额与账簿不符", "the statements do not end where the books do"),
    "NothingAsked": Words(
        "没有待批准的申请 %(asked)s，或已办理、已撤回。",
        "Nothing waits under %(asked)s, or it was done or taken back.",
    ),
}
