"""Acts of a random year: money that goes out, comes back, and is paid online."""

from sqlalchemy import text

from app.clock import now
from app.online.order import order_for_unit
from app.online.provider import Paid
from app.online.settle import settle_online, unsettled
from app.online.take import take_paid
from app.payments.bring_back import propose_back
from app.payments.lines import sent_lines
from app.payments.order import approve_order, confirm_order, prepare_order, withdraw_order
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.returns import take_return
from app.payments.take_off import decide_line, undo_line
from app.recoveries.approve import approve_any
from app.recoveries.liable import (
    GivenUp,
    Liable,
    propose_give_up,
    propose_recovery,
    receive_recovery,
)
from app.recoveries.owing import propose_set_off, propose_write_off, repay
from app.recoveries.standing import receivables, recoveries, usable
from tests.db.bank import return_of
from tests.db.random_claims import RandomClaims
from tests.db.random_money import MONEY
from tests.db.random_office import Doing, Lot
from tests.db.statements import yuan

KINDS = ("21", "21", "21", "14", "22", "22", "140201", "11", "999")
GIFT = "骑手关爱"


class RandomPayments(RandomClaims):
    """What bears on payments."""

    # Money that goes out.

    def order(self, lot: Lot) -> None:
        template = lot.of(("plain", "workbook", "fixed"))
        how = {"by": self.by, "made_on": self.day, "template": template}
        prepare_order(self.session, self.year(lot), **how)

    def approve(self, lot: Lot) -> Doing:
        order, digest = self._order(lot)
        withdraw = lot.upto(6) == 0

        def doing() -> None:
            if withdraw:
                withdraw_order(self.session, order, by=self.second)
            elif approve_order(self.session, order, by=self.second, sha256=digest) is None:
                confirm_order(self.session, order, by=self.third, sha256=digest)

        doing()
        return doing

    def _order(self, lot: Lot) -> tuple[int, str]:
        rows = "SELECT id, file_sha256 FROM payment_order ORDER BY id DESC"
        number, digest = lot.of(self.session.execute(text(rows)).all())
        return number, digest

    def answer(self, lot: Lot) -> Doing:
        """The bank answers some lines of a batch, rightly, late or otherwise than before."""
        rows = (
            "SELECT b.id, b.benefit_year, o.template FROM payment_batch b"
            " JOIN payment_order o ON o.id = b.id ORDER BY b.id DESC"
        )
        batch, year, form = lot.of(self.session.execute(text(rows)).all())
        said = [
            (x.line, x.amount_fen, lot.of(("paid", "paid", "failed", "unknown")))
            for x in sent_lines(self.session, batch)
            if lot.upto(5)
        ]
        data = return_of(f"P{year}-{batch:04d}", form, said, day=self.day.isoformat())

        def doing() -> None:
            take_return(self.session, data, by=self.third)

        doing()
        return doing

    def found_out(self, lot: Lot) -> Doing:
        """Two people say what became of a payment in doubt."""
        rows = (
            "SELECT b.id, b.benefit_year, p.line FROM payment p JOIN payment_batch b"
            " ON b.id = p.batch_id ORDER BY p.id DESC"
        )
        batch, year, line = lot.of(self.session.execute(text(rows)).all())
        number, says = f"P{year}-{batch:04d}", lot.of(("paid", "failed"))
        propose_resolution(self.session, number, line, says, self.day, "流水", by=self.by)
        approve_resolution(self.session, number, line, by=self.second)
        return lambda: approve_resolution(self.session, number, line, by=self.second)

    # Money that comes back.

    def bounced(self, lot: Lot) -> Doing:
        """The bank brings payments back as one sum, or nearly; two people say which."""
        open_yet = (
            "SELECT p.id, p.amount_fen FROM payment p"
            " LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)"
            " ORDER BY o.outcome = 'failed' DESC NULLS LAST, p.id DESC"
        )
        rows = self.session.execute(text(open_yet)).all()
        some = [rows[n] for n in lot.some(len(rows), 3)] if rows else []
        total = sum(x.amount_fen for x in some) + lot.of((0, 0, 0, 0, 1))
        self.teller.take((self.day, yuan(max(total, 1)), "某银行", "退票"))
        line = self.ids("SELECT max(id) FROM statement_line")[0]
        two = lot.of(((self.by, self.second), (self.third, self.by)))
        propose_back(self.session, line, [x.id for x in some], by=two[0])
        decide_line(self.session, line, by=two[1])
        return lambda: decide_line(self.session, line, by=two[1])

    def off_again(self, lot: Lot) -> Doing:
        """What came back was other money, as two find out."""
        line = lot.of(
            self.ids("SELECT line_id FROM line_resolution WHERE act = 'returned' ORDER BY id DESC")
        )
        how = {"proposed_by": self.by, "by": self.second, "on": self.day}

        def doing() -> None:
            undo_line(self.session, line, **how)

        doing()
        return doing

    def owing(self, lot: Lot) -> Doing | None:
        """A member's debt: paid back, set off or written off."""
        money = lot.of(receivables(self.session))
        fen = lot.of((money.excess.open_fen, 1_000, money.excess.open_fen + 1))
        how, claim, on = lot.upto(3), money.claim_id, self.day
        if how == 0:
            back = {"received_on": on, "reference": f"B{self.next()}", "by": self.by}
            repay(self.session, claim, fen, **back)
            return lambda: repay(self.session, claim, fen, **back)
        if how == 1:
            using = lot.of(usable(self.session, money.member_id, claim)).claim_id
            args = {"booked_on": on, "by": self.by}
            made = propose_set_off(self.session, claim, using, fen, **args)
        else:
            args = {"reference": "决定", "booked_on": on, "by": self.by}
            made = propose_write_off(self.session, claim, fen, **args)
        return self._approved(made)

    def recover(self, lot: Lot) -> Doing | None:
        """Somebody is liable: said so, paid by them, or given up."""
        known = recoveries(self.session)
        if not known or lot.upto(3) == 0:
            claim = lot.of(self.ids("SELECT claim_id FROM held_decision ORDER BY claim_id"))
            how = {"reference": "调解书", "booked_on": self.day, "by": self.by}
            fen = lot.of((5_000, 50_000, 10_000_000))
            return self._approved(
                propose_recovery(self.session, claim, Liable.THIRD_PARTY, fen, **how)
            )
        owed = lot.of(known)
        fen = lot.of((owed.open_fen, owed.open_fen // 2, owed.open_fen + 1))
        if lot.upto(2):
            how = {"received_on": self.day, "reference": f"V{self.next()}", "by": self.by}
            receive_recovery(self.session, owed.id, fen, **how)
            return lambda: receive_recovery(self.session, owed.id, fen, **how)
        args = {"booked_on": self.day, "by": self.by}
        return self._approved(propose_give_up(self.session, owed.id, fen, GivenUp.LOST, **args))

    def _approved(self, proposal: int) -> Doing:
        def doing() -> None:
            approve_any(self.session, proposal, by=self.second)

        doing()
        self.settle()
        return doing

    # Paid online.

    def online(self, lot: Lot) -> Doing:
        unit, year = self.unit(lot), self.year(lot)
        amount = self._about(lot, unit, year)
        of = order_for_unit(self.session, unit, year, amount, by=self.by, provider="wechat")
        told = lot.of((of.amount_fen, of.amount_fen, of.amount_fen + 1))
        paid = Paid(f"42{self.next():06d}", lot.of((of.out_trade_no, "HZ0")), told, now())

        def doing() -> None:
            take_paid(self.session, "wechat", paid, body=b"body")

        doing()
        self.settle()
        return doing

    def settle_up(self, lot: Lot) -> Doing:
        open_ = unsettled(self.session, "wechat")
        some = open_[: 1 + lot.upto(3)]
        total, fee = sum(x.amount_fen for x in some), lot.of((0, 7))
        how = {"provider": "wechat", "reference": f"PO{self.next()}", "booked_on": self.day}
        sums = {"net_fen": total - fee, "fee_fen": fee, "by": self.by}
        named = [x.transaction_id for x in some]

        def doing() -> None:
            settle_online(self.session, **how, **sums, transactions=named)

        doing()
        return doing


LEAD = tuple(
    (act, [1, *at, *range(16)])
    for act, at in (
        *[("enrol", (0, 0))] * 2,
        *[("receive", (0, 0))] * 2,
        *[("feed", (2, 5)), ("feed", (3, 9)), ("feed", (5, 1))],
        *[("order", (0, 0)), ("approve", (0, 1)), ("answer", (0, 2))],
    )
)
"""How a year begins in which payments come back: some were sent, and the bank has answered."""
CAME_BACK = (
    *("bounced",) * 6,
    *("off_again",) * 3,
    *("found_out",) * 3,
    *("answer",) * 2,
    *("card", "feed", "order", "approve", "undo", "resolve", "again", "owing"),
)
PAYMENTS = (
    *MONEY,
    *("enrol", "receive") * 4,
    *("feed",) * 12,
    *("decide",) * 5,
    *("order",) * 5,
    *("approve",) * 5,
    *("answer",) * 6,
    *("found_out",) * 3,
    *("bounced",) * 4,
    *("off_again",) * 2,
    *("owing",) * 4,
    *("recover",) * 4,
    *("give", "died", "alive", "heir", "card", "card", "file", "file"),
    *("online", "online", "settle_up", "again"),
)
