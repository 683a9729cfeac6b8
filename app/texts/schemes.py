"""Words for schemes that cannot be as they are written."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "BandsHaveHole": Words(
        "%(field)s：分段必须从 0 开始，否则 0 以上的一段没有比例。",
        "%(field)s: the bands must begin at 0, or a part has no share.",
    ),
    "BandsOverlap": Words(
        "%(field)s：每一段的起点必须高于前一段，否则两段重叠。",
        "%(field)s: each band must begin above the one before it, or two overlap.",
    ),
    "CapOutOfRange": Words(
        "%(field)s：年度最高补助金不能是负数，也不能超过金额上限。"
        '不设限额：文件里写 cap_fen = "none"（带引号），网页上留空。',
        "%(field)s: a cap is neither negative nor larger than any amount. For no cap, write "
        'cap_fen = "none" in the file, with the quotation marks; leave it empty on the page.',
    ),
    "CapsDisagree": Words(
        "方案 %(scheme)s 和 %(following)s 的保障可在同一年开始，但 %(care)s 的年度最高补助金不同。",
        "Covers of schemes %(scheme)s and %(following)s can start in the same year, but their caps "
        "for %(care)s differ.",
    ),
    "ContributionPartsWrong": Words(
        "%(field)s：单位和职工部分与工会部分之和必须等于总额，且都不能是负数。",
        "%(field)s: the parts must add up to the total, and none may be negative.",
    ),
    "FigureWithoutSource": Words(
        "%(field)s 没有写明出处。请加一条 [[source]]；没有公布的写 assumption = true。",
        "%(field)s has no source. Add a [[source]]; what is not published is an assumption.",
    ),
    "PercentOutOfRange": Words(
        "%(field)s：比例在 0 到 100 之间，最多精确到 0.01。",
        "%(field)s: a percentage lies between 0 and 100, in hundredths at the finest.",
    ),
    "SchemeDatesReversed": Words(
        "%(field)s：止日早于起日。",
        "%(field)s: the last day lies before the first.",
    ),
    "SchemeFieldWrong": Words(
        "%(field)s：写法不对，应写成：%(expected)s",
        "%(field)s is not written as it must be: %(expected)s",
    ),
    "SchemeNotToml": Words(
        "这里不合 TOML 的写法：等号后没有值、文字没有加引号、引号或括号不成对、一项写了两次；"
        "或者文件超过 %(most)d KB。",
        "Here the text is no TOML: nothing behind an equals sign, a word without quotes, a quote "
        "or bracket not closed, a name given twice; or it is longer than %(most)d KB.",
    ),
    "SchemeFieldMissing": Words(
        "%(field)s：缺少这一项，应写成：%(expected)s",
        "%(field)s is missing. It is written: %(expected)s",
    ),
    "SchemeFieldUnknown": Words(
        "%(field)s：没有这一项。这里可以写：%(known)s",
        "%(field)s: there is no such field. There are here: %(known)s",
    ),
    "SchemesOverlap": Words(
        "方案 %(scheme)s 与 %(following)s 的适用日期重叠。",
        "Schemes %(scheme)s and %(following)s are in force on the same days.",
    ),
    "SourceOfNothing": Words(
        "出处所指的 %(field)s 在方案中不存在，或出处没有内容。",
        "A source speaks of %(field)s, which the scheme does not have, or says nothing.",
    ),
}
