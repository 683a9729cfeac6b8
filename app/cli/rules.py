"""A scheme as a person reads it: every figure in words, and where each comes from."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from app.benefits.benefit import Benefit
from app.benefits.scheme import Scheme
from app.money import yuan
from app.texts import Words
from app.texts.amounts import money, share
from app.texts.scheme_words import figure, value
from app.texts.sources import said
from app.texts.steps import CARES, DAYS, FIELDS

_SAYS: Final = {
    "scheme": Words("方案 %s：保障起始 %s 至 %s", "Scheme %s: covers starting %s to %s"),
    "open": Words("下一方案", "the next scheme"),
    "contribution": Words(
        "互助金：每人 %s 元，其中单位和职工 %s 元、工会 %s 元",
        "contribution: %s yuan a head; unit and worker %s, union %s",
    ),
    "term": Words("保障期限：%s 个月", "term of cover: %s months"),
    "calendar": Words("保障期限：到当年 12 月 31 日", "term of cover: to 31 December of its year"),
    "waits": Words("首次参保等待期：%s 天", "waiting time of a first cover: %s days"),
    "no_wait": Words("等待期：无", "waiting time: none"),
    "renewal": Words(
        "续保：上一期结束后 %s 天内确认花名册",
        "renewal: the roster is confirmed within %s days of the last cover's end",
    ),
    "enrolment": Words("参保期：%s", "enrolment window: %s"),
    "filing": Words("本人申请期限：%s 天", "filing deadline for people: %s days"),
    "pay_by": Words("缴费期限：%s", "when money is due: %s"),
    "start": Words("起保当天", "the day the cover starts"),
    "deducts": Words("补助基数：%s", "base: %s"),
    "excluded": Words("，再减起付线", ", less the deductible"),
    "all": Words("补助 %s", "%s is paid"),
    "between": Words("%s 至 %s 部分补助 %s", "from %s to %s: %s"),
    "above": Words("%s 以上部分补助 %s", "above %s: %s"),
    "stay": Words("（同一次住院合并计算）", " (one stay, one sum)"),
    "cap": Words("年度最高：%s", "yearly cap: %s"),
    "no_cap": Words("年度最高：不限", "yearly cap: none"),
    "days": Words("按%s归入保障；等待期看%s", "falls under a cover by the %s; waits by the %s"),
    "sources": Words("出处", "Sources"),
    "digest": Words("摘要 %s", "digest %s"),
    "assumed": Words("（未公布，本系统约定）", " (not published; assumed here)"),
}


def told(scheme: Scheme, lang: str) -> list[str]:
    """The scheme, line by line."""
    return [*_figures(scheme, lang), *_sources(scheme, lang)]


def _figures(scheme: Scheme, lang: str) -> Iterator[str]:
    def say(name: str, *facts: object) -> str:
        return _in(_SAYS[name], lang) % facts

    paid = scheme.contribution
    yield say("scheme", scheme.id, scheme.starts_from, scheme.starts_to or say("open"))
    yield say(
        "contribution", *map(yuan, (paid.total_fen, paid.unit_and_worker_fen, paid.union_fen))
    )
    yield say("term", scheme.term_months) if scheme.term_months else say("calendar")
    yield say("waits", scheme.waiting_days) if scheme.waiting_days else say("no_wait")
    yield say("renewal", scheme.renewal_gap_days)
    if scheme.enrolment:
        yield say("enrolment", value("enrolment", scheme.enrolment.document(), lang))
    yield say("pay_by", scheme.pay_by or say("start"))
    yield say("filing", scheme.filing_days)
    for benefit in scheme.benefits:
        yield f"{_in(CARES[benefit.care], lang)}{':' if lang == 'en' else '：'}"
        yield from (f"  {line}" for line in _benefit(benefit, lang))
    yield say("digest", scheme.digest())


def _benefit(benefit: Benefit, lang: str) -> Iterator[str]:
    def say(name: str, *facts: object) -> str:
        return _in(_SAYS[name], lang) % facts

    base = " − ".join(_in(FIELDS[name], lang) for name in ("inscp_scp_amt", *benefit.deducts))
    yield say("deducts", base) + (say("excluded") if benefit.exclude_deductible else "")
    parts = ("; " if lang == "en" else "；").join(_bands(benefit, lang))
    yield parts + (say("stay") if benefit.per_stay else "")
    yield say("no_cap") if benefit.cap_fen is None else say("cap", money(benefit.cap_fen))
    yield say("days", *(_in(DAYS[day], lang) for day in (benefit.falls_on, benefit.waits_by)))


def _bands(benefit: Benefit, lang: str) -> Iterator[str]:
    if len(benefit.bands) == 1:
        yield _in(_SAYS["all"], lang) % share(benefit.bands[0].basis_points)
        return
    for band, after in zip_longest(benefit.bands, benefit.bands[1:]):
        paid = share(band.basis_points)
        if after is None:
            yield _in(_SAYS["above"], lang) % (money(band.over_fen), paid)
        else:
            yield _in(_SAYS["between"], lang) % (money(band.over_fen), money(after.over_fen), paid)


def _sources(scheme: Scheme, lang: str) -> Iterator[str]:
    yield _in(_SAYS["sources"], lang) + (":" if lang == "en" else "：")
    comma, colon = ("; ", ": ") if lang == "en" else ("、", "：")
    for source in scheme.sources:
        about = comma.join(figure(name, lang) for name in source.of)
        assumed = _in(_SAYS["assumed"], lang) if source.assumption else ""
        where = "" if source.assumption else f" — {said(source.where, lang)}"
        yield f"  {about}{colon}{said(source.says, lang)}{where}{assumed}"


def _in(words: Words, lang: str) -> str:
    return words.en if lang == "en" else words.zh
