"""Who may act at which stage: by the domain's calls and by SQL, for every person and stage."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts.add import add_account
from app.accounts.models import Role
from app.attachments.keep import keep_attachment
from app.attachments.kinds import Kind
from app.claims.confirm import FilerConfirms, NoSuchClaim
from app.claims.decide import decide
from app.claims.decided import Says, What
from app.claims.file import file_claim
from app.claims.injuries import state_injury
from app.claims.lifecycle import Why
from app.clock import today
from app.errors import Refusal
from app.helping.accept import accept_code
from app.helping.invite import invite_by_code
from app.reviews.act import (
    NoPapersNamed,
    PapersAwaited,
    PapersTextWrong,
    StageMoved,
    ask_papers,
    go_on,
    refuse,
    send_to_before,
)
from app.reviews.answer import NoPapersAsked, answer_papers, bring_papers
from app.reviews.bulk import NotClean, TooManyAtOnce, approve_clean, clean_among
from app.reviews.list_waiting import Asked, counts, waiting
from app.reviews.stages import MOVES, STAGES, Back, Outcome, Stage, Step, Who, barred, moved
from app.reviews.standing import acts_of, papers_asked, standing_of
from app.roster.fates import DIED, add_fates
from app.texts.notices import message_of
from tests.db.office import Office, assert_sound, bill
from tests.db.reviewing import confirm
from tests.db.test_rights import refused as refused_by_sql
from tests.db.typed import PASSWORD, a_stay, account_of, member_of
from tests.factories import make_id
from tests.pictures import photo

DAY = "2023-05-10"
ACT = """
INSERT INTO review (member_id, claim_id, seq, version, stage, outcome, reason, goes_to, needs, by)
SELECT member_id, :claim, coalesce((SELECT max(seq) FROM review WHERE claim_id = :claim), 0) + 1,
       1, :stage, 'on', '', coalesce(review_goes_to(:stage, 'on', :needs), 'granted'), :needs, :by
FROM claim WHERE id = :claim
"""
ALL = "accept first second approve"


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(4), date(2023, 1, 1))
    yield office
    assert_sound(session)


@pytest.fixture
def people(office):
    """By name: of the members 2 and 3 each has two accounts."""
    session = office.session

    def staff(name, seed=None, role=Role.OFFICER):
        certno = None if seed is None else make_id(seed)
        return add_account(session, name, name, role, PASSWORD, by=None, certno=certno)

    made = {
        "member": staff("own", 0),
        "clerk": staff("clerk1", 2),
        "ann": staff("ann", 3),
        "ben": staff("ben"),
        "cat": staff("cat"),
        "auditor": staff("auditor", role=Role.AUDITOR),
        "operator": staff("operator", role=Role.OPERATOR),
        "gone": staff("gone"),
    }
    moved = text("UPDATE account SET member_id = :member WHERE id = :id")
    for name, seed in (("clerk2", 2), ("ann2", 3)):
        made[name] = staff(name)
        session.execute(moved, {"member": member_of(session, seed), "id": made[name]})
    away = text("UPDATE account SET disabled_at = transaction_timestamp() WHERE id = :id")
    session.execute(away, {"id": made["gone"]})
    session.expire_all()
    return made


def filed(office, by, *, seed=0, key="k", scope="1000.00", day=DAY):
    made = file_claim(
        office.session,
        a_stay(day, scope),
        member_id=member_of(office.session, seed),
        by=by,
        request_key=key,
    )
    office.drain()
    return made.claim_id


DONE = {"accept": (), "first": ("ann",), "second": ("ann", "ann"), "approve": ("ann", "ann", "ben")}
MAY = {
    "accept": {"clerk", "clerk2", "ann", "ann2", "ben", "cat", "operator"},
    "first": {"ann", "ann2", "ben", "cat"},
    "second": {"ben", "cat"},
    "approve": {"cat"},
}


def by_sql(office, claim, stage, by, needs=ALL):
    facts = {"claim": claim, "stage": stage, "by": by, "needs": needs}
    office.session.execute(text(ACT), facts)


def test_every_person_at_every_stage_by_the_domain_and_by_sql(office, people):
    """Whoever may act by the domain may by SQL, and nobody else."""
    session = office.session
    tried = 0
    for number, stage in enumerate(STAGES):
        claim = filed(office, people["clerk"], key=stage, day=f"2023-05-1{number}")
        for done, before in zip(DONE[stage], STAGES, strict=False):
            go_on(session, claim, before, by=people[done])
        for name in people:
            tried += 2
            for act in (
                lambda: go_on(session, claim, stage, by=people[name]),  # noqa: B023
                lambda: by_sql(office, claim, stage.value, people[name]),  # noqa: B023
            ):
                trial = session.begin_nested()
                try:
                    act()
                    could = True
                except (Refusal, DBAPIError) as refused:
                    could = False
                    if isinstance(refused, DBAPIError):
                        named = refused.orig.diag.constraint_name
                        assert named in {"review_by_distinct_people", "event_of_role"}, (
                            stage,
                            name,
                        )
                trial.rollback()
                assert could == (name in MAY[stage]), (stage, name)
    print(f"{tried} acts tried")
    assert tried == 2 * 4 * 10


@pytest.mark.parametrize("stage", [x.value for x in STAGES[1:]])
def test_by_sql_no_stage_is_left_out_and_none_comes_twice(office, people, stage):
    claim = filed(office, people["clerk"])
    for needs in (ALL, "first approve"):
        with pytest.raises(DBAPIError) as refused, office.session.begin_nested():
            by_sql(office, claim, stage, people["cat"], needs)
        assert refused.value.orig.diag.constraint_name == "review_is_in_order"
    go_on(office.session, claim, Stage.ACCEPT, by=people["ann"])
    with pytest.raises(DBAPIError) as refused, office.session.begin_nested():
        by_sql(office, claim, "accept", people["ben"])
    assert refused.value.orig.diag.constraint_name == "review_is_in_order"
    with pytest.raises(DBAPIError) as refused, office.session.begin_nested():
        by_sql(office, claim, "first", people["ben"], "accept first approve")
    assert refused.value.orig.diag.constraint_name == "review_is_in_order"


CONFIRM = """
INSERT INTO claim_move (member_id, claim_id, seq, act, state, by)
SELECT member_id, claim_id, seq + 1, 'confirm', 'payable', :by FROM claim_queue
WHERE claim_id = :claim
"""


def test_by_sql_nothing_is_confirmed_short_of_its_stages(office, people):
    session = office.session
    claim = filed(office, people["clerk"])
    for stage, name in zip(STAGES, ("ann", "ann", "ben", "cat"), strict=True):
        for by in people.values():
            with pytest.raises(DBAPIError) as refused, session.begin_nested():
                session.execute(text(CONFIRM), {"by": by, "claim": claim})
            assert refused.value.orig.diag.constraint_name == "confirm_was_reviewed"
        by_sql(office, claim, stage.value, people[name])
    trial = session.begin_nested()
    session.execute(text(CONFIRM), {"by": people["cat"], "claim": claim})
    trial.rollback()
    # An account that turns out to be another's, or the member's: it counts again at the end.
    for name, seed in (("cat", 3), ("ben", 0)):
        trial = session.begin_nested()
        session.execute(
            text("UPDATE account SET member_id = :m WHERE id = :a"),
            {"m": member_of(session, seed), "a": people[name]},
        )
        with pytest.raises(DBAPIError) as refused, session.begin_nested():
            session.execute(text(CONFIRM), {"by": people["cat"], "claim": claim})
        assert refused.value.orig.diag.constraint_name == "confirm_was_reviewed"
        trial.rollback()


def test_who_wrote_down_what_was_said_of_the_injury_takes_in_and_reviews_no_more(office, people):
    session, whose = office.session, member_of(office.session, 0)
    sheet = replace(a_stay(DAY, "1000.00"), med_type="22")
    made = file_claim(session, sheet, member_id=whose, by=account_of(session, 0), request_key="i")
    office.drain()
    claim = made.claim_id
    state_injury(session, claim, Says.NOBODY, by=people["ann"])
    # As one that was written before it barred anybody; no such one can be written now.
    before = (
        "INSERT INTO injury_statement (member_id, claim_id, seq, says, apart, recorded_by)"
        " SELECT :m, :c, 2, 'nobody', false, :by"
    )
    facts = {"m": whose, "c": claim, "by": people["ben"]}
    assert refused_by_sql(session, before, "42501", **facts) == ""
    decide(session, claim, What.PAY_INPATIENT, by=people["ben"], approved_by=people["cat"])
    office.drain()
    go_on(session, claim, Stage.ACCEPT, by=people["ann2"])
    with pytest.raises(FilerConfirms):
        go_on(session, claim, Stage.FIRST, by=people["ann2"])
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        by_sql(office, claim, "first", people["ann"])
    assert refused.value.orig.diag.constraint_name == "review_by_distinct_people"
    mine = Asked(stage=Stage.FIRST, mine=people["ann"])
    assert waiting(session, mine, reach=None, most=9) == []
    # Who decided about it has entered nothing.
    for stage, name in ((Stage.FIRST, "ben"), (Stage.SECOND, "cat"), (Stage.APPROVE, "clerk")):
        go_on(session, claim, stage, by=people[name])


def test_the_queue_follows_and_can_be_made_again(office, people):
    session = office.session
    claim = filed(office, people["clerk"])
    office.determine(bill("X", 1, DAY, "10.00"))
    assert [x.claim_id for x in waiting(session, Asked(), reach=None, most=9)] == [claim]
    go_on(session, claim, Stage.ACCEPT, by=people["ann"])
    before = session.execute(text("SELECT * FROM review_queue")).all()
    assert [(row.stage, row.amount_fen) for row in before] == [("first", 50_000)]
    session.execute(text("DELETE FROM review_queue"))
    again = "SELECT count(review_stands(member_id, claim_id)) FROM claim_queue"
    session.execute(text(again))
    assert session.execute(text("SELECT * FROM review_queue")).all() == before
    confirm(session, claim, by=people["cat"])
    assert waiting(session, Asked(), reach=None, most=9) == []


def test_papers_are_asked_for_answered_in_time_and_counted_from_then(office, people):
    session = office.session
    member = account_of(session, 0)
    claim = filed(office, member)
    at = {"by": people["ann"]}
    for kinds in ([], ["gossip"]):
        with pytest.raises(NoPapersNamed):
            ask_papers(session, claim, Stage.ACCEPT, kinds, "", **at)
    with pytest.raises(PapersTextWrong):
        ask_papers(session, claim, Stage.ACCEPT, ["invoice"], "x" * 201, **at)
    until = ask_papers(session, claim, Stage.ACCEPT, ["invoice"], " 请 重拍 ", **at)
    assert until > today() + timedelta(days=20)
    [told] = session.execute(text("SELECT kind, member_id, facts FROM notice")).all()
    assert (told.kind, told.member_id) == ("papers_wanted", member_of(session, 0))
    assert f"请在 {until} 前登录系统补交" in message_of(told.kind, told.facts)
    act = acts_of(session, member_of(session, 0), claim)[0]
    assert (act.kinds, act.says, act.answered_at) == (("invoice",), "请 重拍", None)
    assert waiting(session, Asked(), reach=None, most=9) == []
    assert [x.papers_by for x in waiting(session, Asked(papers=True), reach=None, most=9)] == [
        until
    ]
    assert waiting(session, Asked(papers=True, late=True), reach=None, most=9) == []
    with pytest.raises(PapersAwaited):
        go_on(session, claim, Stage.ACCEPT, **at)
    with pytest.raises(PapersAwaited):
        refuse(session, claim, Stage.ACCEPT, Why.PAPERS, **at)
    answer_papers(session, claim, by=member)
    with pytest.raises(NoPapersAsked):
        answer_papers(session, claim, by=member)
    assert go_on(session, claim, Stage.ACCEPT, **at) is Stage.FIRST
    # Who takes them in works at the first desk, and at no other.
    ask_papers(session, claim, Stage.FIRST, ["other"], "", **at)
    assert session.scalar(text("SELECT count(*) FROM notice")) == 2
    answer_papers(session, claim, by=people["ben"])
    assert go_on(session, claim, Stage.FIRST, **at) is Stage.SECOND
    with pytest.raises(FilerConfirms):
        go_on(session, claim, Stage.SECOND, by=people["ben"])
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        by_sql(office, claim, "second", people["ben"])
    assert refused.value.orig.diag.constraint_name == "review_by_distinct_people"
    asked = Asked(stage=Stage.SECOND, mine=people["ben"])
    assert waiting(session, asked, reach=None, most=9) == []
    # Nobody writes to the phone of who has died.
    died = [(member_of(session, 0), DIED, today())]
    add_fates(session, died, file_sha256="0" * 64, by=office.by)
    ask_papers(session, claim, Stage.SECOND, ["other"], "", by=people["cat"])
    assert session.scalar(text("SELECT count(*) FROM notice")) == 2


def test_who_helps_brings_papers_and_the_last_one_asked_for_answers(office, people):
    session, whose = office.session, member_of(office.session, 0)
    member, helper = account_of(session, 0), account_of(session, 1)
    claim = filed(office, member)
    bring = partial(bring_papers, session, whose, claim)

    def kept(name, kind):
        return keep_attachment(session, photo(name), member_id=whose, kind=kind, by=helper).ids

    ask_papers(session, claim, Stage.ACCEPT, ["invoice", "other"], "", by=people["ann"])
    [asked] = papers_asked(session, whose, claim)
    with pytest.raises(NoSuchClaim):
        answer_papers(session, claim, by=helper)
    said = (
        "INSERT INTO review_answer (member_id, claim_id, seq, recorded_by) VALUES (:m, :c, 1, :by)"
    )
    facts = {"m": whose, "c": claim, "by": helper}
    assert refused_by_sql(session, said, "23514", **facts) == "filed_for_whom"
    accept_code(session, invite_by_code(session, until=None, by=member), by=helper)
    assert bring(kept("1", Kind.OTHER), by=helper) == ([1], False)  # one of two kinds
    [asked] = papers_asked(session, whose, claim)
    assert (asked.waits, asked.came, asked.by) == (True, {"other"}, "")
    assert waiting(session, Asked(), reach=None, most=9) == []
    assert bring(kept("2", Kind.INVOICE), by=helper) == ([2], True)
    [asked] = papers_asked(session, whose, claim)
    name = session.scalar(text("SELECT name FROM account WHERE id = :id"), {"id": helper})
    assert (asked.waits, asked.answered_at is None, asked.by) == (False, False, name)
    [row] = waiting(session, Asked(), reach=None, most=9)
    assert (row.came_at, row.papers_by, row.since_on) == (asked.answered_at, None, today())
    assert acts_of(session, whose, claim)[0].answered_by == name
    go_on(session, claim, Stage.ACCEPT, by=people["ann"])
    assert waiting(session, Asked(), reach=None, most=9)[0].came_at is None


def test_a_claim_goes_back_and_is_refused(office, people):
    session = office.session
    claim = filed(office, people["clerk"])
    for stage in (Stage.ACCEPT, Stage.FIRST):
        go_on(session, claim, stage, by=people["ann"])
    with pytest.raises(StageMoved):
        go_on(session, claim, Stage.FIRST, by=people["cat"])
    assert send_to_before(session, claim, Stage.SECOND, Back.FIGURES, by=people["ben"]) is (
        Stage.FIRST
    )
    refuse(session, claim, Stage.FIRST, Why.FIGURES, by=people["ann"])
    office.drain()
    assert standing_of(session, claim) is None
    state = text("SELECT state FROM claim_queue WHERE claim_id = :claim")
    assert session.scalar(state, {"claim": claim}) == "closed"
    acts = session.scalars(text("SELECT act FROM event WHERE act LIKE 'review.%' ORDER BY id"))
    assert acts.all() == ["review.passed"] * 2 + ["review.returned", "review.refused"]


def test_a_list_is_narrowed_and_goes_on_after_a_key(office, people):
    session = office.session
    claims = [
        filed(office, people["clerk"], key=f"k{n}", scope=f"{n + 1}00.00", day=f"2023-06-0{n + 1}")
        for n in range(4)
    ]
    go_on(session, claims[0], Stage.ACCEPT, by=people["ann"])

    def numbers(**asked):
        return [x.claim_id for x in waiting(session, Asked(**asked), reach=None, most=9)]

    assert numbers() == [*claims[1:], claims[0]]  # 受理 is due before 初审
    assert numbers(stage=Stage.FIRST) == claims[:1]
    assert numbers(over_fen=20_000) == claims[3:]
    assert numbers(mine=people["clerk"]) == claims[1:]
    assert numbers(mine=people["member"]) == []
    here = [session.scalar(text("SELECT union_id FROM account WHERE id = :by"), {"by": office.by})]
    for who, seen in (("clerk", claims[1:]), ("cat", [*claims[1:], claims[0]])):
        mine = Asked(mine=people[who])
        assert [x.claim_id for x in waiting(session, mine, reach=here, most=9)] == seen
        assert waiting(session, mine, reach=[0], most=9) == []
    first = waiting(session, Asked(), reach=None, most=1)[0]
    assert numbers(after=first.place) == [*claims[2:], claims[0]]
    assert numbers(late=True) == []
    move = text("UPDATE review_queue SET since_on = since_on - 30 WHERE claim_id = :claim")
    session.execute(move, {"claim": claims[2]})
    assert numbers(late=True) == [claims[2]]
    assert numbers()[0] == claims[2]
    found = counts(session, reach=None)
    assert [found[x] for x in STAGES] == [3, 1, 0, 0]
    assert waiting(session, Asked(), reach=[], most=9) == []


def test_many_are_approved_at_once_only_where_nothing_speaks_against_them(office, people):
    session, day = office.session, today()
    office.covered([10, 11, 12, 13], date(day.year, 1, 1), unit=2)
    amounts = {10: "100.00", 11: "200.00", 12: "8000.00", 13: "300.00"}
    small, other, large, returned = (
        filed(office, people["clerk"], seed=seed, key=f"k{seed}", scope=scope, day=str(day))
        for seed, scope in amounts.items()
    )
    late = filed(office, people["clerk"], key="late")
    claims = [small, other, large, returned, late]
    for claim, (stage, name) in product(claims, zip(STAGES, ("ann", "ann", "ben"), strict=False)):
        go_on(session, claim, stage, by=people[name])
    send_to_before(session, returned, Stage.APPROVE, Back.COMPUTED, by=people["cat"])
    go_on(session, returned, Stage.SECOND, by=people["ben"])
    assert clean_among(session, claims) == {small, other}
    for unclean in (large, returned, late):
        trial = session.begin_nested()
        with pytest.raises(NotClean) as refused:
            approve_clean(session, [small, unclean], by=people["cat"])
        assert refused.value.facts["claim"] == unclean
        trial.rollback()
    for name in ("ann", "ben", "clerk"):  # two people all the same
        trial = session.begin_nested()
        with pytest.raises(Refusal):
            approve_clean(session, [small, other], by=people[name])
        trial.rollback()
    with pytest.raises(TooManyAtOnce):
        approve_clean(session, range(51), by=people["cat"])
    assert approve_clean(session, [other, small, small], by=people["cat"]) == [small, other]
    rows = "SELECT claim_id FROM review WHERE goes_to = 'granted' ORDER BY claim_id"
    assert session.scalars(text(rows)).all() == [small, other]


NAMES = ("member", "clerk", "clerk2", "ann", "ann2", "ben", "cat", "operator", "auditor")
PERSONS = {"clerk": 2, "clerk2": 2, "ann": 3, "ann2": 3, "member": 0}


def attempt(session, claim, stage, outcome, by):
    if outcome is Outcome.ON:
        go_on(session, claim, stage, by=by)
    elif outcome is Outcome.BACK:
        send_to_before(session, claim, stage, Back.PAPERS, by=by)
    elif outcome is Outcome.REFUSE:
        refuse(session, claim, stage, Why.PAPERS, by=by)
    else:
        ask_papers(session, claim, stage, ["invoice"], "", by=by)
        answer_papers(session, claim, by=account_of(session, 0))


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([*Outcome])), max_size=14))
def test_whatever_people_try_domain_and_database_do_as_the_table_says(office, people, acts):
    session = office.session
    claim = filed(office, people["clerk"])  # the same request again is the same claim
    trial = session.begin_nested()
    at, steps = Stage.ACCEPT, []
    for name, outcome in acts:
        if at not in STAGES:
            break
        role = name if name in {"operator", "auditor"} else "officer"
        who = Who(people[name], PERSONS.get(name), role, name.startswith("clerk"))
        allowed = barred(at, outcome, who, 0, steps) is None
        allowed = allowed and (at, outcome) in MOVES
        act = session.begin_nested()
        try:
            attempt(session, claim, at, outcome, people[name])
            done = True
        except Refusal:
            act.rollback()
            done = False
        assert done == allowed, (at, name, outcome)
        if done:
            steps.append(Step(at, outcome, who.account, who.person))
            at = moved(at, outcome, STAGES)
    found = standing_of(session, claim)
    assert (found.stage if found else None) == (at if at in STAGES else None)
    state = session.scalar(
        text("SELECT state FROM claim_queue WHERE claim_id = :claim"), {"claim": claim}
    )
    assert state == ("payable" if at is Stage.GRANTED else "review")
    trial.rollback()
    session.expire_all()
