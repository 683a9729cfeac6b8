"""What classes the rows of a feed have, and why a row has its own: in words, for all doors."""

from collections.abc import Mapping
from typing import Final

from app.texts import Words
from app.texts.listed import CHOICES
from app.texts.plainly import plainly

CLASSES: Final = {
    "matched": Words("可补助", "Granted"),
    "no_cover": Words("不在保障期内", "Not under cover"),
    "not_payable": Words("不予补助", "Not payable"),
    "held": Words("待人工处理", "Held for a person"),
    "waiting": Words("待理算", "To be determined"),
    "no_member": Words("无人对应", "Of no member"),
    "duplicate": Words("重复", "Duplicate"),
    "changed": Words("更正", "Changed"),
    "refund": Words("退费", "Refunds"),
    "faulty": Words("有误", "Faulty"),
}
"""By the names that `app.feeds.account` gives them."""
COUNTS: Final = {
    "rows_in": Words("文件行数", "Rows in the file"),
    "new": Words("新增", "New"),
    "changed": CLASSES["changed"],
    "unchanged": Words("没有变化", "Unchanged"),
    "refunds": CLASSES["refund"],
    "unmatched": CLASSES["no_member"],
    "refused": Words("未导入", "Refused"),
}
"""What taking a file tells at once, before anything is determined."""
STATES: Final = {
    "open": Words("未收完", "Not at its end"),
    "whole": Words("已全部收取", "Taken whole"),
    "stopped": Words("中途停止", "Stopped"),
}
"""How far a feed has come."""
_OF_CLASS: Final = {
    "duplicate": Words(
        "这张结算单以前已收过，或在本文件前面的行已有，内容没有变化。",
        "The bill came before, or in an earlier line of this file, and nothing of it has changed.",
    ),
    "no_member": Words(
        "此人未参保。结算单已留存，参保后会自动对应。",
        "This person is not a member. The bill is kept until they are.",
    ),
    "refund": Words("冲销结算单 %s", "It undoes the bill %s"),
}


def class_said(fate: str, lang: str) -> str:
    """A class by its name, or a count of COUNTS, or a feed's state."""
    words = CLASSES.get(fate) or COUNTS.get(fate) or STATES[fate]
    return words.en if lang == "en" else words.zh


def counts_said(facts: Mapping[str, int], lang: str) -> str:
    """What became of the rows just taken, as a sum."""
    rows, *parts = COUNTS
    told = [f"{class_said(x, lang)} {facts[x]:,}" for x in parts]
    if lang == "en":
        return f"Rows {facts[rows]:,} = {' + '.join(x[:1].lower() + x[1:] for x in told)}."
    return f"共 {facts[rows]:,} 行 = {' + '.join(told)}。"


def why_said(fate: str, why: str, lang: str) -> str:
    """Why a row is of the class `fate`, of what `app.feeds.account` knows; "" of a plain one."""
    if fate == "faulty" or (fate == "duplicate" and why):
        field, _, reason = why.partition(" ")
        return f"{field}{': ' if lang == 'en' else '：'}{plainly(reason, lang)}"
    words = _OF_CLASS.get(fate) or CHOICES.get(why)
    if words is None:
        return why
    said = words.en if lang == "en" else words.zh
    return said % why if fate == "refund" else said
