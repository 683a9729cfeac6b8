"""Bills that are held, refused or unknown, and bills that are undone or corrected later. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from app.demo.bills import Bill, month, undone_by
from app.demo.claims import Planning, window_of
from app.demo.draw import Draw, Whole
from app.demo.illness import CHRONIC, INJURY, NOT_PAID_TYPES, STAYS
from app.demo.places import HOSPITALS
from app.demo.scale import Scale
from app.demo.terms import Covered, PlannedCover


def special(
    planning: Planning, draw: Draw, scale: Scale, covered: Covered, people: Sequence[int]
) -> None:
    """Bills that are held, not paid or refused, of `people` who have nothing else."""
    last = month(scale.last_feed)
    for place, person in enumerate(people):
        covers = covered.of(person)
        if not covers:
            continue
        cover = covers[-1]
        window = window_of(cover, scale.last_feed)
        if window is None or (window[1] - window[0]).days < 40:  # noqa: PLR2004 - room for a stay
            continue
        day = draw.one((window[1] - window[0]).days - 30, "special", person)
        ends_on = window[0] + timedelta(days=30 + day)
        bill = Bill(
            number=planning.next_number(),
            person=person,
            feed=month(ends_on),
            med_type="21",
            begins_on=ends_on - timedelta(days=6),
            ends_on=ends_on,
            hospital=place % len(HOSPITALS),
            disease=STAYS[place % len(STAYS)][:2],
            stay=planning.last_number,
        )
        planning.out.bills.append(_special(bill, place, covers, last))


def _special(bill: Bill, place: int, covers: Sequence[PlannedCover], last: int) -> Bill:
    match place % 10:
        case 0 | 1:
            return replace(bill, med_type="22", disease=INJURY[:2])
        case 2:
            return replace(bill, med_type="140201", disease=CHRONIC[0][:2], begins_on=bill.ends_on)
        case 3 | 4 | 5:
            return replace(
                bill,
                med_type=NOT_PAID_TYPES[place // 10 % len(NOT_PAID_TYPES)],
                begins_on=bill.ends_on,
            )
        case 6:
            return replace(bill, med_type="9907")
        case 7 | 8:
            return _out_of_cover(bill, covers)
        case _:
            return _while_waiting(bill, covers, last)


def _out_of_cover(bill: Bill, covers: Sequence[PlannedCover]) -> Bill:
    """Discharged before the first cover began."""
    begins = covers[0].term.starts_on - timedelta(days=12)
    ends = begins + timedelta(days=7)
    feed = max(month(ends), month(covers[0].term.starts_on))
    return replace(bill, begins_on=begins, ends_on=ends, feed=feed)


def _while_waiting(bill: Bill, covers: Sequence[PlannedCover], last: int) -> Bill:
    waits = [x for x in covers if x.waits_until]
    if not waits:
        return replace(bill, med_type=NOT_PAID_TYPES[0], begins_on=bill.ends_on)
    begins = waits[0].term.starts_on + timedelta(days=5)
    ends = begins + timedelta(days=9)
    return replace(bill, begins_on=begins, ends_on=ends, feed=min(month(ends), last))


def changed_later(planning: Planning, draw: Draw, scale: Scale, years: dict[int, int]) -> None:
    """Refunds and corrections of bills that were sent before; `years`: bill -> benefit year."""
    last = month(scale.last_feed)
    ripe = [b for b in planning.out.bills if b.number in years and b.feed + 4 < last]
    ripe = [b for b in ripe if planning.paid(b, years[b.number]) and not planning.card_closed(b)]
    order = np.argsort(draw.bits("changes", np.array([b.number for b in ripe])), kind="stable")
    chosen = [ripe[place] for place in order[: max(9, len(ripe) // 80)].tolist()]
    for place, bill in enumerate(chosen):
        later = bill.feed + 2
        match place % 3:
            case 0:
                planning.out.bills.append(undone_by(bill, later))
                planning.out.will_be_paid.discard(bill.number)
            case 1:
                planning.out.bills.append(replace(bill, feed=later, percent=80))
                if planning.sent_between(bill.feed, later):
                    planning.out.will_be_paid.discard(bill.number)
            case _:
                planning.out.bills.append(replace(bill, feed=later, percent=115))


def strangers(planning: Planning, people: Whole) -> None:
    """Bills of people who are in no roster: known bills, with another person."""
    known = [bill for bill in planning.out.bills if bill.med_type == "21" and not bill.told]
    for bill, person in zip(known, people.tolist(), strict=False):
        number = planning.next_number()
        planning.out.bills.append(replace(bill, number=number, person=person, stay=number))
