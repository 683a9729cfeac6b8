"""Rows as the kernel's columns. Pure."""

from collections.abc import Sequence

import numpy as np

from app.adjudication.bills import Bill, CoverInForce, Live
from app.adjudication.order import GivenBack
from app.benefits.care import CARES, MedTypes, package_med_types
from app.benefits.columns import (
    ALL_CARES,
    EPOCH,
    MISSING_FEN,
    Bills,
    Code,
    Covers,
    Day,
    Granted,
    Whole,
    days,
)
from app.claims.decided import BY_ADMISSION, TREATED_AS, WAIVED


def stay_numbers(bills: Sequence[Bill], live: Sequence[Live]) -> dict[str, int]:
    """A number for every stay named; 0 where none is."""
    named = dict.fromkeys(["", *(x.mdtrt_id for x in bills), *(x.mdtrt_id for x in live)])
    return {stay: number for number, stay in enumerate(named)}


def bills_of(bills: Sequence[Bill], stays: dict[str, int], table: MedTypes) -> Bills:
    """Bills as columns, in their order."""
    settled = np.array([bill.setl_time.toordinal() - EPOCH for bill in bills], np.int32)

    def fen(name: str) -> Whole:
        return np.array([getattr(bill, name) for bill in bills], np.int64)

    part = [MISSING_FEN if x.psn_part_amt is None else x.psn_part_amt for x in bills]
    return Bills(
        member=fen("member_id"),
        care=_cares(bills, table.classify([bill.med_type for bill in bills], settled)),
        refunded=np.array([bill.refunded for bill in bills], np.bool_),
        admitted_day=days(bill.begndate for bill in bills),
        discharged_day=days(
            bill.begndate if bill.decided == BY_ADMISSION else bill.enddate for bill in bills
        ),
        settled_day=settled,
        stay=np.array([stays[bill.mdtrt_id] for bill in bills], np.int64),
        inscp_scp=fen("inscp_scp_amt"),
        hifp=fen("hifp_pay"),
        hifob=fen("hifob_pay"),
        hifmi=fen("hifmi_pay"),
        act_pay_dedc=fen("act_pay_dedc"),
        psn_part=np.array(part, np.int64),
        fulamt_ownpay=fen("fulamt_ownpay_amt"),
        overlmt_selfpay=fen("overlmt_selfpay"),
        preselfpay=fen("preselfpay_amt"),
        waived=np.array([bill.decided == WAIVED for bill in bills], np.bool_),
    )


def cares_of(numbers: Whole, codes: Sequence[str], settled: Day) -> Code:
    """The care of each bill, whose `med_type` is told by its place in `codes`."""
    care = np.empty(len(settled), np.uint8)
    for number, code in enumerate(codes):
        of_code = np.flatnonzero(numbers == number)
        care[of_code] = package_med_types().classify([code] * len(of_code), settled[of_code])
    return care


def _cares(bills: Sequence[Bill], care: Code) -> Code:
    """The care of each bill, as people decided where they did."""
    for row, bill in enumerate(bills):
        if bill.decided is not None:
            care[row] = TREATED_AS.get(bill.decided, care[row])
    return care


def covers_of(covers: Sequence[CoverInForce]) -> Covers:
    """Covers as columns, in their order."""
    return Covers(
        member=np.array([x.member_id for x in covers], np.int64),
        starts_day=days(x.starts_on for x in covers),
        ends_day=days(x.ends_on for x in covers),
        waits_until=days(x.waits_until for x in covers),
        cares=np.array([mask(x.cares) for x in covers], np.uint8),
    )


def mask(cares: Sequence[str] | None) -> int:
    """Cares as bits; all where none are named."""
    return sum(1 << CARES.index(care) for care in cares) if cares else ALL_CARES


def given_back(bills: Sequence[Bill], live: dict[int, Live], stays: dict[str, int]) -> GivenBack:
    """What each bill's claim holds by its live determination."""
    held = [live.get(bill.claim_id) for bill in bills] if live else [None] * len(bills)
    grants = [x if x and x.refusal is None else None for x in held]
    return GivenBack(
        held=np.array([x is not None for x in grants], np.bool_),
        care=np.array([CARES.index(x.care) if x and x.care else 0 for x in grants], np.uint8),
        benefit_year=np.array([x.benefit_year or 0 if x else 0 for x in grants], np.int64),
        payable_fen=np.array([x.payable_fen if x else 0 for x in grants], np.int64),
        stay=np.array([stays[x.mdtrt_id] if x else 0 for x in grants], np.int64),
        base_fen=np.array([x.base_fen or 0 if x else 0 for x in grants], np.int64),
    )


def granted_of(
    used: Sequence[tuple[int, str, int, int]],
    stays_so_far: Sequence[tuple[int, str, int, str, int]],
    stays: dict[str, int],
) -> Granted:
    """(member, care, year, used) and (member, care, year, stay, base) as columns."""
    known = [row for row in stays_so_far if row[3] in stays]

    def column(rows: Sequence[tuple[object, ...]], place: int) -> Whole:
        return np.array([row[place] for row in rows], np.int64)

    return Granted(
        member=column(used, 0),
        care=np.array([CARES.index(row[1]) for row in used], np.uint8),
        benefit_year=column(used, 2),
        used_fen=column(used, 3),
        stay_member=column(known, 0),
        stay_care=np.array([CARES.index(row[1]) for row in known], np.uint8),
        stay_benefit_year=column(known, 2),
        stay=np.array([stays[row[3]] for row in known], np.int64),
        stay_base_fen=column(known, 4),
    )
