"""Acts of a random year in which money turns out never to have arrived; and what must hold then."""

from collections import Counter
from datetime import date

from sqlalchemy import text

from app.audit.erase import open_with
from app.enrolment.fates import FateRow, import_fates
from app.payments.find_owing import owing
from app.payments.heirs import approve_heir, propose_heir
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.returns import take_return
from app.payments.standing import standings
from app.payments.take import WAITING, sorted_out
from app.recoveries.owing import approve_set_off, propose_set_off
from app.recoveries.standing import Money, money_of, receivables, usable
from app.recoveries.take_back import reverse
from tests.db.bank import return_of
from tests.db.office import bill, bills_csv, certno_index_of, refund
from tests.db.random_office import FIRST, PEOPLE, Doing, Lot
from tests.db.random_payments import RandomPayments
from tests.factories import make_account, make_id, make_name

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
OF_PAID = text(
    """
    SELECT DISTINCT s.setl_id, m.certno_index, s.setl_time::date::text, s.med_type
    FROM payment p JOIN claim c ON c.member_id = p.member_id AND c.id = p.claim_id
    JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
    JOIN run r ON r.id = s.run_id AND r.kind = 'feed' JOIN member m ON m.id = p.member_id
    ORDER BY 3 DESC, 1
    """
)
TYPED = text(
    """
    SELECT e.id FROM repayment r JOIN entry e ON e.memo = 'repaid by member' AND e.about = r.id
    ORDER BY e.id DESC
    """
)
SOMEBODY = text(
    """
    SELECT m.certno_index FROM member m
    JOIN (SELECT member_id, count(*) AS bills FROM claim GROUP BY 1) c ON c.member_id = m.id
    WHERE EXISTS (SELECT FROM cover_term t WHERE t.member_id = m.id AND NOT isempty(t.term))
    ORDER BY c.bills DESC, m.id LIMIT 3
    """
)
OWED_ONE = text(
    """
    SELECT m.id, m.certno_index FROM member m CROSS JOIN LATERAL open_with(m.id) o
    ORDER BY o.owed_fen > 0 DESC, m.id
    """
)
CLAIMS = text("SELECT member_id, claim_id FROM claim_queue ORDER BY 1, 2")
BOOKED = text(
    """
    SELECT member_id, account, sum(greatest(fen * side, 0)) FROM (
        SELECT member_id, claim_id, account, sum(amount_fen) AS fen,
               CASE WHEN account LIKE '12%' THEN 1 ELSE -1 END AS side
        FROM posting WHERE account IN ('2001', '2002', '1201', '1202') AND member_id IS NOT NULL
        GROUP BY 1, 2, 3) each GROUP BY 1, 2
    """
)


class RandomTurned(RandomPayments):
    """And what it takes for a member to have paid back what never arrived."""

    def stay(self, lot: Lot) -> Doing:
        """Another bill of somebody who has some, of this year or the next."""
        index = lot.of(self.session.execute(SOMEBODY).all())[0]
        day = lot.of((self.day, self.day, date(2025, 1, 5))).isoformat()
        scope = lot.of(("900.00", "300.00", "2000.01", "120.00"))
        return self._fed(bill(f"T{self.next():03d}", seed_of(index), day, scope))

    def fell(self, lot: Lot) -> Doing:
        """The hospital undoes a bill that was paid."""
        *_, setl_id = lot.of(self.session.execute(PAID).all())
        return self._fed(refund(f"RX{setl_id}", setl_id, 0, self.day.isoformat()))

    def corrected(self, lot: Lot) -> Doing:
        """A bill that was paid comes again: with less, with nothing, with more, in another year."""
        setl_id, index, on, kind = lot.of(self.session.execute(OF_PAID).all())
        scope = lot.of(("100.00", "0.00", "40.00", "3000.01", "700.00"))
        day = lot.of((on, on, on, f"{int(on[:4]) ^ 1}{on[4:]}")).replace("02-29", "02-28")
        return self._fed(bill(setl_id, seed_of(index), day, scope, med_type=kind))

    def _fed(self, row: dict[str, str]) -> Doing:
        content = bills_csv(row)

        def doing() -> None:
            self.office.take(content)

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

    def typed_back(self, lot: Lot) -> Doing:
        """What was typed as paid back was wrong, as two find."""
        entry = lot.of(self.session.scalars(TYPED).all())
        two = {"reversed_by": self.by, "approved_by": self.second, "reversed_on": self.day}

        def doing() -> None:
            reverse(self.session, entry, why="记错", **two)

        doing()
        return doing

    def dies(self, lot: Lot) -> Doing:
        """Somebody to whom something is owed, if there is anybody."""
        seed = seed_of(lot.of(self.session.execute(OWED_ONE).all())[1])
        row = FateRow(2, make_name(seed), make_id(seed), "died", self.day)

        def doing() -> None:
            import_fates(self.session, [row], file_sha256="f", by=self.by)

        doing()
        self.settle()
        return doing

    def heir(self, lot: Lot) -> None:
        """An heir, or the same with another card."""
        died = "SELECT member_id FROM member_fate GROUP BY 1 ORDER BY max(recorded_at) DESC, 1"
        named = {
            "name": "王平",
            "certno": make_id(700),
            "account": make_account(2000 + self.next()),
        }
        how = {**named, "relation": "配偶", "papers": "公证书"}
        member = lot.of(self.ids(died))
        propose_heir(self.session, member, **how, by=self.by)
        approve_heir(self.session, member, by=self.second)

    def set_off(self, lot: Lot) -> Doing:
        """All that is offered for a debt, or a part of it."""
        debt = lot.of([x for x in receivables(self.session) if self._offers(x)])
        using = lot.of(self._offers(debt))
        most = min(using.free_fen, debt.excess.open_fen, debt.owing_year_fen)
        fen, how = lot.of((most, most, max(1, most // 3))), {"booked_on": self.day, "by": self.by}
        made = propose_set_off(self.session, debt.claim_id, using.claim_id, fen, **how)
        return self._approved(made)

    def _offers(self, debt: Money) -> list[Money]:
        return usable(self.session, debt.member_id, debt.claim_id)

    # What must hold.

    def assert_honest(self) -> None:
        """What is offered is taken, what is owed is paid, and nobody is forgotten."""
        self._assert_offers()
        self._assert_nothing_is_stuck()
        self._assert_open_is_booked()

    def _assert_offers(self) -> None:
        """Each offer is taken, for once, and what is then owed back is owed still."""
        pairs = [(debt, x) for debt in receivables(self.session) for x in self._offers(debt)]
        for debt, using in pairs:
            with self.session.begin_nested() as point:
                most = min(using.free_fen, debt.excess.open_fen, debt.owing_year_fen)
                two = (debt.claim_id, using.claim_id)
                made = propose_set_off(self.session, *two, most, booked_on=FIRST, by=self.by)
                approve_set_off(self.session, made, by=self.second)
                after = money_of(self.session, using.member_id, using.claim_id)
                assert after
                assert after.due_fen == using.due_fen - most >= after.back_fen
                self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
                self.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
                point.rollback()

    def _assert_nothing_is_stuck(self) -> None:
        """Whatever is due waits for a batch of some year, which pays it or says why not."""
        claims = [tuple(x) for x in self.session.execute(CLAIMS)]
        due = {
            (x.member_id, x.claim_id): x
            for x in standings(self.session, claims)
            if x.due_fen > 0 and not x.waiting_fen and not x.overtaken and x.state != "review"
        }
        assert {x.state for x in due.values()} <= set(WAITING), due
        told: Counter[int] = Counter()
        for year in {x.benefit_year for x in due.values()}:
            assert year
            sent, left_out = sorted_out(self.session, year, set(), hold=False)
            told.update(claim.claim_id for claim, _ in sent)
            told.update(x.claim_id for x in left_out)
            assert "nothing_due" not in {x.reason for x in left_out if told[x.claim_id]}
            for said in owing(self.session, [claim for claim, _ in sent]):
                money = money_of(self.session, said.member_id, said.claim_id)
                assert money
                assert said.due_fen == money.free_fen > 0
        assert all(told[claim] == 1 for _, claim in due), (due, told)

    def _assert_open_is_booked(self) -> None:
        """What an erasure asks, against the books."""
        booked = {(member, account): fen for member, account, fen in self.session.execute(BOOKED)}
        for member in self.ids("SELECT id FROM member ORDER BY id"):
            found = open_with(self.session, member)
            by_books = [booked.get((member, x), 0) for x in ("2001", "1201", "2002", "1202")]
            assert [*found[:4]] == by_books, (member, found, by_books)


def seed_of(index: bytes) -> int:
    return next(x for x in range(PEOPLE) if certno_index_of(x) == bytes(index))
