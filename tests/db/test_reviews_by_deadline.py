"""The review list as the database reads it: over all stages what is due first, page after page."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.clock import today
from app.reviews.list_waiting import Asked, waiting
from app.reviews.policy import due_on
from app.reviews.stages import STAGES, Stage

MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PUT = text(
    """
    INSERT INTO review_queue (member_id, claim_id, stage, version, since_on, amount_fen, papers_by)
    VALUES (:member, :claim, :stage, 1, :since, :fen, :papers)
    """
)
# (stage, days ago, yuan, days left for the papers that were asked for): of few days, so that many
# claims fall due together.
waits = st.lists(
    st.tuples(
        st.sampled_from(STAGES),
        st.integers(0, 16),
        st.sampled_from([0, 100, 900]),
        st.none() | st.integers(-1, 1),
    ),
    min_size=5,
    max_size=40,
)


def put(session, rows):
    """The queue with these claims alone, their numbers in no order of the days."""
    session.execute(text("DELETE FROM review_queue"))
    for number, (stage, ago, yuan, left) in enumerate(rows):
        since = today() - timedelta(days=ago)
        papers = None if left is None else today() + timedelta(days=left)
        row = {"member": number % 5, "claim": 1 + number * 7 % 41, "stage": stage.value}
        session.execute(PUT, {**row, "since": since, "fen": yuan * 100, "papers": papers})


def whole(rows, asked):
    """What the list is to be: every claim looked at by itself."""
    found = []
    for number, (stage, ago, yuan, left) in enumerate(rows):
        since, claim = today() - timedelta(days=ago), 1 + number * 7 % 41
        by = due_on(stage, since) if left is None else today() + timedelta(days=left)
        if (left is None) == asked.papers or asked.stage not in {None, stage}:
            continue
        if yuan * 100 >= asked.over_fen and not (asked.late and by >= today()):
            found.append((by, since, claim))
    return sorted(found)


def paged(session, asked, size):
    shown = []
    while len(shown) < 100:
        after = shown[-1] if shown else None
        this = Asked(asked.stage, asked.late, asked.papers, asked.over_fen, after=after)
        found = waiting(session, this, reach=None, most=size)
        shown += [x.place for x in found]
        if len(found) < size:
            return shown
    return shown


@MANY
@given(
    rows=waits,
    size=st.integers(1, 9),
    asked=st.builds(
        Asked,
        stage=st.none() | st.sampled_from(STAGES),
        late=st.booleans(),
        papers=st.booleans(),
        over_fen=st.sampled_from([0, 10_000]),
    ),
)
def test_pages_are_the_list_and_no_claim_is_missed_or_doubled(session, rows, size, asked):
    trial = session.begin_nested()
    put(session, rows)
    assert paged(session, asked, size) == whole(rows, asked)
    trial.rollback()


def test_fifty_claims_of_one_deadline_in_four_stages_are_each_on_one_page(session):
    """Each stage has other days to it: these fall due on the same one."""
    due = due_on(Stage.APPROVE, date(2026, 11, 2))
    since = {
        stage: [d for n in range(40) if due_on(stage, d := due - timedelta(days=n)) == due]
        for stage in STAGES
    }
    assert all(since.values())
    session.execute(text("DELETE FROM review_queue"))
    for claim in range(1, 51):
        stage = STAGES[claim % 4]
        on = since[stage][claim % len(since[stage])]
        row = {"member": 1, "claim": claim, "stage": stage.value, "since": on}
        session.execute(PUT, {**row, "fen": 0, "papers": None})
    for size in (1, 7, 25):
        shown = paged(session, Asked(), size)
        assert sorted(place.claim_id for place in shown) == [*range(1, 51)]
        assert {place.due_on for place in shown} == {due}


def test_what_waits_for_papers_is_by_the_members_day(session):
    """Those who were asked first have not always the earliest day: their papers may have come."""
    rows = [(STAGES[n % 4], n % 11, 0, n % 3 - 1) for n in range(30)]
    put(session, rows)
    for asked in (Asked(papers=True), Asked(papers=True, late=True)):
        for size in (1, 4, 11):
            assert paged(session, asked, size) == whole(rows, asked)
    assert len(whole(rows, Asked(papers=True, late=True))) == 10
