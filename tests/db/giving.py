"""An officer who gives: campaigns, their places, and what became of the gifts."""

from datetime import date

from sqlalchemy import text

from app.enrolment.gift_enrol import GiftAsked, Given, give
from app.enrolment.gift_open import gift_of, open_gift
from tests.db.office import Office, certno_index_of, person

NAME = "骑手关爱"


class Giving(Office):
    """An officer who gives."""

    def open(self, quota: int = 3, months: int = 12, name: str = NAME, **more: object) -> None:
        asked = {"opens_on": date(2020, 1, 1), "closes_on": date(2025, 12, 31), **more}
        open_gift(
            self.session,
            name=name,
            union_id=self.session.scalar(text("SELECT min(id) FROM union_node")) or 0,
            quota=quota,
            term_months=months,
            by=self.by,
            **asked,  # type: ignore[arg-type]
        )

    def give(self, people: list[int], starts_on: date, name: str = NAME, **more: date) -> Given:
        rows = [person(n, line) for line, n in enumerate(people, 2)]
        asked = GiftAsked(
            gift_of(self.session, name),
            starts_on,
            more.get("confirmed_on", starts_on),
            f"{starts_on}{people}",
        )
        return give(self.session, asked, rows, by=self.by)

    def terms(self, seed: int) -> list[str]:
        """A member's terms in force, as "from to", and whether a gift."""
        rows = self.session.execute(
            text(
                "SELECT lower(t.term), upper(t.term) - 1, r.campaign_id IS NOT NULL"
                " FROM cover_term t JOIN cover c ON c.member_id = t.member_id AND c.id = t.cover_id"
                " JOIN roster r ON r.id = c.roster_id"
                " JOIN member m ON m.id = c.member_id"
                " WHERE m.certno_index = :index AND NOT isempty(t.term) ORDER BY t.term"
            ),
            {"index": certno_index_of(seed)},
        )
        return [f"{start} {end}{' gift' if gift else ''}" for start, end, gift in rows]

    def changes(self) -> list[tuple[date, int]]:
        """The last days that gifts were cut to, and the numbers of those changes in a cover."""
        rows = self.session.execute(
            text("SELECT ends_on, seq FROM cover_change ORDER BY change_no")
        )
        return [(ends_on, seq) for ends_on, seq in rows]
