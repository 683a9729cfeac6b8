"""A little fund with everything in it that an audit bundle must prove, written by the real code.

Amounts in yuan. 2019: a stay in two bills. 2021: a member who reaches the cap, corrections up and
down after payment, a refund after payment, a bill that waits, bills refused for every reason, a
cover that comes after its bill, a failed payment sent again, an officer's own claim left out, and a
correction that moves a claim from benefit year 2019 to 2021. Gifts: one that pays, one that a paid
cover ends after it had paid beyond that day, one of which nothing is left. The union pays its part
of 2019, and of 2021 more than is due. Then the books of 2019 and 2020 are closed, and a subsidy
of before is booked late, and reversed: it was not this fund's. An auditor draws a sample and finds
something, in 2021 and, what nobody has answered, in 2019.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.adjudication.drain import drain
from app.benefits.scheme_file import package_schemes
from app.claims.again import look_again
from app.claims.lifecycle import Why
from app.claims.models import Claim, Run
from app.claims.settlement import read_settlements
from app.claims.submit import take_feed
from app.claims.undo import send_back, take_back
from app.contributions.receive import receive
from app.contributions.subsidise import receive_subsidy
from app.enrolment.enrol import Asked, enrol
from app.enrolment.gift_enrol import GiftAsked, give
from app.enrolment.gift_open import gift_of, open_gift
from app.inspection.draw import draw_sample
from app.inspection.find import answer_finding, ask_again, close_finding, raise_finding
from app.jobs import Job
from app.ledger.close import close
from app.ledger.models import JournalEntry
from app.money import yuan
from app.online.take_back import reverse
from app.payments.batch import prepare_batch
from app.payments.models import Payment
from app.payments.returns import take_return
from app.roster.members import set_accounts
from app.roster.person import RosterRow
from app.roster.units import add_unit, unit_of
from app.schemes.publish import publish
from app.secrets import Keys, set_keys
from app.unions.models import Union
from tests.db.reviewing import confirm
from tests.db.typed import a_stay, account_of, file_by_hand
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc, return_file

BILL = (
    *("setl_id", "certno", "med_type", "begndate", "enddate", "setl_time", "inscp_scp_amt"),
    *("hifp_pay", "hifob_pay", "hifmi_pay", "psn_part_amt", "mdtrt_id", "dise_codg", "dise_name"),
    *("invono", "refd_setl_flag", "init_setl_id", "psn_name"),
)
DIAGNOSIS = "某种不便示人的病"


def keys() -> None:
    """The keys that pseudonyms depend on."""
    set_keys(Keys(bytes([1] * 32), bytes([2] * 32), bytes([3] * 32)))


class Fund:
    """A fund being filled in one session."""

    def __init__(self, session: Session, *, by_operator: bool = False) -> None:
        keys()
        self.session = session
        publish(session, package_schemes(), by=None)
        self.clerk = add_account(
            session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None
        )
        self.preparer = self.clerk
        if by_operator:
            entering = ("operator", "丙", Role.OPERATOR, "staple horse battery")
            self.preparer = add_account(session, *entering, by=None)
        self.second = 0
        self.numbers = count(1)

    def unit(self, seed: int) -> str:
        add_unit(
            self.session,
            uscc=make_uscc(seed),
            name=f'单位{seed}, "有限"公司',
            union_id=self.session.scalars(select(Union.id)).one(),
            unit_percent=60,
            by=self.clerk,
        )
        return make_uscc(seed)

    def enrol(
        self,
        uscc: str,
        starts_on: date,
        confirmed_on: date,
        people: Iterable[int],
        *,
        refused: bool = False,
    ) -> None:
        """Enrol people; whether some of them may be refused."""
        asked = Asked(
            unit=unit_of(self.session, uscc),
            year=starts_on.year,
            starts_on=starts_on,
            confirmed_on=confirmed_on,
            unit_percent=60,
            file_sha256=f"{starts_on}{uscc}",
        )
        # People 3 and 4 share one card.
        rows = [
            RosterRow(line, make_name(n), make_id(n), make_account(3 if n == 4 else n))
            for line, n in enumerate(people, 2)
        ]
        enrolled = enrol(self.session, asked, rows, by=self.clerk)
        assert refused or not enrolled.faults

    def open_gift(self, name: str, quota: int, months: int, **days: date) -> None:
        open_gift(
            self.session,
            name=name,
            union_id=self.session.scalars(select(Union.id)).one(),
            quota=quota,
            term_months=months,
            by=self.clerk,
            **days,
        )

    def give(self, name: str, starts_on: date, people: Iterable[int]) -> None:
        """Give covers of a campaign; some may be refused."""
        rows = [RosterRow(line, make_name(n), make_id(n), None) for line, n in enumerate(people, 2)]
        gift = gift_of(self.session, name)
        asked = GiftAsked(gift, starts_on, starts_on, f"{starts_on}{name}")
        give(self.session, asked, rows, by=self.clerk)
        self.look_again()

    def receive(self, uscc: str, year: int, amount: str, received_on: date) -> None:
        unit = unit_of(self.session, uscc)
        receive(
            self.session,
            unit_id=unit.id,
            year=year,
            amount_fen=int(amount) * 100,
            received_on=received_on,
            reference=f"流水{unit.id}-{received_on}-{next(self.numbers)}",
            by=self.clerk,
        )
        self.look_again()

    def receive_subsidy(self, year: int, amount: str, received_on: date) -> None:
        receive_subsidy(
            self.session,
            union_id=self.session.scalars(select(Union.id)).one(),
            year=year,
            amount_fen=int(amount) * 100,
            received_on=received_on,
            reference=f"工会-{received_on}-{next(self.numbers)}",
            by=self.clerk,
        )

    def feed(self, *bills: dict[str, str]) -> None:
        """Take bills and determine them."""
        rows = [[bill.get(name, "") for name in BILL] for bill in bills]
        content = csv_bytes([BILL, *rows])
        found = read_settlements(content)
        assert not found.faults
        take_feed(self.session, found, file_sha256=f"{len(content):064d}", by=self.clerk)
        self.drain()

    def look_again(self) -> None:
        look_again(self.session)
        self.drain()

    def drain_runs(self) -> None:
        """Determine what is due of every run."""
        for run_id in self.session.scalars(select(Job.subject_id).distinct()).all():
            while drain(self.session, run_id):
                pass

    def drain(self) -> None:
        last = self.session.scalar(select(func.max(Run.id)))
        while last and drain(self.session, last):
            pass

    def pay(
        self, year: int, made_on: date, failing: Iterable[int] = (), *, answered: bool = True
    ) -> None:
        """Send what is payable; the lines `failing` fail, the others are paid."""
        batch = prepare_batch(
            self.session, year, prepared_by=self.preparer, approved_by=self.second, made_on=made_on
        )
        if not answered:
            return
        lines = self.session.execute(
            select(Payment.line, Payment.amount_fen)
            .where(Payment.batch_id == batch.id)
            .order_by(Payment.line)
        )
        said = [
            (line, yuan(fen), "失败", "", "账号户名不符")
            if line in failing
            else (line, yuan(fen), "成功", made_on.isoformat(), "")
            for line, fen in lines
        ]
        take_return(self.session, return_file(batch.number, said), by=self.second)
        failed = self.session.scalars(
            select(Payment.member_id).where(Payment.batch_id == batch.id, Payment.line.in_(failing))
        ).all()
        self.new_cards(failed)

    def new_cards(self, members: Sequence[int]) -> None:
        """They bring another card."""
        cards = {member_id: make_account(500 + member_id) for member_id in members}
        set_accounts(self.session, cards, dict.fromkeys(members, 1), by=None)


def bill(number: str, person: int, day: str, scope: str, **more: str) -> dict[str, str]:
    """An inpatient bill: `scope` inside the insurance's scope, nothing paid by others."""
    return {
        "setl_id": number,
        "certno": make_id(person),
        "psn_name": make_name(person),
        "med_type": "21",
        "begndate": day,
        "enddate": day,
        "setl_time": f"{day} 10:00:00",
        "inscp_scp_amt": scope,
        "mdtrt_id": f"V{number}",
        "dise_codg": "K35.900",
        "dise_name": DIAGNOSIS,
        "invono": f"INV{number}",
        **more,
    }


def fund_year(session: Session, *, by_operator: bool = False) -> Fund:
    """The little fund, whole: benefit years 2019, 2020, 2021 and 2022."""
    fund = Fund(session, by_operator=by_operator)
    first, other = fund.unit(1), fund.unit(2)
    _year_2019(fund, first)
    _enrol_2021(fund, first, other)
    _bills_2021(fund)
    _payments_2021(fund)
    _after_payment(fund, other)
    _gifts_2021(fund, first)
    _typed_2021(fund)
    _closed(fund)
    _audited(fund)
    return fund


def _year_2019(fund: Fund, unit: str) -> None:
    fund.enrol(unit, date(2019, 11, 1), date(2019, 10, 20), range(3))
    fund.receive(unit, 2019, "180", date(2019, 10, 30))
    fund.receive_subsidy(2019, "90", date(2020, 1, 15))
    officer = ("second", "乙", Role.OFFICER, "battery horse correct")
    fund.second = add_account(fund.session, *officer, by=None, certno=make_id(2))
    # One stay in two bills: 30 % of 1,000, 50 % above, over both together.
    fund.feed(
        bill("A1", 0, "2020-02-01", "800.00", mdtrt_id="STAY"),
        bill("A2", 0, "2020-02-09", "700.05", mdtrt_id="STAY"),
        bill("A3", 1, "2019-11-11", "500.00"),
    )
    fund.feed(bill("A4", 1, "2020-10-30", "5000.00"), bill("A5", 0, "2020-03-01", "900.00"))
    fund.pay(2019, date(2020, 11, 2))


def _enrol_2021(fund: Fund, first: str, other: str) -> None:
    fund.enrol(first, date(2021, 1, 1), date(2020, 12, 20), range(6))
    fund.receive(first, 2021, "300", date(2020, 12, 28))
    # Late money: the covers start on the day after.
    fund.enrol(other, date(2021, 3, 1), date(2021, 2, 20), range(6, 10))
    fund.receive(other, 2021, "150", date(2021, 3, 2))
    fund.receive(other, 2021, "70", date(2021, 3, 5))
    # Twice, the second time more than is due.
    fund.receive_subsidy(2021, "150", date(2021, 2, 15))
    fund.receive_subsidy(2021, "1000", date(2021, 7, 15))
    fund.enrol(other, date(2021, 6, 1), date(2021, 5, 20), range(10, 12))


def _bills_2021(fund: Fund) -> None:
    chronic = {"med_type": "14", "begndate": "", "enddate": ""}
    fund.feed(
        bill("B01", 0, "2021-02-10", "1000.01", hifp_pay="200.00", psn_part_amt="700.00"),
        bill("B02", 1, "2021-02-11", "150000.00"),
        bill("B03", 1, "2021-03-11", "150000.00"),
        bill("B04", 1, "2021-04-11", "9000.00"),
        bill("B05", 2, "2021-02-12", "3000.00"),
        bill("B06", 3, "2021-03-15", "4000.00", mdtrt_id="ONE"),
        bill("B07", 4, "2021-01-20", "4000.00"),
        bill("B08", 5, "2021-05-20", "9999.99", **chronic),
        bill("B09", 6, "2021-05-21", "100.00", med_type="22"),
        bill("B10", 6, "2021-05-22", "100.00", med_type="11"),
        bill("B11", 6, "2021-05-23", "100.00", med_type="999"),
        bill("B12", 7, "2021-05-24", "6000.00", invono="INVB06"),
        bill("B13", 8, "2021-05-25", "777.77"),
        bill("B14", 10, "2021-07-01", "5000.00"),
        bill("B15", 9, "2021-03-05", "5000.00"),
        bill("B16", 4, "2021-08-01", "2500.00"),
    )
    fund.feed(
        {**bill("R05", 4, "2021-08-02", "-1.00"), "refd_setl_flag": "1", "init_setl_id": "B99"},
        {**bill("B17", 8, "2021-08-03", "10.00"), "refd_setl_flag": "1"},
    )


def _payments_2021(fund: Fund) -> None:
    fund.pay(2021, date(2021, 8, 20), failing=[2])
    fund.pay(2021, date(2021, 9, 1))


def _after_payment(fund: Fund, other: str) -> None:
    # Corrected up and down, refunded: after the money went out.
    fund.feed(bill("B01", 0, "2021-02-10", "1300.00", hifp_pay="200.00", psn_part_amt="900.00"))
    fund.feed(bill("B06", 3, "2021-03-15", "3000.00", mdtrt_id="ONE"))
    refund = {"refd_setl_flag": "1", "init_setl_id": "B02"}
    fund.feed({**bill("R06", 1, "2021-09-10", "-150000.00"), **refund})
    # The room that came back goes to the bill that is corrected next.
    fund.feed(bill("B04", 1, "2021-04-11", "9000.02"))
    fund.pay(2021, date(2021, 9, 20))
    # The cover begins after its bill; the bill is looked at again.
    fund.receive(other, 2021, "100", date(2021, 6, 30))
    # Another day of discharge: claims move from benefit year 2019 to 2021, one of them paid.
    fund.feed(bill("A3", 1, "2021-05-05", "500.00"), bill("A5", 0, "2021-05-06", "900.00"))
    fund.feed(bill("B18", 11, "2021-12-30", "600.00"), bill("B19", 5, "2022-01-02", "60.00"))
    fund.pay(2021, date(2022, 1, 5), answered=False)


def _gifts_2021(fund: Fund, unit: str) -> None:
    year = {"opens_on": date(2021, 1, 1), "closes_on": date(2021, 12, 31)}
    fund.open_gift("骑手关爱", 4, 6, **year)
    fund.open_gift("货车司机关爱", 2, 12, opens_on=date(2021, 6, 1), closes_on=date(2022, 6, 30))
    chronic = {"med_type": "14", "begndate": "", "enddate": ""}
    fund.give("骑手关爱", date(2021, 2, 1), [12, 13])
    fund.give("骑手关爱", date(2021, 8, 1), [14, 0, 15, 16])
    fund.give("货车司机关爱", date(2021, 7, 1), [17])
    fund.enrol(unit, date(2021, 5, 1), date(2021, 4, 20), [13, 14, 17])
    fund.feed(
        bill("G1", 12, "2021-05-01", "3000.00"),
        bill("G2", 13, "2021-05-02", "4000.00"),
        bill("G3", 13, "2021-05-03", "500.00", **chronic),
        bill("G4", 17, "2021-09-03", "700.00"),
    )
    # Booked late: the gift of 13 had paid beyond its end, of those of 14 and 17 nothing is left.
    fund.receive(unit, 2021, "150", date(2021, 4, 28))
    fund.feed(bill("G5", 13, "2021-05-04", "100.00"), bill("G1", 12, "2021-05-01", "2000.00"))
    fund.give("货车司机关爱", date(2022, 1, 1), [18])


def _typed_2021(fund: Fund) -> None:
    """Claims that members file: confirmed and paid, joined, waiting, taken and sent back."""
    session = fund.session
    accounts = [account_of(session, person) for person in (3, 5, 7, 8)]
    assert len(set(accounts)) == 4
    paid = file_by_hand(session, 3, a_stay("2021-10-01", "1200.00"))
    file_by_hand(session, 5, a_stay("2021-10-02", "800.00", "B30"))
    file_by_hand(session, 5, a_stay("2021-10-03", "900.00", "B31"))
    alike = file_by_hand(session, 7, a_stay("2021-10-04", "700.00"))
    file_by_hand(session, 8, a_stay("2021-10-05", "600.00"))
    slip = file_by_hand(session, 8, a_stay("2021-10-07", "5000.00", "B33"))
    unread = file_by_hand(session, 3, a_stay("2021-10-08", "400.00"))
    fund.drain_runs()
    take_back(session, slip.claim_id, by=accounts[3])
    file_by_hand(session, 8, a_stay("2021-10-07", "500.00", "B33"))
    send_back(session, unread.claim_id, Why.PAPERS, by=fund.second)
    fund.drain_runs()
    confirm(session, paid.claim_id, by=fund.second)
    # The bureau's rows: with other amounts than were typed, refunded later, without its number.
    undone = {"refd_setl_flag": "1", "init_setl_id": "B31"}
    fund.feed(bill("B30", 5, "2021-10-02", "810.00"), bill("B32", 7, "2021-10-04", "700.00"))
    fund.feed(bill("B31", 5, "2021-10-03", "950.00"))
    fund.feed({**bill("R31", 5, "2021-10-06", "-900.00"), **undone})
    double = session.scalar(select(Claim.id).where(Claim.setl_id == "B32"))
    confirm(session, double or 0, by=fund.second, although=[alike.claim_id])
    fund.pay(2021, date(2022, 2, 1))


def _closed(fund: Fund) -> None:
    for period in ("2019-10", "2019", "2020"):
        close(fund.session, period, closed_by=fund.clerk, approved_by=fund.second)
    fund.receive_subsidy(2021, "7", date(2020, 12, 30))
    late = select(func.max(JournalEntry.id)).where(JournalEntry.memo == "subsidy received")
    reverse(
        fund.session,
        fund.session.execute(late).scalar_one(),
        why="另一基金的补助",
        reversed_by=fund.second,
        approved_by=fund.clerk,
        reversed_on=date(2021, 1, 4),
    )


def _audited(fund: Fund) -> None:
    session = fund.session
    union = session.scalars(select(Union.id)).one()
    auditor = add_account(session, "audit", "丁", Role.AUDITOR, "horse battery staple", by=None)
    draw_sample(session, 2021, "simple", size=3, seed="2022-03", by=auditor)
    raise_finding(session, 2019, union, "low", "凭证缺附件", "一张凭证缺少附件。", by=auditor)
    says = "材料不全,\n请补齐。"
    asked = raise_finding(session, 2021, union, "middle", "材料不全", says, by=auditor)
    answer_finding(session, asked, "已经补齐。", by=fund.clerk)
    ask_again(session, asked, "仍缺一页。", by=auditor)
    closed = raise_finding(session, 2021, union, "high", "同一张卡", "两人同一张卡。", by=auditor)
    answer_finding(session, closed, "是夫妻,有证明。", by=fund.second)
    close_finding(session, closed, "已核实。", by=auditor)
