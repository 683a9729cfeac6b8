"""What goes wrong with money: one line in twenty, files that are refused, and who mends it."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.banking.import_statement import import_statement
from app.banking.propose_refund import Payee, propose_refund, refundable
from app.banking.refund import approve_refunds, refund_number
from app.banking.resolve import (
    resolve_not_ours,
    resolve_taken_back,
    resolve_to_fee,
    resolve_to_refund,
    resolve_to_unit,
)
from app.banking.statement import StatementSerialTwice, StatementSumWrong
from app.contributions.credit import credit_of
from app.contributions.reference import notice_reference
from app.demo.played.bank import BankLine
from app.demo.played.office import ACCOUNT, Office, Said, do_promised, expect, line_of
from app.demo.played.plan import GUEST_OF, OVER, PART, WRONG, YEAR
from app.errors import FileFault
from app.money import yuan

_DAY: Final = date(YEAR - 1, 12, 21)
_LATER: Final = date(YEAR - 1, 12, 27)
_MISTAKEN: Final = "误汇"
_STRANGER: Final = "互助"
_OVER_FEN: Final = 3_000
WAITING: Final = 4
"""Lines of the first statement that nobody can match."""


def contribution(office: Office, number: int, due_fen: int) -> Sequence[BankLine]:
    """What a unit pays: as its notice says, or nearly."""
    day = date(YEAR - 1, 12, 1 + number % 20)
    name, account = office.plan.units[number].name, office.plan.unit_account(number)
    remark = notice_reference(office.units[number], YEAR)
    if number == WRONG:
        return [BankLine(day, due_fen, name, f"{remark[:-1]}{(int(remark[-1]) + 1) % 10}", account)]
    if number == PART:
        part_fen = due_fen * 3 // 5
        rest = BankLine(_LATER, due_fen - part_fen, name, remark, account)
        return [BankLine(day, part_fen, name, remark, account), rest]
    if number == OVER:
        return [BankLine(day, due_fen + _OVER_FEN, name, remark, account)]
    return [BankLine(day, due_fen, name, remark, account)] if due_fen else []


def others() -> Sequence[BankLine]:
    """Money of nobody the fund knows, and what the bank itself gives and takes."""
    return [
        BankLine(_DAY, 8_800, "路人甲", _STRANGER, "6221990000000000099"),
        BankLine(_DAY, 4_400, "路人乙", _MISTAKEN, "6221990000000000107"),
        BankLine(_DAY, 1_234, "", "结息"),
        BankLine(_DAY, -500, "", "手续费"),
        BankLine(_DAY, -700, "某公司", "账户维护"),
    ]


def refuse_files(office: Office) -> None:
    """A statement whose sum is wrong and one with a serial twice: nothing of them is taken."""
    spoiled = (
        (office.bank.spoiled(off_fen=1), StatementSumWrong),
        (office.bank.spoiled(twice=True), StatementSerialTwice),
    )
    for data, fault in spoiled:
        expect(_refused(office, data, fault), fault.__name__)


def take_again(office: Office) -> None:
    """The same file again changes nothing."""
    with office.turn() as session:
        again = import_statement(session, office.bank.last, account=ACCOUNT, by=office.one)
    expect(again.again, "the same statement again brings nothing new")


def mend(office: Office) -> Said:
    """An officer says what the lines are that nobody could match."""
    wrong = notice_reference(office.units[WRONG], YEAR)
    wrong = f"{wrong[:-1]}{(int(wrong[-1]) + 1) % 10}"
    by, on = office.one, date(YEAR - 1, 12, 29)
    with office.turn() as session:
        unit_id = office.units[WRONG]
        line = line_of(session, wrong)
        resolve_to_unit(session, line, unit_id=unit_id, year=YEAR, by=by, on=on)
        resolve_to_fee(session, line_of(session, "账户维护"), proposed_by=by, by=office.two, on=on)
        resolve_not_ours(session, line_of(session, _MISTAKEN), by=by, on=on)
        stranger = line_of(session, _STRANGER)
        back = resolve_to_refund(session, stranger, payee=Payee("路人甲", ""), by=by, on=on)
        do_promised(session)
    with office.turn() as session:
        approve_refunds(session, [back], by=office.two, on=on)
    mistaken = BankLine(on, -4_400, "路人乙", f"{_MISTAKEN}冲正")
    office.take_statement(BankLine(on, -8_800, "路人甲", refund_number(back)), mistaken)
    with office.turn() as session:
        other = line_of(session, _MISTAKEN)
        taken = line_of(session, f"{_MISTAKEN}冲正")
        resolve_taken_back(session, taken, other_line_id=other, by=by, on=on)
    return Said(
        on,
        "挂账 3 笔、待查支出 1 笔已由人处理；合计不符、流水号重复的对账单被拒，重复导入无变化",
        "three lines in suspense and one that left are explained; two bad statements were refused",
    )


def refund_units(office: Office) -> Said:
    """What a unit paid too much, and what was credited to it, goes back on two officers' word."""
    day = date(YEAR, 3, 4)
    with office.turn() as session:
        over_fen = refundable(session, "over", office.units[OVER], YEAR)
        credit_fen = credit_of(session, office.units[GUEST_OF]).get(YEAR, 0)
    expect(over_fen == _OVER_FEN, "what was paid too much is left over")
    expect(credit_fen > 0, "the second unit's money for one member is credited")
    made = []
    for number, source, fen in ((OVER, "over", over_fen), (GUEST_OF, "credited", credit_fen)):
        payee = Payee(office.plan.units[number].name, office.plan.unit_account(number))
        with office.turn() as session:
            refund = propose_refund(
                session,
                source,  # type: ignore[arg-type]
                unit_id=office.units[number],
                year=YEAR,
                amount_fen=fen,
                payee=payee,
                by=office.one,
            )
        made.append((refund, fen, payee.name))
    with office.turn() as session:
        approve_refunds(session, [number for number, _, _ in made], by=office.two, on=day)
    office.take_statement(
        *(BankLine(day, -fen, name, refund_number(number)) for number, fen, name in made)
    )
    total = yuan(sum(fen for _, fen, _ in made))
    return Said(day, f"退回单位 2 笔，{total} 元", f"two refunds to units, {total} yuan")


def _refused(office: Office, data: bytes, fault: type[FileFault]) -> bool:
    try:
        with office.turn() as session:
            import_statement(session, data, account=ACCOUNT, by=office.one)
    except fault:
        return True
    return False
