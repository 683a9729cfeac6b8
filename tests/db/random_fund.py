"""Random but lawful years of a fund, by the real code: whatever comes out, a bundle must hold."""

import random
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.adjudication.models import Determination
from app.claims.alike import alike
from app.claims.file import BillKnown, FiledAlready
from app.claims.lifecycle import OFFICERS_REASONS
from app.claims.models import ClaimQueue
from app.claims.undo import NotUndoable, send_back
from app.cover.models import Cover
from app.money import yuan
from app.payments.batch import NothingToPay, batch_number, prepare_batch
from app.payments.models import Payment, PaymentBatch, PaymentOutcome
from app.payments.returns import take_return
from app.payments.send import ThirdPersonNeeded
from app.roster.members import certno_index
from app.roster.models import Member
from tests.db.fund_year import Fund, bill
from tests.db.reviewing import confirm
from tests.db.typed import a_stay, file_by_hand
from tests.factories import make_id, return_file

PEOPLE = 14
FIRST, LAST = date(2019, 10, 1), date(2023, 12, 31)
PERSON_OF = {make_id(person): person for person in range(PEOPLE)}
GIFT_MONTHS = (6, 12)
MED_TYPES = (*("21",) * 9, *("14",) * 5, "28", "22", "11", "999")


class RandomFund:
    """A fund to which things happen, one after the other."""

    def __init__(self, session: Session, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same every time, and no secret
        self.fund = Fund(session)
        self.session = session
        self.units = [self.fund.unit(number) for number in (1, 2)]
        self.bills: dict[str, dict[str, str]] = {}
        self.fund.enrol(self.units[0], FIRST, FIRST, range(4))
        officer = ("second", "乙", Role.OFFICER, "battery horse correct")
        self.fund.second = add_account(session, *officer, by=None, certno=make_id(0))

        for months in GIFT_MONTHS:
            self.fund.open_gift(f"{months}", 6, months, opens_on=FIRST, closes_on=LAST)

    def live(self, steps: int) -> None:
        acts = [
            self.enrol,
            self.receive,
            self.receive_subsidy,
            self.feed,
            self.feed,
            self.feed,
            self.pay,
            self.answer,
            self.give,
        ]
        acts += [self.type, self.type, self.confirm, self.undo]
        for _ in range(steps):
            self.chance.choice(acts)()

    def day(self) -> date:
        return FIRST + timedelta(days=self.chance.randrange((LAST - FIRST).days))

    def enrol(self) -> None:
        starts_on = self.day()
        people = self.chance.sample(range(PEOPLE), self.chance.randrange(1, 8))
        confirmed_on = starts_on - timedelta(days=self.chance.randrange(120))
        unit = self.chance.choice(self.units)
        self.fund.enrol(unit, starts_on, confirmed_on, people, refused=True)
        self.fund.look_again()
        if self.chance.random() < 0.8:
            received_on = starts_on + timedelta(days=self.chance.randrange(-20, 20))
            self.fund.receive(unit, starts_on.year, str(len(people) * 60), received_on)

    def give(self) -> None:
        people = self.chance.sample(range(PEOPLE), self.chance.randrange(1, 4))
        self.fund.give(str(self.chance.choice(GIFT_MONTHS)), self.day(), people)

    def receive(self) -> None:
        year = self.chance.randrange(FIRST.year, LAST.year + 1)
        received_on = date(year, 1, 1) + timedelta(days=self.chance.randrange(-60, 300))
        amount = self.chance.choice(("50", "110", "600", "1000"))
        self.fund.receive(self.chance.choice(self.units), year, amount, received_on)

    def receive_subsidy(self) -> None:
        """The union pays, about what is due or beside it, also where nothing is."""
        year = self.chance.randrange(FIRST.year, LAST.year + 1)
        received_on = date(year, 1, 1) + timedelta(days=self.chance.randrange(-60, 500))
        amount = self.chance.choice(("25", "30", "300", "5000"))
        self.fund.receive_subsidy(year, amount, received_on)

    def feed(self) -> None:
        """New bills, and some of the old ones corrected or refunded."""
        rows = {}
        for _ in range(self.chance.randrange(1, 6)):
            number = f"N{len(self.bills) + len(rows):03d}"
            if self.bills and self.chance.random() < 0.35:
                number = self.chance.choice(sorted(self.bills))
            rows[number] = self.bill(number)
        self.bills |= rows
        refunds = {}
        if self.bills and self.chance.random() < 0.15:
            undone = self.chance.choice([*sorted(self.bills), "N999"])
            row = self.bill(f"R{undone}{self.chance.randrange(3)}", "-5.00")
            refunds = {"R": {**row, "refd_setl_flag": "1", "init_setl_id": undone}}
        self.fund.feed(*rows.values(), *refunds.values())

    def type(self) -> None:
        """Somebody files by hand, mostly a bill whose row comes later or has come."""
        person, day = self.covered_day()
        number = f"N{self.chance.randrange(len(self.bills) + 4):03d}"
        known = self.bills.get(number)
        if known and self.chance.random() < 0.5:
            person, day = PERSON_OF[known["certno"]], date.fromisoformat(known["setl_time"][:10])
        index = certno_index(make_id(person))
        if not self.session.scalar(select(Member.id).where(Member.certno_index == index)):
            return
        stated = self.chance.choice((number, number, ""))
        scope = yuan(self.chance.randrange(1, 5_000_000))
        sheet = a_stay(day.isoformat(), scope, stated, med_type=self.chance.choice(("21", "14")))
        with suppress(BillKnown, FiledAlready):
            file_by_hand(self.session, person, sheet)
        self.fund.drain_runs()
        # The bureau's row of it comes some time.
        if number not in self.bills:
            row = bill(number, person, day.isoformat(), scope)
            self.bills[number] = row
            if self.chance.random() < 0.5:
                self.fund.feed(row)

    def confirm(self) -> None:
        waiting = select(ClaimQueue.member_id, ClaimQueue.claim_id).order_by(ClaimQueue.claim_id)
        found = self.session.execute(waiting.where(ClaimQueue.state == "review")).all()
        if found:
            member_id, claim_id = self.chance.choice(found)
            seen = [x.claim_id for x in alike(self.session, member_id, claim_id)]
            # The second officer is person 0.
            by = self.fund.clerk if self.is_second(member_id) else self.fund.second
            confirm(self.session, claim_id, by=by, although=seen)

    def undo(self) -> None:
        """A filing with a slip: the member takes it back, or an officer sends it back."""
        waiting = select(ClaimQueue.member_id, ClaimQueue.claim_id).order_by(ClaimQueue.claim_id)
        found = self.session.execute(waiting.where(ClaimQueue.state == "review")).all()
        if found:
            member_id, claim_id = self.chance.choice(found)
            by = self.fund.clerk if self.is_second(member_id) else self.fund.second
            with suppress(NotUndoable):  # the bureau's own bill, held as a possible double
                send_back(self.session, claim_id, self.chance.choice(OFFICERS_REASONS), by=by)
            self.fund.drain_runs()

    def is_second(self, member_id: int) -> bool:
        index = certno_index(make_id(0))
        return self.session.get_one(Member, member_id).certno_index == index

    def bill(self, number: str, scope: str = "") -> dict[str, str]:
        known = self.bills.get(number, {})
        person, day = self.covered_day()
        most = self.chance.choice((200_000, 5_000_000, 40_000_000))
        row = bill(number, person, day.isoformat(), scope or yuan(self.chance.randrange(most)))
        row["certno"] = known.get("certno", row["certno"])
        row["med_type"] = self.chance.choice(MED_TYPES)
        row["mdtrt_id"] = self.chance.choice(("", "V1", "V2"))
        row["begndate"] = (day - timedelta(days=self.chance.randrange(40))).isoformat()
        if self.chance.random() < 0.5:
            row["psn_part_amt"] = yuan(self.chance.randrange(20_000_000))
        if self.chance.random() < 0.05:
            row["enddate"] = ""
        return row

    def covered_day(self) -> tuple[int, date]:
        """Somebody and a day, mostly one that a cover holds."""
        people = {certno_index(make_id(person)): person for person in range(PEOPLE)}
        covers = self.session.execute(
            select(Member.certno_index, Cover.starts_on, Cover.ends_on)
            .join(Cover, Cover.member_id == Member.id)
            .order_by(Cover.id)
        ).all()
        if not covers or self.chance.random() < 0.2:
            return self.chance.randrange(PEOPLE), self.day()
        index, starts_on, ends_on = self.chance.choice(covers)
        length = (ends_on - starts_on).days
        return people[bytes(index)], starts_on + timedelta(days=self.chance.randrange(length + 2))

    def pay(self) -> None:
        granted = select(Determination.benefit_year).where(Determination.payable_fen > 0)
        years = self.session.scalars(granted.order_by(Determination.grant_no)).all()
        if not years:
            return
        year = self.chance.choice(years) or 0
        try:
            prepare_batch(
                self.session,
                year,
                prepared_by=self.fund.clerk,
                approved_by=self.fund.second,
                made_on=date(2024, 1, 1),
            )
        except (NothingToPay, ThirdPersonNeeded):
            return
        if self.chance.random() < 0.7:
            self.answer()

    def answer(self) -> None:
        """The bank answers some lines of some batch: paid, failed, or something odd."""
        batches = self.session.scalars(select(PaymentBatch).order_by(PaymentBatch.id)).all()
        if not batches:
            return
        batch = self.chance.choice(batches)
        answered = select(PaymentOutcome.grant_no, PaymentOutcome.attempt)
        known = {tuple(row) for row in self.session.execute(answered)}
        lines = []
        for payment in self.session.scalars(select(Payment).where(Payment.batch_id == batch.id)):
            if (payment.grant_no, payment.attempt) in known or self.chance.random() < 0.2:
                continue
            amount = payment.amount_fen + (self.chance.random() < 0.1)
            said = self.chance.choice(("成功", "成功", "失败"))
            lines.append((payment.line, yuan(amount), said, "2024-01-02", ""))
        if lines:
            number = batch_number(batch.benefit_year, batch.id)
            take_return(self.session, return_file(number, lines), by=self.fund.second)
