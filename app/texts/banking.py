"""Words for the files to the bank and from it, and for statements beside those before."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    # The file out
    "PayBatchEmpty": Words(
        "批次 %(batch_no)s 没有要发放的款项。", "Batch %(batch_no)s has nothing to pay."
    ),
    "PayLineTwice": Words(
        "批次中序号 %(line_no)d 出现两次。", "Number %(line_no)d stands twice in the batch."
    ),
    "PayLineUnfit": Words(
        "第 %(line_no)d 笔的 %(field)s 不能写入银行文件，请先更正。",
        "Line %(line_no)d: the bank cannot take its %(field)s. Correct it first.",
    ),
    "NameNotInEncoding": Words(
        "第 %(line_no)d 笔里的“%(character)s”字在 %(encoding)s 编码中没有。"
        "请改用 UTF-8 或 GB18030 导出。",
        "Line %(line_no)d: %(encoding)s has no character “%(character)s”."
        " Export in UTF-8 or GB18030.",
    ),
    # The file in, as a whole
    "ReturnNotText": Words(
        "这是工作簿。请上传银行回盘的 CSV 文件。",
        "This is a workbook. Send the bank's return file as CSV.",
    ),
    "ReturnBatchMissing": Words(
        "文件第一行没有批次号。", "The first line does not name the batch （批次号）."
    ),
    "ReturnTrailerMissing": Words(
        "文件末尾没有“合计”行，可能不完整。请向银行重新索取。",
        "The file does not end with its trailer (合计) and may be cut short. Ask the bank again.",
    ),
    "ReturnCountWrong": Words(
        "第 %(line)d 行：合计笔数 %(said)s 与明细 %(found)d 笔不符，整个文件未导入。",
        "Line %(line)d: lines by the trailer: %(said)s; there are %(found)d. Nothing was imported.",
    ),
    "ReturnTotalWrong": Words(
        "第 %(line)d 行：合计金额 %(said)s 与明细之和 %(found)s 不符，整个文件未导入。",
        "Line %(line)d: the trailer says %(said)s, the lines add up to %(found)s."
        " Nothing was imported.",
    ),
    "ReturnTotalUnproven": Words(
        "第 %(line)d 行的金额不是数字，无法核对合计，整个文件未导入。",
        "Line %(line)d: the amount is no number, so the total cannot be checked."
        " Nothing was imported.",
    ),
    # One line refused
    "ReturnNumberUnreadable": Words("序号不是数字。", "The line's number (序号) is no number."),
    "ReturnLineTwice": Words(
        "序号 %(line_no)d 出现不止一次，几行都未采用，请人工核对。",
        "Number %(line_no)d stands more than once; none of these lines counts. Please check.",
    ),
    "ReturnFormula": Words(
        "内容以 = + - @ 开头，像是公式。", "The field begins with = + - @ like a formula."
    ),
    "ReturnUnseen": Words(
        "内容里有看不见的控制字符。", "The field contains invisible control characters."
    ),
    "ReturnOutcomeUnknown": Words(
        "序号 %(line_no)d 的结果不是这家银行的用语（如“成功”“失败”“处理中”）。",
        "Number %(line_no)d: the result is no word of this bank (such as 成功, 失败, 处理中).",
    ),
    "ReturnAmount": Words(
        "金额应大于 0，最多两位小数。", "An amount is above 0 and has at most two decimals."
    ),
    "ReturnDayMissing": Words(
        "结果为成功，但没有入账日期。", "The result is 成功, but the booking date is missing."
    ),
    "ReturnDayUnreadable": Words(
        "入账日期应写作 2024-06-05 的样子。", "Write the booking date like 2024-06-05."
    ),
    # A statement beside those taken before
    "StatementHole": Words(
        "对账单的期初余额 %(found_yuan)s 元与上次的期末余额 %(wanted_yuan)s 元接不上，"
        "中间缺对账单，未导入。",
        "The statement begins with %(found_yuan)s yuan, the last one ended with"
        " %(wanted_yuan)s yuan: one is"
        " missing between them. Nothing was imported.",
    ),
    "StatementOtherThanBefore": Words(
        "第 %(line)d 行不在以前导入的对账单里，而到 %(until)s 为止的对账单已经导入："
        "两份对账单不一致，未导入。",
        "Line %(line)d is on no statement taken before, but statements up to %(until)s are taken:"
        " the two do not agree. Nothing was imported.",
    ),
}
