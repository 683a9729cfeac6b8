"""Acts of a random year: units, rosters, and money that comes in and goes back."""

from datetime import date, timedelta

from sqlalchemy import text

from app.banking.propose_refund import propose_refund, refundable
from app.banking.refund import approve_refunds, withdraw_refund
from app.contributions.credit import credit_late, credit_of, use_credit
from app.enrolment.changes import take_changes
from app.enrolment.enrol import Asked
from app.enrolment.leave import Leaver
from app.enrolment.withdraw import withdraw_roster
from app.ledger.close import close
from app.online.take_back import reverse, take_back_typed
from app.roster.now import unit_now
from app.units.ask import ask_change, ask_merge, ask_split
from app.units.asked import Change
from app.units.decide import approve
from tests.db.office import person
from tests.db.random_bank import PAYEE, RandomBank
from tests.db.random_office import PEOPLE, UNITS, Doing, Lot
from tests.db.statements import yuan
from tests.factories import make_id


class RandomMoney(RandomBank):
    """What bears on units, covers and contributions."""

    # Units.

    def register(self, lot: Lot) -> None:
        self.office.unit(1 + lot.upto(UNITS), percent=lot.of((50, 0, 100, 37)))

    def change(self, lot: Lot) -> Doing:
        unit, percent = self.unit(lot), lot.of((50, 0, 100, 33))
        wish = Change(self.day, unit_percent=percent, name=f"改名单位{lot.upto(3)}")
        asked = ask_change(self.session, unit, wish, by=self.by)
        approve(self.session, asked.request_id, by=self.second)
        return lambda: approve(self.session, asked.request_id, by=self.second)

    def merge(self, lot: Lot) -> Doing:
        one, other = self.unit(lot), self.unit(lot)
        asked = ask_merge(self.session, one, other, self.day, by=self.by)
        approve(self.session, asked.request_id, by=self.second)
        self.settle()
        return lambda: approve(self.session, asked.request_id, by=self.second)

    def split(self, lot: Lot) -> Doing:
        one, other = self.unit(lot), self.unit(lot)
        members = self.ids(
            "SELECT DISTINCT member_id FROM roster_line JOIN roster r ON r.id = roster_id"
            " WHERE r.unit_id = :u ORDER BY 1",
            u=one,
        )
        some = members[lot.upto(3) :][: 1 + lot.upto(3)]
        asked = ask_split(self.session, one, other, self.day, some, by=self.by)
        approve(self.session, asked.request_id, by=self.second)
        return lambda: approve(self.session, asked.request_id, by=self.second)

    # Rosters.

    def enrol(self, lot: Lot) -> Doing:
        unit, year = self.unit(lot), self.year(lot)
        people = lot.some(PEOPLE, 6)
        starts_on = lot.of((date(year, 1, 1), self._start(year)))
        seed, confirmed_on = self.seed_of(unit), self.day

        def doing() -> None:
            self.office.enrol(people, starts_on, unit=seed, confirmed_on=confirmed_on)

        doing()
        self.settle()
        return doing

    def changes(self, lot: Lot) -> Doing:
        unit, year = self.unit(lot), self.year(lot)
        registered = self.office.unit(self.seed_of(unit))
        join, leave = lot.upto(PEOPLE), lot.upto(PEOPLE)
        leavers = [Leaver(3, make_id(leave), self.day, lot.of(("moved", "resigned", "died")))]
        asked = Asked(registered, year, self._start(year), self.day, 50, f"changes{self.next()}")

        def doing() -> None:
            take_changes(self.session, asked, [person(join, 2, join)], leavers, by=self.by)

        doing()
        self.settle()
        return doing

    def withdraw(self, lot: Lot) -> Doing:
        roster = lot.of(self.ids("SELECT id FROM roster WHERE unit_id IS NOT NULL ORDER BY id"))

        def doing() -> None:
            withdraw_roster(self.session, roster, by=self.by)

        doing()
        return doing

    def _start(self, year: int) -> date:
        """The first of the month to come, in this year."""
        month = (self.day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return min(max(month, date(year, 1, 1)), date(year, 12, 1))

    # Money that comes in.

    def receive(self, lot: Lot) -> Doing:
        unit, year = self.unit(lot), self.year(lot)
        amount = self._about(lot, unit, year)
        # Also by the number that a line to come will have, or one that came has.
        ref = lot.of((f"M{self.next()}", f"S{max(1, self.teller.lines - 1 + lot.upto(4))}"))
        on, seed = self.day, self.seed_of(unit)

        def doing() -> None:
            self.office.receive(yuan(amount), on, unit=seed, year=year, ref=ref)

        doing()
        self.settle()
        return doing

    def subsidise(self, lot: Lot) -> Doing:
        amount, year = lot.of(("25.00", "50.00", "1000.00")), self.year(lot)
        ref = lot.of((f"U{self.next()}", f"S{max(1, self.teller.lines - 1 + lot.upto(4))}"))
        on = self.day

        def doing() -> None:
            self.office.receive_subsidy(amount, on, year=year, ref=ref)

        doing()
        return doing

    def take_back(self, lot: Lot) -> Doing:
        """A receipt that was typed, or at least no statement's own, by two."""
        receipt = lot.of(self.ids("SELECT id FROM receipt WHERE line_id IS NULL ORDER BY id DESC"))
        two = {"proposed_by": self.by, "by": self.second}

        def doing() -> None:
            take_back_typed(self.session, receipt, why="记错", **two)

        doing()
        return doing

    def type_again(self, lot: Lot) -> Doing:
        """What was taken back, under its name or as it is shown, with its amount or another."""
        query = text(
            "SELECT unit_id, benefit_year, amount_fen, received_on, reference FROM receipt r"
            " JOIN receipt_undone ON receipt_id = id WHERE line_id IS NULL ORDER BY id DESC"
        )
        unit, year, fen, on, ref = lot.of(self.session.execute(query).all())
        fen, name = fen + lot.of((0, 0, 100)), lot.of((ref, ref.partition("#")[0]))
        seed = self.seed_of(unit)

        def doing() -> None:
            self.office.receive(yuan(fen), on, unit=seed, year=year, ref=name)

        doing()
        self.settle()
        return doing

    def subsidise_again(self, lot: Lot) -> Doing:
        query = text(
            "SELECT s.benefit_year, amount_fen, received_on, reference FROM subsidy s"
            " JOIN entry e ON e.memo = 'subsidy received' AND e.about = s.id"
            " JOIN entry_reversal x ON x.entry_id = e.id ORDER BY s.id DESC"
        )
        year, fen, on, ref = lot.of(self.session.execute(query).all())
        fen, name = fen + lot.of((0, 0, 100)), lot.of((ref, ref.partition("#")[0]))

        def doing() -> None:
            self.office.receive_subsidy(yuan(fen), on, year=year, ref=name)

        doing()
        return doing

    # Money that goes back, and credit.

    def refund(self, lot: Lot) -> None:
        source, unit, year = lot.of(("over", "credited")), self.unit(lot), self.year(lot)
        unit = unit_now(self.session, unit).stands_id
        most = refundable(self.session, source, unit, year)
        amount = lot.of((most, most, most // 2, most + 1))
        how = {"unit_id": unit, "year": year, "amount_fen": amount, "payee": PAYEE}
        propose_refund(self.session, source, by=self.by, **how)

    def approve_refund(self, lot: Lot) -> Doing:
        refund = lot.of(self.ids("SELECT id FROM unit_refund ORDER BY id DESC"))
        on = self.day

        def doing() -> None:
            approve_refunds(self.session, [refund], by=self.second, on=on)

        doing()
        return doing

    def withdraw_refund(self, lot: Lot) -> Doing:
        refund = lot.of(self.ids("SELECT id FROM unit_refund ORDER BY id DESC"))
        on = self.day

        def doing() -> None:
            if not withdraw_refund(self.session, refund, by=self.by, on=on):
                withdraw_refund(self.session, refund, by=self.second, on=on)

        doing()
        return doing

    def use_credit(self, lot: Lot) -> None:
        with_credit = [x for x in self.ids("SELECT id FROM unit ORDER BY id") if self._credit(x)]
        unit = lot.of(with_credit)
        year = lot.of(sorted(self._credit(unit)))
        to, part = lot.of((year, year + 1)), lot.of((None, None, 1_000))
        how = {"unit_id": unit, "from_year": year, "year": to, "amount_fen": part}
        use_credit(self.session, **how, on=self.day, by=self.by)
        self.settle()

    def _credit(self, unit: int) -> dict[int, int]:
        return credit_of(self.session, unit)

    def decide_late(self, lot: Lot) -> Doing:
        late = "SELECT DISTINCT roster_id FROM enrolment_outcome WHERE outcome = 'undecided'"
        roster, carry, on = lot.of(self.ids(late + " ORDER BY 1")), bool(lot.upto(2)), self.day

        def doing() -> None:
            credit_late(self.session, roster, on=on, by=self.by, carry=carry)

        doing()
        self.settle()
        return doing

    # The books.

    def close(self, lot: Lot) -> Doing:
        last = self.session.scalar(text("SELECT max(last_on) FROM ledger_close"))
        first = self.session.scalar(text("SELECT min(booked_on) FROM entry")) or self.day
        day = (last or first.replace(day=1) - timedelta(days=1)) + timedelta(days=1)
        period = f"{day.year}" if day.month == 12 or not lot.upto(6) else f"{day:%Y-%m}"

        def doing() -> None:
            close(self.session, period, closed_by=self.by, approved_by=self.second)

        doing()
        return doing

    def reverse(self, lot: Lot) -> Doing:
        entry = lot.of(self.ids("SELECT id FROM entry WHERE memo = 'subsidy received' ORDER BY id"))
        on = self.day

        def doing() -> None:
            reverse(
                self.session,
                entry,
                why="重复登记",
                reversed_by=self.by,
                approved_by=self.second,
                reversed_on=on,
            )

        doing()
        return doing


MONEY = (
    *("enrol",) * 6,
    *("changes", "withdraw", "register", "change", "merge", "split"),
    *("statement",) * 6,
    *("receive",) * 2,
    *("resolve",) * 3,
    *("undo",) * 2,
    *("refund", "refund", "approve_refund", "approve_refund", "withdraw_refund", "all_the_same"),
    *("use_credit", "use_credit", "decide_late", "decide_late"),
    *("interest", "interest", "take_back", "take_back", "type_again", "type_again"),
    *("subsidise", "subsidise", "reverse", "reverse", "subsidise_again", "close", "again"),
)
