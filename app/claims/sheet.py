"""A settlement sheet (结算单) as a person types it: read, and checked for what it means. Pure.

Fields have the national interface's names. Shape is the feed's (`app.claims.settlement`): amounts
of N16,2, ISO days, texts nobody has to guess at. Beyond that a typed sheet must be complete where
the computation needs it, because nobody can ask the hospital's computer: days of an inpatient stay,
the total, what lies inside the scope, what the person bore (without it the base would be larger).
Parts that do not make the total are flagged, not refused: sheets differ (domain).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.benefits.care import CareClass, package_med_types
from app.errors import RowFault
from app.files.times import day_of, moment_of
from app.money import NotAnAmount, fen
from app.roster.identity import holds_certno

DAYS: Final = ("begndate", "enddate", "setl_time")
NEEDED: Final = ("medfee_sumamt", "psn_part_amt", "inscp_scp_amt")
AMOUNTS: Final = (
    *("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"),
    *("act_pay_dedc", "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay"),
    *("oth_pay", "psn_part_amt", "acct_pay", "psn_cash_pay", "acct_mulaid_pay"),
)
LONGEST: Final = {
    "stated_setl_id": 30,
    "med_type": 6,
    "fixmedins_name": 200,
    "dise_codg": 30,
    "invono": 20,
}
TEXTS: Final = tuple(LONGEST)
FIELDS: Final = (
    *("stated_setl_id", "med_type", "fixmedins_name", "begndate", "enddate", "setl_time"),
    *("dise_codg", "invono"),
    *AMOUNTS,
)
"""Every field, in the order of the paper."""

KINDS: Final = ("21", "24", "25", "28", "14", "22")
"""The kinds of care a person can tell from the sheet, the usual ones first."""

MOST_FEN: Final = 10_000_000_000
"""100 million yuan: more than any stay costs, and far below what would upset a sum."""

EARLIEST: Final = date(1990, 1, 1)
"""Before any basic medical insurance: the year is mistyped ("24" for 2024 makes a date 0024)."""

OWN_BEGINS: Final = "HZ-"
_OWN: Final = re.compile(r"HZ-[0-9]{4}-[0-9]{6,}")
_NUMBER: Final = re.compile(r"[0-9A-Za-z_.\-]+")
_DISEASE: Final = re.compile(r"M[0-9]{5}")
_ILLNESS: Final = re.compile(r"[A-Za-z][0-9][0-9A-Za-z.+*]{0,12}")
"""A code of the classification of diseases (I63.900), or a chronic disease's."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a paper sheet; amounts in fen. `stated_setl_id`: its number, if it has one."""

    stated_setl_id: str
    med_type: str
    fixmedins_name: str
    begndate: date | None
    enddate: date | None
    setl_time: datetime
    dise_codg: str
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
    psn_part_amt: int
    acct_pay: int
    psn_cash_pay: int
    acct_mulaid_pay: int


def own_number(year: int, number: int) -> str:
    """The fund's own number of a bill that the bureau has not sent."""
    return f"HZ-{year:04d}-{number:06d}"


def is_own_number(setl_id: str) -> bool:
    """Whether a number is of the kind the fund gives; the bureau's never are."""
    return _OWN.fullmatch(setl_id) is not None


def read_sheet(texts: Mapping[str, str], today: date) -> tuple[Sheet | None, list[RowFault]]:
    """The sheet, or None and every fault, one a field; `line` of a fault is 1: it is one row.

    Fields that are no sheet's are ignored, a missing one is empty.
    """
    read: dict[str, Any] = {}
    faults: dict[str, RowFault] = {}
    for field in FIELDS:
        try:
            read[field] = _READS.get(field, _text)(texts.get(field, "").strip())
        except NotAnAmount as wrong:
            faults[field] = RowFault(1, field, wrong.reason)
        except ValueError as wrong:
            faults[field] = RowFault(1, field, str(wrong))
    for field in NEEDED:
        if not texts.get(field, "").strip():
            faults[field] = RowFault(1, field, "AmountMissing")
    if not texts.get("setl_time", "").strip():
        faults["setl_time"] = RowFault(1, "setl_time", "DateMissing")
    for fault in _meaning(read, today):
        faults.setdefault(fault.field, fault)
    if faults:
        return None, [faults[field] for field in FIELDS if field in faults]
    return Sheet(**read), []


def faults_of(sheet: Sheet, today: date) -> list[RowFault]:
    """What is wrong with a sheet's meaning, one a field, in the order of the paper."""
    faults: dict[str, RowFault] = {}
    for fault in _meaning({field: getattr(sheet, field) for field in FIELDS}, today):
        faults.setdefault(fault.field, fault)
    return [faults[field] for field in FIELDS if field in faults]


def _meaning(read: Mapping[str, Any], today: date) -> Iterator[RowFault]:
    """Faults in meaning of the fields that could be read."""
    yield from _text_faults(read)
    yield from _day_faults(read, today)
    for field in AMOUNTS:
        if read.get(field, 0) < 0:
            yield RowFault(1, field, "SheetNegative")
        elif read.get(field, 0) > MOST_FEN:
            yield RowFault(1, field, "SheetTooLarge")
    if read.get("medfee_sumamt") == 0:
        yield RowFault(1, "medfee_sumamt", "AmountMissing")
    elif MOST_FEN >= read.get("inscp_scp_amt", 0) > read.get("medfee_sumamt", MOST_FEN) > 0:
        yield RowFault(1, "inscp_scp_amt", "SheetScopeOverTotal")


def _text_faults(read: Mapping[str, Any]) -> Iterator[RowFault]:
    for field, longest in LONGEST.items():
        text = read.get(field, "")
        if not text.isprintable():
            yield RowFault(1, field, "SheetUnprintable")
        elif len(text) > longest:
            yield RowFault(1, field, "SheetTextTooLong", {"longest": longest})
        elif holds_certno(text):
            yield RowFault(1, field, "SheetHoldsCertno")
    if not read.get("fixmedins_name"):
        yield RowFault(1, "fixmedins_name", "HospitalMissing")
    if read.get("med_type") not in KINDS:
        yield RowFault(1, "med_type", "SheetKindWrong")
    stated = read.get("stated_setl_id")
    if stated and not _NUMBER.fullmatch(stated):
        yield RowFault(1, "stated_setl_id", "StatedNumberWrong")
    elif stated and is_own_number(stated):
        yield RowFault(1, "stated_setl_id", "StatedNumberOwn")
    yield from _code_faults(read)


def _code_faults(read: Mapping[str, Any]) -> Iterator[RowFault]:
    """Codes are codes, so that nobody's name or telephone stands there."""
    if read.get("invono") and not _NUMBER.fullmatch(read["invono"]):
        yield RowFault(1, "invono", "InvoiceNumberWrong")
    wanted = _DISEASE if read.get("med_type") == "14" else _ILLNESS
    if read.get("dise_codg") and not wanted.fullmatch(read["dise_codg"]):
        yield RowFault(1, "dise_codg", "DiseaseCodeWrong")


def _day_faults(read: Mapping[str, Any], today: date) -> Iterator[RowFault]:
    admitted, discharged, settled = (read.get(field) for field in DAYS)
    if read.get("med_type") in _STAYS:
        for field in ("begndate", "enddate"):
            if field in read and read[field] is None:
                yield RowFault(1, field, "DateMissing")
    days = (admitted, discharged, settled and settled.date())
    for field, day in zip(DAYS, days, strict=True):
        if day and day > today:
            yield RowFault(1, field, "DayToCome")
        elif day and day < EARLIEST:
            yield RowFault(1, field, "DayLongAgo")
    if admitted and discharged and discharged < admitted:
        yield RowFault(1, "enddate", "DischargedBeforeAdmitted")
    if settled and admitted and settled.date() < admitted:
        yield RowFault(1, "setl_time", "SettledBeforeAdmitted")


def _stays() -> frozenset[str]:
    """The kinds that are stays: they have days of admission and discharge."""
    table = package_med_types()
    chronic = {line.code for line in table.lines if line.care_class is CareClass.CHRONIC}
    return frozenset(KINDS) - chronic


def _text(text: str) -> str:
    return text


def _amount(text: str) -> int:
    return fen(text) if text else 0


def _day(text: str) -> date | None:
    try:
        return day_of(text) if text else None
    except ValueError:
        raise ValueError("DateMalformed") from None


def _moment(text: str) -> datetime | None:
    try:
        return moment_of(text) if text else None
    except ValueError:
        raise ValueError("MomentMalformed") from None


_STAYS: Final = _stays()
_READS: Final[dict[str, Callable[[str], Any]]] = {
    "begndate": _day,
    "enddate": _day,
    "setl_time": _moment,
    **dict.fromkeys(AMOUNTS, _amount),
}
