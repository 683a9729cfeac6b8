"""One bill of the bureau as it is planned, and its row in a settlement file. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from app.demo.amounts import AMOUNTS, parts, totals
from app.demo.draw import Draw
from app.demo.places import HOSPITALS
from app.money import yuan

_WHO: Final = ("setl_id", "init_setl_id", "mdtrt_id", "psn_name", "psn_cert_type", "certno")
_WHAT: Final = ("insutype", "med_type", "fixmedins_code", "fixmedins_name", "hosp_lv")
_WHEN: Final = ("begndate", "enddate", "setl_time", "year", "dise_codg", "dise_name", "invono")
COLUMNS: Final = (*_WHO, *_WHAT, *_WHEN, "refd_setl_flag", *AMOUNTS)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill. `feed`: the month it is sent in, counted from year 0.

    `percent`: of what it would come to by chance (a corrected state: other than 100). `total_fen`:
    where it is told and not drawn, then with `borne_fen` borne and `own_fen` outside the scope.
    `stay`: the number of the stay it belongs to.
    """

    number: int
    person: int
    feed: int
    med_type: str
    begins_on: date
    ends_on: date
    hospital: int
    disease: tuple[str, str]
    stay: int
    percent: int = 100
    refund: bool = False
    part_told: bool = True
    told: tuple[int, int, int] | None = None
    """Total, borne by the person in all, wholly own; in fen."""

    @property
    def inpatient(self) -> bool:
        """Whether it is a stay."""
        return self.begins_on != self.ends_on

    @property
    def setl_id(self) -> str:
        """The bureau's number; a refund has one of its own."""
        return f"{'R' if self.refund else 'S'}4105{self.ends_on:%Y%m%d}{self.number:08d}"

    @property
    def setl_time(self) -> str:
        """The moment it was settled; undone, where it is a refund, the month it is sent."""
        minute = self.number * 7919 % 540
        day = self.ends_on if not self.refund else first_of(self.feed)
        return f"{day.isoformat()} {8 + minute // 60:02d}:{minute % 60:02d}:{self.number % 60:02d}"


def month(day: date) -> int:
    """A month as a number."""
    return day.year * 12 + day.month - 1


def first_of(number: int) -> date:
    """The first day of a month."""
    return date(number // 12, number % 12 + 1, 1)


def last_of(number: int) -> date:
    """The last day of a month."""
    return date.fromordinal(first_of(number + 1).toordinal() - 1)


def undone_by(bill: Bill, feed: int) -> Bill:
    """The refund of a bill, sent in another month."""
    return replace(bill, feed=feed, refund=True)


def rows(
    draw: Draw, bills: Sequence[Bill], names: dict[int, str], certnos: dict[int, str]
) -> Iterator[list[str]]:
    """The rows of a settlement file, in the order given."""
    for bill, amounts in zip(bills, _amounts(draw, bills), strict=True):
        sign = -1 if bill.refund else 1
        hospital = HOSPITALS[bill.hospital]
        written = [yuan(sign * fen) for fen in amounts]
        if not bill.part_told:
            written[AMOUNTS.index("psn_part_amt")] = ""
        yield [
            bill.setl_id,
            replace(bill, refund=False).setl_id if bill.refund else "",
            f"V{bill.stay:09d}",
            names[bill.person],
            "01",
            certnos[bill.person],
            "310",
            bill.med_type,
            hospital.code,
            hospital.name,
            hospital.level,
            bill.begins_on.isoformat(),
            bill.ends_on.isoformat(),
            bill.setl_time,
            str(bill.ends_on.year),
            *bill.disease,
            f"{bill.number:012d}",
            "1" if bill.refund else "0",
            *written,
        ]


def _amounts(draw: Draw, bills: Sequence[Bill]) -> Iterable[list[int]]:
    """AMOUNTS of each bill, in fen."""
    if not bills:
        return []
    numbers = np.array([bill.number for bill in bills], np.int64)
    stays = np.array([bill.inpatient for bill in bills], np.int64)
    percent = np.array([bill.percent for bill in bills], np.int64)
    total_fen = totals(draw, numbers, stays) * percent // 100
    columns = parts(draw, numbers, total_fen, stays, [HOSPITALS[x.hospital].level for x in bills])
    drawn = np.stack([columns[name] for name in AMOUNTS], axis=1).tolist()
    return [_told(*x.told) if x.told else row for x, row in zip(bills, drawn, strict=True)]


def _told(total_fen: int, person_fen: int, own_fen: int) -> list[int]:
    """A bill whose figures are told: what the person does not pay, basic insurance pays."""
    basic_fen = total_fen - person_fen
    told = {
        "medfee_sumamt": total_fen,
        "fulamt_ownpay_amt": own_fen,
        "inscp_scp_amt": total_fen - own_fen,
        "hifp_pay": basic_fen,
        "fund_pay_sumamt": basic_fen,
        "psn_part_amt": person_fen,
        "psn_cash_pay": person_fen,
    }
    return [told.get(name, 0) for name in AMOUNTS]
