"""Words for rosters and for the table files they come in."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    # The file as a whole
    "FileEmpty": Words("文件是空的。", "The file is empty."),
    "FileTooBig": Words(
        "文件超过 %(limit)s。请分成几个文件上传。",
        "The file is larger than %(limit)s. Split it and send the parts.",
    ),
    "FileIsWebPage": Words(
        "这是网页文件，不是表格。请用 Excel 打开后另存为 .xlsx，再上传。",
        "This is a web page, not a table. Open it in Excel, save it as .xlsx and send that.",
    ),
    "WorkbookOld": Words(
        "这是旧的 .xls（或 .et）格式。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。",
        "This is the old .xls (or .et) format. Open it in Excel or WPS, save it as .xlsx and"
        " send that.",
    ),
    "WorkbookBinary": Words(
        "这是 .xlsb 格式。请用 Excel 打开后另存为 .xlsx，再上传。",
        "This is the .xlsb format. Open it in Excel, save it as .xlsx and send that.",
    ),
    "FileIsOpenDocument": Words(
        "这是 .ods（OpenDocument）文件。请另存为 .xlsx 或 CSV，再上传。",
        "This is an OpenDocument file (.ods). Save it as .xlsx or CSV and send that.",
    ),
    "FileIsNumbers": Words(
        "这是 Apple Numbers 文件。请在 Numbers 中导出为 Excel（.xlsx），再上传。",
        "This is an Apple Numbers file. Export it to Excel (.xlsx) from Numbers and send that.",
    ),
    "FileIsDocument": Words(
        "这是文字文档（Word 等），不是表格。请把名单复制到花名册模板中，再上传。",
        "This is a text document (Word or the like), not a table. Copy its people into the"
        " template and send that.",
    ),
    "FileIsPdf": Words(
        "这是 PDF 文件，不是表格。请上传原来的 Excel 文件，或把名单填入花名册模板。",
        "This is a PDF, not a table. Send the Excel file it was made from, or fill in the"
        " template.",
    ),
    "FileIsPicture": Words(
        "这是图片，不是表格。请上传原来的 Excel 文件，或把名单填入花名册模板。",
        "This is a picture, not a table. Send the Excel file, or fill in the template.",
    ),
    "FileIsArchive": Words(
        "这是压缩包，不是 .xlsx 工作簿。请解压后上传里面的表格。",
        "This is an archive, not an .xlsx workbook. Unpack it and send the table inside.",
    ),
    "WorkbookOther": Words(
        "这不是 .xlsx 工作簿。请另存为 .xlsx 或 CSV，再上传。",
        "This is not an .xlsx workbook. Save it as .xlsx or CSV and send that.",
    ),
    "WorkbookEncrypted": Words(
        "工作簿设了密码。请去掉密码，另存为 .xlsx，再上传。",
        "The workbook has a password. Remove it, save as .xlsx and send that.",
    ),
    "WorkbookMacros": Words(
        "工作簿里有宏。请另存为不含宏的 .xlsx，再上传。",
        "The workbook contains macros. Save it as .xlsx without macros and send that.",
    ),
    "WorkbookBroken": Words(
        "工作簿已损坏或不完整。请用 Excel 打开检查，另存后再上传。",
        "The workbook is damaged or incomplete. Open it in Excel, save it again and send that.",
    ),
    "WorkbookUnsafe": Words(
        "工作簿的结构不正常，为安全起见不予读取。请把内容复制到花名册模板中。",
        "The workbook is built in an unsafe way and was not read. Copy its rows into the template.",
    ),
    "WorkbookTooBig": Words(
        "工作簿展开后过大，未能读取。请只保留花名册的行和列，或改用模板。",
        "The workbook is too large to read. Keep only the roster's rows, or use the template.",
    ),
    "RosterHeadingsMissing": Words(
        "在工作表（%(sheets)s）的前 %(lines)d 行里找不到列名。需要一列“姓名”（或职工姓名、名字）"
        "和一列“身份证号”（或身份证号码、公民身份号码、证件号码），写在同一行。请补上列名，或改用模板。",
        "No headings were found in the first %(lines)d lines (sheet %(sheets)s)."
        " Wanted in one line: 姓名 (name, full name) and 身份证号 (ID number, citizen ID, certno)."
        " Write them above their columns, or use the template.",
    ),
    "HeadingTwice": Words(
        "第 %(line)d 行有两列的意思相同：%(one)s 和 %(other)s。请只保留一列；"
        "如果是并排的两张表，请改成上下一张。",
        "Line %(line)d has two columns of one meaning: %(one)s and %(other)s. Keep one of them;"
        " put two tables side by side below each other.",
    ),
    "RosterTooLong": Words(
        "花名册有 %(rows)d 人，一个文件最多 %(limit)d 人。请分成几个文件上传。",
        "The roster has %(rows)d people; one file holds at most %(limit)d. Split it.",
    ),
    "RosterEmpty": Words("列名下面没有人员。", "There is nobody below the headings."),
    # One row refused
    "CellsMerged": Words(
        "本行有合并单元格，分不清内容属于谁。请取消合并，逐行填写。",
        "Cells of this row are merged; it is unclear whose they are. Unmerge and fill each row.",
    ),
    "NameMissing": Words("没有姓名。", "The name is missing."),
    "NameFormula": Words(
        "姓名是公式，或以 = + - @ 开头。请直接填写文字。",
        "The name is a formula or begins with = + - @. Type it as text.",
    ),
    "NameIsNumber": Words("姓名不是文字。", "The name is not text."),
    "NameTooLong": Words(
        "姓名超过 %(limit)d 个字。", "The name has more than %(limit)d characters."
    ),
    "NameUnseen": Words(
        "姓名里有看不见的控制字符（%(code)s）。请删去后重新填写。",
        "The name contains an invisible control character (%(code)s). Type it again.",
    ),
    "NameDamaged": Words(
        "姓名里有问号，可能是生僻字在保存时丢失。请改用 .xlsx 或 UTF-8 的 CSV。",
        "The name contains a question mark: a rare character may have been lost in saving."
        " Use .xlsx or CSV in UTF-8.",
    ),
    "CertnoMissing": Words("没有身份证号。", "The ID number is missing."),
    "CertnoFormula": Words(
        "身份证号是公式。请直接填写 18 位号码。",
        "The ID number is a formula. Type the 18 characters.",
    ),
    "CertnoIsNumber": Words(
        "身份证号存成了数字，后几位已经丢失。请把该列设为文本，重新填写。",
        "The ID was stored as a number and its last digits are lost."
        " Format the column as text and type it again.",
    ),
    "CertnoOldStyle": Words(
        "这是 15 位的旧身份证号。请填写 18 位号码。",
        "This is an old ID of 15 digits. Give the one of 18.",
    ),
    "CertnoLength": Words("身份证号不是 18 位。", "The ID does not have 18 characters."),
    "CertnoCharacters": Words(
        "身份证号里有不该有的字符。只能是数字，末位可为 X。",
        "The ID contains characters other than digits and a final X.",
    ),
    "CertnoCheckDigit": Words(
        "身份证号的校验码不对，请核对是否填错。",
        "The ID's check digit is wrong: a digit was mistyped.",
    ),
    "CertnoBirthDate": Words(
        "身份证号里的出生日期不存在。", "The birth date inside the ID does not exist."
    ),
    "CertnoBornLater": Words(
        "身份证号里的出生日期还没有到。", "The birth date inside the ID lies in the future."
    ),
    "CertnoTwice": Words(
        "身份证号与第 %(first_line)d 行重复。", "The same ID stands in line %(first_line)d."
    ),
    "BirthDiffers": Words(
        "出生日期与身份证号不一致。", "The birth date differs from the one inside the ID."
    ),
    "Birth1904": Words(
        "出生日期与身份证号相差 4 年零 1 天，是 Excel 的 1904 日期系统造成的。请重新填写日期。",
        "The birth date is 4 years and a day off the ID's: Excel's 1904 date system."
        " Type the date again.",
    ),
    "AccountFormula": Words(
        "银行账号是公式。请直接填写号码。", "The bank account is a formula. Type the number."
    ),
    "AccountIsNumber": Words(
        "银行账号存成了数字，后几位可能已经丢失。请把该列设为文本，重新填写。",
        "The bank account was stored as a number and may have lost digits."
        " Format the column as text and type it again.",
    ),
    "NotOwnCard": Words(
        "收款卡只能由职工本人确认或更换。",
        "Only the member confirms or changes the own bank card.",
    ),
    "CardWrong": Words("银行账号应为 8 到 32 位数字。", "A bank account has 8 to 32 digits."),
    "CardChanged": Words(
        "收款卡刚才已变更，请重新查看。", "The card has changed since. Please look again."
    ),
    "AccountFormat": Words("银行账号应为 8 到 32 位数字。", "A bank account has 8 to 32 digits."),
    # Worth knowing, the row goes in
    "CertnoTidied": Words(
        "身份证号里的全角字符、空格或小写 x 已整理。",
        "Full-width characters, blanks or a small x in the ID were tidied up.",
    ),
    "CertnoRegion": Words(
        "身份证号的地区码不常见，请核对。", "The ID's region code is unusual; please check."
    ),
    "AccountLuhn": Words(
        "银行卡号未通过校验，请核对（存折账号可以不管）。",
        "The card number fails its check; please compare (passbook accounts may).",
    ),
    "NamePrivate": Words(
        "姓名里有自造字，在别的电脑上可能显示不同。请改用标准汉字。",
        "The name has a private-use character that may look different elsewhere.",
    ),
    "BirthUnreadable": Words(
        "看不懂出生日期，以身份证号为准。", "The birth date is unreadable; the ID's counts."
    ),
    "SheetHidden": Words(
        "隐藏的工作表“%(sheet)s”没有读取。", "The hidden sheet “%(sheet)s” was not read."
    ),
    "SheetNotRead": Words(
        "只读取第一张花名册，工作表“%(sheet)s”没有读取。请另存为单独的文件上传。",
        "Only the first roster is read; the sheet “%(sheet)s” was not."
        " Send it as a file of its own.",
    ),
    "ColumnsIgnored": Words(
        "这些列用不到，没有读取：%(columns)s。",
        "These columns are not needed and were not read: %(columns)s.",
    ),
    "WorkbookLinked": Words(
        "工作簿链接到别的文件，那些文件没有打开。请把引用它们的公式改成填好的内容。",
        "The workbook links to other files, which were not opened. Replace formulas that use"
        " them by what they show.",
    ),
    "LineNoPerson": Words(
        "本行是合计、签名或备注，没有当作人员。",
        "This line is a total, a signature or a remark, and was not taken for a person.",
    ),
    # Units
    "UsccLength": Words(
        "统一社会信用代码不是 18 位。", "The social credit code does not have 18 characters."
    ),
    "UsccCharacters": Words(
        "统一社会信用代码只能由数字和大写字母组成。",
        "A social credit code consists of digits and letters.",
    ),
    "UsccCheckDigit": Words(
        "统一社会信用代码的校验码不对，请核对。",
        "The social credit code's check character is wrong; please compare.",
    ),
    "UsccUnverified": Words(
        "以字母开头的统一社会信用代码无法校验，请核对。",
        "Codes that begin with a letter cannot be verified; please compare.",
    ),
    # The marked copy
    "FaultColumn": Words("错误说明", "What is wrong"),
    "FaultSummary": Words(
        "共 %(total)d 行，可登记 %(good)d 行，有误 %(refused)d 行",
        "%(total)d rows: %(good)d good, %(refused)d refused",
    ),
}

TEMPLATE_STEPS: Final = (
    Words(
        "在“花名册”工作表中填写，一人一行。不要改列名，不要合并单元格。",
        "Fill in the sheet 花名册, one person a row. Keep the headings; merge no cells.",
    ),
    Words(
        "姓名：照身份证填写，生僻字照写。",
        "姓名 (name): as on the ID card, rare characters too.",
    ),
    Words(
        "身份证号：18 位，末位可为 X。本列已设为文本，请勿改成数字，否则后几位会丢失。",
        "身份证号 (ID): 18 characters. The column is text; as a number it would lose digits.",
    ),
    Words(
        "银行账号：可不填。8 到 32 位数字，用于发放补助。",
        "银行账号 (bank account): optional, 8 to 32 digits, where benefits are paid to.",
    ),
    Words(
        "手机号：可不填。11 位，通知发到这个号码。",
        "手机号 (mobile number): optional, 11 digits, where notices are sent to.",
    ),
    Words(
        "身份证号示例：11010519491231002X（国家标准中的例子）。",
        "An ID looks like 11010519491231002X (the national standard's own example).",
    ),
    Words(
        "有错的行会连同原因标在一份副本里退回，其余的行照常登记。",
        "Rows with errors come back marked in a copy with the reason; the others go in.",
    ),
)
