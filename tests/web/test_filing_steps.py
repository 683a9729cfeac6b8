"""Filing in steps by HTTP: the way back, two tabs, a session that ended, photos."""

import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text

from app.db import transaction
from tests.pictures import pdf, photo, photo_with_exif, written
from tests.pictures import sheet as paper
from tests.web.browser import Browser, words
from tests.web.fund import Fund
from tests.web.steps import CARD, FORM, Walk
from tests.web.test_file_claim import drained, faults, sheet
from tests.web.test_languages import HAN
from tests.web.test_pages import statements

STEPS = ("kind", "papers", "figures", "card", "check")
ID = re.compile(r"/papers/([0-9]+)/small")


@pytest.fixture
def walk(web: Flask, fund: Fund) -> Walk:
    return Walk(Browser(web).sign_in("qian"))


def all_sessions_end(web: Flask) -> None:
    with web.app_context(), transaction() as session:
        session.execute(text("DELETE FROM sign_in"))


def drafts(web: Flask) -> int:
    with web.app_context(), transaction() as session:
        return session.execute(text("SELECT count(*) FROM claim_draft")).scalar_one()


def test_looking_begins_nothing_and_the_address_leads_to_what_was_begun(
    web: Flask, walk: Walk
) -> None:
    before = drafts(web)
    assert walk.browser.get(FORM).status_code == 200
    assert drafts(web) == before
    walk.begin()
    assert walk.browser.get(FORM).location == walk.path("papers")
    # A step that has not come yet leads to the one that has.
    assert walk.browser.get(walk.path("check")).location == walk.path("papers")
    page = walk.browser.read("/my/claims")
    assert "未提交" in page
    assert "第 2 步，共 5 步" in page
    assert walk.send("discard").status_code == 302
    assert drafts(web) == before
    assert "未提交" not in walk.browser.read("/my/claims")


def test_back_and_later_keep_what_was_typed_faults_and_all(walk: Walk) -> None:
    walk.begin()
    walk.photos()
    assert walk.send("figures", "later", hifp_pay="-1").location == "/my/claims"
    assert walk.send("figures", "back", hifp_pay="-2").location == walk.path("papers")
    assert 'value="-2"' in walk.page("figures")
    kept = walk.send("figures", "keep", hifp_pay="-3")
    assert (kept.status_code, kept.data) == (204, b"")
    assert 'value="-3"' in walk.page("figures")
    assert "hifp_pay" in faults(walk.send("figures", hifp_pay="-3"))
    assert walk.send("kind", "later").location == "/my/claims"
    walk.send("discard")


def test_after_it_is_sent_every_tab_and_the_way_back_lead_to_the_claim(
    web: Flask, walk: Walk
) -> None:
    walk.to_check(**sheet())
    ticked = walk.check()
    other = Walk(Browser(web).sign_in("qian"))  # a second device
    other.begin()
    assert other.draft == walk.draft
    claim = walk.send("check", **ticked).location
    assert re.fullmatch(r"/my/claims/[0-9]+", claim)
    for tab in (walk, other):
        for step in STEPS:
            assert tab.browser.get(tab.path(step)).location == claim
            assert tab.send(step, **(sheet() | ticked)).location == claim
        assert tab.send("discard").location == claim
    assert "这笔申请已经提交" in walk.browser.read(claim)


def test_sending_what_another_window_has_unfinished_since_says_that_nothing_was_sent(
    walk: Walk,
) -> None:
    walk.to_check(**sheet())
    ticked = walk.check()
    walk.send("figures", "later", hifp_pay="-1")
    assert walk.send("check", **ticked).location == walk.path("check")
    led_to = walk.browser.client.get(walk.path("check"), follow_redirects=True)
    assert led_to.request.path == walk.path("figures")
    assert "尚未提交" in led_to.text
    walk.send("discard")


POSTED = {
    "kind": {"med_type": "28", "says": "nobody"},
    "figures": {"fixmedins_name": "重新登录医院", "hifp_pay": "4321.09"},
    "card": {"card": "new", "account": "6228 0000 7777 0000 123"},
}
SHOWN = {
    "kind": 'value="28" checked',
    "figures": 'value="4321.09"',
    "card": 'value="6228 0000 7777 0000 123"',
}


SHORT = 4
"""Digits of a day or a kind stand in any number."""


@pytest.mark.parametrize("step", POSTED)
def test_what_was_posted_when_the_session_was_over_comes_back(
    web: Flask, walk: Walk, step: str
) -> None:
    walk.to_check(**sheet())
    before = walk.page(step)
    assert SHOWN[step] not in before
    all_sessions_end(web)
    answer = walk.send(step, **POSTED[step])
    assert answer.status_code == 401
    assert "重新登录" in answer.text
    assert f"next={walk.path(step)}".replace("/", "%2F") in answer.text.replace("/", "%2F")
    assert "填的内容" in words(walk.browser.get("/sign-in").text)
    assert "填的内容" not in words(Browser(web).get("/sign-in").text)
    # Somebody else at the same phone: not there, and not in what is theirs.
    serializer = web.session_interface.get_signing_serializer(web)
    kept = str(serializer.loads(walk.browser.cookie()))
    for typed in POSTED[step].values():
        assert len(typed) < SHORT or typed not in kept
    walk.browser.sign_in("zhao")
    assert walk.browser.get(walk.path(step)).status_code == 404
    assert SHOWN[step] not in walk.browser.get(FORM).text
    walk.browser.sign_in("qian")
    walk.token = walk.browser.token("/my/")
    page = walk.page(step)
    assert SHOWN[step] in words(page) + page
    assert "又回来了" in words(page)
    # Shown, not kept: that is the button's. Then it is held no more.
    assert SHOWN[step] not in Walk(Browser(web).sign_in("qian")).browser.get(walk.path(step)).text
    walk.send(step, **POSTED[step], then="later")
    assert "又回来了" not in words(walk.page(step))
    walk.send("discard")


def test_a_session_that_ended_at_the_last_step_files_nothing_and_loses_nothing(
    web: Flask, walk: Walk
) -> None:
    walk.to_check(**sheet())
    ticked = walk.check()
    all_sessions_end(web)
    assert walk.send("check", **ticked).status_code == 401
    assert walk.photos().status_code == 401
    walk.browser.sign_in("qian")
    walk.token = walk.browser.token("/my/")
    assert re.fullmatch(r"/my/claims/[0-9]+", walk.send("check", **walk.check()).location)


def test_a_form_of_a_session_before_comes_back_where_the_page_was_ours(
    web: Flask, walk: Walk
) -> None:
    walk.to_check(**sheet())
    walk.browser.sign_in("qian")  # in another tab: this tab's token is of the session before
    path, fields = walk.path("card"), {"csrf_token": walk.token, **POSTED["card"]}
    others = [{"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "none", "")]
    others += [{}, {"Origin": "null"}, {"Origin": "http://evil.example"}]
    others += [{"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}]
    for headers in others:
        answer = walk.browser.client.post(path, data=fields, headers=headers)
        assert answer.status_code == 400
        assert "7777" not in walk.page("card")
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        assert walk.browser.client.post(path, data=fields, headers=headers).location == path
        assert SHOWN["card"] in walk.page("card")
    walk.token = walk.browser.token("/my/")
    walk.send("discard")


def heic() -> bytes:
    return written(paper(mark="heic"), "HEIF")


def test_photos_are_kept_shown_taken_away_and_go_with_the_claim(web: Flask, walk: Walk) -> None:
    walk.begin()
    stays = walk.photos("stay", settlement_sheet=photo_with_exif(6), invoice=pdf(2))
    assert stays.location == walk.path("papers")
    walk.photos("stay", discharge_record=heic())
    walk.photos("stay", discharge_record=heic())  # the same again
    ids = [int(found) for found in ID.findall(walk.page("papers"))]
    assert len(ids) == len(set(ids)) == 4
    zhao = Browser(web).sign_in("zhao")
    for which in ("", "/small"):
        path = f"{walk.path('papers')}/{ids[0]}{which}"
        answer = walk.browser.get(path)
        assert answer.content_type == "image/jpeg"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert Image.open(io.BytesIO(answer.data)).getexif() == {}
        assert zhao.get(path).status_code == 404
    gone = f"papers/{ids[1]}/remove"
    assert walk.send(gone).status_code == 302
    assert walk.send(gone).status_code == 404
    assert walk.browser.get(f"{walk.path('papers')}/{ids[1]}").status_code == 404
    walk.photos()
    walk.figures(**sheet())
    walk.send("card", **CARD)
    page = walk.page("check")
    assert page.count("/small") == 3
    claim = walk.send("check", **walk.check()).location
    assert walk.browser.get(claim).text.count("/small") == 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"<svg onload='x'>", "只能上传照片", id="52 SVG"),
        pytest.param(b"", "文件是空的", id="65 empty"),
        pytest.param(photo()[:300], "不完整", id="58 truncated"),
    ],
)
def test_what_is_no_photo_is_named_and_the_others_are_kept(
    walk: Walk, data: bytes, why: str
) -> None:
    walk.begin()
    answer = walk.photos(settlement_sheet=data, invoice=photo("good"))
    assert answer.status_code == 409
    assert why in words(answer.text)
    assert len(ID.findall(walk.page("papers"))) == 1
    assert walk.browser.get(walk.path("figures")).location == walk.path("papers")
    walk.send("discard")


def test_an_injury_and_chronic_care_ask_for_what_is_theirs(web: Flask, walk: Walk) -> None:
    walk.begin("14", says="")
    assert "费用查询单" in words(walk.page("papers"))
    walk.photos()
    page = walk.page("figures")
    assert 'id="begndate"' not in page
    assert page.index('id="dise_codg"') < page.index('id="medfee_sumamt"')
    walk.send("kind", med_type="21", says="traffic")
    walk.figures(**sheet())
    walk.send("card", **CARD)
    assert "需要人工决定" in words(walk.page("check"))
    claim = walk.send("check", **walk.check()).location
    drained(web)
    assert re.search('value="traffic"[^>]* checked', walk.browser.get(claim).text)


def test_a_number_beside_another_choice_is_asked_about(walk: Walk) -> None:
    walk.begin()
    walk.photos()
    walk.figures(**sheet())
    for chosen in ("known", "later"):
        answer = walk.send("card", card=chosen, account="6217 0000 0000 0000 017")
        assert answer.status_code == 400
        assert "却选了别的" in words(answer.text)
        assert 'value="6217 0000 0000 0000 017"' in answer.text, "typed, and kept"
    assert walk.send("card", card="later", account=" ").status_code == 302
    assert walk.send("card", **CARD).status_code == 302
    walk.send("discard")


@pytest.fixture
def pages(walk: Walk) -> Iterator[Walk]:
    walk.begin()
    walk.photos(settlement_sheet=photo(), invoice=photo("2"))
    walk.figures(**sheet(medfee_sumamt="13000"))
    walk.send("card", card="new", account="6217000000000001")
    yield walk
    walk.send("discard")


def test_each_step_is_of_one_language_takes_few_statements_and_is_small(
    web: Flask, pages: Walk
) -> None:
    names = re.compile("钱安|省人民医院|中文")
    for lang in ("zh", "en"):
        pages.browser.choose(lang)
        for step in STEPS:
            with statements(web) as seen:
                page = pages.page(step)
            assert len(seen) <= 10, (step, seen)
            assert len(page) < 60_000, (step, len(page))
            body = re.sub(r"<[^>]+>", " ", page[page.index("<main") :])
            assert "%(" not in body
            if lang == "en":
                assert not HAN.search(names.sub("", page)), (step, HAN.findall(page)[:9])
            else:
                assert re.findall(r"[a-z]{3,} [a-z]{2,}", body) == [], step
    pages.browser.choose("zh")


def test_the_picture_has_a_line_for_every_field(pages: Walk) -> None:
    page = pages.page("figures")
    fields = re.findall(r'<input[^>]*class="form-control[^"]*"[^>]* id="(\w+)"', page)
    fields += re.findall(r'<input[^>]* id="(\w+)"[^>]*class="form-control', page)
    assert len(set(fields)) >= 20
    assert page.count('class="strip"') == len(set(fields))
    drawn = set(re.findall(r'class="at at-([0-9]+)"', page))
    assert drawn == {str(number) for number in range(1, 26)}


def test_each_step_comes_over_a_slow_wire(pages: Walk) -> None:
    """With all it links to, as nothing is kept of an earlier page: at most 100 KB."""

    def size(path: str) -> int:
        with pages.browser.get(path, headers={"Accept-Encoding": "gzip"}) as answer:
            return len(answer.data)

    sizes = {}
    for step in STEPS:
        linked = re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="([^"]+)"', pages.page(step))
        assert len(linked) > 5
        sizes[step] = size(pages.path(step)) + sum(map(size, set(linked)))
    print(sizes)
    assert max(sizes.values()) <= 100_000, sizes
