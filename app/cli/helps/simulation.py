"""Help of `huzhu simulate`."""

from typing import Final

HELP: Final = {
    "What other rules would have cost. Nothing is changed by asking.": (
        "测算：换一套规则会花多少。只算不改。"
    ),
    "The benefit years asked about.": "测算哪些保障年度。",
    "The supposed scheme, a TOML file.": "假设的方案，TOML 文件。",
    "Or the scheme of the last of these years, with this figure.": (
        "或者：以最后一个年度的方案为准，改这一项。"
    ),
    "Years ahead to look at.": "往后推算几年。",
    "More members each year.": "每年参保人数增长。",
    "More cost a head each year.": "每年人均费用增长。",
    "Members who stay and grow older.": "留任并增长一岁的职工比例。",
    "Read the fund again, though it was read just now.": "重新读取数据，不用刚才读过的。",
}
