"""Words of papers and of online payment."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "GlyphMissing": Words(
        "字体中没有这些字符，不能打印：%(characters)s。请核对名称。",
        "The font has no picture of these characters, so nothing was printed: %(characters)s."
        " Check the name.",
    ),
    "NoSuchReceipt": Words("没有编号为 %(number)s 的收款。", "No money has the number %(number)s."),
    "NoUnits": Words(
        "%(year)s 年度没有已报花名册的单位。", "No unit here has a roster of %(year)s."
    ),
    "NoticesUnderWay": Words(
        "您的 %(year)s 年度通知单正在生成，请等它完成。",
        "Your notices of %(year)s are being made; wait until they are there.",
    ),
}
