"""Acts of a random year: the bank's statements, and what an officer says of their lines."""

from datetime import date

from sqlalchemy import select, text

from app.banking.import_statement import import_statement
from app.banking.paid_after_all import propose_paid
from app.banking.propose_refund import Payee
from app.banking.refund import refund_number, refund_state
from app.banking.resolve import (
    resolve_not_ours,
    resolve_paid_refund,
    resolve_taken_back,
    resolve_to_fee,
    resolve_to_refund,
    resolve_to_union,
    resolve_to_unit,
)
from app.contributions.reference import notice_reference
from app.contributions.standing import standing
from app.payments.take_off import decide_line, undo_line
from app.recoveries.confirm_line import Interest, confirm_line, propose_line
from app.roster.now import unit_now
from app.unions.models import Union
from tests.db.office import fen
from tests.db.random_office import Doing, Lot, RandomOffice
from tests.db.statements import Line, plain, yuan

PAYEE = Payee("单位1", "6222999900001111")


class RandomBank(RandomOffice):
    """What the bank tells, and what is said of it."""

    def statement(self, lot: Lot) -> Doing:
        lines = [self._line(lot) for _ in range(1 + lot.upto(4))]
        self.teller.take(*lines)
        self.settle()
        before = self.teller.balance_fen - sum(fen(x[1]) for x in lines)
        data = plain(lines, yuan(before), first=self.teller.lines - len(lines) + 1)

        def doing() -> None:
            import_statement(self.session, data, account="main", by=self.by)
            self.teller.fill()

        return doing

    def _about(self, lot: Lot, unit: int, year: int) -> int:
        missing = standing(self.session, unit_now(self.session, unit).stands_id, year).missing_fen
        return max(1, (missing, missing, missing + 2_000, missing // 2, 5_000)[lot.upto(5)])

    def _line(self, lot: Lot) -> Line:
        kind = lot.of(("right", "right", "right", "name", "name", "odd", "refund", "batch"))
        if kind == "refund":
            return self._refund_line(lot)
        if kind == "batch":
            return self._batch_line(lot)
        unit, year = self.unit(lot), self.year(lot)
        amount, name = yuan(self._about(lot, unit, year)), unit_now(self.session, unit).name
        reference = notice_reference(unit, year)
        if kind == "odd":
            return lot.of(
                (
                    (self.day, amount, name, reference[:-1] + "X"),
                    (self.day, "12.34", "", "结息"),
                    (self.day, "-5.00", "", "手续费"),
                    (self.day, amount, "路人", ""),
                    (self.day, f"-{amount}", "路人", "冲正"),
                    (self.day, lot.of(("25.00", "50.00", amount)), "市总工会", "补助"),
                )
            )
        named = (name, "互助金") if kind == "name" else (lot.of((name, "别名")), reference)
        return self.day, amount, *named

    def _refund_line(self, lot: Lot) -> Line:
        """A refund that goes out, or comes back."""
        refund = lot.of(self.ids("SELECT id FROM unit_refund ORDER BY id") or [999])
        if refund == 999:
            return self.day, "-3.21", "某公司", "TK000999"
        found, state, _ = refund_state(self.session, refund)
        sign = "" if state == "paid" else "-"
        return self.day, sign + yuan(found.amount_fen), found.payee, refund_number(refund)

    def _batch_line(self, lot: Lot) -> Line:
        found = self.session.execute(
            text("SELECT id, benefit_year, total_fen FROM payment_batch ORDER BY id")
        ).all()
        if not found:
            return self.day, "-77.00", "某公司", ""
        number, year, total = lot.of(found)
        remark = lot.of((f"P{year}-{number:04d}", ""))
        return self.day, f"-{yuan(total)}", "代发", remark

    # What an officer says of lines.

    def resolve(self, lot: Lot) -> Doing:
        line = lot.of(
            self.ids(
                "SELECT id FROM statement_line WHERE taken_as IN ('suspense', 'unexplained')"
                " ORDER BY id DESC"
            )
        )
        what, unit, year, other = lot.upto(8), self.unit(lot), self.year(lot), lot.upto(50)
        on = self.day

        def doing() -> None:
            self._say(what, line, unit, year, other, on)

        doing()
        self.settle()
        return doing

    def _say(self, what: int, line: int, unit: int, year: int, other: int, on: date) -> None:
        how = {"by": self.by, "on": on}
        lines = self.ids("SELECT id FROM statement_line WHERE amount_fen > 0 ORDER BY id")
        refunds = self.ids("SELECT id FROM unit_refund ORDER BY id")
        match what:
            case 0 | 1 | 2:
                resolve_to_unit(self.session, line, unit_id=unit, year=year, **how)
            case 3:
                union = self.session.scalars(select(Union.id).order_by(Union.id)).first() or 0
                resolve_to_union(self.session, line, union_id=union, year=year, **how)
            case 4:
                resolve_not_ours(self.session, line, **how)
            case 5:
                resolve_to_refund(self.session, line, payee=PAYEE, **how)
            case 6 if other % 2 and refunds:
                refund = refunds[other % len(refunds)]
                resolve_paid_refund(self.session, line, refund_id=refund, **how)
            case 6:
                resolve_to_fee(self.session, line, proposed_by=self.second, **how)
            case _:
                at = lines[other % len(lines)] if lines else 0
                resolve_taken_back(self.session, line, other_line_id=at, **how)

    def interest(self, lot: Lot) -> Doing:
        """Two officers say of money in suspense that the bank paid it as interest."""
        waits = "SELECT id FROM statement_line WHERE amount_fen > 0 AND taken_as = 'suspense'"
        line = lot.of(self.ids(f"{waits} ORDER BY id DESC"))
        propose_line(self.session, line, Interest(), by=self.by)
        confirm_line(self.session, line, by=self.second)
        return lambda: confirm_line(self.session, line, by=self.second)

    def all_the_same(self, lot: Lot) -> Doing:
        """The bank pays a refund that two withdrew, or another; two people say which it was."""
        ended = (
            "SELECT id FROM unit_refund u ORDER BY (SELECT step FROM refund_step s"
            " WHERE s.refund_id = u.id ORDER BY seq DESC LIMIT 1) = 'withdrawn' DESC NULLS LAST, id"
        )
        refund = lot.of(self.ids(ended))
        amount = refund_state(self.session, refund)[0].amount_fen
        self.teller.take((self.day, f"-{yuan(amount)}", "某公司", ""))
        line = self.ids("SELECT max(id) FROM statement_line")[0]
        propose_paid(self.session, line, refund, by=self.by)
        decide_line(self.session, line, by=self.second)
        return lambda: decide_line(self.session, line, by=self.second)

    def undo(self, lot: Lot) -> Doing:
        line = lot.of(self.ids("SELECT id FROM statement_line ORDER BY id DESC"))
        on, two = self.day, lot.of(((self.by, self.second), (self.third, self.by)))

        def doing() -> None:
            undo_line(self.session, line, proposed_by=two[0], by=two[1], on=on)

        doing()
        return doing
