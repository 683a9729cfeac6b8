"""Words for settlement files, lists of covers, and any file's text and rows."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "AmountDecimals": Words(
        "金额最多两位小数。",
        "An amount has at most two decimals.",
    ),
    "AmountTooLarge": Words(
        "金额超过国家接口的上限 99999999999999.99。",
        "The amount is larger than the national interface allows (99999999999999.99).",
    ),
    "AmountUnlikely": Words(
        "金额达到十亿元，不会是一张结算单的金额，可能填错了列。",
        "The amount is a billion yuan or more: no bill has it, perhaps it slid in from elsewhere.",
    ),
    "AmountMalformed": Words(
        "这不是金额。请写成 1234.56 的样子，不加逗号、加号或单位。",
        "This is not an amount. Write it like 1234.56, without commas, plus sign or unit.",
    ),
    "AmountTypedWrong": Words(
        "这不是金额。请写成 1234.56 或 1,234.56 的样子。",
        "This is not an amount. Write it like 1234.56 or 1,234.56.",
    ),
    "SettlementDayMissing": Words(
        "请填写结算日期：结算单上写明的医保结算的那一天。",
        "Give the day of settlement: the day on which the sheet says the insurance settled.",
    ),
    "AmountNegative": Words(
        "只有退费结算的金额可以是负数。",
        "An amount may be negative only on a refund.",
    ),
    "CareUnknown": Words(
        "没有这种待遇。可写 inpatient（住院）、chronic（门诊慢性病），用空格分开。",
        "There is no such care. Write inpatient, chronic, or both with a blank between.",
    ),
    "ColumnMissing": Words(
        "缺少必需的列“%(field)s”。",
        "The column “%(field)s” must exist and does not.",
    ),
    "ColumnTwice": Words(
        "列“%(field)s”出现了两次，请删去一列。",
        "The column “%(field)s” is there twice. Take one away.",
    ),
    "CoverEndsBeforeStart": Words(
        "保障止期早于起期。",
        "The cover ends before it starts.",
    ),
    "CoverRowsOverlap": Words(
        "与第 %(first_line)d 行同一人的保障期重叠。",
        "It overlaps the cover of the same person in line %(first_line)d.",
    ),
    "DateMalformed": Words(
        "这不是日期。请写成 2023-05-31 的样子。",
        "This is not a date. Write it like 2023-05-31.",
    ),
    "DateMissing": Words(
        "缺少计算需要的日期。",
        "A date that is needed is missing.",
    ),
    "FileUnreadable": Words(
        "打不开文件 %(path)s：%(why)s。",
        "The file %(path)s cannot be read: %(why)s.",
    ),
    "FileUnwritable": Words(
        "无法写入 %(path)s：%(why)s。什么也没有写。",
        "%(path)s cannot be written: %(why)s. Nothing was written.",
    ),
    "InputRefused": Words(
        "文件有 %(count)d 处错误，整个文件未处理，什么也没有写。",
        "Faults in the file: %(count)d. It was refused as a whole; nothing was written.",
    ),
    "MomentMalformed": Words(
        "这不是结算时间。请写成 2023-05-31 14:30:00 的样子，不带时区。",
        "This is not a time of settlement. Write it like 2023-05-31 14:30:00, without a zone.",
    ),
    "NoHeader": Words(
        "文件是空的，没有表头。",
        "The file is empty: no line names its columns.",
    ),
    "NotRows": Words(
        "从这一行起分不清行和列：引号没有成对，或单元格过大。请从原系统重新导出。",
        "From this line on rows cannot be told apart: a quote does not close, or a cell is too "
        "large. Export the file again.",
    ),
    "OutputIsInput": Words(
        "输出文件 %(path)s 就是输入文件。请换一个名字。",
        "The output %(path)s is one of the inputs. Choose another name.",
    ),
    "RefundFlagWrong": Words(
        "退费标志只能是 0、1 或空。",
        "The refund flag is 0, 1 or empty.",
    ),
    "RowWidth": Words(
        "这一行有 %(cells)d 格，表头有 %(columns)d 列。行可能被截断，或格内的逗号没有加引号。",
        "The row has %(cells)d cells, the header %(columns)d. It may be cut off, or a comma inside "
        "a cell is not quoted.",
    ),
    "SetlIdMalformed": Words(
        "结算编号 setl_id 中有看不见的字符（换行、零宽等），请从原系统重新导出。",
        "The setl_id holds characters nobody sees (a line break, zero width). Export it again.",
    ),
    "SetlIdMissing": Words(
        "缺少结算编号 setl_id。",
        "The setl_id is missing.",
    ),
    "SetlIdTwice": Words(
        "结算编号在第 %(first_line)d 行已经出现过。",
        "The setl_id was already in line %(first_line)d.",
    ),
    "SetlIdTwiceBefore": Words(
        "同一文件上次导入时，这一行的结算编号已在前面的行出现过；这次同样不收。",
        "When this file was imported before, the setl_id was already in an earlier line of it; it "
        "is left out again.",
    ),
    "StayTooLarge": Words(
        "一次住院的金额合计大到无法计算，请核对金额。",
        "The amounts of one stay add up to more than can be counted. Check them.",
    ),
    "TextUnstorable": Words(
        "这一格中有存不下的字符（NUL 或半个字符）。请告诉医保局。",
        "The cell holds signs that cannot be stored (NUL, or half of a sign). Tell the bureau.",
    ),
    "TextUnreadable": Words(
        "从这一行起读不出文字。请另存为 UTF-8 或 GBK（GB18030）编码的 CSV。",
        "From this line on the text cannot be read. Save the file as CSV in UTF-8 or GB18030.",
    ),
}
