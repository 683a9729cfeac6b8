"""Autumn: rosters within the window, notices of payment, and the money that follows them."""

from datetime import date, timedelta

from app.demo.played import trouble
from app.demo.played.files import roster_file
from app.demo.played.office import Office, Said, expect
from app.demo.played.plan import YEAR
from app.demo.reading import read
from app.enrolment.enrol import Asked, enrol
from app.roster.units import Registered

STARTS_ON = date(YEAR, 1, 1)


def registered(office: Office, number: int) -> Registered:
    """A planned unit as it is registered."""
    unit = office.plan.units[number]
    return Registered(office.units[number], unit.uscc, unit.name, unit.unit_percent)


def enrol_everybody(office: Office) -> Said:
    """Every unit's roster, each on its day of the window."""
    people = 0
    for number in range(len(office.plan.units)):
        day = date(2023, 10, 9) + timedelta(days=number)
        file = read(roster_file(office.plan, number), day)
        unit = registered(office, number)
        asked = Asked(
            unit=unit,
            year=YEAR,
            starts_on=STARTS_ON,
            confirmed_on=day,
            unit_percent=unit.unit_percent,
            file_sha256=file.sha256,
            unreadable=file.unreadable,
            entered_on=day,
        )
        with office.turn() as session:
            done = enrol(session, asked, file.rows, by=office.one)
        office.due_fen[number] = done.due_fen
        people += len(done.enrolled)
    return Said(
        date(2023, 11, 28),
        f"花名册 {len(office.units)} 份，参保 {people} 人",
        f"{len(office.units)} rosters, {people} people are enrolled",
    )


def units_pay(office: Office) -> Said:
    """Most pay what their notice says; two bad statements come before the good one."""
    for number, due_fen in office.due_fen.items():
        office.bank.moved(*trouble.contribution(office, number, due_fen))
    office.bank.moved(*trouble.others())
    trouble.refuse_files(office)
    done = office.take_statement()
    trouble.take_again(office)
    waiting = done.counts.get("suspense", 0) + done.counts.get("unexplained", 0)
    expect(waiting == trouble.WAITING, "four lines wait for an officer")
    return Said(
        date(2023, 12, 28),
        f"银行对账单 {done.lines} 行：缴费 {done.counts['receipt']} 笔，待查 {waiting} 笔",
        f"a statement: {done.lines} lines, {done.counts['receipt']} contributions, {waiting} wait",
    )
