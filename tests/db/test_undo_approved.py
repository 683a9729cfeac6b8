"""A filing whose figures turn out wrong after it was approved: two people take it back."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import MayNotPrepare, NotAnOfficer
from app.accounts.models import Account, Role
from app.claims.confirm import BeingComputed, FilerConfirms, NoSuchClaim, OwnClaim
from app.claims.decide import NotDecidable, approve_decision, decide
from app.claims.decided import Undone, What
from app.claims.file import FiledAlready
from app.claims.filed import filing_of
from app.claims.lifecycle import OFFICERS_REASONS, Why
from app.claims.propose import ProposalClosed, SameOfficer, drop
from app.claims.undo import NoReason, NotUndoable, can_be_undone, send_back, take_back
from app.claims.undo_approved import (
    LONGEST_REMARK,
    AnswersContradict,
    BureausRow,
    MoneyUnderWay,
    NotApproved,
    RemarkMissing,
    UndoProposed,
)
from app.clock import today
from app.ledger.close import close
from app.payments.batch import NothingToPay
from app.payments.order import OrderChanged, approve_order, prepare_order, withdraw_order
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.returns import take_return
from app.recoveries.owing import approve_set_off, propose_set_off
from app.roster.models import MemberFate
from app.unions.models import Union
from tests.db.office import assert_sound, bill
from tests.db.reviewing import confirm
from tests.db.test_decide import FORGED, forged
from tests.db.typed import PASSWORD, a_stay, account_of, file_with_consent, member_of
from tests.db.undoing import DAY, MADE_ON, REMARK, Desk
from tests.factories import make_id, return_file


@pytest.fixture
def desk(session):
    made = Desk(session)
    yield made
    made.office.drain()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert_sound(session)


def test_reasons_are_those_of_a_filing_sent_back():
    assert [*map(str, Undone)] == [*map(str, OFFICERS_REASONS)]


# What follows of the money.


def test_what_was_not_paid_is_not_paid_any_more(desk):
    office = desk.office
    made = desk.approved("200000.00")
    office.determine(bill("N1", 0, "2023-06-01", "1000.00"))
    assert office.live("N1").payable_fen == 0, "the year's cap is used"
    run = desk.undo(made.claim_id)
    live = office.live(made.setl_id)
    assert (live.refusal, live.payable_fen, live.state) == ("refunded", 0, "closed")
    assert (live.run_id, live.undone_on) == (run, today())
    with pytest.raises(NothingToPay):
        desk.send()
    office.determine(bill("N2", 0, "2023-06-02", "1000.00"))
    assert office.live("N2").payable_fen == 50_000, "its room is free for later grants"
    assert office.live("N1").payable_fen == 0, "and what was determined before stays as it was"
    assert office.balance("1201", 2023) == 0


def test_what_was_paid_is_owed_and_the_right_figures_are_set_off_and_paid(desk):
    session, office = desk.session, desk.office
    wrong = desk.approved("1000.00", stated="N1")
    desk.paid(50_000)
    desk.undo(wrong.claim_id)
    assert desk.open_fen(wrong.claim_id) == office.balance("1201", 2023) == 50_000
    assert desk.acts(wrong.claim_id) == ["review", "confirm", "send", "pay", "close"]
    right = desk.filed("1800.00", stated="N1")
    assert office.live(right.setl_id).state == "review", "all stages anew"
    with pytest.raises(NothingToPay):
        desk.send()
    confirm(session, right.claim_id, by=desk.second)
    pair = {"booked_on": date(2024, 2, 1), "by": desk.clerk}
    used = propose_set_off(session, wrong.claim_id, right.claim_id, 50_000, **pair)
    approve_set_off(session, used, by=desk.second)
    assert desk.open_fen(wrong.claim_id) == office.balance("1201", 2023) == 0
    desk.paid(40_000)
    assert office.balance("5001", 2023) == 90_000
    assert office.balance("2001", 2023) == office.balance("1201", 2023) == 0


def test_of_less_the_rest_stays_owed(desk):
    wrong = desk.approved("1000.00")
    desk.paid(50_000)
    desk.undo(wrong.claim_id)
    right = desk.approved("400.00")
    pair = {"booked_on": date(2024, 2, 1), "by": desk.clerk}
    used = propose_set_off(desk.session, wrong.claim_id, right.claim_id, 20_000, **pair)
    approve_set_off(desk.session, used, by=desk.second)
    assert desk.open_fen(wrong.claim_id) == 30_000
    with pytest.raises(NothingToPay):
        desk.send()


def test_what_the_bank_could_not_pay_is_taken_back_and_not_sent_again(desk):
    made = desk.approved()
    desk.answer(desk.send(), 50_000, "失败")
    assert desk.office.live(made.setl_id).state == "card_wanted"
    desk.undo(made.claim_id)
    assert desk.office.live(made.setl_id).state == "closed"
    assert desk.open_fen(made.claim_id) == 0


def test_while_its_money_is_at_the_bank_it_waits_for_the_answer(desk):
    made = desk.approved()
    asked = desk.propose(made.claim_id)
    batch = desk.send()
    with pytest.raises(MoneyUnderWay):
        desk.propose(made.claim_id, by=desk.clerk)
    with pytest.raises(MoneyUnderWay):
        approve_decision(desk.session, asked, by=desk.fourth)
    desk.answer(batch, 50_000, "处理中")
    with pytest.raises(MoneyUnderWay):
        approve_decision(desk.session, asked, by=desk.fourth)
    desk.answer(batch, 50_000)
    approve_decision(desk.session, asked, by=desk.fourth)
    desk.office.drain()
    assert desk.open_fen(made.claim_id) == 50_000


@pytest.mark.parametrize(("first", "then"), [("失败", "成功"), ("成功", "失败")])
def test_while_the_bank_contradicts_itself_two_people_speak_first(desk, first, then):
    """Filed anew it would be paid, whether the first payment arrived or not."""
    made = desk.approved()
    asked = desk.propose(made.claim_id)
    batch = desk.send()
    desk.answer(batch, 50_000, first)
    file = return_file(batch.number, [(1, "500.00", then, "2024-03-05")])
    take_return(desk.session, file, by=desk.second)
    with pytest.raises(AnswersContradict):
        approve_decision(desk.session, asked, by=desk.fourth)
    with pytest.raises(AnswersContradict):
        desk.propose(made.claim_id, by=desk.clerk)
    day = date(2024, 3, 20)
    propose_resolution(desk.session, batch.number, 1, "paid", day, "流水 1", by=desk.clerk)
    approve_resolution(desk.session, batch.number, 1, by=desk.second)
    approve_decision(desk.session, asked, by=desk.fourth)
    desk.office.drain()
    assert desk.open_fen(made.claim_id) == 50_000


def test_an_order_that_holds_it_is_not_approved_any_more(desk):
    made = desk.approved()
    order = prepare_order(desk.session, 2023, by=desk.clerk, made_on=MADE_ON)
    approve_decision(desk.session, desk.propose(made.claim_id), by=desk.fourth)
    for _ in range(2):
        with pytest.raises(OrderChanged):
            approve_order(desk.session, order.id, by=desk.second, sha256=order.sha256)
        desk.office.drain()
    withdraw_order(desk.session, order.id, by=desk.clerk)


def test_in_a_closed_year_it_is_booked_on_the_first_open_day(desk):
    made = desk.approved()
    desk.paid(50_000)
    for period in ("2023", "2024"):
        close(desk.session, period, closed_by=desk.clerk, approved_by=desk.second)
    desk.undo(made.claim_id)
    asked = text(
        "SELECT booked_on, benefit_year FROM entry WHERE memo = 'claims determined' ORDER BY id"
    )
    assert desk.session.execute(asked).all()[-1] == (today(), 2023)
    assert desk.office.balance("1201", 2023) == 50_000


def test_of_a_member_who_died_the_counter_files_the_right_figures(desk):
    session = desk.session
    wrong = desk.approved()
    desk.paid(50_000)
    member = member_of(session, 0)
    dead = {"fate": "died", "on_day": date(2023, 8, 1), "file_sha256": ""}
    session.add(MemberFate(member_id=member, seq=1, recorded_by=desk.clerk, **dead))
    session.flush()
    desk.undo(wrong.claim_id)
    assert desk.open_fen(wrong.claim_id) == 50_000
    right = file_with_consent(session, a_stay(DAY, "1600.00"), member, desk.clerk, "k")
    desk.office.drain()
    confirm(session, right.claim_id, by=desk.second)
    with pytest.raises(NothingToPay) as refused:
        desk.send()
    assert [x.reason for x in refused.value.left_out] == ["deceased"], "an heir is named first"


# Filing anew.


@pytest.mark.parametrize("stated", ["", "N1"])
def test_the_right_figures_are_filed_after_it_and_only_once(desk, stated):
    wrong = desk.approved(stated=stated)
    with pytest.raises(FiledAlready):
        desk.filed(stated=stated)
    desk.undo(wrong.claim_id)
    right = desk.approved(stated=stated)
    desk.undo(right.claim_id)
    last = desk.approved("900.00", stated=stated)
    assert desk.office.live(last.setl_id).payable_fen == 45_000


def test_after_it_the_bureaus_row_is_a_bill_of_its_own(desk):
    wrong = desk.approved(stated="N1")
    desk.paid(50_000)
    desk.undo(wrong.claim_id)
    desk.office.determine(bill("N1", 0, DAY, "800.00"))
    assert desk.office.live("N1").payable_fen == 40_000
    assert desk.open_fen(wrong.claim_id) == 50_000


# What is refused, and says why.


def test_what_is_not_approved_one_officer_sends_back(desk):
    made = desk.filed()
    with pytest.raises(NotApproved):
        desk.propose(made.claim_id)
    send_back(desk.session, made.claim_id, Why.FIGURES, by=desk.third)
    with pytest.raises(BeingComputed):
        desk.propose(made.claim_id)
    desk.office.drain()
    with pytest.raises(NotUndoable):
        desk.propose(made.claim_id)


def test_what_the_bureau_sent_is_the_bureaus_to_correct(desk):
    made = desk.approved(stated="N1")
    asked = desk.propose(made.claim_id)
    desk.office.determine(bill("N1", 0, DAY, "1000.00"), bill("N2", 1, DAY, "10.00"))
    with pytest.raises(BureausRow) as refused:
        approve_decision(desk.session, asked, by=desk.fourth)
    assert refused.value.facts["number"] == "N1"
    drop(desk.session, asked, by=desk.third)
    with pytest.raises(BureausRow):
        desk.propose(made.claim_id)
    with pytest.raises(NotUndoable):
        desk.propose(desk.office.live("N2").claim_id)


def test_what_was_merged_is_refused_on_both_sides(desk):
    """A bureau's bill that was found to be the filed one: its own claim pays nothing."""
    made = desk.approved()
    desk.office.determine(bill("B1", 0, DAY, "1000.00", medfee_sumamt="1000.00"))
    merged = desk.office.live("B1").claim_id
    pair = {"by": desk.third, "approved_by": desk.fourth}
    decide(desk.session, merged, What.SAME_BILL, same_as=made.claim_id, **pair)
    desk.office.drain()
    with pytest.raises(NotUndoable):
        desk.propose(merged)
    with pytest.raises(BureausRow):
        desk.propose(made.claim_id)


def test_nobody_takes_back_alone_what_was_approved(desk):
    """Wherever the claim went since: closed by a death, and yet approved once."""
    session = desk.session
    made = desk.approved()
    member = member_of(session, 0)
    for state in ("payable", "closed", "held"):
        assert not can_be_undone(session, member, made.claim_id, state)
    with pytest.raises(NotUndoable):
        take_back(session, made.claim_id, by=account_of(session, 0))
    with pytest.raises(NotUndoable):
        send_back(session, made.claim_id, Why.FIGURES, by=desk.third)


def test_two_people_and_it_is_the_claim_of_neither(desk):
    session = desk.session
    made = desk.approved()
    own = add_account(session, "own", "己", Role.OFFICER, PASSWORD, by=None, certno=make_id(0))
    for by, why in ((own, OwnClaim), (account_of(session, 1), MayNotPrepare)):
        with pytest.raises(why):
            desk.propose(made.claim_id, by=by)
    asked = desk.propose(made.claim_id)
    for by, why in ((desk.third, SameOfficer), (own, OwnClaim)):
        with pytest.raises(why):
            approve_decision(session, asked, by=by)
    elsewhere = Union(name="别区总工会", parent_id=session.get_one(Account, own).union_id)
    session.add(elsewhere)
    session.flush()
    session.get_one(Account, desk.fourth).union_id = elsewhere.id
    session.flush()
    with pytest.raises(NoSuchClaim):
        approve_decision(session, asked, by=desk.fourth)
    operator = add_account(session, "operator", "承办", Role.OPERATOR, PASSWORD, by=None)
    with pytest.raises(NotAnOfficer):
        approve_decision(session, asked, by=operator)
    approve_decision(session, asked, by=desk.clerk)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OPERATOR])
def test_who_filed_it_may_say_that_it_is_wrong_and_does_not_approve_that(desk, role):
    session = desk.session
    filer = add_account(session, "filer", "录入", role, PASSWORD, by=None)
    sheet = a_stay(DAY, "1000.00")
    made = file_with_consent(session, sheet, member_of(session, 0), filer, "k")
    desk.office.drain()
    confirm(session, made.claim_id, by=desk.second)
    if role is Role.OFFICER:
        asked = desk.propose(made.claim_id)
        with pytest.raises(FilerConfirms):
            approve_decision(session, asked, by=filer)
        forged(desk.office, "decision_stands", asked, filer)
        drop(session, asked, by=desk.third)
    asked = desk.propose(made.claim_id, by=filer)
    approve_decision(session, asked, by=desk.fourth)


def test_a_reason_and_a_remark_are_said(desk):
    made = desk.approved()
    for reason in (None, Why.TAKEN_BACK, "because"):
        with pytest.raises(NoReason):
            desk.propose(made.claim_id, reason=reason)
    for remark in ("", "  ", "字" * (LONGEST_REMARK + 1), f"应为 {make_id(3)}", "a\x00b"):
        with pytest.raises(RemarkMissing):
            desk.propose(made.claim_id, remark=remark)


def test_proposed_twice_is_one_proposal_and_approved_twice_is_one_take_back(desk):
    made = desk.approved()
    asked = desk.propose(made.claim_id)
    assert desk.propose(made.claim_id) == asked
    for other in ({"by": desk.clerk}, {"reason": Undone.INVOICE}, {"remark": "别的"}):
        with pytest.raises(UndoProposed) as refused:
            desk.propose(made.claim_id, **other)
        assert refused.value.facts["proposal"] == asked
    approve_decision(desk.session, asked, by=desk.fourth)
    with pytest.raises(ProposalClosed):
        approve_decision(desk.session, asked, by=desk.clerk)
    with pytest.raises(BeingComputed):
        desk.propose(made.claim_id)
    desk.office.drain()
    with pytest.raises(NotUndoable):
        desk.propose(made.claim_id)
    pair = {"by": desk.third, "approved_by": desk.fourth}
    with pytest.raises(NotDecidable):
        decide(desk.session, made.claim_id, What.PAY_INPATIENT, **pair)


def test_dropped_nothing_happens_and_it_can_be_proposed_again(desk):
    made = desk.approved()
    drop(desk.session, desk.propose(made.claim_id), by=desk.fourth)
    assert desk.office.live(made.setl_id).state == "payable"
    desk.propose(made.claim_id, by=desk.fourth)


def test_the_log_names_both(desk):
    made = desk.approved()
    run = desk.undo(made.claim_id)
    filing = filing_of(desk.session, member_of(desk.session, 0), made.claim_id)
    assert (filing.undone_why, filing.undone_by, filing.undone_with) == (
        "figures",
        "fourth",
        "third",
    )
    said = desk.session.execute(
        text(
            "SELECT act, by, facts FROM event WHERE act IN ('claim.undone', 'claim.decided')"
            " ORDER BY id"
        )
    ).all()
    assert [(x.act, x.by) for x in said] == [
        ("claim.decided", desk.fourth),
        ("claim.undone", desk.fourth),
    ]
    assert (said[0].facts["what"], said[0].facts["prepared_by"]) == ("undo", desk.third)
    assert (said[1].facts["why"], said[1].facts["number"]) == ("figures", made.setl_id)
    kind = text("SELECT kind FROM run WHERE id = :run")
    assert desk.session.scalar(kind, {"run": run}) == "decision"
    kept = desk.session.scalars(text("SELECT reference FROM proposal")).one()
    assert kept == REMARK


# Two at once.


def at_once(engine, *acts):
    """What each of some calls came to, all begun together: None, or the refusal's kind."""

    def act(call):
        try:
            with Session(engine) as session, session.begin():
                call(session)
        except Exception as refused:
            return type(refused)
        return None

    with ThreadPoolExecutor(len(acts)) as threads:
        return [*threads.map(act, acts)]


def test_proposed_by_two_at_once_it_is_one_proposal(database):
    with Session(database.engine) as session, session.begin():
        desk = Desk(session)
        claim = desk.approved().claim_id

    def ask(by):
        def propose(session):
            mine = Desk.__new__(Desk)
            mine.session, mine.third = session, by
            mine.propose(claim)

        return propose

    told = at_once(database.engine, *map(ask, (desk.clerk, desk.third, desk.fourth)))
    assert Counter(told) == {None: 1, UndoProposed: 2}


def test_approved_in_two_tabs_and_sent_to_the_bank_at_once_one_wins(database):
    """Many rounds: what is taken back is never sent after it, what is sent is not taken back."""
    rounds = 8
    with Session(database.engine) as session, session.begin():
        desk = Desk(session, people=rounds)
        claims = [desk.approved(seed=n).claim_id for n in range(rounds)]
        asked = [desk.propose(claim) for claim in claims]
    wins: Counter[str] = Counter()
    for number, claim in zip(asked, claims, strict=True):

        def approve(session, number=number):
            approve_decision(session, number, by=desk.fourth)

        def pay(session, claim=claim):
            mine = Desk.__new__(Desk)
            mine.session, mine.clerk, mine.second = session, desk.clerk, desk.second
            mine.send()

        one, other, sent = at_once(database.engine, approve, approve, pay)
        told = Counter((one, other))
        with Session(database.engine) as session:
            payments = session.scalar(
                text("SELECT count(*) FROM payment WHERE claim_id = :c"), {"c": claim}
            )
            undone = session.scalar(
                text(
                    "SELECT count(*) FROM undone_filing u JOIN claim c USING (member_id, setl_id)"
                    " WHERE c.id = :c"
                ),
                {"c": claim},
            )
        assert payments + undone == 1, (one, other, sent)
        assert told[None] == undone <= 1
        assert set(told) <= {None, ProposalClosed, MoneyUnderWay, BeingComputed}
        wins["undone" if undone else "sent"] += 1
    print(f"{rounds} rounds: {dict(wins)}")
    with Session(database.engine) as session, session.begin():
        desk.office.session = session
        desk.office.drain()
        assert_sound(session)


# The same once more, where no code of ours stands between.


ALONE = (
    "WITH again AS (INSERT INTO run (kind, recorded_by) VALUES ('{kind}', {by}) RETURNING id)"
    " INSERT INTO undone_filing (member_id, setl_id, why, run_id, recorded_by)"
    " SELECT f.member_id, f.setl_id, 'figures', again.id, {by} FROM filed_claim f, again"
)

UNDO = text(
    "INSERT INTO undone_filing (member_id, setl_id, why, run_id, recorded_by)"
    " SELECT member_id, setl_id, :why, :run, :by FROM filed_claim"
)


@pytest.mark.parametrize("kind", ["hand", "decision"])
def test_by_sql_nobody_undoes_alone_what_was_approved(desk, kind):
    desk.approved()
    desk.paid(50_000)
    with pytest.raises(DBAPIError) as refused, desk.session.begin_nested():
        desk.session.execute(text(ALONE.format(kind=kind, by=desk.third)))
    assert refused.value.orig.diag.constraint_name == "filing_can_be_undone"


def test_by_sql_what_is_at_the_bank_not_approved_or_joined_is_not_decided_so(desk):
    made = desk.approved(stated="N1")
    asked = desk.propose(made.claim_id)
    batch = desk.send()
    forged(desk.office, "decision_stands", asked, desk.fourth)
    desk.answer(batch, 50_000)
    forged(desk.office, "held_decision_two_people_check", asked, desk.third)
    desk.office.determine(bill("N1", 0, DAY, "1000.00"))
    forged(desk.office, "decision_stands", asked, desk.fourth)
    other = desk.filed("20.00", seed=1)
    named = "SELECT {0}, id, {1}, 'decide', 'undo', 'figures', 'x' FROM account WHERE id = {2}"
    proposed = text(
        "INSERT INTO proposal (member_id, prepared_by, claim_id, act, what, reason, reference) "
        + named.format(other.member_id, other.claim_id, desk.third)
        + " RETURNING id"
    )
    forged(desk.office, "decision_stands", desk.session.scalar(proposed), desk.fourth)


@pytest.mark.parametrize("other", ["run", "why", "by"])
def test_by_sql_it_is_undone_just_as_decided(desk, other):
    """By the decision's own run, for its reason, and by who approved it."""
    made = desk.approved()
    asked = desk.propose(made.claim_id)
    session = desk.session
    run = text("INSERT INTO run (kind, recorded_by) VALUES ('decision', :by) RETURNING id")
    decided, later = (session.scalar(run, {"by": desk.fourth}) for _ in range(2))
    how = {"what": "p.what", "reason": "p.reason", "run": decided, "by": desk.fourth}
    told = {"run": decided, "why": "figures", "by": desk.fourth}
    changed = {"run": later, "why": "papers", "by": desk.clerk}
    both = session.begin_nested()
    session.execute(text(FORGED.format(**how)), {"proposal": asked})
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        session.execute(UNDO, told | {other: changed[other]})
    assert refused.value.orig.diag.constraint_name == "filing_can_be_undone"
    session.execute(UNDO, told)
    both.rollback()


def test_by_sql_what_is_decided_so_is_done(desk):
    made = desk.approved()
    asked = desk.propose(made.claim_id)
    desk.session.execute(text("SET CONSTRAINTS filing_is_undone IMMEDIATE"))
    forged(desk.office, "filing_is_undone", asked, desk.fourth)
    desk.session.execute(text("SET CONSTRAINTS filing_is_undone DEFERRED"))
