"""What lies on the officers' desks at the end: something of every kind that waits for a person.

By the very calls an office makes, and nothing that the plan's counts know: no cover begins, and
nothing is paid.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from app.banking.add_account import add_fund_account
from app.banking.import_statement import import_statement
from app.banking.open_lines import open_lines
from app.banking.propose_refund import Payee
from app.banking.resolve import resolve_to_refund
from app.claims.decide import approve_decision, propose_decision
from app.claims.decided import Reason, Says, What
from app.claims.injuries import state_injury
from app.clock import today
from app.demo.live import Office, drain_fully
from app.money import yuan
from app.objections.models import Kind
from app.objections.object_to import object_to
from app.payments.order import prepare_order
from app.payments.public import LONGEST, approve_list, propose_list
from app.schemes.draft import open_next
from app.units.ask import ask_registration
from app.units.asked import Registration
from app.year.remind import remind

_LAST_ANSWER: Final = timedelta(days=45)
"""The bank has not answered the last batch yet: those of the one before are told."""
_CODE: Final = "基本户"
_NUMBER: Final = "6222990000000000017"
_ASKS: Final = "91410599009999999"
_INJURIES: Final = text(
    """
    SELECT q.claim_id FROM claim_queue q
    JOIN claim c ON c.member_id = q.member_id AND c.id = q.claim_id
    JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
    WHERE q.state = 'held' AND s.med_type = '22'
          AND q.member_id NOT IN (SELECT member_id FROM account WHERE member_id IS NOT NULL)
    ORDER BY q.claim_id LIMIT 2
    """
)
_REFUSED: Final = text(
    """
    SELECT q.claim_id, a.id AS account_id FROM claim_queue q
    JOIN account a ON a.member_id = q.member_id AND a.role = 'member'
    WHERE q.state IN ('closed', 'paid') ORDER BY q.state, q.claim_id LIMIT 1
    """
)
_ANSWERED: Final = text("SELECT max(batch_id) FROM bank_return")
_BALANCE: Final = text(
    """
    SELECT coalesce(sum(l.amount_fen), 0)::bigint FROM posting l JOIN entry e ON e.id = l.entry_id
    WHERE l.account = '1001'
    """
)


def fill_desks(session: Session, office: Office) -> None:
    """A unit that asks to be registered, money of nobody, a refund, injuries, an order, notices, a
    draft of the next year's scheme, a public list."""
    day = office.city.scale.last_feed
    _unit_asks(session, office)
    _money_of_nobody(session, office)
    _injuries(session, office)
    prepare_order(session, day.year, by=office.officers[0], made_on=day)
    remind(session, on=day - _LAST_ANSWER)
    _objection(session)
    open_next(session, day.year + 1, from_year=day.year, by=office.officers[0])
    _public_list(session, office)


def _public_list(session: Session, office: Office) -> None:
    """The last batch that the bank has answered, shown to everybody for a while from today on."""
    one, other = office.officers
    batch_id = session.execute(_ANSWERED).scalar_one_or_none()
    if batch_id is not None:
        days = {"from_on": today(), "until_on": today() + LONGEST}
        approve_list(session, propose_list(session, batch_id, by=one, **days), by=other)


def _objection(session: Session) -> None:
    """A member asks for a person about a bill that the rules refused."""
    found = session.execute(_REFUSED).first()
    if found is not None:
        says = "这次住院的日期可能填错了，请工作人员核对一下。"
        object_to(session, found.claim_id, Kind.OBJECTION, says, by=found.account_id)


def _unit_asks(session: Session, office: Office) -> None:
    asked = Registration(
        _ASKS + uscc.calc_check_digit(_ASKS),
        "城西新华书店",
        office.districts[0],
        60,
        contact="高敏",
        phone="13900000001",
        account="6222990000000000025",
        bank="某银行",
    )
    ask_registration(session, asked, by=None)


def _money_of_nobody(session: Session, office: Office) -> None:
    """A statement of the last days: two payments that fit no unit; one is to be given back."""
    one, day = office.officers[0], office.city.scale.last_feed
    add_fund_account(
        session,
        code=_CODE,
        holder="市总工会职工医疗互助",
        bank="某银行",
        number=_NUMBER,
        statement_format_name="plain",
        payment_format="plain",
        by=one,
    )
    before = int(session.execute(_BALANCE).scalar_one())
    lines = [
        (day - timedelta(days=2), "D-0001", 120_000, "刘建国", "互助金"),
        (day - timedelta(days=1), "D-0002", 5_000, "城东天成商贸", "货款"),
    ]
    said = [
        f"账号,{_NUMBER}",
        f"期初余额,{yuan(before)}",
        "记账日期,流水号,金额,余额,对方户名,摘要",
    ]
    for booked_on, serial, fen, payer, remark in lines:
        before += fen
        said.append(f"{booked_on},{serial},{yuan(fen)},{yuan(before)},{payer},{remark}")
    import_statement(session, "\n".join(said).encode(), account=_CODE, by=one)
    wrong = open_lines(session)[-1]
    payee = Payee("城东天成商贸", "6222990000000000033")
    resolve_to_refund(session, wrong.id, payee=payee, by=one, on=day)


def _injuries(session: Session, office: Office) -> None:
    """One work injury was decided by two; another is proposed."""
    one, other = office.officers
    for number, claim_id in enumerate(session.scalars(_INJURIES).all()):
        state_injury(session, claim_id, Says.EMPLOYER if number == 0 else Says.NOBODY, by=one)
        if number == 0:
            asked = propose_decision(session, claim_id, What.REFUSE, by=one, reason=Reason.WORK)
            drain_fully(session, approve_decision(session, asked, by=other))
        else:
            propose_decision(session, claim_id, What.PAY_INPATIENT, by=one)
