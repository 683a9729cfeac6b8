"""Why a row of a feed has its class, in words, for lists that people take away."""

from typing import Final

from app.texts import Words
from app.texts.listed import CHOICES
from app.texts.plainly import plainly

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
