"""Words for reports."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "ReportsUnderWay": Words(
        "您要求的 %(most)s 份报告正在生成，请等其中一份完成。",
        "%(most)s reports that you asked for are being made. Wait until one of them is ready.",
    ),
    "NothingToReport": Words(
        "%(period)s 还没有可报告的内容。", "Nothing is known of %(period)s yet."
    ),
    "PeriodOdd": Words(
        "“%(period)s”不是年度或月份。请写成 2024 或 2024-05。",
        "“%(period)s” is neither a year nor a month. Write 2024 or 2024-05.",
    ),
    "ReportFileKind": Words(
        "%(out)s：报告只能写成 .pdf 或 .xlsx 文件。",
        "%(out)s: a report is written as a .pdf or an .xlsx file.",
    ),
}
