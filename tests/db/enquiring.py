"""Two districts with a member who asks, for tests of enquiries and of helping."""

from datetime import date

from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from tests.db.districts import CITY, NORTH, SOUTH, Districts
from tests.factories import make_id, make_name

ASKER, OTHER = 100, 101
"""Members by their seed: the north's and the south's."""


class Town:
    """Ids of accounts, unions and members. The asker is covered by the north's unit."""

    def __init__(self, session: Session) -> None:
        self.session = session
        made = Districts(session)
        self.districts = made
        self.city, self.north, self.south = (made.unions[x] for x in (CITY, NORTH, SOUTH))
        self.of_city, self.of_north, self.of_south = (
            made.officers[x] for x in (CITY, NORTH, SOUTH)
        )
        for seed, unit in ((ASKER, NORTH), (OTHER, SOUTH)):
            made.enrol([seed], date(2023, 1, 1), unit=unit)
            made.receive("50.00", date(2023, 1, 1), unit=unit)
        self.member_id, self.other_id = made.member(ASKER), made.member(OTHER)
        self.member = self.account("asker", Role.MEMBER, ASKER)
        self.other_member = self.account("other", Role.MEMBER, OTHER)
        self.auditor = self.account("auditor", Role.AUDITOR)

    def account(
        self, login: str, role: Role, seed: int | None = None, union: int | None = None
    ) -> int:
        """An account; with a seed, of the member that it is."""
        certno = None if seed is None else make_id(seed)
        named = (login, make_name(seed or 0), role, None)
        return add_account(
            self.session, *named, by=self.of_city, certno=certno, union_id=union or self.city
        )
