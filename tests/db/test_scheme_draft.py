"""Next year is opened, edited and published by two people; nothing else comes into force."""

from datetime import date

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.benefits.scheme_edit import changed
from app.benefits.scheme_file import package_schemes
from app.benefits.tariffs import CapsDisagree, SchemesOverlap
from app.errors import Refusal
from app.schemes.beside import CoversStand, SchemeIdTaken, SchemesLeaveHole, SchemeYearOdd
from app.schemes.draft import (
    DraftChanged,
    DraftClosed,
    NoSchemeOfYear,
    NoSuchDraft,
    NotTheFederation,
    YearDrafted,
    YearPublished,
    discard,
    draft,
    drafts,
    edit,
    open_next,
    set_figures,
)
from app.schemes.models import PublishedScheme, SchemeVersion
from app.schemes.publish import published_schemes
from app.schemes.publish_draft import WriterPublishes, publish_draft
from app.texts import say
from tests.db.drafting import Federation, count
from tests.db.office import person


@pytest.fixture
def city(session):
    return Federation(session)


def refused(session, refusal: type[Refusal], act) -> None:
    """The act is refused and has written nothing."""
    tables = ("scheme", "scheme_draft", "scheme_version", "event")
    before = [count(session, table) for table in tables]
    with pytest.raises(refusal), session.begin_nested():
        act()
    assert [count(session, table) for table in tables] == before


def test_a_year_has_one_draft_at_a_time(session, city):
    first = city.draft(2030)
    refused(session, YearDrafted, lambda: city.draft(2030))
    discard(session, first.id, by=city.by)
    assert city.draft(2030).id > first.id


def test_a_year_can_be_opened_again_beside_its_published_scheme(session, city):
    first, second = city.draft(2030), city.officer("second")
    late = set_figures(session, first.id, {"covers_starting.from": "2030-07-01"}, by=city.by)
    publish_draft(session, first.id, digest=late.digest, by=second)
    again = city.draft(2030)
    assert again.scheme.id == "2030-2"
    refused(session, YearDrafted, lambda: city.draft(2030))
    publish_draft(session, again.id, digest=again.digest, by=second)
    midway = open_next(session, 2030, from_year=2030, starts_on=date(2030, 10, 1), by=city.by)
    assert midway.scheme.id == "2030-3"


def test_a_published_year_is_named_when_it_is_opened_again(session, city):
    first, second = city.draft(2030), city.officer("second")
    publish_draft(session, first.id, digest=first.digest, by=second)
    refused(session, YearPublished, lambda: city.draft(2030))
    with pytest.raises(YearPublished) as known:
        city.draft(2030)
    said = {"year": 2030, "scheme": "2030", "starts_on": "2030-01-01"}
    assert known.value.facts == said
    assert "2030-2" not in say(known.value, "zh")


def test_a_year_is_opened_edited_and_published_by_another(session, city):
    opened = city.draft(2030)
    assert (opened.from_scheme_id, opened.scheme.id, opened.state) == ("2023", "2030", "open")
    edited = set_figures(session, opened.id, {"waiting_days": 30}, by=city.by)
    assert (edited.version, edited.scheme.waiting_days) == (2, 30)
    second = city.officer("second")
    made = publish_draft(session, opened.id, digest=edited.digest, by=second)
    assert published_schemes(session)[-1] == made
    row = session.get_one(PublishedScheme, "2030")
    assert (row.published_by, row.draft_id, row.digest) == (second, opened.id, edited.digest)
    assert draft(session, opened.id).state == "published"
    assert drafts(session) == []


def test_the_same_text_again_changes_nothing(session, city):
    opened = city.draft()
    assert edit(session, opened.id, opened.scheme, by=city.by) == opened
    assert count(session, "scheme_version") == 1


def test_nobody_publishes_what_they_wrote(session, city):
    opened = city.draft()
    editor, other = city.officer("editor"), city.officer("other")
    edited = set_figures(session, opened.id, {"waiting_days": 30}, by=editor)
    city.covered([person(1)], date(2023, 1, 1))
    [member] = session.scalars(text("SELECT id FROM member"))
    for same in (editor, other):
        session.execute(update(Account).where(Account.id == same).values(member_id=member))
    for who in (city.by, editor, other):
        refused(
            session,
            WriterPublishes,
            lambda who=who: publish_draft(session, opened.id, digest=edited.digest, by=who),
        )
        row = insert(PublishedScheme).values(
            id="2030",
            digest=edited.digest,
            starts_on=date(2030, 1, 1),
            canonical=edited.scheme.canonical(),
            published_by=who,
            draft_id=opened.id,
        )
        assert constraint(session, row) == "scheme_has_two_people"
    assert publish_draft(session, opened.id, digest=edited.digest, by=city.officer("third"))


def constraint(session, statement) -> str:
    with pytest.raises(IntegrityError) as broken, session.begin_nested():
        session.execute(statement)
    return broken.value.orig.diag.constraint_name


def test_the_database_publishes_only_the_last_text_and_by_the_federation(session, city):
    opened = city.draft()
    set_figures(session, opened.id, {"waiting_days": 30}, by=city.by)
    second, north = city.officer("second"), city.officer("north", city.district())
    for who, digest in ((second, opened.digest), (north, draft(session, opened.id).digest)):
        row = {"id": "x", "digest": digest, "starts_on": date(2030, 1, 1), "canonical": b""}
        added = insert(PublishedScheme).values(row | {"published_by": who, "draft_id": opened.id})
        assert constraint(session, added) == "scheme_has_two_people"
    alone = insert(PublishedScheme).values(row | {"published_by": second})
    assert constraint(session, alone) == "scheme_drafted_check"


def test_what_was_not_looked_at_is_not_published(session, city):
    opened, second = city.draft(), city.officer("second")
    set_figures(session, opened.id, {"waiting_days": 30}, by=city.by)
    refused(
        session,
        DraftChanged,
        lambda: publish_draft(session, opened.id, digest=opened.digest, by=second),
    )
    refused(
        session,
        DraftChanged,
        lambda: edit(session, opened.id, opened.scheme, by=second, looked_at=opened.digest),
    )


def test_what_is_published_or_put_away_stays_so(session, city):
    opened, gone, second = city.draft(2030), city.draft(2031), city.officer("second")
    publish_draft(session, opened.id, digest=opened.digest, by=second)
    discard(session, gone.id, by=city.by)
    for closed in (opened, gone):
        for act in (
            lambda closed=closed: set_figures(session, closed.id, {"waiting_days": 9}, by=city.by),
            lambda closed=closed: publish_draft(
                session, closed.id, digest=closed.digest, by=second
            ),
            lambda closed=closed: discard(session, closed.id, by=city.by),
        ):
            refused(session, DraftClosed, act)
    more = insert(SchemeVersion).values(
        draft_id=opened.id, version=2, toml="", digest="", recorded_by=city.by
    )
    assert constraint(session, more) == "draft_is_open"
    refused(session, NoSuchDraft, lambda: discard(session, 10**9, by=city.by))


def test_only_the_federation_opens_edits_and_publishes(session, city):
    opened, north = city.draft(), city.officer("north", city.district())
    for act in (
        lambda: open_next(session, 2031, from_year=2030, by=north),
        lambda: set_figures(session, opened.id, {"waiting_days": 9}, by=north),
        lambda: publish_draft(session, opened.id, digest=opened.digest, by=north),
        lambda: discard(session, opened.id, by=north),
    ):
        refused(session, NotTheFederation, act)


def test_a_scheme_does_not_come_over_covers_that_exist(session, city):
    city.covered([person(1)], date(2024, 1, 1))
    refused(session, CoversStand, lambda: open_next(session, 2024, from_year=2023, by=city.by))
    opened = city.draft(2030)
    back = changed(opened.scheme, {"covers_starting.from": "2024-01-01"})
    refused(session, CoversStand, lambda: edit(session, opened.id, back, by=city.by))


def test_a_roster_taken_meanwhile_stops_the_publication(session, city):
    opened = open_next(session, 2025, from_year=2024, by=city.by)
    city.enrol([person(2)], date(2025, 3, 1))
    second = city.officer("second")
    refused(
        session,
        CoversStand,
        lambda: publish_draft(session, opened.id, digest=opened.digest, by=second),
    )


def test_dates_that_overlap_or_leave_a_hole_are_refused(session, city):
    first = open_next(session, 2030, from_year=2024, by=city.by)
    ends = changed(first.scheme, {"covers_starting.to": "2030-12-31"})
    closed = edit(session, first.id, ends, by=city.by)
    publish_draft(session, first.id, digest=closed.digest, by=city.officer("second"))
    good = open_next(session, 2031, from_year=2030, by=city.by)
    base = good.scheme
    bad = {
        SchemesLeaveHole: {"covers_starting.from": "2031-01-02"},
        SchemesOverlap: {"covers_starting.from": "2030-12-31"},
        SchemeIdTaken: {"id": "2030"},
        SchemeYearOdd: {"covers_starting.from": "1900-01-01"},
        CapsDisagree: {"covers_starting.from": "2030-01-01"},
    }
    for refusal, changes in bad.items():
        wrong = changed(base, changes)
        if refusal is CapsDisagree:
            # Amid a year of the open 2023 scheme, another cap than the year began with.
            caps = {f"benefit.{x.care}.cap_fen": 1 for x in base.benefits}
            wrong = changed(base, caps | {"id": "amid", "covers_starting.from": "2027-07-01"})
            wrong = changed(wrong, {"covers_starting.to": "2029-12-31"})
        refused(session, refusal, lambda x=wrong: edit(session, good.id, x, by=city.by))
    before = changed(
        base, {"covers_starting.from": "2029-01-01", "covers_starting.to": "2029-06-30"}
    )
    refused(session, SchemesLeaveHole, lambda: edit(session, good.id, before, by=city.by))


def test_a_year_without_a_scheme_is_not_copied(session, city):
    refused(session, NoSchemeOfYear, lambda: open_next(session, 2019, from_year=2018, by=city.by))


def test_covers_follow_the_new_scheme_from_its_start(session, city):
    opened = open_next(session, 2025, from_year=2024, by=city.by)
    figures = {"contribution.total_fen": 8_000, "contribution.union_fen": 3_000}
    edited = set_figures(session, opened.id, figures | {"waiting_days": 30}, by=city.by)
    publish_draft(session, opened.id, digest=edited.digest, by=city.officer("second"))
    city.covered([person(1)], date(2024, 1, 1), unit=1)
    city.covered([person(2)], date(2025, 1, 1), unit=2)
    used = session.execute(text("SELECT benefit_year, scheme_id FROM cover ORDER BY 1")).all()
    assert [tuple(row) for row in used] == [(2024, "2023"), (2025, "2025")]
    assert city.covers(2) == [(date(2025, 1, 1), date(2025, 12, 31), date(2025, 1, 31))]
    assert city.covers(1) == [(date(2024, 1, 1), date(2024, 12, 31), None)]


def test_the_programs_own_schemes_stay_as_they_are(session, city):
    assert published_schemes(session) == package_schemes()
    none = select(PublishedScheme).where(PublishedScheme.published_by.is_not(None))
    assert session.scalars(none).all() == []
