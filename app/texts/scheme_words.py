"""What the figures of a scheme are called, and their values in words.

A value is as a scheme's document has it: fen, basis points, ISO days, words.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.texts import Words, word
from app.texts.amounts import money, share
from app.texts.steps import CARES, DAYS, FIELDS, FIGURES

NAMES: Final = FIGURES | {
    "id": Words("方案编号", "the scheme's id"),
    "total_fen": Words("互助金", "contribution"),
    "unit_and_worker_fen": Words("单位和职工部分", "unit's and worker's part"),
    "union_fen": Words("工会部分", "union's part"),
    "filing_days": Words("申请期限", "filing deadline"),
    "pay_by": Words("缴费期限", "when money is due"),
    "contribution": Words("互助金", "contribution"),
    "covers_starting": Words("保障起始日期", "days covers start"),
    "covers_starting.from": Words("保障起始日期的首日", "first day covers start"),
    "covers_starting.to": Words("保障起始日期的末日", "last day covers start"),
    "enrolment": Words("参保期", "enrolment window"),
    "enrolment.from": Words("参保期的首日", "first day of the enrolment window"),
    "enrolment.to": Words("参保期的末日", "last day of the enrolment window"),
}
_DATED: Final = {
    "from": Words("从 %(from)s 起", "from %(from)s on"),
    "between": Words("%(from)s 至 %(to)s", "%(from)s to %(to)s"),
    "mid_year": Words("，年中可增员", ", joiners taken within the year"),
    "no_mid_year": Words("，年中不增员", ", no joiners within the year"),
    "days": Words("%(n)d 天", "%(n)d days"),
    "months": Words("%(n)d 个月", "%(n)d months"),
    "band": Words("超过 %(over)s 的部分 %(share)s", "%(share)s above %(over)s"),
}
_WORD: Final = {
    "none": Words("无", "none"),
    "start": Words("起保当天", "the day the cover starts"),
    "calendar_year": Words("到当年 12 月 31 日", "to 31 December of its year"),
    True: Words("是", "yes"),
    False: Words("否", "no"),
}


def figure(name: str, lang: str) -> str:
    """ "benefit.inpatient.cap_fen" by its words; of a table's days, "enrolment.to", which one."""
    if name in NAMES:
        return _in(NAMES[name], lang)
    first, *rest = name.split(".")
    if first != "benefit":
        return _in(NAMES[rest[-1] if rest else first], lang)
    care, *names = rest
    space = ", " if lang == "en" else "·"
    return space.join([_in(CARES[care], lang), *(_in(NAMES[each], lang) for each in names)])


def doubted(key: str, facts: Mapping[str, object], lang: str) -> str:
    """What of a scheme is probably not meant (`app.benefits.doubts`), the care by its name."""
    care = {"care": _in(CARES[str(facts["care"])], lang)} if "care" in facts else {}
    return word(key, lang, **{**facts, **care})


def value(name: str, found: Any, lang: str) -> str:
    """One figure's value as a person reads it."""
    last = name.rsplit(".", maxsplit=1)[-1]
    said = ""
    if found is None:
        said = _in(_WORD["none"], lang)
    elif isinstance(found, str | bool) and found in _WORD:
        said = _in(_WORD[found], lang)
    elif isinstance(found, dict):
        said = _days(found, lang)
    elif isinstance(found, list):
        said = _listed(last, found, lang)
    elif last.endswith("_fen"):
        said = money(found)
    elif last in DAYS or found in DAYS:
        said = _in(DAYS[found], lang)
    elif last.endswith("_days"):
        said = _in(_DATED["days"], lang) % {"n": found}
    elif last == "term_months":
        said = _in(_DATED["months"], lang) % {"n": found}
    return said or str(found)


def _days(found: dict[str, Any], lang: str) -> str:
    said = _in(_DATED["between" if "to" in found else "from"], lang) % found
    if "mid_year" not in found:
        return said
    return said + _in(_DATED["mid_year" if found["mid_year"] else "no_mid_year"], lang)


def _listed(last: str, found: list[Any], lang: str) -> str:
    comma = ", " if lang == "en" else "，"
    if last != "bands":
        return comma.join(_in(FIELDS[each], lang) for each in found) or _in(_WORD["none"], lang)
    if len(found) == 1:
        return share(found[0]["basis_points"])
    return comma.join(
        _in(_DATED["band"], lang)
        % {"over": money(each["over_fen"]), "share": share(each["basis_points"])}
        for each in found
    )


def _in(words: Words, lang: str) -> str:
    return words.en if lang == "en" else words.zh
