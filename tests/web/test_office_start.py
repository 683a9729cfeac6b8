"""An officer's start: what waits by its deadline, for this officer alone; figures of the months."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.desks.keep_months import calendar_until, keep_months, working_days
from app.desks.policy import deadlines_on
from app.reviews.policy import working_days_after
from app.web.auth import SignedIn
from app.web.read.months import median, months
from app.web.read.scope import scope_of
from app.web.read.waiting import Waiting, waiting
from tests.web.browser import Browser, words
from tests.web.fund import Fund
from tests.web.rich import Rich

CITY = 1
NOBODY = SignedIn(0, "", Role.OFFICER, 0, None)


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    return Rich(web, fund).make()


def seen(web: Flask, union_id: int, on: date) -> Waiting:
    with web.app_context():
        return waiting(db.session(), scope_of(db.session(), union_id), NOBODY, on)


def test_all_that_waits_has_its_deadline_and_is_late_after_it(web: Flask, rich: Rich) -> None:
    now = seen(web, CITY, today())
    kinds = {each.kind for each in now.all}
    assert kinds >= {"held", "injury", "payable", "request", "list", "roster", "proposal"}
    assert kinds >= {
        "order",
        "suspense",
        "unexplained",
        "refund",
        "books",
        "heir",
        "draft",
        "injury",
    }
    for each in now.all:
        if each.due is None:
            assert each.kind in {"injury", "sent", "review", "unmatched"}
            continue
        before, after = (seen(web, CITY, each.due + timedelta(x)) for x in (0, 1))
        assert before.of(each.kind).late == 0, each
        assert after.of(each.kind).late > 0, each


def test_it_is_the_officers_own_and_not_what_the_officer_proposed(web: Flask, rich: Rich) -> None:
    city = seen(web, CITY, today())
    north = seen(web, rich.fund.district_id, today())
    assert {each.kind for each in north.all} <= {each.kind for each in city.all}
    for kind in ("order", "suspense", "books", "unmatched", "proposal", "roster"):
        assert (city.of(kind).num > 0, north.of(kind).num) == (True, 0), kind
    assert 0 < north.of("request").num < city.of("request").num
    one, two = (rich.one.read("/office/"), rich.two.read("/office/"))
    for said in ("1 张发放单待批准", "1 项补助申请的提议待另一人", "1 笔退款"):
        assert (said[:8] in one, said[:8] in two) == (False, True), said


def test_the_late_stands_first_and_says_so(web: Flask, rich: Rich) -> None:
    with web.app_context(), transaction() as session:
        session.execute(text("UPDATE unit_request SET recorded_at = '2024-03-01'"))
    page = rich.two.get("/office/").text
    items = re.findall(r"<li( class=\"urgent\")?>(.*?)</li>", page.split('class="next"')[1], re.S)
    late = [("超期" in inside) for _, inside in items[: page.count("超期")]]
    assert late
    [asked] = [words(inside) for _, inside in items if "单位申请" in inside]
    assert "超期 3" in asked or "超期 2" in asked
    assert "最早 2024-03-01" in asked
    assert "应于 2024-03-08 前办结" in asked


def test_months_are_counted_for_a_union_and_all_above_it(web: Flask, rich: Rich) -> None:
    with web.app_context(), transaction() as session:
        assert keep_months(session)
        assert not keep_months(session), "once a day"
        claims, paid, fen = session.execute(
            text(
                "SELECT (SELECT count(*) FROM claim), count(*), sum(p.amount_fen) FROM payment p"
                " JOIN payment_outcome o USING (member_id, grant_no, attempt)"
                " WHERE o.outcome = 'paid'"
            )
        ).one()
        city = months(session, CITY, None, today())
        assert city.year == 2021, "the last year that something was paid in"
        assert (sum(x.paid for x in city.months), sum(x.paid_fen for x in city.months)) == (
            paid,
            fen,
        )
        now = months(session, CITY, today().year, today())
        received = sum(x.received for year in (city, now) for x in year.months if x)
        assert received == claims
        assert now.months[today().month - 1].received > 0
        assert today().month == 12 or now.months[today().month] is None, "it has not come"
        north = months(session, rich.fund.district_id, 2021, today())
        assert 0 < sum(x.paid for x in north.months) < paid
        assert months(session, 10**6, None, today()) is None
    page = rich.one.get("/office/").text
    assert "1 笔款项超过 30 天" in page
    assert "2021 年度有 1 项" in page, "one cap is reached"
    assert "各月数据" in page
    assert page.count('<svg class="chart"') == 2
    assert f"/office/?year={today().year}#months" in page
    assert rich.one.get("/office/?year=99999999999").status_code == 200
    assert rich.one.get("/office/years").status_code == 200
    assert Browser(web).sign_in("north").get("/office/years").status_code == 404


def test_working_days_are_counted_as_deadlines_are(session: Session) -> None:
    asked = text(f"SELECT {working_days('CAST(:a AS date)', 'CAST(:b AS date)')}")
    for first in (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)):
        for days in (0, 1, 4, 5, 6, 23):
            last = working_days_after(first, days)
            given = calendar_until(date(2026, 6, 1)) | {"a": first, "b": last}
            assert session.scalar(asked, given) == days, (first, days)


def test_a_median_is_the_lower_middle_one() -> None:
    assert median([]) is None
    assert median([(3, 1)]) == 3
    assert median([(1, 2), (9, 2)]) == 1
    assert median([(1, 1), (4, 1), (9, 1)]) == 4


def test_a_deadline_is_the_last_day_in_time() -> None:
    rules = deadlines_on(date(2026, 3, 2))
    for kind in rules.kinds:
        day = rules.late_before(kind, date(2026, 3, 2))
        assert rules.due_on(kind, day) >= date(2026, 3, 2) > rules.due_on(kind, day - timedelta(1))
