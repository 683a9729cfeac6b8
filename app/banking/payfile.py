"""The file that asks the bank to pay a batch. The same batch gives the same bytes."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.errors import Refusal
from app.money import yuan

Encoding = Literal["utf-8-sig", "gb18030", "gbk"]

COLUMNS: Final = ("序号", "户名", "账号", "金额", "附言")
BATCH: Final = "批次号"
TRAILER: Final = "合计"
_ACCOUNT: Final = re.compile(r"[0-9]{8,32}")
_FORMULA_STARTS: Final = tuple("=+-@'\uff1d\uff0b\uff0d\uff20")


class PayBatchEmpty(Refusal):
    """Nothing is to be paid."""


class PayLineTwice(Refusal):
    """Two lines have one number (facts: line_no)."""


class PayLineUnfit(Refusal):
    """A field the bank cannot take (facts: line_no, field)."""


class NameNotInEncoding(Refusal):
    """The encoding lacks a character of a name (facts: line_no, character, encoding)."""


@dataclass(frozen=True, slots=True)
class PayLine:
    """One payment; `line_no` is what the bank's answer will name."""

    line_no: int
    name: str
    account: str
    amount_fen: int
    remark: str = ""


def pay_file(
    batch_no: str, made_on: date, lines: Sequence[PayLine], encoding: Encoding = "utf-8-sig"
) -> bytes:
    """The bytes for the bank.

    Raises PayBatchEmpty, PayLineTwice, PayLineUnfit and NameNotInEncoding.
    """
    if not lines:
        raise PayBatchEmpty(batch_no=batch_no)
    seen: set[int] = set()
    for line in lines:
        if line.line_no in seen:
            raise PayLineTwice(line_no=line.line_no)
        seen.add(line.line_no)
        _refuse_unfit(line)
        _refuse_lost(line, encoding)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((BATCH, batch_no, "制单日期", made_on.isoformat()))
    writer.writerow(COLUMNS)
    writer.writerows(
        (line.line_no, line.name, line.account, yuan(line.amount_fen), line.remark)
        for line in lines
    )
    writer.writerow((TRAILER, len(lines), yuan(sum(line.amount_fen for line in lines))))
    return out.getvalue().encode(encoding)


def _refuse_unfit(line: PayLine) -> None:
    """A text is refused, not repaired: the bank compares the name with the account's."""
    fits = {
        "name": bool(line.name) and _inert(line.name),
        "account": _ACCOUNT.fullmatch(line.account) is not None,
        "amount": line.amount_fen > 0,
        "remark": _inert(line.remark),
    }
    for field, fit in fits.items():
        if not fit:
            raise PayLineUnfit(line_no=line.line_no, field=field)


def _inert(text: str) -> bool:
    return text.isprintable() and text == text.strip() and not text.startswith(_FORMULA_STARTS)


def _refuse_lost(line: PayLine, encoding: Encoding) -> None:
    try:
        f"{line.name}{line.remark}".encode(encoding)
    except UnicodeEncodeError as lost:
        raise NameNotInEncoding(
            line_no=line.line_no, character=lost.object[lost.start], encoding=encoding
        ) from lost
