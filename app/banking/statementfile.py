"""Read a bank's statement file by its format. Pure."""

import logging
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import mt940

from app.banking.bank_lines import BankLine
from app.banking.statement import ReadStatement, Stated
from app.banking.statement_format import StatementFormat
from app.banking.statement_table import LONGEST, read_table
from app.errors import FileFault, RowFault
from app.files.faults import FileTooBig
from app.files.kind import MAX_BYTES
from app.files.text import text_of

_NAME: Final = re.compile(r"/NAME/([^/\n]+)")
_ACCOUNT: Final = re.compile(r"/(?:IBAN|ACCW|ORDP/ID)/([0-9A-Z]+)")
_NO_NUMBER: Final = {"", "NONREF"}
_FORMULA_STARTS: Final = "=+-@'\uff1d\uff0b\uff0d\uff20"
# The library logs the lines it cannot read: names and account numbers of those who paid.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)
_MESSAGE: Final = re.compile(r"^:20:", re.MULTILINE)


class StatementNotSwift(FileFault):
    """It is no MT940 message, or more than one account's."""


def read_statement(data: bytes, form: StatementFormat) -> ReadStatement:
    """Read a file. Raises what its kind's reader raises."""
    return _READERS[form.kind](data, form)


def _read_swift(data: bytes, _form: StatementFormat) -> ReadStatement:
    if len(data) > MAX_BYTES:
        raise FileTooBig(limit="20 MB")
    text = text_of(data).replace("\r\n", "\n")
    if len(_MESSAGE.findall(text)) != 1:
        raise StatementNotSwift
    try:
        found = mt940.parse(text)
    except Exception as wrong:  # the library raises whatever its patterns meet
        raise StatementNotSwift from wrong
    opening = found.data.get("final_opening_balance")
    closing = found.data.get("final_closing_balance")
    if opening is None or closing is None:
        raise StatementNotSwift
    faults: list[RowFault] = []
    lines = [_line(at, x.data, faults) for at, x in enumerate(found, 1)]
    stated = Stated(
        account=found.data.get("account_identification"),
        opening_fen=_fen(opening.amount.amount),
        closing_fen=_fen(closing.amount.amount),
    )
    return ReadStatement(stated, lines, faults)


def _line(at: int, said: dict[str, Any], faults: list[RowFault]) -> BankLine:
    details = " ".join((said.get("transaction_details") or "").split("\n"))
    reference = said.get("customer_reference") or ""
    name, account = _NAME.search(details), _ACCOUNT.search(details)
    remark = " ".join(x for x in (details, "" if reference in _NO_NUMBER else reference) if x)
    if not remark.isprintable() or remark.startswith(tuple(_FORMULA_STARTS)):
        faults.append(RowFault(at, "remark", "StatementTextOdd"))
        remark = "".join(x if x.isprintable() else " " for x in remark).lstrip(_FORMULA_STARTS)
    serial = said.get("bank_reference") or ""
    return BankLine(
        line=at,
        booked_on=said.get("entry_date") or said["date"],
        value_day=said["date"],
        amount_fen=_fen(said["amount"].amount),
        balance_fen=None,
        serial="" if serial in _NO_NUMBER else serial.strip(),
        payer_name=name[1].strip() if name else "",
        payer_account=account[1] if account else "",
        remark=remark.strip()[:LONGEST],
    )


def _fen(amount: Decimal) -> int:
    exact = amount * 100
    if exact != exact.to_integral_value():
        raise StatementNotSwift
    return int(exact)


_READERS: Final[dict[str, Callable[[bytes, StatementFormat], ReadStatement]]] = {
    "table": read_table,
    "mt940": _read_swift,
}
