"""Enquiries by HTTP: asked, sent on, answered, rated; other people's do not exist."""

import io
import re

import openpyxl
import pytest
from flask import Flask

from app.clock import today
from app.db import db, transaction
from app.enquiries.models import EnquiryMessage
from app.roster.units import unit_of
from app.units.ask import ask_change
from app.units.asked import Change
from app.units.decide import approve
from tests.factories import make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund

SECRET = "我的肿瘤复查费用怎么报？"


@pytest.fixture
def qian(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("qian")


@pytest.fixture
def north(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("north")


def asked(browser: Browser, said: str = SECRET, **more: str) -> str:
    """Ask by the form; the enquiry's address."""
    page = browser.get("/my/enquiries/new").text
    key = page.split('name="request_key" value="')[1].split('"')[0]
    fields = {"request_key": key, "category": "claim", "said": said} | more
    answer = browser.post("/my/enquiries/new", **fields)
    assert answer.status_code == 302, answer.text
    return answer.location


def test_from_the_question_to_the_rating(qian, north, officer, web) -> None:
    place = asked(qian)
    number = place.rsplit("/", 1)[1]
    desk = f"/office/enquiries/{number}"
    assert SECRET in qian.read(place)
    assert "Q20" in qian.read("/my/enquiries/")
    assert f"/office/enquiries/{number}" in north.get("/office/enquiries/").text
    assert "答复 1 件咨询" in north.read("/office/")
    assert north.post(f"{desk}/take").status_code == 302
    asked_back = north.post(f"{desk}/write", how="ask_back", said="哪一天？", seen="1")
    assert asked_back.status_code == 302
    assert "请您补充" in qian.read("/my/enquiries/")
    assert qian.post(place, said="五月五日", seen="2").status_code == 302
    assert north.post(f"{desk}/write", how="draft", said="草稿文字").status_code == 302
    assert "草稿文字" in north.read(desk)
    assert "草稿文字" not in qian.read(place)
    assert north.post(f"{desk}/write", how="answer", said="按规定报。", seen="3").status_code == 302
    assert "按规定报。" in qian.read(place)
    assert qian.post(f"{place}/rate", rating="4", line="好").status_code == 302
    assert "4 分" in qian.read(place)
    assert qian.post(f"{place}/rate", rating="1").status_code == 409
    assert f"/office/enquiries/{number}" in north.get("/office/enquiries/?state=answered").text


def test_what_was_typed_comes_back_with_the_reason(qian, north) -> None:
    place = asked(qian, "第一句")
    number = place.rsplit("/", 1)[1]
    assert qian.post("/my/enquiries/new", category="x", said="留着", request_key="k").status_code
    page = qian.post("/my/enquiries/new", category="", said="留着这句", request_key="k")
    assert (page.status_code, "留着这句" in page.text) == (400, True)
    late = qian.post(place, said="先写的", seen="0")
    assert (late.status_code, "先写的" in late.text) == (409, True)
    empty = qian.post(place, said=" ", seen="1")
    assert empty.status_code == 400
    long = north.post(f"/office/enquiries/{number}/write", how="answer", said="长" * 2001, seen="1")
    assert (long.status_code, "长" * 2001 in long.text) == (400, True)
    assert qian.post(f"{place}/rate", rating="5").status_code == 409
    assert qian.post(f"{place}/rate", rating="9").status_code == 400
    for how in ("", "send"):
        answer = north.post(f"/office/enquiries/{number}/write", how=how, said="x", seen="1")
        assert answer.status_code == 400


def test_44_another_question_on_a_form_that_was_sent_is_not_lost(web, fund) -> None:
    asker = Browser(web).sign_in(fund.contact)
    fields = {"request_key": "again", "category": "claim", "said": "先问的"}
    first = asker.post("/my/enquiries/new", **fields).location
    assert asker.post("/my/enquiries/new", **fields).location == first
    for other in ({"said": "后来想问的"}, {"category": "cover"}):
        page = asker.post("/my/enquiries/new", **fields | other)
        assert page.status_code == 409
        assert other.get("said", "先问的") in page.text
    key = re.search(r'name="request_key" value="([0-9a-f]{32})"', page.text)[1]
    pressed = asker.post("/my/enquiries/new", **fields | {"request_key": key, "said": "后来想问的"})
    assert pressed.location != first
    assert "后来想问的" in asker.read(pressed.location)
    assert "后来想问的" not in asker.read(first)


def test_markup_is_shown_and_not_run(qian, north) -> None:
    place = asked(qian, "<script>alert(1)</script> {{7*7}}")
    for browser, page in ((qian, place), (north, place.replace("/my/", "/office/"))):
        text = browser.get(page).text
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text
        assert "{{7*7}}" in text


def test_another_persons_enquiry_does_not_exist(qian, member, officer, web, fund) -> None:
    place = asked(qian)
    number = place.rsplit("/", 1)[1]
    contact = Browser(web).sign_in(fund.contact)
    for other in (member, contact):
        assert other.get(place).status_code == 404
        assert other.post(place, said="x", seen="1").status_code == 404
        assert other.post(f"{place}/rate", rating="5").status_code == 404
    assert SECRET not in officer.get(place).text
    assert member.post("/my/enquiries/new", category="claim", said="x", request_key="c", claim="12")
    own_claims = member.get("/my/enquiries/new?claim=1").text
    assert 'value="1" selected' in own_claims
    asks = {"category": "claim", "said": "x", "request_key": "d", "claim": "1"}
    assert qian.post("/my/enquiries/new", **asks).status_code == 404
    nowhere = officer.post(f"/office/enquiries/{number}/dispatch", union="-" + "9" * 30)
    assert nowhere.status_code == 409
    # Sent to the city, the district does not see it any more.
    sent = officer.post(f"/office/enquiries/{number}/dispatch", union="1")  # the first union
    assert sent.status_code == 302
    north = Browser(web).sign_in("north")
    for path in ("", "/take", "/write", "/dispatch"):
        address = f"/office/enquiries/{number}{path}"
        answer = north.get(address) if not path else north.post(address, how="answer", seen="1")
        assert answer.status_code == 404, path
    assert f"/office/enquiries/{number}" not in north.get("/office/enquiries/").text


def test_a_units_contact_asks_for_the_unit(web, fund, officer) -> None:
    contact = Browser(web).sign_in(fund.contact)
    place = asked(contact, "花名册怎么改？")
    assert "北区幼儿园" in officer.read(place.replace("/my/", "/office/"))
    assert "花名册怎么改？" in contact.read(place)


def test_filters_stay_in_the_address_and_nonsense_is_no_page(officer) -> None:
    for query in ("state=x", "category=x", "state=open&category=%00"):
        assert officer.get(f"/office/enquiries/?{query}").status_code in {400, 404}
    for query in (
        "after=999999999999999999999",
        "after=-1",
        "union=x",
        "size=1000000000",
        "union=1",
    ):
        assert officer.get(f"/office/enquiries/?{query}").status_code == 200
    page = officer.get("/office/enquiries/?state=late&category=claim&union=1").text
    assert "category=claim" in page


def test_pages_of_the_list_follow_one_another(qian, officer, member, web) -> None:
    for n in range(3):
        asked(member, f"第{n}问")
    seen: list[str] = []
    path = "/office/enquiries/?size=1"
    for _ in range(20):
        page = officer.get(path).text
        rows = page.split('<td class="lead-cell"><a href="')[1:]
        seen += [row.split('"')[0] for row in rows]
        following = page.rpartition('class="pager"')[2].rpartition("after=")[2]
        after = following.split('"')[0]
        if not after.isdigit():
            break
        path = f"/office/enquiries/?size=1&after={after}"
    assert len(seen) == len(set(seen)) >= 3


def test_the_weeks_figures_on_the_page_and_as_a_workbook(officer) -> None:
    assert "咨询周报" in officer.read("/office/enquiries/weekly")
    assert "<svg" in officer.get("/office/enquiries/weekly").text
    answer = officer.get("/office/enquiries/weekly?weeks=4&as=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert len(book.sheetnames) == 3
    heads = [cell.value for cell in book.worksheets[0][4]]
    assert heads[:3] == ["周（星期一）", "咨询", "已答复"]
    sums = [cell.value for cell in book.worksheets[0][6]]
    assert sums[0] == "合计"
    assert sums[1] >= 1
    assert officer.get("/office/enquiries/weekly?weeks=1000000000").status_code == 200


def test_no_text_is_stored_in_clear(qian, web) -> None:
    asked(qian, SECRET)
    with web.app_context():
        ciphers = [bytes(x) for x in db.session().scalars(db.select(EnquiryMessage.text_cipher))]
    assert ciphers
    assert not any(SECRET.encode() in cipher for cipher in ciphers)


def test_officers_are_told_where_the_askers_unit_has_gone(
    qian: Browser, north: Browser, web: Flask, fund: Fund
) -> None:
    desk = asked(qian).replace("/my/", "/office/")
    assert "现属" not in north.read(desk)
    with web.app_context(), transaction() as session:
        unit = unit_of(session, make_uscc(2)).id
        wanted = ask_change(session, unit, Change(today(), union_id=1), by=fund.officer)
        approve(session, wanted.request_id, by=fund.second)
    page = north.get(desk).text
    assert "现属市总工会" in page
    assert '<option value="1" selected>' in page
    assert north.post(f"{desk}/dispatch", union="1").status_code == 302
    assert north.get(desk).status_code == 404
