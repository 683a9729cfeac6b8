"""The answer to a question about other rules, line by line."""

from collections.abc import Iterator
from typing import Final

from app.simulation.answer import Answer
from app.simulation.asked import Asked
from app.simulation.told import UNKNOWN, by_age, by_union
from app.texts import Words
from app.texts.amounts import money, share, years
from app.texts.steps import CARES

_SAYS: Final = {
    "head": Words(
        "假设 %s 年度按此方案执行（数据截至 %s）：",
        "If this scheme had ruled %s (figures as of %s):",
    ),
    "year": Words(
        "%s：%s 人次，互助金 %s → %s，补助 %s → %s，达到封顶 %s → %s 人次",
        "%s: %s covers, contributions %s → %s, paid %s → %s, at the cap %s → %s",
    ),
    "all": Words("合计", "together"),
    "care": Words("%s：补助 %s → %s，%s → %s 张", "%s: paid %s → %s, bills %s → %s"),
    "part": Words("%s：补助 %s → %s", "%s: paid %s → %s"),
    "by_union": Words("按工会：", "By union:"),
    "by_age": Words("按年龄：", "By age:"),
    "age": Words("%s–%s 岁", "aged %s–%s"),
    "oldest": Words("%s 岁及以上", "aged %s and above"),
    "unknown": Words("年龄不详", "age not known"),
    "changed": Words(
        "多得的职工 %s 人，共 %s；少得的 %s 人，共 %s。",
        "%s members get more, %s together; %s get less, %s together.",
    ),
    "balance": Words("结余（从 %s 年初的零起算）：", "Balance (from nothing at the start of %s):"),
    "left": Words(
        "%s 年底：%s → %s（九成的可能在 %s 至 %s 之间）",
        "end of %s: %s → %s (nine in ten between %s and %s)",
    ),
    "ahead": Words(
        "%s 年起为推算：每年参保增长 %s，人均费用增长 %s，其中 %s 的职工留任并增长一岁。",
        "From %s on by supposition: members grow by %s a year, cost a head by %s; %s of the members"
        " stay and grow a year older.",
    ),
}
_OLDEST: Final = 80


def _say(name: str, lang: str, *facts: object) -> str:
    return (_SAYS[name].en if lang == "en" else _SAYS[name].zh) % facts


def lines_of(asked: Asked, lang: str) -> list[str]:
    """The answer, line by line."""
    return list(_lines(asked, lang))


def _lines(asked: Asked, lang: str) -> Iterator[str]:
    found = asked.answer
    read_at = f"{asked.read_at:%Y-%m-%d %H:%M}"
    yield _say("head", lang, years(found.years[0], found.years[-1]), read_at)
    for n, year in enumerate(found.years):
        named = str(year) if lang == "en" else f"{year} 年"
        yield "  " + _year(found, slice(n, n + 1), named, lang)
    if len(found.years) > 1:
        yield "  " + _year(found, slice(None), _say("all", lang), lang)
    for n, care in enumerate(CARES):
        was, then = (side.paid_fen[:, n].sum() for side in (found.was, found.supposed))
        bills = (side.bills[:, n].sum() for side in (found.was, found.supposed))
        name = CARES[care].en if lang == "en" else CARES[care].zh
        yield "  " + _say("care", lang, name, money(int(was)), money(int(then)), *bills)
    yield _say("by_union", lang)
    for name, was, then in by_union(found):
        yield "  " + _say("part", lang, name, money(was), money(then))
    yield _say("by_age", lang)
    for low, was, then in by_age(found):
        yield "  " + _say("part", lang, _age(low, lang), money(was), money(then))
    more, more_fen, less, less_fen = found.changed
    yield _say("changed", lang, more, money(more_fen), less, money(less_fen))
    yield from _balances(asked, lang)


def _year(found: Answer, rows: slice, name: str, lang: str) -> str:
    was, then = found.was, found.supposed
    facts = [f"{int(found.heads[rows].sum()):,}"]
    facts += [money(int(side.owed_fen[rows].sum())) for side in (was, then)]
    facts += [money(int(side.paid_fen[rows].sum())) for side in (was, then)]
    facts += [f"{int(side.at_cap[rows].sum()):,}" for side in (was, then)]
    return _say("year", lang, name, *facts)


def _age(low: int, lang: str) -> str:
    if low == UNKNOWN:
        return _say("unknown", lang)
    return _say("oldest", lang, low) if low == _OLDEST else _say("age", lang, low, low + 9)


def _balances(asked: Asked, lang: str) -> Iterator[str]:
    yield _say("balance", lang, asked.answer.years[0])
    for was, then in zip(asked.was, asked.supposed, strict=True):
        amounts = (was.left_fen, then.left_fen, then.low_fen, then.high_fen)
        yield "  " + _say("left", lang, then.year, *map(money, amounts))
    about = asked.ahead
    if about.years:
        shares = (about.growth, about.dearer, about.ageing)
        yield _say("ahead", lang, asked.answer.years[-1] + 1, *map(share, shares))
