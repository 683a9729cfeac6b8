"""Columns of the bureau's file as values and as COPY's text. Pure; ValueError where any is wrong.

By the rules of `app.claims.settlement`, and to the same letter.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from app.claims.rows import STORED
from app.claims.settlement import MOST_FEN, lettered
from app.copytext import texts_of
from app.files.times import moment_of
from app.money import fen
from app.roster.identity import normalised

_PLAIN: Final = re.compile(r"(?:[0-9]{1,9}\.[0-9]{2}\n)+")
_FEW: Final = 8
"""Where a column has so many rows to a value, each value is read once."""
_PARTS: Final = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_FUNDS: Final = (
    *("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay"),
)


def stored(
    columns: dict[str, Sequence[str]], fens: dict[str, list[int]], part: list[int | None]
) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """The stored columns as `content_of` takes them, and as COPY does: one where they agree."""
    plain: list[Sequence[str]] = []
    told: list[Sequence[str]] = []
    for name in STORED:
        if name in ("begndate", "enddate"):
            days = _mapped(columns[name], lambda x: str(moment_of(x).date()) if x else "None")
            plain.append(days)
            told.append([r"\N" if x == "None" else x for x in days] if "None" in days else days)
        elif name == "setl_time":
            plain.append(_mapped(columns[name], lambda x: str(moment_of(x))))
            told.append(plain[-1])
        elif name == "psn_part_amt":
            plain.append([*map(str, part)])
            told.append([r"\N" if x == "None" else x for x in plain[-1]])
            if None not in part:
                told[-1] = plain[-1]
        elif name in fens:
            plain.append([*map(str, fens[name])])
            told.append(plain[-1])
        else:
            plain.append(columns[name])
            told.append(texts_of(columns[name]))
    return plain, told


def parts(column: Sequence[str]) -> list[int | None]:
    """Amounts; None where none is written."""
    written = iter(amounts([x for x in column if x]))
    return [next(written) if x else None for x in column]


def amounts(column: Sequence[str]) -> list[int]:
    """Amounts in fen; an empty one is 0."""
    if not column:
        return []
    distinct = set(column)
    if len(distinct) * _FEW > len(column):
        joined = "\n".join(column) + "\n"
        if _PLAIN.fullmatch(joined):
            return [*map(int, joined.replace(".", "").split())]
    known = {x: fen(x) if x else 0 for x in distinct}
    if any(abs(x) > MOST_FEN for x in known.values()):
        raise ValueError
    return [known[x] for x in column]


def check_signs(refunds: list[bool], columns: list[list[int]]) -> None:
    """Only a refund may be negative. Raises ValueError."""
    if all(min(column) >= 0 for column in columns):
        return
    for refund, *row in zip(refunds, *columns, strict=True):
        if not refund and min(row) < 0:
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


def odd(fens: dict[str, list[int]]) -> list[bool]:
    """What `sums_differ` says of each row."""
    parts = [*map(sum, zip(*(fens[x] for x in _PARTS), strict=True))]
    funds = [*map(sum, zip(*(fens[x] for x in _FUNDS), strict=True))]
    wholes = zip(fens["medfee_sumamt"], parts, fens["fund_pay_sumamt"], funds, strict=True)
    return [(total or part) != part or (paid or fund) != fund for total, part, paid, fund in wholes]


def _mapped(column: Sequence[str], read: Callable[[str], Any]) -> list[Any]:
    """Each distinct value is read once: days and moments are few."""
    known = {x: read(x) for x in set(column)}
    return [known[x] for x in column]
