"""Officers of the city federation who write and publish a scheme, for the tests."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.schemes.draft import Draft, open_next
from app.unions.models import Union
from tests.db.office import Office

PASSWORD = "a good long password"


class Federation(Office):
    """The clerk drafts; a second officer can publish."""

    def _clerk(self) -> int:
        """As the program makes it, so that the log says so."""
        union = Union(name="市总工会")
        self.session.add(union)
        self.session.flush()
        who = ("clerk", "经办", Role.OFFICER, PASSWORD)
        return add_account(self.session, *who, by=None, union_id=union.id)

    def officer(self, login: str, union_id: int | None = None) -> int:
        top = self.session.get_one(Account, self.by).union_id
        return add_account(
            self.session,
            login,
            "经办二",
            Role.OFFICER,
            PASSWORD,
            by=self.by,
            union_id=union_id or top,
        )

    def district(self) -> int:
        top = self.session.get_one(Account, self.by).union_id
        union = Union(name="北区总工会", parent_id=top)
        self.session.add(union)
        self.session.flush()
        return union.id

    def draft(self, year: int = 2030) -> Draft:
        return open_next(self.session, year, from_year=year - 1, by=self.by)


def count(session: Session, table: str) -> int:
    return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
