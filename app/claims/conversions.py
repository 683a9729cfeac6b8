"""Columns of the bureau's file as values and as COPY's text. Pure; ValueError where any is wrong.

By the rules of `app.claims.settlement`, and to the same letter.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import lt
from typing import Final, NamedTuple

from app.claims.rows import STORED
from app.claims.settlement import MOST_FEN, inpatient, lettered
from app.copytext import texts_of
from app.files.times import moment_of
from app.money import fen
from app.roster.identity import normalised

_PLAIN: Final = re.compile(r"(?:[0-9]{1,9}\.[0-9]{2}\n)+")
_AS_STORED: Final = re.compile(r"(?:[1-9][0-9]{0,8}\.[0-9]{2}\n)+")
"""Without its point such an amount is its fen as COPY writes them."""
_SECONDS: Final = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\n)+"
)
_FEW, _SOME = 8, 64
"""Where the first of a column have so many rows to a value, each value is read once."""
_PARTS: Final = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_DAYS_AT: Final = (STORED.index("begndate"), STORED.index("enddate"))
_FUNDS: Final = (
    *("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay"),
)


class Amounts(NamedTuple):
    """A column of amounts: in fen, as COPY writes them, and the lowest of them."""

    fen: Sequence[int]
    told: Sequence[str]
    lowest: int


class Part(NamedTuple):
    """The column of `psn_part_amt`, which may be missing: as `content_of` takes it beside COPY."""

    fen: Sequence[int | None]
    plain: Sequence[str]
    told: Sequence[str]
    lowest: int


def stored(
    columns: dict[str, Sequence[str]],
    fens: dict[str, Amounts],
    part: Part,
    clean: bool,
) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """The stored columns as `content_of` takes them, and as COPY does: one where they agree.

    `clean`: there is nothing in them that COPY writes otherwise.
    """
    plain: list[Sequence[str]] = []
    told: list[Sequence[str]] = []
    for name in STORED:
        if name in ("begndate", "enddate"):
            days = [*map(_day, columns[name])]
            plain.append(days)
            told.append([r"\N" if x == "None" else x for x in days] if "None" in days else days)
        elif name == "setl_time":
            plain.append(_moments(columns[name]))
            told.append(plain[-1])
        elif name == "psn_part_amt":
            plain.append(part.plain)
            told.append(part.told)
        elif name in fens:
            plain.append(fens[name].told)
            told.append(plain[-1])
        else:
            plain.append(columns[name])
            told.append(columns[name] if clean else texts_of(columns[name]))
    return plain, told


def parts(column: Sequence[str]) -> Part:
    """Amounts; None where none is written."""
    if all(column):
        fens, told, lowest = amounts(column)
        return Part(fens, told, told, lowest)
    some = amounts([x for x in column if x])
    written, texts = iter(some.fen), iter(some.told)
    plain = [next(texts) if x else "None" for x in column]
    told = [r"\N" if x == "None" else x for x in plain]
    return Part([next(written) if x else None for x in column], plain, told, min(some.lowest, 0))


def amounts(column: Sequence[str]) -> Amounts:
    """Amounts; an empty one is 0."""
    if column and column.count(column[0]) < len(column) and len({*column[:_SOME]}) * _FEW > _SOME:
        joined = "\n".join(column) + "\n"
        if _PLAIN.fullmatch(joined):
            written = joined.replace(".", "").split()
            found = [*map(int, written)]
            as_stored = _AS_STORED.fullmatch(joined)
            return Amounts(found, written if as_stored else [*map(str, found)], 0)
    known = {x: fen(x) if x else 0 for x in {*column}}
    if any(abs(x) > MOST_FEN for x in known.values()):
        raise ValueError
    lowest = min(known.values(), default=0)
    if len(known) == 1:
        return Amounts([lowest] * len(column), [str(lowest)] * len(column), lowest)
    texts = {x: str(y) for x, y in known.items()}
    return Amounts([known[x] for x in column], [texts[x] for x in column], lowest)


def check_signs(refunds: Sequence[bool], columns: Sequence[Amounts], part: Part) -> None:
    """Only a refund may be negative. Raises ValueError."""
    if part.lowest >= 0 and all(column.lowest >= 0 for column in columns):
        return
    rows = zip(refunds, part.fen, *(column.fen for column in columns), strict=True)
    for refund, own, *row in rows:
        if not refund and min(own or 0, *row) < 0:
            raise ValueError


def check_days(
    refunds: Sequence[bool], med_types: Sequence[str], plain: Sequence[Sequence[str]]
) -> None:
    """An inpatient's discharge is not before the admission. Raises ValueError.

    `plain`: the stored columns as they are hashed, where a day that is missing is None's name: that
    stands behind all days.
    """
    admitted, discharged = (plain[place] for place in _DAYS_AT)
    if not any(map(lt, discharged, admitted)):
        return
    told = zip(refunds, med_types, admitted, discharged, strict=True)
    for refund, med_type, first, last in told:
        if not refund and last < first != "None" and med_type in inpatient():
            raise ValueError


def certnos(column: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Numbers as they are stored."""
    certnos = normalised(column)
    if "".join(x[:-1] for x in certnos).isdigit():
        return certnos
    for certno, kind in zip(certnos, kinds, strict=True):
        if not certno[:-1].isdigit() and lettered(certno, kind):
            raise ValueError
    return certnos


def odd(fens: dict[str, Amounts]) -> list[bool]:
    """What `sums_differ` says of each row."""
    parts, funds = (_sums([fens[x].fen for x in names]) for names in (_PARTS, _FUNDS))
    total, paid = fens["medfee_sumamt"].fen, fens["fund_pay_sumamt"].fen
    if total == parts and paid == funds:
        return [False] * len(parts)
    wholes = zip(total, parts, paid, funds, strict=True)
    return [(all_ or part) != part or (both or fund) != fund for all_, part, both, fund in wholes]


def _sums(columns: Sequence[Sequence[int]]) -> Sequence[int]:
    """The rows' sums; most payers pay nothing in a whole piece."""
    some = [column for column in columns if any(column)] or columns[:1]
    return some[0] if len(some) == 1 else [*map(sum, zip(*some, strict=True))]


def _moments(column: Sequence[str]) -> Sequence[str]:
    """Moments as they are stored, which is mostly as they are written."""
    joined = "\n".join(column) + "\n"
    # A cell of two lines, each a moment, is none: COPY would take it for two rows.
    if _SECONDS.fullmatch(joined) and joined.count("\n") == len(column):
        for day in {x[:10] for x in column}:
            _day(day)
        return column
    known = {x: str(moment_of(x)) for x in set(column)}
    return [known[x] for x in column]


@lru_cache(maxsize=1 << 14)
def _day(text: str) -> str:
    """A day as it is stored; days are few."""
    return str(moment_of(text).date()) if text else "None"
