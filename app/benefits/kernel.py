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

Bills are looked at a block at a time, so that the columns of a step are still near the processor
when the next one asks for them; where the bills of a member stand together, so are their sums.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.benefits.benefit import PAYERS
from app.benefits.care import CARES
from app.benefits.columns import (
    BLOCK,
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
    part,
)
from app.benefits.ruled import Ruled, days_of, ruled
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
    stay_before, gross, room = (np.empty(len(bills), np.int64) for _ in range(3))
    for rows in _apart(bills.member, granted):
        some, theirs = part(bills, rows), part(assessed, rows)
        stay_before[rows] = _stay_before(some, theirs, schemes, granted)
        gross[rows] = _gross(theirs, schemes, stay_before[rows])
        room[rows] = _room(some, theirs, schemes, granted, gross[rows])
    return _answer(assessed, stay_before, gross, room)


def _apart(member: Whole, granted: Granted) -> Iterator[slice]:
    """Blocks of bills that have no member in common; one of all, where members come in no order.

    What stands granted would be looked through with every block.
    """
    count, begin = len(member), 0
    known = len(granted.member) + len(granted.stay)
    if known or count <= BLOCK or (member[1:] < member[:-1]).any():
        yield slice(count)
        return
    while begin < count:
        last = member[min(begin + BLOCK, count) - 1]
        end = int(np.searchsorted(member, last, side="right"))
        yield slice(begin, end)
        begin = end


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
    asked, found = ruled(covers, schemes), _unassessed(len(bills))
    for at in range(0, len(bills), BLOCK):
        rows = slice(at, at + BLOCK)
        _assess(part(bills, rows), asked, schemes, part(found, rows))
    return found


def _unassessed(count: int) -> Assessed:
    cover, scheme, rule = (np.empty(count, np.intp) for _ in range(3))
    care, refusal = (np.empty(count, np.uint8) for _ in range(2))
    year, base = (np.empty(count, np.int64) for _ in range(2))
    return Assessed(care, cover, scheme, rule, year, refusal, np.empty(count, np.bool_), base)


def _assess(bills: Bills, asked: Ruled, schemes: Schemes, found: Assessed) -> None:
    """Some bills, into columns that are there."""
    refusal = np.where(bills.refunded, np.uint8(Refused.REFUNDED), _REFUSED_AS[bills.care])
    asks = refusal == Refused.NO
    care = np.where(asks, bills.care, 0)
    cover, facts, undated = asked.covering(bills, care, asks)
    covered = cover >= 0
    scheme = np.where(covered, facts["scheme"], np.int8(-1)).astype(np.intp)
    rule = scheme * len(CARES) + care

    _refuse(refusal, undated, Refused.DATE_MISSING)
    _refuse(refusal, ~covered, Refused.NO_COVER)
    in_cover = (facts["cares"] >> care) & schemes.pays.view(np.uint8)[rule]
    _refuse(refusal, in_cover & 1 == 0, Refused.NOT_IN_SCHEME)
    _refuse_waiting(refusal, bills, facts["waits_until"], schemes.waits_by, rule)

    found.cover[:], found.scheme[:], found.rule[:] = cover, scheme, rule
    found.benefit_year[:] = np.where(covered, facts["benefit_year"], np.int16(0))
    found.care[:], found.refusal[:] = bills.care, refusal
    np.equal(refusal, Refused.NO, out=found.open)
    found.base[:] = np.where(found.open, _base(bills, schemes, rule), 0)


def _refuse(refusal: Code, where: Flag, reason: Refused) -> None:
    np.copyto(refusal, np.uint8(reason), where=where & (refusal == Refused.NO))


def _refuse_waiting(refusal: Code, bills: Bills, until: Day, waits_by: Index, rule: Index) -> None:
    """Refuse what lies before the first paying day, or does not say where it lies.

    Of a bill that people waived the waiting for, nothing is asked.
    """
    days = days_of(bills)
    # A day that is missing lies before all; of a cover that does not wait, no day before `until`.
    early = np.minimum(np.minimum(days[0], days[1]), days[2]) < until
    waits = np.flatnonzero(early & (refusal == Refused.NO) & ~bills.waived)
    if len(waits):
        day = np.choose(waits_by[rule[waits]], [column[waits] for column in days])
        refusal[waits[day < until[waits]]] = Refused.WAITING
        refusal[waits[day == MISSING_DAY]] = Refused.DATE_MISSING


def _base(bills: Bills, schemes: Schemes, rule: Index) -> Whole:
    """max(0, min(formula, borne)), without the deductible where the scheme excludes it."""
    base = bills.inscp_scp.copy()
    paid = {"hifp_pay": bills.hifp, "hifob_pay": bills.hifob, "hifmi_pay": bills.hifmi}
    for place, payer in enumerate(PAYERS):
        deducts = schemes.deducts[:, place]
        # What a bill without a rule comes to does not matter: it is refused.
        everywhere = deducts[schemes.pays].all()
        base -= paid[payer] if everywhere else np.where(deducts[rule], paid[payer], 0)
    borne = bills.psn_part - bills.fulamt_ownpay
    borne -= bills.overlmt_selfpay
    borne -= bills.preselfpay
    np.minimum(base, borne, out=borne)
    base = np.where(bills.psn_part != MISSING_FEN, borne, base)
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
    for at in range(0, len(gross), BLOCK):
        rows = slice(at, at + BLOCK)
        _gross_of(part(assessed, rows), schemes, stay_before[rows], gross[rows])
    return gross


def _gross_of(assessed: Assessed, schemes: Schemes, before: Whole, gross: Whole) -> None:
    """Of some bills, into a column that is there."""
    tariff = np.where(assessed.open, schemes.tariff[assessed.rule], -1)
    later = before.any()
    for place, bands in enumerate(schemes.tariffs):
        rows = np.flatnonzero(tariff == place)
        if not len(rows):
            continue
        base = assessed.base[rows]
        if not later:
            gross[rows] = bands.gross(base)
            continue
        stood = before[rows]
        gross[rows] = bands.gross(stood + base)
        again = np.flatnonzero(stood)
        gross[rows[again]] -= bands.gross(stood[again])


def _room(
    bills: Bills, assessed: Assessed, schemes: Schemes, granted: Granted, gross: Whole
) -> Whole:
    """What each bill's entitlement has left before it; NO_CAP where nothing limits it."""
    room = np.where(assessed.open, NO_CAP, 0)
    rows = np.flatnonzero(assessed.open & (schemes.cap != NO_CAP)[assessed.rule])
    if not len(rows):
        return room
    limit = schemes.cap[assessed.rule[rows]]
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
    # NO_CAP is -1, and without a sign larger than any gross.
    payable = np.minimum(gross.view(np.uint64), room.view(np.uint64)).view(np.int64)
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
