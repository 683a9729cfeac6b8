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
}
