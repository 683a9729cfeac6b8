"""What people decide: injuries, who is liable, what comes back, sheets filed at the counter."""

from datetime import date
from typing import Final

from app.claims.counter import file_sheets, read_paper_sheets
from app.claims.decide import approve_decision, propose_decision
from app.claims.decided import Reason, Says, What
from app.claims.injuries import state_injury
from app.demo.accounts import fourth_officer
from app.demo.played.bank import BankLine
from app.demo.played.files import sheet_file
from app.demo.played.illness import feed
from app.demo.played.office import (
    Office,
    Said,
    claim_of,
    do_promised,
    expect,
    member_of,
    said_by_two,
)
from app.demo.played.plan import YEAR, Special
from app.demo.reviewing import review_through
from app.enrolment.fates import FateRow, import_fates
from app.filing.consent import state_consent
from app.money import yuan
from app.payments.heirs import approve_heir, propose_heir
from app.recoveries.confirm_line import FromMember, FromOthers
from app.recoveries.liable import Liable, approve_recovery, propose_recovery
from app.recoveries.owing import approve_set_off, propose_set_off
from app.recoveries.standing import money_of

_DECIDED: Final = (
    (Says.NOBODY, What.PAY_INPATIENT, None),
    (Says.TRAFFIC, What.PAY_INPATIENT, None),
    (Says.EMPLOYER, What.REFUSE, Reason.WORK),
    (Says.NOBODY, What.PAY_INPATIENT, None),
)
_DIED_ON: Final = date(YEAR, 8, 20)
_HEARD_ON: Final = date(YEAR, 8, 29)


def decide_injuries(office: Office) -> Said:
    """The member states, one officer proposes, another approves; a third party must pay back."""
    day = date(YEAR, 5, 20)
    bills = office.plan.special(Special.INJURED)
    feed(office, bills)
    for bill, (says, what, reason) in zip(bills, _DECIDED, strict=True):
        with office.turn() as session:
            claim = claim_of(session, bill.setl_id)
            state_injury(session, claim, says, by=office.one)
            proposal = propose_decision(session, claim, what, by=office.one, reason=reason)
        with office.turn() as session:
            approve_decision(session, proposal, by=office.two)
            do_promised(session)
    _recover(office, bills[1].setl_id)
    return Said(
        day,
        f"意外伤害 {len(bills)} 件由两人决定，其中一件向第三方追偿",
        f"{len(bills)} injuries are decided by two officers; of one a third party pays back",
    )


def _recover(office: Office, setl_id: str) -> None:
    """Half of what was granted is asked for, and it comes."""
    day = date(YEAR, 6, 10)
    with office.turn() as session:
        claim = claim_of(session, setl_id)
        money = money_of(session, member_of(session, office, office.plan.who(setl_id)), claim)
        fen = money.payable_fen // 2 if money else 0
        proposal = propose_recovery(
            session,
            claim,
            Liable.THIRD_PARTY,
            fen,
            reference="交通事故责任认定书",
            booked_on=day,
            by=office.one,
        )
    with office.turn() as session:
        number = approve_recovery(session, proposal, by=office.two)
    office.take_statement(BankLine(day, fen, "某保险公司", "赔款"))
    said_by_two(office, "赔款", FromOthers(number))


def correct(office: Office) -> Said:
    """The bureau sends two paid bills again, one higher and one lower, and another bill."""
    feed(office, office.plan.special(Special.CORRECTED))
    return Said(
        date(YEAR, 6, 28),
        "医保更正 2 件已发放的结算：一件补差，一件形成应收",
        "two paid bills are corrected: of one a difference is paid, of the other some is owed back",
    )


def settle_owing(office: Office) -> Said:
    """What is owed back is set off against a later benefit by two officers, the rest repaid."""
    day, plan = date(YEAR, 8, 30), office.plan
    lower, later = plan.special(Special.CORRECTED)[1:3]
    with office.turn() as session:
        owing, using = claim_of(session, lower.setl_id), claim_of(session, later.setl_id)
        money = money_of(session, member_of(session, office, lower.person), owing)
        owed_fen = money.excess.open_fen if money else 0
        expect(owed_fen > 0, "a lower correction is owed back")
        half_fen = owed_fen // 2
        proposal = propose_set_off(session, owing, using, half_fen, booked_on=day, by=office.one)
    with office.turn() as session:
        approve_set_off(session, proposal, by=office.two)
    rest_fen = owed_fen - half_fen
    name = plan.people.names[lower.person]
    office.take_statement(BankLine(day, rest_fen, name, "退回多发补助"))
    said_by_two(office, "退回多发补助", FromMember(owing))
    return Said(
        day,
        f"应收 {yuan(owed_fen)} 元：抵扣 {yuan(half_fen)} 元，退回 {yuan(rest_fen)} 元",
        f"of {yuan(owed_fen)} yuan owed back {yuan(half_fen)} are set off, {yuan(rest_fen)} repaid",
    )


def file_at_counter(office: Office) -> Said:
    """An officer files for members from their sheets, three others review them."""
    data = sheet_file(office.plan, office.plan.special(Special.COUNTER))
    sheets, faults = read_paper_sheets(data)
    expect(not faults, "every sheet is read")
    with office.turn() as session:
        filed = file_sheets(session, sheets, by=office.one).filed
        for _, each in filed:
            state_consent(session, each.member_id, each.claim_id, "zh", by=office.one)
        do_promised(session)
    expect(len(filed) == len(sheets), "every sheet is filed")
    with office.turn() as session:
        for _, each in filed:
            review_through(
                session, each.claim_id, (office.two, office.third, fourth_officer(session))
            )
    # The bureau sends one of them after all: it is the same claim.
    feed(office, office.plan.special(Special.COUNTER)[:1])
    return Said(
        date(YEAR, 9, 20),
        f"柜面代办 {len(filed)} 件，另三人分阶段审核；医保后来发来的一件并入同一申请",
        f"{len(filed)} sheets are filed at the counter; one comes from the bureau, too: one claim",
    )


def mourn(office: Office) -> Said:
    """A member dies; what stays payable goes to an heir on a second approval."""
    [bill] = office.plan.special(Special.DIED)
    feed(office, [bill])
    plan = office.plan
    name, certno = plan.people.names[bill.person], plan.people.certnos[bill.person]
    with office.turn() as session:
        rows = [FateRow(2, name, certno, "died", _DIED_ON)]
        import_fates(session, rows, file_sha256="0" * 64, by=office.one)
        do_promised(session)
    heir = plan.gifted[-1]
    with office.turn() as session:
        member = member_of(session, office, bill.person)
        propose_heir(
            session,
            member,
            name=plan.people.names[heir],
            certno=plan.people.certnos[heir],
            relation="配偶",
            account=plan.people.card(heir),
            papers="继承公证书",
            by=office.one,
        )
    with office.turn() as session:
        approve_heir(session, member, by=office.two)
    return Said(
        _HEARD_ON,
        f"一名职工于 {_DIED_ON} 去世，保障当日终止，补助金经两人批准付给继承人",
        f"a member died on {_DIED_ON}: the cover ends that day, two officers name an heir",
    )
