"""Two officers who close and reverse; one of them has a second account."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.contributions.subsidise import receive_subsidy
from app.ledger.close import Closed, close
from app.ledger.models import JournalEntry
from app.ledger.reverse import Reversed
from app.online.take_back import reverse
from app.unions.models import Union
from tests.db.office import Office
from tests.factories import make_id

PASSWORD = "correct horse battery"


class Officers:
    """A fund with a union and its officers."""

    def __init__(self, session: Session) -> None:
        self.session = session
        Office(session).enrol([0], date(2022, 1, 1))
        self.union = session.scalars(select(Union.id).order_by(Union.id)).first()
        self.one = self._add("one", certno=make_id(0))
        self.two = self._add("two")
        self.one_again = self._add("again")
        member = session.scalar(select(Account.member_id).where(Account.id == self.one))
        session.get_one(Account, self.one_again).member_id = member
        session.flush()

    def _add(self, login: str, **more: Any) -> int:
        return add_account(self.session, login, login, Role.OFFICER, PASSWORD, by=None, **more)

    def close(self, period: str) -> Closed:
        return close(self.session, period, closed_by=self.one, approved_by=self.two)

    def subsidy(self, day: date, fen: int) -> int:
        """The number of the entry that books it."""
        receive_subsidy(
            self.session,
            union_id=self.union,
            year=day.year,
            amount_fen=fen,
            received_on=day,
            reference=f"S{day}{fen}",
            by=self.one,
        )
        return self.session.execute(select(func.max(JournalEntry.id))).scalar_one()

    def reverse(self, entry_id: int, *, why: str = "重复登记", **more: Any) -> Reversed:
        by = {"reversed_by": self.one, "approved_by": self.two}
        return reverse(self.session, entry_id, why=why, **by, **more)
