"""An amount is followed from a sheet to its entry and claim, and back, by officer and auditor."""

import html
import re
from datetime import date

from flask import Flask
from sqlalchemy import text

from app.books.made_of import made_of
from app.db import db, transaction
from app.ledger.chart import Account
from app.unions.models import Union
from app.units.alter import alter
from app.units.asked import Change
from app.units.may import Two
from tests.web.browser import Browser
from tests.web.fund import Fund

SPENT = "/books/accounts/5001?from=2021-01-01&to=2021-12-31"
SEALED = 63
ROSTERS = "/books/income/2021/5001/rosters/"


def links(browser: Browser, path: str, to: str) -> list[str]:
    """Where a page leads, of what begins so."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return [
        html.unescape(each) for each in re.findall(rf'href="({re.escape(to)}[^"]*)"', answer.text)
    ]


def test_an_auditor_goes_down_to_the_claim_and_back(web: Flask, fund: Fund) -> None:
    auditor = Browser(web).sign_in("auditor")
    assert links(auditor, "/audit/2021", "/books/accounts/5001")
    assert links(auditor, "/audit/2021", "/books/2021/rosters")
    [entry, *_] = links(auditor, SPENT, "/books/entries/")
    assert "按规则理算结算单" in auditor.read(entry)
    assert links(auditor, entry, "/books/accounts/2001")
    [claim, *_] = links(auditor, entry, "/audit/claims/?number=")
    number = claim.partition("number=")[2]
    opened = auditor.post("/audit/claims/", number=number, purpose="抽查这笔分录").location or ""
    assert entry in links(auditor, opened, "/books/entries/")
    # What is said stands in one piece, however a row lays its parts out on a phone.
    said = re.findall(r'<span class="quiet nowrap">.*?</span></span> (.*)', auditor.get(entry).text)
    assert said
    assert all(each.startswith("<span>") for each in said)
    accounts = re.findall(r"accounts/1001[^>]*>(.*)</a>", auditor.get("/audit/2021").text)
    assert accounts
    assert all(re.fullmatch(r"<span>.*</span>", each) for each in accounts)


def test_an_auditor_goes_from_money_that_came_to_a_claim(web: Flask, fund: Fund) -> None:
    auditor = Browser(web).sign_in("auditor")
    kept = "/books/2021/entries?kind="
    full = {*links(auditor, f"{kept}roster+full", "/books/entries/")}
    led_to, costs = set[str](), set[str]()
    for money in links(auditor, f"{kept}money+received", "/books/entries/"):
        led_to |= full & {*links(auditor, money, "/books/entries/")}
    assert led_to
    for roster in led_to:
        costs |= {*links(auditor, roster, "/books/income/2021/5001/rosters/")}
    claims = [x for each in costs for x in links(auditor, each, "/audit/claims/?number=")]
    assert claims
    assert all(links(auditor, each, "/books/2021/rosters") for each in costs), "and back"


def test_an_officer_goes_down_to_the_claim_and_back(web: Flask, fund: Fund) -> None:
    officer = Browser(web).sign_in("officer1")
    parts = "/books/income/2021?per=union"
    [spent, *_] = links(officer, parts, "/books/income/2021/5001")
    [roster, *_] = links(officer, spent, ROSTERS)
    [claim, *_] = links(officer, roster, "/office/members/")
    [entry, *_] = links(officer, claim, "/books/entries/")
    assert claim in links(officer, entry, "/office/members/")
    [income, *_] = links(officer, parts, "/books/income/2021/4001")
    [full, *_] = links(officer, income, "/books/entries/")
    assert links(officer, full, "/books/entries/"), "the money that filled the roster"


def test_a_districts_officer_sees_its_own_parts_and_no_entry(web: Flask, fund: Fund) -> None:
    north = Browser(web).sign_in("north")
    [own, *_] = links(north, "/books/income/2021?per=union", "/books/income/2021/4001")
    assert "北区第三小学" in north.read(own)
    assert not links(north, own, "/books/entries/")
    citys = own.replace(f"of={fund.district_id}", "of=1")
    assert citys != own
    assert north.get(citys).status_code == 403
    for page in ("entries/1", "2021/entries", "2021/rosters", "statements/1", "lines/1"):
        assert north.get(f"/books/{page}").status_code == 403
    [spent, *_] = links(north, "/books/income/2021?per=union", "/books/income/2021/5001")
    [roster, *_] = links(north, spent, ROSTERS)
    assert links(north, roster, "/office/members/")
    citys = own.replace(f"of={fund.district_id}", "of=1").replace("/4001?", "/5001?")
    [citys_roster, *_] = links(Browser(web).sign_in("officer1"), citys, ROSTERS)
    assert north.get(citys_roster).status_code == 403


def test_of_a_part_those_below_are_told_alone(web: Flask, fund: Fund) -> None:
    with web.app_context():
        session, district = db.session(), fund.district_id
        of = (session, Account.UNIT_PART, 2021, "benefit_year", "union", str(district))
        every = made_of(*of, after=0, size=100)
        assert every.count
        assert made_of(*of, below=[district], after=0, size=100) == every
        assert not made_of(*of, below=[district + 1], after=0, size=100).pieces


def test_the_next_pages_address_does_not_say_what_a_page_ends_with(web: Flask, fund: Fund) -> None:
    """It may be a claim whose number the reader must not see."""
    officer = Browser(web).sign_in("officer1")
    parts = links(officer, "/books/income/2021?per=union", "/books/income/2021/5001")
    rosters = [roster for part in parts for roster in links(officer, part, ROSTERS)]
    several = [x for x in rosters if len(links(officer, x, "/office/members/")) > 1]
    assert several
    for roster in several:
        claims = links(officer, roster, "/office/members/")
        path = roster.partition("?")[0]
        seen, place = list[str](), roster
        while place:
            seen += links(officer, f"{place}&size=1", "/office/members/")
            after = [x for x in links(officer, f"{place}&size=1", f"{path}?") if "after=" in x]
            place = after[0] if after else ""
            # Sealed, and of one length however long the number is.
            assert not place or len(place.partition("after=")[2]) == SEALED
        assert seen == claims
        # What is no key of this list leads to its beginning.
        for wrong in (claims[0].split("/claims/")[1], "0", "x", "9" * 30, "%C3%A9", "A" * SEALED):
            assert links(officer, f"{roster}&after={wrong}", "/office/members/") == claims


def test_of_who_is_another_unions_now_the_amount_is_told_alone(web: Flask, fund: Fund) -> None:
    """A unit goes to another district: what its people cost stays, their claims go along. (The last
    test here: the unit does not come back.)"""
    north, city = Browser(web).sign_in("north"), Browser(web).sign_in("officer1")
    [spent, *_] = links(north, "/books/income/2021?per=union", "/books/income/2021/5001")
    [roster, *_] = links(north, spent, ROSTERS)
    own = links(north, roster, "/office/members/")
    assert own
    with web.app_context(), transaction() as session:
        city_id = session.scalar(text("SELECT id FROM union_node WHERE parent_id IS NULL"))
        south = Union(name="南区总工会", parent_id=city_id)
        session.add(south)
        session.flush()
        unit_id = session.scalar(text("SELECT id FROM unit WHERE name = '北区第三小学'"))
        two = Two(fund.officer, fund.of_district)
        alter(session, unit_id, Change(date(2021, 12, 1), union_id=south.id), two)
    assert {north.get(claim).status_code for claim in own} == {404}
    sheet = north.read("/books/income/2021?per=union")
    assert "转出前已入账的金额仍列原工会" in sheet
    page = north.get(roster)
    assert page.status_code == 200
    assert not links(north, roster, "/office/members/")
    numbers = [claim.split("/claims/")[1] for claim in own]
    for number in numbers:
        assert f"申请 {number}" not in page.text
    assert page.text.count("现属其他工会的职工") == len(own)
    assert links(city, roster, "/office/members/") == own
