"""Objections and enquiries by deadline, page after page: none is missed and none doubled, however
many are due on the day at which a page ends."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.clock import today
from app.objections.answer import uphold
from app.objections.models import Kind
from app.objections.object_to import object_to
from app.web.paging import Asked
from app.web.read.enquiries import by_deadline
from app.web.read.objections import waiting_objections
from app.web.read.scope import Scope
from tests.db.enquiring import ASKER, Town
from tests.db.office import bill

MANY = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WHOLE = Scope([], whole=True)
CLAIMS = 12
ENQUIRY = text(
    """
    WITH e AS (
        INSERT INTO enquiry (id, number, category, member_id, union_id, request_key, asked_by)
        VALUES (:id, 'Z' || :id, 'other', :member, :union, 'k' || :id, :by)
    )
    INSERT INTO enquiry_queue (enquiry_id, state, category, union_id, due_on, seq)
    VALUES (:id, :state, 'other', :union, :due, 1)
    """
)


@pytest.fixture
def town(session) -> Town:
    return Town(session)


@pytest.fixture
def claims(town) -> list[int]:
    """Of the asker, each with its result."""
    office = town.districts
    office.determine(
        *(bill(f"O{n}", ASKER, f"2023-05-{n + 1:02d}", "100.00") for n in range(CLAIMS))
    )
    found = town.session.scalars(text("SELECT id FROM claim ORDER BY setl_id"))
    return [*found]


def paged(read, size):
    """All rows that the pages show, one page after the other."""
    shown, after = [], None
    for _ in range(60):
        page = read(Asked(after, size))
        assert len(page.rows) <= size
        shown += page.rows
        after = page.following
        if after is None:
            return shown
    raise AssertionError("the pages have no end")


@MANY
@given(
    made=st.lists(st.tuples(st.integers(14, 16), st.booleans()), min_size=1, max_size=CLAIMS),
    size=st.integers(1, 6),
    scope=st.sampled_from(["whole", "north", "south"]),
)
def test_objections_that_wait(town, claims, made, size, scope):
    session = town.session
    trial = session.begin_nested()
    wanted = []
    for claim, (ago, answered) in zip(reversed(claims), made, strict=False):
        on = today() - timedelta(days=ago)
        number = object_to(session, claim, Kind.PERSON, "", by=town.member, on=on)
        if answered:
            uphold(session, number, "核对过,没有问题", by=town.of_city)
        else:
            wanted.append((on, number))
    seen = {"whole": WHOLE, "north": Scope([town.north], whole=False)}.get(scope)
    seen = seen or Scope([town.south], whole=False)
    found = paged(
        lambda asked: waiting_objections(session, seen, asked, by=town.of_city, mine=None), size
    )
    assert [x.id for x in found] == ([] if scope == "south" else [id for _, id in sorted(wanted)])
    assert [x.answer_by for x in found] == sorted(x.answer_by for x in found)
    trial.rollback()
    session.expire_all()


@MANY
@given(
    made=st.lists(
        st.tuples(st.sampled_from(["open", "asked_back", "answered"]), st.integers(-1, 1)),
        max_size=30,
    ),
    size=st.integers(1, 6),
    which=st.sampled_from(["open", "late", "asked_back"]),
)
def test_enquiries_that_wait(town, made, size, which):
    session = town.session
    trial = session.begin_nested()
    wanted: list[tuple[date, int]] = []
    for place, (state, left) in enumerate(made):
        number, due = 10_000 + place * 7 % 31, today() + timedelta(days=left)
        row = {"id": number, "member": town.member_id, "union": town.north, "by": town.member}
        session.execute(ENQUIRY, {**row, "state": state, "due": due})
        if state == which.replace("late", "open") and (which != "late" or due < today()):
            wanted.append((due, number))
    found = paged(lambda asked: by_deadline(session, WHOLE, which, asked, today()), size)
    assert [(x.due_on, x.id) for x in found] == sorted(wanted)
    if which != "asked_back":
        assert all(x.late(today()) == (x.due_on < today()) for x in found)
    trial.rollback()
    session.expire_all()
