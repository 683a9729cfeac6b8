"""Random years in which bills fall, are paid back, and turn out never to have been paid: all hold.

HUZHU_LONG=1 and HUZHU_EXAMPLES as of the other random years.
"""

from hypothesis import given
from sqlalchemy import text

from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.returns import take_return
from tests.db.bank import return_of
from tests.db.office import bills_csv, refund
from tests.db.random_office import Doing, Lot
from tests.db.random_payments import LEAD, RandomPayments
from tests.db.test_random_office import play, random_years, years

PAID = text(
    """
    SELECT p.batch_id, b.benefit_year, p.line, p.amount_fen, w.template, c.setl_id
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id JOIN payment_order w ON w.id = b.id
    JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    JOIN claim c ON c.member_id = p.member_id AND c.id = p.claim_id
    WHERE coalesce(r.says, o.outcome) = 'paid' ORDER BY p.id DESC
    """
)
OWED_BACK = text(
    """
    SELECT count(*) FROM payment JOIN determination d USING (member_id, grant_no)
    WHERE d.payable_fen = 0
    """
)


class Office(RandomPayments):
    """And what it takes for a member to have paid back what never arrived."""

    def fell(self, lot: Lot) -> Doing:
        """The hospital undoes a bill that was paid."""
        *_, setl_id = lot.of(self.session.execute(PAID).all())
        undone = bills_csv(refund(f"RX{setl_id}", setl_id, 0, self.day.isoformat()))

        def doing() -> None:
            self.office.take(undone)

        doing()
        self.settle()
        return doing

    def turned(self, lot: Lot) -> Doing:
        """The bank takes a "paid" back, and two people find that so it was."""
        batch, year, line, fen, form, _ = lot.of(self.session.execute(PAID).all())
        number, day = f"P{year}-{batch:04d}", self.day
        data = return_of(number, form, [(line, fen, "failed")], day=day.isoformat())
        take_return(self.session, data, by=self.third)
        propose_resolution(self.session, number, line, "failed", day, "流水", by=self.by)
        approve_resolution(self.session, number, line, by=self.second)
        return lambda: approve_resolution(self.session, number, line, by=self.second)


FIRST = [1] + [0] * 19
ALL_PAID = ("answer", [1, *[0, 1] * 10])
PAID_BACK = (
    ALL_PAID,
    *((act, FIRST) for act in ("fell", "owing", "turned", "card")),
    *[("order", [1, *range(19)]), ("approve", [1, 0, 1, *range(16)])],
    ALL_PAID,
)
"""A bill falls, is paid back, was never paid; its member brings a card, and a batch pays it."""
ACTS = (
    *("fell", "owing", "turned") * 5,
    *("card", "order", "approve", "answer", "feed") * 3,
    *("found_out", "bounced", "off_again", "undo", "again"),
)


@random_years
@given(year=years(ACTS))
def test_random_years_of_what_never_arrived_hold(session, year):
    with session.begin_nested() as outer:
        office = Office(session)
        for act, numbers in (*LEAD, *PAID_BACK):
            office.play(act, numbers)
        assert session.scalar(OWED_BACK) == 1
        play(office, year)
        outer.rollback()
    session.expunge_all()
