"""A fund whose money comes by statements: every kind of line, and every way a person resolves one.

Calendar years 2023 and 2024, benefit year 2024, and a receipt resolved across the turn of the year.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.banking.import_statement import Imported, import_statement
from app.banking.propose_refund import Payee, propose_refund
from app.banking.refund import approve_refunds, refund_number, withdraw_refund
from app.banking.resolve import (
    resolve_not_ours,
    resolve_taken_back,
    resolve_to_fee,
    resolve_to_refund,
    resolve_to_union,
    resolve_to_unit,
)
from app.banking.undo import undo_match
from app.contributions.fill_later import fill_promised
from app.contributions.reference import notice_reference
from app.online.order import order_for_unit
from app.online.provider import Paid
from app.online.take import take_paid
from app.online.take_back import take_back_typed
from app.recoveries.confirm_line import Interest, Payout
from app.unions.models import Union
from tests.db.office import Office, fen, keys
from tests.db.statements import Line, account, plain, yuan
from tests.db.suspense import said_by_two

PAYEE = Payee("单位1", "6222999900001111")
DAY = date(2023, 12, 20)
ONE_DAY = timedelta(days=1)


@dataclass
class Teller:
    """Statements one after the other, each beginning where the last one ended."""

    office: Office
    balance_fen: int = 0
    lines: int = 0
    seconds: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        account(self.office)

    @property
    def session(self) -> Session:
        return self.office.session

    def take(self, *lines: Line) -> Imported:
        data = plain(lines, yuan(self.balance_fen), first=self.lines + 1)
        done = import_statement(self.session, data, account="main", by=self.office.by)
        self.balance_fen += sum(fen(amount) for _, amount, _, _ in lines)
        self.lines += len(lines)
        self.fill()
        return done

    def fill(self) -> None:
        """Do what was promised: let money fill rosters."""
        jobs = text("SELECT subject_id FROM job WHERE kind = 'fill_rosters' ORDER BY id")
        for subject in self.session.scalars(jobs).all():
            fill_promised(self.session, subject)
        self.session.execute(text("DELETE FROM job WHERE kind = 'fill_rosters'"))

    def line(self, nth: int) -> int:
        """The number of the nth line of all, from 1."""
        asked = text("SELECT id FROM statement_line WHERE bank_key LIKE :key")
        return int(self.session.scalars(asked, {"key": f"% S{nth}"}).one())

    def second(self, seed: int = 90) -> int:
        """Another officer, another person."""
        named = (f"second{seed}", "乙", Role.OFFICER, "battery horse correct")
        return add_account(self.session, *named, by=None)


def money_year(session: Session) -> Teller:
    """Play it; the second officer approves and undoes."""
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    office = Office(session)
    teller = Teller(office)
    one, two = office.unit(1), office.unit(2)
    office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    office.enrol([2], date(2024, 1, 1), unit=2, confirmed_on=date(2023, 11, 1))
    other = teller.second()
    office.receive("7.00", DAY, unit=2, year=2024, ref="S6")  # typed before the statement came
    teller.take(
        (DAY, "160.00", "别名", notice_reference(one.id, 2024)),  # 1: 60.00 too much
        (DAY, "20.00", "单位2", "互助金"),  # 2: part, without a reference
        (DAY, "12.34", "", "结息"),  # 3
        (DAY, "-5.00", "", "手续费"),  # 4
        (DAY, "-7.00", "某公司", ""),  # 5: explained below
        (DAY, "7.00", "单位2", notice_reference(two.id, 2024)),  # 6: by hand
        (DAY, "33.00", "路人", ""),  # 7: goes back to its payer
        (DAY, "44.00", "路人", ""),  # 8: not ours
        (DAY, "9.00", "市总工会", "补助"),  # 9
    )
    turned = date(2024, 1, 5)
    teller.take(
        (turned, "3.00", "单位2", notice_reference(two.id, 2024)),  # 10: a wrong match
        (turned, "-44.00", "路人", "冲正"),  # 11
    )
    union = session.scalars(select(Union.id)).one()
    resolve_to_unit(session, teller.line(2), unit_id=two.id, year=2024, by=office.by, on=turned)
    resolve_to_fee(session, teller.line(5), proposed_by=office.by, by=other, on=turned)
    resolve_not_ours(session, teller.line(8), by=office.by, on=turned)
    eleven, eight = teller.line(11), teller.line(8)
    resolve_taken_back(session, eleven, other_line_id=eight, by=office.by, on=turned)
    resolve_to_union(session, teller.line(9), union_id=union, year=2024, by=office.by, on=turned)
    undo_match(session, teller.line(10), proposed_by=office.by, by=other, on=turned)
    back = resolve_to_refund(session, teller.line(7), payee=PAYEE, by=office.by, on=turned)
    over = propose_refund(
        *(session, "over"),
        unit_id=one.id,
        year=2024,
        amount_fen=4_000,
        payee=PAYEE,
        by=office.by,
    )
    sent = turned + ONE_DAY
    approve_refunds(session, [back, over], by=other, on=sent)
    teller.take(
        (sent, "-33.00", "路人", refund_number(back)),  # 12
        (sent, "-40.00", "单位1", refund_number(over)),  # 13
        (sent + ONE_DAY, "40.00", "单位1", f"退回 {refund_number(over)}"),  # 14
    )
    approve_refunds(session, [over], by=other, on=sent + ONE_DAY)
    teller.take(
        (sent + ONE_DAY, "-40.00", "单位1", refund_number(over)),  # 15
        (sent + ONE_DAY, "4.90", "支付平台", "结算"),  # 16
    )
    asked = order_for_unit(session, two.id, 2024, 500, by=office.by, provider="wechat")
    take_paid(
        session,
        "wechat",
        Paid("42001", asked.out_trade_no, 500, datetime(2024, 1, 5, 4, tzinfo=UTC)),
    )
    wrong = propose_refund(
        *(session, "over"),
        unit_id=one.id,
        year=2024,
        amount_fen=1_000,
        payee=PAYEE,
        by=office.by,
    )
    approve_refunds(session, [wrong], by=other, on=sent + ONE_DAY)
    for who in (office.by, other):
        withdraw_refund(session, wrong, by=who, on=sent + ONE_DAY)
    payout = Payout("wechat", 10, ("42001",))
    said_by_two(session, teller.line(16), payout, office.by, other)
    teller.take((sent + ONE_DAY, "2.00", "某银行", "季度收益"))  # 17: interest, in other words
    seventeen = teller.line(17)
    said_by_two(session, seventeen, Interest(), office.by, other)
    undo_match(session, seventeen, proposed_by=office.by, by=other)
    said_by_two(session, seventeen, Interest(), other, office.by)
    wrong_typed = office.receive("6.00", DAY, unit=2, year=2024, ref="slip").receipt_id
    take_back_typed(session, wrong_typed, why="金额记错", proposed_by=office.by, by=other)
    return teller
