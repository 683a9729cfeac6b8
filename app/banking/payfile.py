"""The file that asks the bank to pay a batch, by a template. One batch gives the same bytes."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from app.banking.formats import PLAIN, format_named
from app.banking.paybook import workbook
from app.banking.template import Cell, Out, Template
from app.errors import Refusal
from app.money import yuan

Encoding = Literal["utf-8-sig", "gb18030", "gbk"]

COLUMNS: Final = ("序号", "户名", "账号", "金额", "附言")
BATCH: Final = "批次号"
TRAILER: Final = "合计"
_LENGTHS: Final = (8, 32)
"""Digits of an account."""
_ACCOUNT: Final = re.compile(rf"[0-9]{{{_LENGTHS[0]},{_LENGTHS[1]}}}")
_FORMULA_STARTS: Final = tuple("=+-@'\uff1d\uff0b\uff0d\uff20")


class PayBatchEmpty(Refusal):
    """Nothing is to be paid."""


class PayLineTwice(Refusal):
    """Two lines have one number (facts: line_no)."""


class PayLineUnfit(Refusal):
    """A field the bank cannot take (facts: line_no, field)."""


class NameNotInEncoding(Refusal):
    """The encoding lacks a character of a name (facts: line_no, character, encoding)."""


class EncodingNotOfFormat(Refusal):
    """The bank's template does not come in this encoding (facts: format, encoding)."""


class PayLine(NamedTuple):
    """One payment; `line_no` is what the bank's answer will name."""

    line_no: int
    name: str
    account: str
    amount_fen: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands once in a file: the batch, its day, and which account of the fund pays."""

    batch_no: str
    made_on: date
    payer: str = ""
    payer_account: str = ""


def pay_file(
    batch_no: str, made_on: date, lines: Sequence[PayLine], encoding: Encoding = "utf-8-sig"
) -> bytes:
    """The bytes for the bank in the fund's plain format. Raises as `written`."""
    return written(format_named(PLAIN), Head(batch_no, made_on), lines, encoding)


def written(
    template: Template, head: Head, lines: Sequence[PayLine], encoding: str | None = None
) -> bytes:
    """The bytes for the bank; the template's usual encoding where none is said.

    Raises PayBatchEmpty, PayLineTwice, PayLineUnfit, NameNotInEncoding and EncodingNotOfFormat.
    """
    out = template.out
    coded = encoding or out.encodings[0]
    if coded not in out.encodings:
        raise EncodingNotOfFormat(format=template.name, encoding=coded)
    if not lines:
        raise PayBatchEmpty(batch_no=head.batch_no)
    _refuse_twice(lines)
    if not _are_fit(lines):
        inert = {remark for remark in {line.remark for line in lines} if _inert(remark)}
        for line in lines:
            _refuse_unfit(line, inert)
    _refuse_lost(lines, coded)
    batch = _of_batch(head, lines, out)
    if out.kind == "xlsx":
        return workbook(out, batch, _by_line(lines, out))
    if out.kind == "csv":
        return _csv(out, batch, lines).encode(coded)
    return b"".join(_fixed(out, batch, lines, coded))


def _csv(out: Out, batch: dict[str, str], lines: Sequence[PayLine]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=out.separator, lineterminator=out.newline)
    writer.writerows(_cells(record, batch) for record in out.header)
    if out.headed:
        writer.writerow([cell.heading for cell in out.columns])
    fields = _by_field(lines, out)
    columns = (fields[x.field] if x.field else [x.text] * len(lines) for x in out.columns)
    writer.writerows(zip(*columns, strict=True))
    writer.writerows(_cells(record, batch) for record in out.trailer)
    return text.getvalue()


def _cells(record: Sequence[Cell], values: dict[str, str]) -> list[str]:
    return [values[cell.field] if cell.field else cell.text for cell in record]


def _fixed(
    out: Out, batch: dict[str, str], lines: Sequence[PayLine], encoding: str
) -> Iterator[bytes]:
    end = out.newline.encode(encoding)
    for record in out.header:
        yield _record(record, batch, encoding, 0) + end
    for line, values in zip(lines, _by_line(lines, out), strict=True):
        yield _record(out.columns, values, encoding, line.line_no) + end
    for record in out.trailer:
        yield _record(record, batch, encoding, 0) + end


def _record(record: Sequence[Cell], values: dict[str, str], encoding: str, line_no: int) -> bytes:
    """Cut nothing: a name or an amount that does not fit is refused."""
    cells = []
    for cell in record:
        text = (values[cell.field] if cell.field else cell.text).encode(encoding)
        if len(text) > cell.width:
            raise PayLineUnfit(line_no=line_no, field=cell.field)
        fill = cell.fill.encode(encoding)
        padded = text.rjust if cell.pad == "left" else text.ljust
        cells.append(padded(cell.width, fill))
    return b"".join(cells)


def _of_batch(head: Head, lines: Sequence[PayLine], out: Out) -> dict[str, str]:
    return {
        "batch": head.batch_no,
        "made_on": head.made_on.strftime(out.days),
        "count": str(len(lines)),
        "total": _amount(sum(line.amount_fen for line in lines), out),
        "payer": head.payer,
        "payer_account": head.payer_account,
    }


def _by_field(lines: Sequence[PayLine], out: Out) -> dict[str, list[str]]:
    """What the lines say, a column each."""
    return {
        "line": [str(line.line_no) for line in lines],
        "name": [line.name for line in lines],
        "account": [line.account for line in lines],
        "amount": [_amount(line.amount_fen, out) for line in lines],
        "remark": [line.remark for line in lines],
    }


def _by_line(lines: Sequence[PayLine], out: Out) -> Iterator[dict[str, str]]:
    fields = _by_field(lines, out)
    return (dict(zip(fields, values, strict=True)) for values in zip(*fields.values(), strict=True))


def _amount(amount_fen: int, out: Out) -> str:
    return yuan(amount_fen) if out.amounts == "yuan" else str(amount_fen)


def _refuse_twice(lines: Sequence[PayLine]) -> None:
    if len({line.line_no for line in lines}) == len(lines):
        return
    seen: set[int] = set()
    for line in lines:
        if line.line_no in seen:
            raise PayLineTwice(line_no=line.line_no)
        seen.add(line.line_no)


def _are_fit(lines: Sequence[PayLine]) -> bool:
    """Whether all certainly are: looked over by columns, as there are 50,000; `_refuse_unfit` says
    which is not.
    """
    _, names, accounts, amounts_fen, remarks = zip(*lines, strict=True)
    lengths, digits = set(map(len, accounts)), "".join(accounts)
    shortest, longest = _LENGTHS
    return (
        "" not in names
        and all(map(_inert, {*names, *remarks}))
        and min(lengths) >= shortest
        and max(lengths) <= longest
        and digits.isascii()
        and digits.isdigit()
        and min(amounts_fen) > 0
    )


def _refuse_unfit(line: PayLine, remarks: set[str]) -> None:
    """A text is refused, not repaired: the bank compares the name with the account's."""
    field = ""
    if not line.name or not _inert(line.name):
        field = "name"
    elif not _ACCOUNT.fullmatch(line.account):
        field = "account"
    elif line.amount_fen <= 0:
        field = "amount"
    elif line.remark not in remarks:
        field = "remark"
    if field:
        raise PayLineUnfit(line_no=line.line_no, field=field)


def _inert(text: str) -> bool:
    return text.isprintable() and text == text.strip() and not text.startswith(_FORMULA_STARTS)


def _refuse_lost(lines: Sequence[PayLine], encoding: str) -> None:
    """All are written at once; where that fails, it is looked for whose name it was."""
    try:
        texts = dict.fromkeys(text for line in lines for text in (line.name, line.remark))
        "".join(texts).encode(encoding)
    except UnicodeEncodeError as lost:
        character = lost.object[lost.start]
        at = next(line for line in lines if character in f"{line.name}{line.remark}")
        raise NameNotInEncoding(
            line_no=at.line_no, character=character, encoding=encoding
        ) from lost
