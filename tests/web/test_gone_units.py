"""A unit that has gone into another offers nothing any more; what waited for it says so."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import today
from app.contributions.receive import receive
from app.db import transaction
from app.enrolment.enrol import Asked, enrol
from app.roster.units import unit_of
from tests.db.office import person
from tests.factories import make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund

PHONE = "13800001234"


class Gone:
    """The kindergarten went into the third primary school while two requests for it waited."""

    def __init__(self, web: Flask, fund: Fund) -> None:
        self.one, self.other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
        with web.app_context(), transaction() as session:
            self.into = unit_of(session, make_uscc(2)).id
            unit = unit_of(session, make_uscc(4))
            who = {"starts_on": date(2022, 6, 1), "confirmed_on": date(2022, 5, 20)}
            asked = Asked(unit, 2022, unit_percent=60, **who, file_sha256="5" * 64)
            self.roster = enrol(session, asked, [person(91, 2)], by=fund.officer).roster_id
            paid = {"year": 2022, "amount_fen": 100, "received_on": date(2022, 5, 30)}
            receive(session, unit_id=unit.id, reference="Z-1", by=fund.officer, **paid)
            who["starts_on"] = date(2022, 7, 1)
            other = Asked(unit, 2022, unit_percent=60, **who, file_sha256="6" * 64)
            self.unpaid = enrol(session, other, [person(92, 2)], by=fund.officer).roster_id
        self.unit = fund.kindergarten
        page, day = f"/office/unit/{self.unit}", f"{today()}"
        self.left = self.one.post(f"{page}/contact", contact="郑新", phone=PHONE).location
        merger = self.one.post(f"{page}/merge", other=make_uscc(2), on_day=day).location
        assert self.other.post(f"{merger}/approve").status_code == 302


@pytest.fixture(scope="module")
def gone(web: Flask, fund: Fund) -> Gone:
    return Gone(web, fund)


def test_its_page_offers_nothing_and_says_where_it_is(gone: Gone) -> None:
    page = gone.one.read(f"/office/unit/{gone.unit}/2022")
    assert re.search(r"已于 *\S+ *并入北区第三小学", page)
    whole = gone.one.get(f"/office/unit/{gone.unit}/2022").text
    main = whole[whole.index("<main") : whole.index("</main")]
    assert "Z-1" in main
    assert f'href="/office/unit/{gone.into}"' in main
    assert "<form" not in main
    for offered in ("/late", "/gig", "/upload", "notice.pdf", "#reverse", "/changes"):
        assert offered not in main, offered


def test_what_is_done_of_its_rosters_is_done_on_the_others_page(gone: Gone) -> None:
    page = f"/office/unit/{gone.into}/2022"
    assert f"/office/unit/{gone.into}/rosters/{gone.unpaid}/withdraw" in gone.one.get(page).text
    assert "#reverse" not in gone.one.get(page).text
    done = gone.one.post(f"/office/unit/{gone.into}/rosters/{gone.unpaid}/withdraw")
    assert done.status_code == 302
    assert f"/rosters/{gone.unpaid}/withdraw" not in gone.one.get(page).text
    assert gone.one.post(f"/office/unit/1/rosters/{gone.roster}/withdraw").status_code == 404


def test_it_gets_no_permission_and_no_gig_workers(gone: Gone) -> None:
    given = {"year": f"{today().year}", "until": f"{today()}", "why": "迟到"}
    late = gone.one.post(f"/office/unit/{gone.unit}/late", **given)
    assert late.status_code == 409
    assert "已并入“北区第三小学”" in late.text
    opened = gone.one.post(f"/office/unit/{gone.unit}/gig")
    assert opened.status_code == 409
    assert "已并入" in opened.text


def test_a_request_that_waited_is_closed_and_says_why(gone: Gone) -> None:
    assert "北区幼儿园" not in gone.one.read("/office/requests/")
    for who in (gone.one, gone.other):
        page = who.read(gone.left)
        assert "“北区幼儿园”已并入“北区第三小学”，申请随之关闭" in page
        for act in ("/approve", "/refuse", "/withdraw"):
            assert f"{gone.left}{act}" not in who.get(gone.left).text
    assert gone.other.post(f"{gone.left}/approve").status_code == 409


def test_one_left_from_before_can_only_be_refused_or_taken_back(web: Flask, gone: Gone) -> None:
    number = int(gone.left.rsplit("/", 1)[1])
    waits = "UPDATE unit_request SET state = 'waiting', decided_by = NULL, reason = NULL"
    with web.app_context(), transaction() as session:
        session.execute(text(f"{waits} WHERE id = :id"), {"id": number})
    assert "只能不批准或撤回" in gone.one.read("/office/requests/")
    for who, acts in ((gone.one, (False, False, True)), (gone.other, (False, True, False))):
        page = who.get(gone.left).text
        assert "不能再批准，只能不批准或撤回" in page
        offered = ("/approve", "/refuse", "/withdraw")
        assert tuple(f"{gone.left}{act}" in page for act in offered) == acts
    assert gone.one.post(f"{gone.left}/withdraw").status_code == 302
    assert "不能再批准" not in gone.one.get(gone.left).text


def test_the_others_page_says_which_unit_came(gone: Gone) -> None:
    assert "北区幼儿园 → 北区第三小学" in gone.one.read(f"/office/unit/{gone.into}")
