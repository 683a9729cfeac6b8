"""What can stand beside a label: amounts, amounts in words, days, names. Pure.

Nothing is mended: a comma where a point belongs, a letter among digits is no amount. A figure that
could mean two things is none.
"""

import re
from datetime import date
from typing import Final

from app.claims.sheet import AMOUNTS
from app.money import NotAnAmount, fen
from app.papers.words import MOST_FEN, in_words
from app.reading.labels import DAYS_IN, WORDS

_AMOUNT: Final = re.compile(r"[¥Y]?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{2})?)元?")
_DAY: Final = re.compile(
    r"(20[0-9]{2})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    r"|\.([0-9]{1,2})\.([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
    r"(?:[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"
)
_DAYS: Final = re.compile(r"([0-9]{1,3})天?")
_WORDS: Final = re.compile(r"(?:人民币)?:?([零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整正]{2,})")
_HOSPITAL: Final = re.compile(
    r"[\u4e00-\u9fff()·]{3,40}(?:医院|卫生院|中心|诊所|门诊部|服务站|分院|院区)[)]?"
)

Value = int | date | str
"""Fen, a day, or a text."""


def value_of(name: str, text: str) -> Value | None:
    """What a text means beside the label of `name`; None where it means nothing there."""
    if name in AMOUNTS:
        return _amount(text)
    match name:
        case "begndate" | "enddate" | "setl_time":
            return _day(text)
        case "fixmedins_name":
            return text if _HOSPITAL.fullmatch(text) else None
        case _ if name == WORDS:
            found = _WORDS.fullmatch(text)
            return _bare(found[1]) if found else None
        case _ if name == DAYS_IN:
            days = _DAYS.fullmatch(text)
            return int(days[1]) if days else None
    return None


def says(words: str, amount_fen: int) -> bool:
    """Whether words say an amount: read by writing the amount, and comparing."""
    return amount_fen <= MOST_FEN and words == _bare(in_words(amount_fen))


def _bare(words: str) -> str:
    """Without what may be left out: 整 or 正 behind whole yuan, and a 零."""
    return re.sub("[整正零]", "", words)


def _amount(text: str) -> int | None:
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    try:
        return fen(found[1].replace(",", ""))
    except NotAnAmount:
        return None


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, *rest = (int(each) for each in found.groups() if each)
    try:
        return date(year, *rest)
    except ValueError:
        return None
