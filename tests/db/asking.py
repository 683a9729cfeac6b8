"""Units for the tests: asked for by one officer, approved by another; in two districts."""

from datetime import date

from sqlalchemy import select

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.clock import today
from app.roster.now import UnitNow, unit_now
from app.roster.units import unit_of
from app.units.ask import ask_change, ask_contact, ask_merge, ask_registration, ask_split
from app.units.asked import Change, Contact, Registration
from app.units.decide import Approved, approve
from tests.db.districts import CITY, NORTH, PASSWORD, Districts
from tests.factories import make_uscc

PHONE, ACCOUNT = "138 0000 1234", "4100-0000-0000-5678"


class Asking(Districts):
    """`second` is the city's second officer, who approves what the officer at work asks for."""

    def __post_init__(self) -> None:
        super().__post_init__()
        asked = ("deputy", "乙", Role.OFFICER, PASSWORD)
        found = self.session.scalar(select(Account.id).where(Account.login == "deputy"))
        self.second = found or add_account(self.session, *asked, by=self.by)

    def wish(self, seed: int = 11, district: int = NORTH, **other: object) -> Registration:
        given: dict[str, object] = {
            "uscc": make_uscc(seed),
            "name": f"第{seed}小学",
            "union_id": self.unions[district],
            "unit_percent": 60,
            "contact": "王联系",
            "phone": PHONE,
            "account": ACCOUNT,
            "bank": "市商业银行",
            "from_on": date(2020, 1, 1),
        }
        return Registration(**given | other)  # type: ignore[arg-type]

    def register(self, seed: int = 11, district: int = NORTH, **other: object) -> Approved:
        """A unit asks by itself, the city's second officer approves."""
        asked = ask_registration(self.session, self.wish(seed, district, **other), by=None)
        return approve(self.session, asked.request_id, by=self.second)

    def unit_id(self, seed: int) -> int:
        """The unit that a seed is: NORTH, SOUTH and CITY were registered directly."""
        return unit_of(self.session, make_uscc(seed)).id

    def now(self, unit_id: int) -> UnitNow:
        return unit_now(self.session, unit_id)

    def change(self, unit_id: int, from_on: date | None = None, **new: object) -> None:
        wanted = Change(from_on or today(), **new)  # type: ignore[arg-type]
        asked = ask_change(self.session, unit_id, wanted, by=self.by)
        approve(self.session, asked.request_id, by=self.second)

    def name_contact(self, unit_id: int, name: str = "李新") -> Approved:
        asked = ask_contact(self.session, unit_id, Contact(name, PHONE), by=self.by)
        return approve(self.session, asked.request_id, by=self.second)

    def merge(self, unit_id: int, into_id: int, on: date | None = None) -> None:
        asked = ask_merge(self.session, unit_id, into_id, on or today(), by=self.by)
        approve(self.session, asked.request_id, by=self.second)

    def split(self, unit_id: int, to_id: int, seeds: list[int], on: date | None = None) -> None:
        members = [self.member(seed) for seed in seeds]
        asked = ask_split(self.session, unit_id, to_id, on or today(), members, by=self.by)
        approve(self.session, asked.request_id, by=self.second)

    def account(self, login: str) -> Account:
        found = select(Account).where(Account.login == login)
        return self.session.scalars(found.execution_options(populate_existing=True)).one()


__all__ = ["ACCOUNT", "CITY", "NORTH", "PHONE", "Asking"]
