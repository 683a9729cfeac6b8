"""An officer at work on what changes: who died, who left, what late money becomes."""

from datetime import date

from sqlalchemy import select, text

from app.accounts.models import Account
from app.enrolment.fates import FateRow, FatesTold, doubt_fate, import_fates, take_fate_back
from app.evidence.append import record
from app.roster.members import members_by_index
from tests.db.giving import Giving
from tests.db.office import certno_index_of
from tests.factories import make_id, make_name


class Changing(Giving):
    """An officer who learns of changes; `second` is another officer, and another person."""

    @property
    def second(self) -> int:
        found = self.session.scalar(select(Account.id).where(Account.login == "second"))
        if found:
            return found
        union = self.session.get_one(Account, self.by).union_id
        account = Account(
            login="second", name="复核", role="officer", password_hash="-", union_id=union
        )
        self.session.add(account)
        self.session.flush()
        return account.id

    def sign(self) -> None:
        """Say in the log who the two are, as a fund's own accounts are made."""
        for account_id in (self.by, self.second):
            told = {"role": "officer", "member": None}
            record(self.session, "account.added", by=None, about=account_id, **told)

    def member(self, seed: int) -> int:
        index = certno_index_of(seed)
        return members_by_index(self.session, [index])[index]

    def fates(self, *said: tuple[int, str, date], names: bool = True) -> FatesTold:
        """A list: seed, died or retired, day."""
        rows = [
            FateRow(line, make_name(seed) if names else "", make_id(seed), fate, day)
            for line, (seed, fate, day) in enumerate(said, 2)
        ]
        return import_fates(self.session, rows, file_sha256=f"{said}", by=self.by)

    def died(self, seed: int, day: date) -> FatesTold:
        return self.fates((seed, "died", day))

    def alive(self, seed: int) -> None:
        """Taken back by two people."""
        doubt_fate(self.session, self.member(seed), by=self.by)
        take_fate_back(self.session, self.member(seed), by=self.second)

    def why(self) -> list[tuple[str, date]]:
        """Why covers were changed, and to which last days, in order."""
        rows = self.session.execute(
            text("SELECT why, ends_on FROM cover_change ORDER BY change_no")
        )
        return [(why, ends_on) for why, ends_on in rows]
