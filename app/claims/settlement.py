"""The bureau's settlement file (医保结算单): the national interface's fields by name, as CSV. Pure.

Columns come in any order; unknown ones are ignored, missing ones count as empty, except those in
NEEDED. Some exports write `psn_pay` for `psn_part_amt` and `cash_payamt` for `psn_cash_pay`; beside
the national name such a column is just unknown.

What a row must hold by itself is checked here: a `setl_id` that no row before it has, a `setl_time`
(bills are granted in its order), amounts of N16,2 below a billion yuan, negative only on a refund,
flags of 0, 1 or nothing, ISO dates, no letters in the number of an identity card but the last. An
inpatient's discharge does not lie before the admission, which decides the waiting period; of other
care, and on a refund, the days decide nothing. Whether `begndate` and `enddate` are needed depends
on the cover, so an empty one is the kernel's business. A time of day behind them is left off. The
ID is normalised and otherwise taken as it is: a bill of an unknown person is listed, not a faulty
row.

`app.claims.columns` reads many rows at once by the same rules; what it cannot, it asks here.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from app.benefits.care import CareClass, package_med_types
from app.errors import RowFault
from app.files.rows import NoHeader, columns_of, rows_of
from app.files.times import moment_of
from app.money import NotAnAmount, fen
from app.roster.identity import holds_certno, normalise_certno

NEEDED: Final = (
    *("setl_id", "certno", "med_type", "begndate", "enddate", "setl_time"),
    *("inscp_scp_amt", "hifp_pay", "hifob_pay", "hifmi_pay"),
)
SYNONYMS: Final = {"psn_pay": "psn_part_amt", "cash_payamt": "psn_cash_pay"}


class Settlement(NamedTuple):
    """One row. Names as the national interface has them; amounts in fen, an empty one is 0.

    `certno` is normalised. `refd_setl_flag`: the row is a refund. An empty `psn_part_amt` is None.
    """

    line: int
    certno_changed: bool
    refd_setl_flag: bool
    begndate: date | None
    enddate: date | None
    setl_time: datetime
    psn_part_amt: int | None
    setl_id: str
    certno: str
    init_setl_id: str
    mdtrt_id: str
    psn_no: str
    psn_name: str
    psn_cert_type: str
    psn_type: str
    insutype: str
    med_type: str
    cvlserv_flag: str
    emp_name: str
    insu_optins: str
    fixmedins_code: str
    fixmedins_name: str
    hosp_lv: str
    year: str
    dise_codg: str
    dise_name: str
    invono: str
    medfee_sumamt: int
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int
    inscp_scp_amt: int
    act_pay_dedc: int
    hifp_pay: int
    cvlserv_pay: int
    hifes_pay: int
    hifmi_pay: int
    hifob_pay: int
    maf_pay: int
    oth_pay: int
    fund_pay_sumamt: int
    acct_pay: int
    psn_cash_pay: int
    acct_mulaid_pay: int
    hosp_part_amt: int


class SettlementFile(NamedTuple):
    """rows_in == len(rows) + the lines named in `faults`."""

    rows_in: int
    rows: list[Settlement]
    faults: list[RowFault]


FIELDS: Final = Settlement._fields[2:]
TEXTS_AT: Final = FIELDS.index("setl_id")
AMOUNTS_AT: Final = FIELDS.index("medfee_sumamt")
TEXTS: Final = FIELDS[TEXTS_AT:AMOUNTS_AT]
AMOUNTS: Final = FIELDS[AMOUNTS_AT:]
_CERTNO_AT: Final = TEXTS.index("certno")
_CERT_TYPE_AT: Final = TEXTS.index("psn_cert_type")
_IDENTITY_CARD: Final = frozenset({"", "01"})
_A_NUMBER: Final = re.compile(r"[0-9A-Za-z_.\-]{1,64}")
MOST_FEN: Final = 10**11 - 1
"""No bill comes to a billion yuan: somebody's number has slipped into an amount."""


def read_settlements(content: bytes, *, anybody: bool = False) -> SettlementFile:
    """Read a file; faults of rows are listed, the other rows go on. Raises FileFault.

    `anybody`: a rule is tried; people may go by any name, not only by identity cards, and days may
    run backwards.
    """
    numbered = rows_of(content)
    header_line, names = next(numbered, (1, None))
    if names is None:
        raise NoHeader(line=header_line)
    written, names = names, national(names)
    columns = columns_of(names, header_line, known=FIELDS, needed=NEEDED)
    # A column that is missing is read from an empty cell put behind the row.
    places = [columns.get(field, -1) for field in FIELDS]
    rows: list[Settlement] = []
    faults: list[RowFault] = []
    line_of: dict[str, int] = {}
    rows_in = 0
    for line, cells in numbered:
        rows_in += 1
        if len(cells) != len(names):
            faults.append(wrong_width(line, names, cells))
            continue
        cells.append("")
        wanted = [cells[place] for place in places]
        first_line = line_of.setdefault(wanted[TEXTS_AT], line)
        try:
            row = settlement_of(line, wanted, anybody=anybody)
        except ValueError:
            faults += faults_of(line, wanted, anybody=anybody)
            continue
        if first_line == line:
            rows.append(row)
        else:
            faults.append(RowFault(line, "setl_id", "SetlIdTwice", {"first_line": first_line}))
    return SettlementFile(rows_in, rows, as_written(faults, written, names))


def sums_differ(row: Settlement) -> bool:
    """Whether the parts do not make the whole: worth a look, exports differ (domain)."""
    parts = row.fulamt_ownpay_amt + row.overlmt_selfpay + row.preselfpay_amt + row.inscp_scp_amt
    funds = row.hifp_pay + row.cvlserv_pay + row.hifes_pay + row.hifmi_pay + row.hifob_pay
    funds += row.maf_pay + row.oth_pay
    return (row.medfee_sumamt or parts) != parts or (row.fund_pay_sumamt or funds) != funds


def lettered(certno: str, cert_type: str) -> bool:
    """Whether a normalised number that should be an identity card's has letters before its end."""
    return (
        cert_type in _IDENTITY_CARD
        and not certno[:-1].isdigit()
        and any(sign.isalpha() for sign in certno[:-1])
    )


def backwards(med_type: str, admitted: date | None, discharged: date | None) -> bool:
    """Whether an inpatient's days run backwards."""
    return (
        admitted is not None
        and discharged is not None
        and discharged < admitted
        and med_type in inpatient()
    )


@cache
def inpatient() -> frozenset[str]:
    """The codes of `med_type` that are paid as inpatient care."""
    lines = package_med_types().lines
    return frozenset(line.code for line in lines if line.care_class == CareClass.INPATIENT)


def as_written(faults: list[RowFault], written: list[str], names: list[str]) -> list[RowFault]:
    """The faults under the headings the file itself has, where it uses a synonym."""
    heading = {x: y for x, y in zip(names, written, strict=True) if SYNONYMS.get(y.lower()) == x}
    return [replace(x, field=heading.get(x.field, x.field)) for x in faults] if heading else faults


def national(names: list[str]) -> list[str]:
    """The names of the national interface for those that some exports use."""
    lower = [name.lower() for name in names]
    return [ours if (ours := SYNONYMS.get(name)) and ours not in lower else name for name in lower]


def settlement_of(line: int, wanted: list[str], *, anybody: bool = False) -> Settlement:
    """The row, where every field is right. Raises ValueError."""
    flag, begndate, enddate, setl_time, psn_part = wanted[:TEXTS_AT]
    texts = wanted[TEXTS_AT:AMOUNTS_AT]
    texts[_CERTNO_AT], changed = normalise_certno(texts[_CERTNO_AT])
    if not anybody and lettered(texts[_CERTNO_AT], texts[_CERT_TYPE_AT]):
        raise ValueError
    amounts = [_fen(amount) for amount in wanted[AMOUNTS_AT:]]
    part = _fen(psn_part) if psn_part else None
    refund = _flag(flag)
    if not (texts[0] and texts[0].isprintable()) or (
        not refund and (min(amounts) < 0 or (part or 0) < 0)
    ):
        raise ValueError
    dates = (_day(begndate), _day(enddate), moment_of(setl_time))
    if not (anybody or refund) and backwards(wanted[FIELDS.index("med_type")], *dates[:2]):
        raise ValueError
    return Settlement._make((line, changed, refund, *dates, part, *texts, *amounts))


def faults_of(line: int, wanted: list[str], *, anybody: bool = False) -> list[RowFault]:
    """Every fault of a row that has some, one a field; each names the bill."""
    found: list[RowFault] = []

    def check(field: str, reason: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(wanted[FIELDS.index(field)])
        except NotAnAmount as fault:
            found.append(RowFault(line, field, fault.reason))
        except ValueError:
            found.append(RowFault(line, field, reason))
        return None

    if not wanted[TEXTS_AT]:
        found.append(RowFault(line, "setl_id", "SetlIdMissing"))
    elif not wanted[TEXTS_AT].isprintable():
        found.append(RowFault(line, "setl_id", "SetlIdMalformed"))
    certno, _ = normalise_certno(wanted[FIELDS.index("certno")])
    if not anybody and lettered(certno, wanted[FIELDS.index("psn_cert_type")]):
        found.append(RowFault(line, "certno", "CertnoCharacters"))
    refund = check("refd_setl_flag", "RefundFlagWrong", _flag)
    days = [check(field, "DateMalformed", _day) for field in ("begndate", "enddate")]
    bill = refund is False and not anybody
    turned = bill and backwards(wanted[FIELDS.index("med_type")], *days)
    found += [RowFault(line, "enddate", "DischargedBeforeAdmitted")] * turned
    if wanted[FIELDS.index("setl_time")]:
        check("setl_time", "MomentMalformed", moment_of)
    else:
        found.append(RowFault(line, "setl_time", "DateMissing"))
    for field in ("psn_part_amt", *AMOUNTS):
        amount_fen = check(field, "AmountMalformed", _fen)
        if refund is False and (amount_fen or 0) < 0:
            found.append(RowFault(line, field, "AmountNegative"))
    return [of_bill(fault, wanted[TEXTS_AT]) for fault in found]


def of_bill(fault: RowFault, setl_id: str) -> RowFault:
    """The fault with its bill's number, by which the bureau can be asked about the row.

    Of a faulty row nobody knows that its cells stand where they should: what is no number of a
    bill, or could be somebody's, is left out.
    """
    if not _A_NUMBER.fullmatch(setl_id) or holds_certno(setl_id):
        return fault
    return replace(fault, facts=fault.facts | {"setl_id": setl_id})


def wrong_width(line: int, names: list[str], cells: list[str]) -> RowFault:
    """A row with too few or too many cells: nobody knows which cell belongs to which column."""
    field = names[len(cells)] if len(cells) < len(names) else names[-1]
    return RowFault(line, field, "RowWidth", {"cells": len(cells), "columns": len(names)})


@lru_cache(maxsize=1 << 16)
def _fen(amount: str) -> int:
    amount_fen = fen(amount) if amount else 0
    if abs(amount_fen) > MOST_FEN:
        raise NotAnAmount("AmountUnlikely")
    return amount_fen


@lru_cache(maxsize=1 << 14)
def _day(text: str) -> date | None:
    return moment_of(text).date() if text else None


def _flag(text: str) -> bool:
    if text not in {"", "0", "1"}:
        raise ValueError
    return text == "1"
