"""Approved filings that two people take back, for the tests: a fund that pays them, too."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.claims.decide import approve_decision, propose_decision
from app.claims.decided import Undone, What
from app.claims.file import Filed
from app.payments.batch import Batch, prepare_batch
from app.payments.returns import take_return
from app.recoveries.standing import money_of
from app.roster.members import set_accounts
from tests.db.office import Office
from tests.db.reviewing import confirm
from tests.db.typed import PASSWORD, a_stay, file_by_hand, member_of
from tests.factories import make_account, return_file

DAY = "2023-05-10"
MADE_ON, PAID_ON = date(2024, 1, 2), "2024-01-05"
REMARK = "统筹支付漏填一位数"


class Desk:
    """An office whose members have cards, with four officers: clerk, second, third and fourth."""

    def __init__(self, session: Session, people: int = 3) -> None:
        self.session, self.office = session, Office(session)
        self.office.covered(range(people), date(2023, 1, 1))
        cards = {member_of(session, n): make_account(n) for n in range(people)}
        set_accounts(session, cards, {}, by=None)
        self.clerk = self.office.by
        self.second, self.third, self.fourth = (
            add_account(session, login, login, Role.OFFICER, PASSWORD, by=None)
            for login in ("second", "third", "fourth")
        )

    def filed(self, scope: str = "1000.00", seed: int = 0, stated: str = "", **more: str) -> Filed:
        """A filing of half of `scope`, under review."""
        made = file_by_hand(self.session, seed, a_stay(DAY, scope, stated, **more))
        self.office.drain()
        return made

    def approved(
        self, scope: str = "1000.00", seed: int = 0, stated: str = "", **more: str
    ) -> Filed:
        made = self.filed(scope, seed, stated, **more)
        confirm(self.session, made.claim_id, by=self.second)
        return made

    def send(self) -> Batch:
        pair = {"prepared_by": self.clerk, "approved_by": self.second}
        return prepare_batch(self.session, 2023, made_on=MADE_ON, **pair)

    def paid(self, fen: int) -> None:
        """What is payable now is sent, one line of so much, and the bank has paid it."""
        self.answer(self.send(), fen)

    def answer(self, batch: Batch, fen: int, says: str = "成功") -> None:
        file = return_file(batch.number, [(1, f"{fen / 100:.2f}", says, PAID_ON)])
        take_return(self.session, file, by=self.second)

    def propose(self, claim: int, **changed) -> int:
        how = {"reason": Undone.FIGURES, "remark": REMARK, "by": self.third} | changed
        return propose_decision(self.session, claim, What.UNDO, **how)

    def undo(self, claim: int, **changed) -> int:
        """Both of them; drained. The run."""
        run = approve_decision(self.session, self.propose(claim, **changed), by=self.fourth)
        self.office.drain()
        return run

    def open_fen(self, claim: int, seed: int = 0) -> int:
        """What the member owes of it."""
        found = money_of(self.session, member_of(self.session, seed), claim)
        return found.excess.open_fen if found else 0

    def acts(self, claim: int) -> list[str]:
        asked = text("SELECT act FROM claim_move WHERE claim_id = :claim ORDER BY seq")
        return [*self.session.scalars(asked, {"claim": claim})]
