"""Held claims that two people decide: what follows, who may, and what the schema refuses."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.adjudication.replay import replay
from app.claims.again import sweep
from app.claims.alike import alike
from app.claims.confirm import FilerConfirms, NoSuchClaim, OwnClaim
from app.claims.decide import (
    NotDecidable,
    NotTheSameBill,
    StatementMissing,
    approve_decision,
    propose_decision,
)
from app.claims.decided import Reason, Says, Waived, What
from app.claims.injuries import NotInjury, state_injury, statement_of
from app.claims.propose import ProposalClosed, SameOfficer, drop, open_proposals
from app.unions.models import Union
from tests.db.deciding import decided, officer
from tests.db.office import Office, assert_sound, bill, fen, refund
from tests.db.reviewing import confirm
from tests.db.typed import a_stay, account_of, file_by_hand, member_of

DAY = "2023-05-10"
CASES = tomllib.loads(
    (Path(__file__).parent.parent / "cases" / "decided.toml").read_text(encoding="utf-8")
)["case"]


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    yield office
    assert_sound(session)


@pytest.fixture
def pair(office) -> tuple[int, int]:
    return officer(office.session, "one"), officer(office.session, "two")


def injury(office, says: Says | None = Says.NOBODY, setl_id="I1", **more) -> int:
    """A bill of an injury, held; and what its member says of it."""
    office.determine(bill(setl_id, 0, DAY, "10000.00", med_type="22", **more))
    claim = claim_of(office, setl_id)
    if says:
        state_injury(office.session, claim, says, by=account_of(office.session, 0))
    return claim


def claim_of(office, setl_id: str) -> int:
    return office.session.scalar(
        text("SELECT id FROM claim WHERE setl_id = :setl_id"), {"setl_id": setl_id}
    )


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_cases_of_decided_claims(office, pair, case):
    discharged = case.get("discharged", DAY)
    row = bill("S1", 0, discharged, case["scope"], med_type=case["med_type"])
    office.determine(row | {"begndate": case.get("admitted", discharged)})
    assert office.live("S1").state == "held"
    claim = claim_of(office, "S1")
    if "statement" in case:
        state_injury(office.session, claim, Says(case["statement"]), by=pair[0])
    for said in case["decisions"]:
        decided(office, claim, said, pair)
    live = office.live("S1")
    assert (live.state, live.refusal) == (case["state"], case.get("refusal"))
    assert live.payable_fen == fen(case.get("payable", "0.00"))


def test_a_decision_stands_through_corrections_and_refunds(office, pair):
    claim = injury(office)
    decided(office, claim, "pay_as:inpatient", pair)
    office.determine(bill("I1", 0, DAY, "12000.00", med_type="22"))
    assert office.payable("I1") == [600_000]
    office.determine(refund("R1", "I1", 0, "2023-06-01"))
    assert (office.live("I1").refusal, office.live("I1").state) == ("refunded", "closed")
    with pytest.raises(NotDecidable):
        decided(office, claim, "refuse:late", pair)


def test_an_injury_needs_the_members_word(office, pair):
    claim = injury(office, says=None)
    with pytest.raises(StatementMissing):
        decided(office, claim, "pay_as:inpatient", pair)
    for who in (account_of(office.session, 1),):
        with pytest.raises(NoSuchClaim):
            state_injury(office.session, claim, Says.NOBODY, by=who)
    state_injury(office.session, claim, Says.NOBODY, by=account_of(office.session, 0))
    state_injury(office.session, claim, Says.TRAFFIC, by=pair[0])
    assert statement_of(office.session, member_of(office.session, 0), claim) is Says.TRAFFIC
    decided(office, claim, "pay_as:inpatient", pair)
    office.determine(bill("S2", 1, DAY, "100.00"))
    with pytest.raises(NotInjury):
        state_injury(office.session, claim_of(office, "S2"), Says.NOBODY, by=pair[0])


def test_two_people_and_nobody_concerned(office, pair):
    claim = injury(office)
    one, two = pair
    session = office.session
    twin = officer(session, "twin", member_id=member_of(session, 2))
    other_twin = officer(session, "othertwin", member_id=member_of(session, 2))
    own = officer(session, "own", member_id=member_of(session, 0))
    made = propose_decision(session, claim, What.PAY_INPATIENT, by=one)
    with pytest.raises(SameOfficer):
        approve_decision(session, made, by=one)
    with pytest.raises(OwnClaim):
        approve_decision(session, made, by=own)
    with pytest.raises(OwnClaim):
        propose_decision(session, claim, What.PAY_INPATIENT, by=own)
    by_twin = propose_decision(session, claim, What.PAY_INPATIENT, by=twin)
    with pytest.raises(SameOfficer):
        approve_decision(session, by_twin, by=other_twin)
    drop(session, by_twin, by=two)
    with pytest.raises(ProposalClosed):
        approve_decision(session, by_twin, by=two)
    assert [x.id for x in open_proposals(session, member_of(session, 0), claim)] == [made]
    approve_decision(session, made, by=two)
    with pytest.raises(ProposalClosed):
        approve_decision(session, made, by=two)
    office.drain()


def test_who_filed_does_not_decide(office, pair):
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00", med_type="22"))
    office.drain()
    state_injury(office.session, made.claim_id, Says.NOBODY, by=pair[0])
    filer = officer(office.session, "filer", member_id=member_of(office.session, 0))
    with pytest.raises(OwnClaim):
        propose_decision(office.session, made.claim_id, What.PAY_INPATIENT, by=filer)
    decided(office, made.claim_id, "pay_as:inpatient", pair)
    # What was typed is still only somebody's word.
    assert office.live(made.setl_id).state == "review"
    confirm(office.session, made.claim_id, by=pair[1])
    assert office.live(made.setl_id).state == "payable"


def test_an_officers_own_filing_is_decided_by_others(office, pair):
    from app.claims.file import file_claim

    one, two = pair
    member = member_of(office.session, 0)
    made = file_claim(
        office.session, a_stay(DAY, "10.00"), member_id=member, by=one, request_key="k"
    )
    office.drain()
    with pytest.raises(FilerConfirms):
        propose_decision(office.session, made.claim_id, What.REFUSE, reason=Reason.LATE, by=one)
    third = officer(office.session, "three")
    decided(office, made.claim_id, "refuse:late", (third, two))
    assert office.live(made.setl_id).refusal == "declined"


@pytest.mark.parametrize(
    ("med_type", "said"),
    [
        ("21", "pay_as:inpatient"),  # granted by the rules: nothing to decide
        ("22", "by_admission"),  # not refused for want of cover
        ("41", "pay_as:inpatient"),  # a kind that is known and not paid
    ],
)
def test_what_cannot_be_decided(office, pair, med_type, said):
    office.determine(bill("S1", 0, DAY, "100.00", med_type=med_type))
    with pytest.raises(NotDecidable):
        decided(office, claim_of(office, "S1"), said, pair)


def test_a_lost_promise_is_found_again(office, pair):
    claim = injury(office)
    made = propose_decision(office.session, claim, What.PAY_INPATIENT, by=pair[0])
    approve_decision(office.session, made, by=pair[1])
    office.session.execute(text("DELETE FROM job"))
    assert sweep(office.session) == 1
    office.drain()
    assert office.payable("I1") == [500_000]
    assert sweep(office.session) == 0


# The same bill twice: typed without the bureau's number, and as the bureau sent it.


@pytest.mark.parametrize("scope", ["1000.00", "1400.00", "600.00"])
def test_a_bureaus_bill_joins_the_typed_one_it_is(office, pair, scope):
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00", invono="12345678"))
    office.drain()
    row = bill("B1", 0, DAY, scope, medfee_sumamt=scope, invono="12345678")
    office.determine(row)
    assert office.live("B1").state == "review"
    claim = claim_of(office, "B1")
    with pytest.raises(NotTheSameBill):
        decided(office, claim, "same_bill", pair, same_as=claim)
    decided(office, claim, "same_bill", pair, same_as=made.claim_id)
    double, live = office.live("B1"), office.live(made.setl_id)
    assert (double.refusal, double.state, double.payable_fen) == ("declined", "closed", 0)
    assert (live.version, live.state, live.payable_fen) == (2, "payable", fen(scope) // 2)
    # From now on the bureau's number reaches the filed claim.
    again = office.determine(row)
    assert (again.unchanged, again.run_id) == (1, None)
    office.determine(bill("B1", 0, DAY, "2000.00", medfee_sumamt="2000.00"))
    assert office.live(made.setl_id).payable_fen == 100_000
    assert office.live("B1").refusal == "declined"
    office.determine(refund("R1", "B1", 0, "2023-06-01"))
    assert office.live(made.setl_id).refusal == "refunded"
    assert alike(office.session, member_of(office.session, 0), made.claim_id) == []


def test_different_bills_are_released_by_a_confirmation(office, pair):
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00"))
    office.drain()
    office.determine(bill("B1", 0, DAY, "1000.00"))
    confirm(office.session, claim_of(office, "B1"), by=pair[0], although=[made.claim_id])
    assert office.live("B1").state == "payable"


FORGED = (
    "INSERT INTO held_decision (member_id, claim_id, seq, decision_no, what, reason, run_id,"
    " proposal_id, prepared_by, approved_by) SELECT p.member_id, p.claim_id, 1,"
    " nextval('grant_number'), {what}, {reason}, {run}, p.id, p.prepared_by, {by}"
    " FROM proposal p WHERE p.id = :proposal"
)


def forged(office, constraint: str, proposal: int, by: int, what="p.what", reason="p.reason"):
    run = "(SELECT max(id) FROM run)"
    statement = FORGED.format(what=what, reason=reason, run=run, by=by)
    with pytest.raises(IntegrityError) as refused, office.session.begin_nested():
        office.session.execute(text(statement), {"proposal": proposal})
    assert refused.value.orig.diag.constraint_name == constraint


def test_the_schema_asks_for_two_people_again(office, pair):
    claim = injury(office)
    session, (one, two) = office.session, pair
    own = officer(session, "own", member_id=member_of(session, 0))
    made = propose_decision(session, claim, What.PAY_INPATIENT, by=one)
    for by in (one, own, account_of(session, 1)):
        forged(office, "held_decision_two_people_check", made, by)
    elsewhere = Union(name="别区总工会", parent_id=session.get_one(Account, one).union_id)
    session.add(elsewhere)
    session.flush()
    session.get_one(Account, two).union_id = elsewhere.id
    session.flush()
    forged(office, "held_decision_reach_check", made, two)
    session.get_one(Account, two).union_id = elsewhere.parent_id
    session.flush()
    forged(office, "held_decision_what_check", made, two, what="'pay'")
    forged(office, "held_decision_reason_check", made, two, what="'refuse'")
    drop(session, made, by=two)
    forged(office, "held_decision_two_people_check", made, two)


def test_the_schema_wants_a_statement_and_no_filer(office, pair):
    session, (one, two) = office.session, pair
    claim = injury(office, says=None)
    made = propose_decision(session, claim, What.REFUSE, reason=Reason.WORK, by=one)
    forged(office, "decision_stands", made, two, what="'pay_as:inpatient'", reason="''")
    filed = file_by_hand(session, 1, a_stay(DAY, "10.00"))
    office.drain()
    made = propose_decision(session, filed.claim_id, What.REFUSE, reason=Reason.LATE, by=one)
    filer = account_of(session, 1)
    session.execute(text("UPDATE account SET role = 'officer' WHERE id = :a"), {"a": filer})
    forged(office, "decision_stands", made, filer)


# The waiting time of a first cover, waived by two people with a reason.


@pytest.fixture
def waits(session, pair):
    """A stay in the waiting time: 2021's scheme lets a first cover wait 30 days."""
    made = Office(session)
    made.covered([7], date(2021, 2, 1))
    made.determine(bill("W1", 7, "2021-02-20", "1000.00"))
    assert (made.live("W1").refusal, made.live("W1").state) == ("waiting", "closed")
    return claim_of(made, "W1")


def test_the_waiting_is_waived_by_two_people_with_a_reason(office, pair, waits):
    with pytest.raises(NotDecidable):
        propose_decision(office.session, waits, What.WAIVE_WAITING, by=pair[0])
    with pytest.raises(NotDecidable):  # the reason of a refusal is none
        propose_decision(office.session, waits, What.WAIVE_WAITING, reason=Reason.LATE, by=pair[0])
    made = propose_decision(
        office.session, waits, What.WAIVE_WAITING, reason=Waived.UNIT_LATE, by=pair[0]
    )
    with pytest.raises(SameOfficer):
        approve_decision(office.session, made, by=pair[0])
    assert office.live("W1").refusal == "waiting", "nothing moves before"
    approve_decision(office.session, made, by=pair[1])
    office.drain()
    live = office.live("W1")
    assert (live.state, live.refusal, live.payable_fen) == ("payable", None, 50_000)
    # A correction by the bureau is computed with it, and it is said once.
    office.determine(bill("W1", 7, "2021-02-20", "600.00"))
    assert office.live("W1").payable_fen == 30_000
    with pytest.raises(NotDecidable):
        decided(office, waits, "waive_waiting:hardship", pair)
    assert replay(office.session, 2021).differences == []


def test_only_what_waits_need_not_wait(office, pair):
    office.determine(bill("W2", 0, DAY, "1000.00"))
    with pytest.raises(NotDecidable):
        decided(office, claim_of(office, "W2"), "waive_waiting:hardship", pair)
    forged_reason = propose_decision(
        office.session, injury(office), What.REFUSE, reason=Reason.LATE, by=pair[0]
    )
    forged(
        office,
        "held_decision_reason_check",
        forged_reason,
        pair[1],
        what="'waive_waiting'",
        reason="''",
    )
