"""The office opens: officers, districts, the fund's account, next year's scheme, fifty units."""

import hashlib
from datetime import date
from typing import Final

from app.accounts.add import add_account
from app.accounts.models import Role
from app.banking.add_account import add_fund_account
from app.demo.accounts import add_staff, federation, third_officer
from app.demo.places import DISTRICTS
from app.demo.played.bank import HOLDER, NAME, NUMBER
from app.demo.played.files import unit_file
from app.demo.played.office import ACCOUNT, Office, Said, expect
from app.demo.played.plan import BY_FILE, YEAR
from app.files.workbook import read_book
from app.schemes.draft import draft, open_next, set_figures
from app.schemes.publish_draft import publish_draft
from app.unions.open import add_union
from app.units.ask import ask_registration
from app.units.asked import Registration
from app.units.decide import approve, approve_file
from app.units.sheet import read_units
from app.units.take_in import take_in

_OPENED: Final = date(2023, 9, 1)
_REGISTERED: Final = date(2023, 9, 20)
_WINDOW: Final[dict[str, object]] = {
    "enrolment": {"from": "2023-10-08", "to": "2023-12-15", "mid_year": True}
}


def open_office(office: Office) -> Said:
    """Officers of the federation and of each district, and the account at the bank."""
    with office.turn() as session:
        office.one, office.two = add_staff(session)
        office.third = third_officer(session)
        office.top = federation(session)
        for number, district in enumerate(DISTRICTS):
            union = add_union(session, f"{district}总工会", parent_id=office.top, by=office.one)
            named = (f"county{number + 1}", f"{district}经办", Role.OFFICER, None)
            office.county.append(add_account(session, *named, by=office.one, union_id=union))
            office.districts.append(union)
        add_fund_account(
            session,
            code=ACCOUNT,
            holder=HOLDER,
            bank=NAME,
            number=NUMBER,
            statement_format_name="plain",
            payment_format="plain",
            by=office.one,
        )
    count = len(office.districts)
    return Said(
        _OPENED,
        f"市总工会和 {count} 个区县工会的经办人到位，资金账户已登记",
        f"the federation's officers and those of {count} districts begin; the fund has an account",
    )


def publish_year(office: Office) -> Said:
    """Next year's rules: the last year's with a window, published by who did not write them."""
    with office.turn() as session:
        opened = open_next(session, YEAR, from_year=YEAR - 1, by=office.one)
        set_figures(session, opened.id, _WINDOW, by=office.one)
    with office.turn() as session:
        digest = draft(session, opened.id).digest
        publish_draft(session, opened.id, digest=digest, by=office.two)
    return Said(
        date(2023, 9, 5),
        f"{YEAR} 年度方案由上年方案开出，另一人发布",
        f"the scheme of {YEAR} is opened from the last and published by another officer",
    )


def register_units(office: Office) -> Said:
    """Most ask for themselves and their district approves; the others come in a file."""
    own = len(office.plan.units) - BY_FILE
    for number in range(own):
        wanted = _registration(office, number)
        with office.turn() as session:
            asked = ask_registration(session, wanted, by=None)
        with office.turn() as session:
            county = office.county[office.plan.units[number].district]
            done = approve(session, asked.request_id, by=county, with_password=False)
            office.units.append(done.unit_id)
    data = unit_file(office.plan, range(own, len(office.plan.units)))
    sha256 = hashlib.sha256(data).hexdigest()
    with office.turn() as session:
        take_in(session, read_units(read_book(data)), file_sha256=sha256, by=office.one)
    with office.turn() as session:
        approved, left = approve_file(session, sha256, by=office.two)
        expect(not left, "every unit of the file is approved")
        office.units += [each.unit_id for each in approved]
    return Said(
        _REGISTERED,
        f"登记单位 {len(office.units)} 个：自行申请 {own} 个，文件导入 {BY_FILE} 个",
        f"{len(office.units)} units are registered: {own} asked, {BY_FILE} came in a file",
    )


def _registration(office: Office, number: int) -> Registration:
    unit = office.plan.units[number]
    return Registration(
        unit.uscc,
        unit.name,
        office.districts[unit.district],
        unit.unit_percent,
        office.plan.people.names[office.plan.staff[number][0]],
        f"0372{number:07d}",
        office.plan.unit_account(number),
        "某银行",
        _REGISTERED,
    )
