"""Two district unions below the city's, each with an officer, a unit and gifts of its own.

Unit 1 is the north's, 2 the south's, 3 the city federation's; `acting` says whose officer works.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.clock import today
from app.enrolment.gift_open import open_gift
from app.money import yuan
from app.payments.batch import prepare_batch
from app.payments.lines import sent_lines
from app.payments.returns import take_return
from app.roster.members import known, members_by_index
from app.roster.units import add_unit
from app.unions.models import Union
from tests.db.giving import Giving
from tests.db.office import certno_index_of
from tests.factories import make_uscc, return_file

NORTH, SOUTH, CITY = 1, 2, 3
NAMES = {NORTH: "北区", SOUTH: "南区", CITY: "市"}
PASSWORD = "a good long password"


class Districts(Giving):
    """The city's officer, and one of each district."""

    def __post_init__(self) -> None:
        super().__post_init__()
        top = self.session.get_one(Account, self.by).union_id
        self.unions, self.officers = {CITY: top}, {CITY: self.by}
        for district in (NORTH, SOUTH):
            union = Union(name=f"{NAMES[district]}总工会", parent_id=top)
            self.session.add(union)
            self.session.flush()
            self.unions[district] = union.id
            asked = (f"officer{district}", NAMES[district], Role.OFFICER, PASSWORD)
            made = add_account(self.session, *asked, by=self.by, union_id=union.id)
            self.officers[district] = made
        for district, union_id in self.unions.items():
            add_unit(
                self.session,
                uscc=make_uscc(district),
                name=f"{NAMES[district]}单位",
                union_id=union_id,
                unit_percent=50,
                by=self.by,
            )

    @contextmanager
    def acting(self, whose: int) -> Iterator[None]:
        """Work as this union's officer."""
        before, self.by = self.by, self.officers[whose]
        yield
        self.by = before

    def open_of(self, whose: int, name: str, **more: object) -> None:
        """A campaign of this union."""
        days = {"opens_on": more.pop("opens_on"), "closes_on": more.pop("closes_on")}
        asked = {"quota": 9, "term_months": 12, **more, **days}
        asked.setdefault("by", self.officers[whose])
        open_gift(self.session, name=name, union_id=self.unions[whose], **asked)  # type: ignore[arg-type]

    def member(self, seed: int) -> int:
        """The member that a seed is."""
        index = certno_index_of(seed)
        return members_by_index(self.session, [index])[index]

    def is_called(self, seed: int) -> tuple[str, bytes]:
        """A member's name and account as they are known."""
        found = known(self.session, [self.member(seed)])[self.member(seed)]
        return found.name, found.account_index

    def pay(self, year: int) -> None:
        """Send what is payable of a year; all of it arrives."""
        second = self.session.scalar(select(Account.id).where(Account.login == "second"))
        asked = ("second", "乙", Role.OFFICER, PASSWORD)
        second = second or add_account(self.session, *asked, by=self.by)
        batch = prepare_batch(
            self.session, year, prepared_by=self.by, approved_by=second, made_on=today()
        )
        lines = sent_lines(self.session, batch.id)
        answers = [(x.line, yuan(x.amount_fen), "成功", today().isoformat(), "") for x in lines]
        take_return(self.session, return_file(batch.number, answers), by=second)
