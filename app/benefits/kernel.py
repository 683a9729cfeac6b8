"""The kernel: bills, covers, schemes and what was granted before in; determinations out.

Pure: columns in, columns out, no loop over bills, no clock, no database; the same arguments give
the same answer for ever. The steps, in the order the fund's rules name them:

1. refused by what the bill is: refunded, held, not paid, unknown, declined by people;
2. the cover that holds the bill's day; the scheme in force on the day that cover starts;
3. refused by cover: none, a care that scheme or cover does not have, waiting;
4. base = max(0, min(formula, borne)): what insurance left, and no more than the member bears;
5. gross: the bands on the base, or on what the base adds to its stay, each rounded once, half up;
6. room: the cap less what the member was granted for this care in this benefit year;
7. payable = min(gross, room).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.benefits.benefit import PAYERS
from app.benefits.care import CARES
from app.benefits.columns import (
    MISSING_DAY,
    MISSING_FEN,
    NO_CAP,
    Bills,
    Code,
    Covers,
    Day,
    Determinations,
    Flag,
    Granted,
    Index,
    Refused,
    Whole,
    years_of,
)
from app.benefits.matching import match
from app.benefits.running import grouped, sum_before, summable
from app.benefits.tariffs import Schemes
from app.errors import Refusal

_REFUSED_AS: Final = np.array(
    [
        *(Refused.NO, Refused.NO, Refused.HELD, Refused.NOT_IN_SCHEME),
        *(Refused.UNKNOWN_MED_TYPE, Refused.DECLINED),
    ],
    np.uint8,
)

MOST_SUM: Final = 1 << 62


class StayTooLarge(Refusal):
    """The bases of one stay add up to more than the kernel counts, 46 million milliard yuan."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """Steps 1-4, which look at each bill by itself. `rule`: see Schemes; `open`: not refused."""

    care: Code
    cover: Index
    scheme: Index
    rule: Index
    benefit_year: Whole
    refusal: Code
    open: Flag
    base: Whole


def determine(bills: Bills, covers: Covers, schemes: Schemes, granted: Granted) -> Determinations:
    """Determine bills, each seeing what those before it and `granted` took.

    One claim, a batch of a drain, and a year: all go through here.
    """
    assessed = assess(bills, covers, schemes)
    stay_before = _stay_before(bills, assessed, schemes, granted)
    gross = _gross(assessed, schemes, stay_before)
    room = _room(bills, assessed, schemes, granted, gross)
    return _answer(assessed, stay_before, gross, room)


def determine_against(
    bills: Bills, covers: Covers, schemes: Schemes, stay_before: Whole, used_before: Whole
) -> Determinations:
    """Determine bills, each against what is given for it: base before it in its stay, used before.

    For recomputing the past, where reversals came between: each recorded determination is
    recomputed against the record of what stood before it.
    """
    assessed = assess(bills, covers, schemes)
    stays = assessed.open & schemes.per_stay[assessed.rule] & (bills.stay != 0)
    before = np.where(stays, stay_before, 0)
    gross = _gross(assessed, schemes, before)
    cap = schemes.cap[assessed.rule]
    room = np.where(cap == NO_CAP, NO_CAP, np.maximum(cap - used_before, 0))
    room[~assessed.open] = 0
    return _answer(assessed, before, gross, room)


def assess(bills: Bills, covers: Covers, schemes: Schemes) -> Assessed:
    """Find each bill's cover, scheme and base, or why it is refused."""
    refusal = _REFUSED_AS[bills.care]
    refusal[bills.refunded] = Refused.REFUNDED
    asks = refusal == Refused.NO
    care = np.where(asks, bills.care, 0)
    scheme_of_cover = np.append(schemes.starting(covers.starts_day), -1)
    cover, undated = _covered(bills, care, covers, scheme_of_cover[:-1], schemes)
    cover[~asks] = -1
    scheme = scheme_of_cover[cover]
    rule = scheme * len(CARES) + care

    _refuse(refusal, undated, Refused.DATE_MISSING)
    _refuse(refusal, cover < 0, Refused.NO_COVER)
    in_cover = (np.append(covers.cares, np.uint8(0))[cover] >> care) & 1
    _refuse(refusal, ~schemes.pays[rule] | (in_cover == 0), Refused.NOT_IN_SCHEME)
    _refuse_waiting(refusal, bills, covers, cover, schemes.waits_by[rule])

    granted = refusal == Refused.NO
    return Assessed(
        care=bills.care,
        cover=cover,
        scheme=scheme,
        rule=rule,
        benefit_year=np.append(years_of(covers.starts_day), np.int16(0))[cover].astype(np.int64),
        refusal=refusal,
        open=granted,
        base=np.where(granted, _base(bills, schemes, rule), 0),
    )


def _covered(
    bills: Bills, care: Code, covers: Covers, scheme: Index, schemes: Schemes
) -> tuple[Index, Flag]:
    """Each bill's cover, and whether the day it is looked for on is missing.

    Which day a cover must hold is its scheme's rule. Where schemes differ, each is asked by its
    own; of two covers that both hold their day the one that starts first is taken.
    """
    found = np.full(len(bills), -1, np.intp)
    undated = np.zeros(len(bills), np.bool_)
    starts = np.append(covers.starts_day, np.iinfo(np.int32).max)
    for falls_on, places in _by_day(scheme, schemes):
        day = _days(bills)[falls_on[0]].copy()
        for other, by_day in enumerate(falls_on[1:], 1):
            np.copyto(day, _days(bills)[by_day], where=care == other)
        undated |= day == MISSING_DAY
        if places is None:
            return match(bills.member, day, covers), undated
        some = Covers(*(getattr(covers, name)[places] for name in covers.__slots__))
        here = np.append(places, -1)[match(bills.member, day, some)]
        found = np.where(starts[here] < starts[found], here, found)
    return found, undated


def _by_day(scheme: Index, schemes: Schemes) -> Iterator[tuple[tuple[int, ...], Index | None]]:
    """The days, one a care, that covers are found by, with the covers' places; None: all covers."""
    falls_on = [tuple(rows) for rows in schemes.falls_on.reshape(-1, len(CARES)).tolist()]
    ways = list(dict.fromkeys(falls_on))
    for way in ways:
        of_way = np.array([each == way for each in falls_on])
        yield way, None if len(ways) == 1 else np.flatnonzero(of_way[scheme])


def _days(bills: Bills) -> tuple[Day, ...]:
    """In the order of BILL_DAYS."""
    return bills.admitted_day, bills.discharged_day, bills.settled_day


def _refuse(refusal: Code, where: Flag, reason: Refused) -> None:
    refusal[where & (refusal == Refused.NO)] = reason


def _refuse_waiting(
    refusal: Code, bills: Bills, covers: Covers, cover: Index, waits_by: Index
) -> None:
    """Refuse what lies before the first paying day, or does not say where it lies.

    Of a bill that people waived the waiting for, nothing is asked.
    """
    until = np.append(covers.waits_until, np.int32(MISSING_DAY))[cover]
    waits = np.flatnonzero((until != MISSING_DAY) & (refusal == Refused.NO) & ~bills.waived)
    if len(waits):
        day = np.choose(waits_by[waits], [column[waits] for column in _days(bills)])
        refusal[waits[day < until[waits]]] = Refused.WAITING
        refusal[waits[day == MISSING_DAY]] = Refused.DATE_MISSING


def _base(bills: Bills, schemes: Schemes, rule: Index) -> Whole:
    """max(0, min(formula, borne)), without the deductible where the scheme excludes it."""
    base = bills.inscp_scp.copy()
    paid = {"hifp_pay": bills.hifp, "hifob_pay": bills.hifob, "hifmi_pay": bills.hifmi}
    for place, payer in enumerate(PAYERS):
        deducts = schemes.deducts[:, place]
        # What a bill without a rule comes to does not matter: it is refused.
        where = True if deducts[schemes.pays].all() else deducts[rule]
        np.subtract(base, paid[payer], out=base, where=where)
    borne = bills.psn_part - bills.fulamt_ownpay - bills.overlmt_selfpay - bills.preselfpay
    np.minimum(base, borne, out=base, where=bills.psn_part != MISSING_FEN)
    if schemes.excludes_deductible.any():
        base -= np.where(schemes.excludes_deductible[rule], bills.act_pay_dedc, 0)
    return np.maximum(base, 0, out=base)


def _stay_before(bills: Bills, assessed: Assessed, schemes: Schemes, granted: Granted) -> Whole:
    """Of bills whose bands run over the stay: the base granted in it before them; else 0."""
    before = np.zeros(len(bills), np.int64)
    rows = np.flatnonzero(assessed.open & schemes.per_stay[assessed.rule] & (bills.stay != 0))
    if not len(rows):
        return before
    base = np.concatenate((granted.stay_base_fen, assessed.base[rows]))
    # What was granted before stands first, so that each stay's sum begins with it.
    order, begins = grouped(
        np.concatenate((granted.stay_member, bills.member[rows])),
        np.concatenate((granted.stay_care, assessed.care[rows])),
        np.concatenate((granted.stay_benefit_year, assessed.benefit_year[rows])),
        np.concatenate((granted.stay, bills.stay[rows])),
    )
    sums = sum_before(summable(base)[order], begins)
    if sums.max() > MOST_SUM:
        raise StayTooLarge
    in_order = np.empty(len(order), np.int64)
    in_order[order] = sums
    before[rows] = in_order[len(granted.stay) :]
    return before


def _gross(assessed: Assessed, schemes: Schemes, stay_before: Whole) -> Whole:
    """The bands on each base; in a stay, on the sum with it less on the sum before it."""
    gross = np.zeros(len(assessed.base), np.int64)
    tariff = schemes.tariff[assessed.rule]
    for place, bands in enumerate(schemes.tariffs):
        rows = np.flatnonzero(assessed.open & (tariff == place))
        if len(rows):
            base, before = assessed.base[rows], stay_before[rows]
            gross[rows] = bands.gross(before + base)
            if before.any():
                gross[rows] -= bands.gross(before)
    return gross


def _room(
    bills: Bills, assessed: Assessed, schemes: Schemes, granted: Granted, gross: Whole
) -> Whole:
    """What each bill's entitlement has left before it; NO_CAP where nothing limits it."""
    cap = schemes.cap[assessed.rule]
    room = np.where(assessed.open, NO_CAP, 0)
    rows = np.flatnonzero(assessed.open & (cap != NO_CAP))
    if not len(rows):
        return room
    limit = cap[rows]
    # Nobody takes more than the cap, so cutting there changes no room and keeps the sums small.
    most = schemes.cap.max()
    asked = np.concatenate((np.minimum(granted.used_fen, most), np.minimum(gross[rows], limit)))
    order, begins = grouped(
        np.concatenate((granted.member, bills.member[rows])),
        np.concatenate((granted.care, assessed.care[rows])),
        np.concatenate((granted.benefit_year, assessed.benefit_year[rows])),
    )
    in_order = np.empty(len(order), np.int64)
    in_order[order] = np.minimum(sum_before(summable(asked)[order], begins), most)
    room[rows] = np.maximum(limit - in_order[len(granted.member) :], 0)
    return room


def _answer(assessed: Assessed, stay_before: Whole, gross: Whole, room: Whole) -> Determinations:
    payable = gross.copy()
    np.minimum(gross, room, out=payable, where=room != NO_CAP)
    return Determinations(
        care=assessed.care,
        cover=assessed.cover,
        scheme=assessed.scheme,
        benefit_year=assessed.benefit_year,
        refusal=assessed.refusal,
        stay_before=stay_before,
        base=assessed.base,
        gross=gross,
        room=room,
        payable=payable,
    )
