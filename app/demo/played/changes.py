"""In the course of the year: joiners and leavers, a merger, a split, gifts, money paid online."""

import contextvars
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Final

from app.clock import CHINA
from app.contributions.reference import notice_reference
from app.demo.files import written
from app.demo.played.autumn import registered
from app.demo.played.bank import BankLine
from app.demo.played.files import change_file
from app.demo.played.office import Office, Said, do_promised, expect, member_of, said_by_two
from app.demo.played.plan import INTO, MERGED, PARTED, QUOTA, SPLIT, YEAR
from app.demo.reading import read
from app.enrolment.changes import Changed, read_changes, take_changes
from app.enrolment.enrol import Asked
from app.enrolment.gift_enrol import GiftAsked, Given, give
from app.enrolment.gift_open import Gift, open_gift
from app.files.workbook import read_book
from app.online.order import order_for_unit
from app.online.provider import Paid
from app.online.settle import unsettled
from app.online.take import take_paid
from app.recoveries.confirm_line import Payout
from app.units.ask import ask_merge, ask_split
from app.units.decide import approve

PROVIDER: Final = "simulated"
ONLINE: Final = 2
"""The unit that pays online."""


def join_and_leave(office: Office) -> Said:
    """Three units send a list of who came and who went; two pay by the bank, one online."""
    day, starts_on = date(YEAR, 3, 20), date(YEAR, 4, 1)
    joined = left = 0
    for number in range(3):
        changed = _change(office, number, day, starts_on)
        enrolled = changed.enrolled
        expect(bool(enrolled and not changed.faults), "every joiner and leaver is taken")
        if not enrolled:
            continue
        joined, left = joined + len(enrolled.enrolled), left + len(changed.left.new)
        paid_on = day + timedelta(days=3)
        if number == ONLINE:
            _pay_online(office, number, enrolled.due_fen, paid_on)
        else:
            name, account = office.plan.units[number].name, office.plan.unit_account(number)
            remark = notice_reference(office.units[number], YEAR)
            office.bank.moved(BankLine(paid_on, enrolled.due_fen, name, remark, account))
    return Said(
        day,
        f"增员 {joined} 人，减员 {left} 人；一个单位在线缴费",
        f"{joined} people join and {left} leave; one unit pays online",
    )


def _change(office: Office, number: int, day: date, starts_on: date) -> Changed:
    data = change_file(office.plan, number, day)
    changes = read_changes(read_book(data), day)
    unit = registered(office, number)
    asked = Asked(
        unit=unit,
        year=YEAR,
        starts_on=starts_on,
        confirmed_on=day,
        unit_percent=unit.unit_percent,
        file_sha256=hashlib.sha256(data).hexdigest(),
        entered_on=day,
    )
    with office.turn() as session:
        return take_changes(session, asked, changes.joiners, changes.leavers, by=office.one)


def _pay_online(office: Office, number: int, due_fen: int, day: date) -> None:
    """An order, the provider's call-back twice, and what it pays out to the bank less its fee."""
    unit_id = office.units[number]
    with office.turn() as session:
        order = order_for_unit(session, unit_id, YEAR, due_fen, by=office.one, provider=PROVIDER)
    at = datetime.combine(day, time(9), CHINA)
    paid = Paid(f"4200{day:%Y%m%d}0001", order.out_trade_no, due_fen, at)
    for again in (False, True):
        with office.turn() as session:
            taken = take_paid(session, PROVIDER, paid)
            expect(taken.again is again, "a call-back counts once")
            do_promised(session)
    fee_fen, booked_on = due_fen * 6 // 1000, day + timedelta(days=1)
    reference = f"JS{day:%Y%m%d}"
    office.take_statement(BankLine(booked_on, due_fen - fee_fen, "支付平台", reference))
    with office.turn() as session:
        expect(bool(unsettled(session, PROVIDER)), "the payment waits for its payout")
    said_by_two(office, reference, Payout(PROVIDER, fee_fen, (paid.transaction_id,)))


def merge_and_split(office: Office) -> Said:
    """One unit goes into another; of a third a part goes to a fourth."""
    day, units = date(YEAR, 7, 1), office.units
    with office.turn() as session:
        merged = ask_merge(session, units[MERGED], units[INTO], day, by=office.one)
        people = [member_of(session, office, x) for x in office.plan.staff[SPLIT][:3]]
        split = ask_split(session, units[SPLIT], units[PARTED], day, people, by=office.one)
    for asked in (merged, split):
        with office.turn() as session:
            approve(session, asked.request_id, by=office.two, with_password=False)
            do_promised(session)
    return Said(
        day, "一个单位并入另一单位，一个单位分出 3 人", "a merger, and a split of three people"
    )


def fill_gift(office: Office) -> Said:
    """Two offices give the places of one campaign at the same moment: no place is given twice."""
    opens_on = date(YEAR, 5, 1)
    with office.turn() as session:
        gift = open_gift(
            session,
            name="骑手关爱",
            union_id=office.top,
            quota=QUOTA,
            term_months=6,
            opens_on=opens_on,
            closes_on=date(YEAR, 6, 30),
            by=office.one,
        )
    middle = len(office.plan.gifted) // 2
    lists = (office.plan.gifted[:middle], office.plan.gifted[middle:])
    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(contextvars.copy_context().run, _give, office, gift, people, by)
            for people, by in zip(lists, (office.one, office.two), strict=True)
        ]
        given = [each.result() for each in asked]
    places = sum(len(each.enrolled) for each in given)
    expect(places == QUOTA, "as many places are given as there are")
    with office.turn() as session:
        do_promised(session)
    wanted = len(office.plan.gifted)
    return Said(
        opens_on,
        f"两个经办机构同时赠送：{wanted} 人申请，名额 {QUOTA} 个，送出 {places} 个",
        f"two offices give at once: {wanted} people, {QUOTA} places, {places} given",
    )


def _give(office: Office, gift: Gift, people: Sequence[int], by: int) -> Given:
    starts_on = gift.opens_on
    file = read(written([office.plan.row(x) for x in people], "csv", YEAR), starts_on)
    asked = GiftAsked(gift, starts_on, starts_on - timedelta(days=5), file.sha256)
    with office.beside() as session:
        return give(session, asked, file.rows, by=by)
