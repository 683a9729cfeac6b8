"""What the lists of officers refuse."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "ViewNameMissing": Words(
        "请给视图起个名称，不超过 %(longest)d 个字。",
        "Give the view a name of at most %(longest)d characters.",
    ),
    "ViewNamesSomebody": Words(
        "视图名称里像有身份证号、银行卡号或手机号，没有保存。请用筛选的内容起名，如“2024 年住院”。",
        "The view's name seems to hold an ID number, a card or a telephone number, so it is not"
        " saved. Name it by what it shows, such as “Inpatient 2024”.",
    ),
    "TooManyViews": Words(
        "最多保存 %(most)d 个视图。请先删除不用的。",
        "At most %(most)d views are kept. Remove one first.",
    ),
    "ListFilesUnderWay": Words(
        "您要求的 %(most)s 个文件正在生成，请等其中一个完成再导出下一个。",
        "%(most)s files that you asked for are being made. Wait until one of them is ready, then"
        " ask for the next.",
    ),
    "PublicDaysWrong": Words(
        "公示从今天或以后开始，最长 %(days)d 天。请改一下日期。",
        "A public list begins today or later and lasts at most %(days)d days. Change the days.",
    ),
    "NoSuchPublicList": Words(
        "没有这份公示，或已有人处理。请刷新页面。",
        "There is no such list, or somebody has dealt with it. Load the page again.",
    ),
}
