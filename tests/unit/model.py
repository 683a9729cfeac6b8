"""The fund's rules once more, written apart from the kernel: one bill after another, in fractions.

It shares nothing with the application but the words of its answers, the figures included.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

INPATIENT = {"21", "23", "24", "25", "26", "28"}
CHRONIC = {"14", "140104"}
HELD = {"22", "140201"}
NOT_PAID = {"11", "12", "13", "19", "27", "41", "51", "52", "53"}


@dataclass
class Cover:
    certno: str
    starts_on: date
    ends_on: date
    waits_until: date | None = None
    cares: frozenset[str] = frozenset({"inpatient", "chronic"})


@dataclass
class Bill:
    setl_id: str
    certno: str
    med_type: str
    begndate: date | None
    enddate: date | None
    setl_time: datetime
    inscp_scp_amt: int = 0
    hifp_pay: int = 0
    hifob_pay: int = 0
    hifmi_pay: int = 0
    psn_part_amt: int | None = None
    fulamt_ownpay_amt: int = 0
    overlmt_selfpay: int = 0
    preselfpay_amt: int = 0
    mdtrt_id: str = ""
    refd_setl_flag: bool = False
    init_setl_id: str = ""


@dataclass
class Fund:
    """What stands granted."""

    used: dict[tuple[str, str, int], int] = field(default_factory=lambda: defaultdict(int))
    stays: dict[tuple[str, int, str], int] = field(default_factory=lambda: defaultdict(int))


def scheme_on(day: date) -> str:
    if day < date(2019, 10, 1):
        return ""
    for last, scheme in (("2020", "2019"), ("2021", "2021"), ("2022", "2022")):
        if day <= date(int(last), 12, 31):
            return scheme
    return "2023"


def half_up(amount: Fraction) -> int:
    doubled = amount * 2
    return (doubled.numerator // doubled.denominator + 1) // 2


def gross_of(scheme: str, care: str, base: int) -> int:
    if care == "chronic":
        return half_up(base * Fraction(20, 100))
    if scheme == "2019" and base <= 100_000:
        return half_up(base * Fraction(30, 100))
    if scheme == "2019":
        return half_up(100_000 * Fraction(30, 100) + (base - 100_000) * Fraction(50, 100))
    return half_up(base * Fraction(50, 100))


def cap_of(scheme: str, care: str) -> int | None:
    if scheme == "2019":
        return None
    return 10_000_000 if care == "inpatient" else 300_000


def base_of(care: str, bill: Bill) -> int:
    base = bill.inscp_scp_amt - bill.hifp_pay
    if care == "inpatient":
        base -= bill.hifob_pay + bill.hifmi_pay
    if bill.psn_part_amt is not None:
        outside = bill.fulamt_ownpay_amt + bill.overlmt_selfpay + bill.preselfpay_amt
        base = min(base, bill.psn_part_amt - outside)
    return max(0, base)


def care_of(med_type: str) -> str:
    if med_type in INPATIENT:
        return "inpatient"
    return "chronic" if med_type in CHRONIC else ""


def text(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def determine_one(  # noqa: PLR0911 - one return a reason
    bill: Bill, undone: bool, covers: Sequence[Cover], fund: Fund
) -> tuple[str, ...]:
    """The cells of D.csv for one bill, behind its care; the fund moves on."""

    def refused(reason: str, scheme: str = "") -> tuple[str, ...]:
        return (scheme, "", "", "", "0.00", reason)

    if undone:
        return refused("refunded")
    if bill.med_type in HELD:
        return refused("held")
    if bill.med_type in NOT_PAID:
        return refused("not_in_scheme")
    care = care_of(bill.med_type)
    if not care:
        return refused("unknown_med_type")
    falls_on = bill.enddate if care == "inpatient" else bill.setl_time.date()
    waits_by = bill.begndate if care == "inpatient" else bill.setl_time.date()
    held = [x for x in covers if x.certno == bill.certno and x.starts_on <= falls_on <= x.ends_on]
    if not held:
        return refused("no_cover")
    cover = held[0]
    scheme = scheme_on(cover.starts_on)
    if not scheme or care not in cover.cares or (scheme == "2019" and care == "chronic"):
        return refused("not_in_scheme", scheme)
    if cover.waits_until is not None and waits_by < cover.waits_until:
        return refused("waiting", scheme)
    return granted(bill, care, scheme, cover.starts_on.year, fund)


def granted(bill: Bill, care: str, scheme: str, year: int, fund: Fund) -> tuple[str, ...]:
    base = base_of(care, bill)
    before = 0
    if scheme == "2019" and bill.mdtrt_id:
        stay = (bill.certno, year, bill.mdtrt_id)
        before = fund.stays[stay]
        fund.stays[stay] += base
    gross = gross_of(scheme, care, before + base) - gross_of(scheme, care, before)
    cap = cap_of(scheme, care)
    room = None if cap is None else cap - fund.used[bill.certno, care, year]
    payable = gross if room is None else min(gross, room)
    fund.used[bill.certno, care, year] += payable
    return (scheme, text(base), text(gross), "" if room is None else text(room), text(payable), "")


def determine(
    covers: Sequence[Cover],
    bills: Sequence[Bill],
    fund: Fund | None = None,
    undone: set[str] | None = None,
) -> list[tuple[str, ...]]:
    """The rows of D.csv for a run, in the order of `bills`."""
    fund = Fund() if fund is None else fund
    if undone is None:
        undone = undone_by(bills)
    answers = {}
    for bill in sorted(bills, key=lambda x: (x.setl_time, [ord(char) for char in x.setl_id])):
        is_undone = bill.refd_setl_flag or bill.setl_id in undone
        cells = determine_one(bill, is_undone, covers, fund)
        answers[bill.setl_id] = (bill.setl_id, bill.certno, care_of(bill.med_type), *cells)
    return [answers[bill.setl_id] for bill in bills]


def undone_by(bills: Sequence[Bill]) -> set[str]:
    return {bill.init_setl_id for bill in bills if bill.refd_setl_flag and bill.init_setl_id}


def twelve_months(starts_on: date) -> date:
    """The last day of twelve months: the day before the next day with this name.

    29 February has no such day in the next year; there 1 March ends the walk.
    """
    leap_day = (starts_on.month, starts_on.day) == (2, 29)
    name = (3, 1) if leap_day else (starts_on.month, starts_on.day)
    day = starts_on + timedelta(days=2)
    while (day.month, day.day) != name:
        day += timedelta(days=1)
    return day - timedelta(days=1)
