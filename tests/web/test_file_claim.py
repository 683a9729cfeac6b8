"""A member files a claim in five steps: the right goes in once, the wrong is said in words."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.db import transaction
from app.dispatch import drain_all
from app.web.sheet_form import tidy
from tests.web.browser import Browser, words
from tests.web.fund import Fund
from tests.web.steps import FORM, Walk

SHEET = {
    "med_type": "21",
    "begndate": "2021-10-04",
    "enddate": "2021-10-09",
    "setl_time": "2021-10-09",
    "medfee_sumamt": "12,000.00",
    "fulamt_ownpay_amt": "¥500",
    "preselfpay_amt": "３００",
    "inscp_scp_amt": "11,200.0",
    "hifp_pay": "8000",
    "psn_part_amt": "4,000",
    "consent": "y",
}
"""Somebody's stay under Qian's cover of 2021: base 3,200.00."""


numbers = count(1)


@pytest.fixture
def qian(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("qian")


def sheet(**changed: str | None) -> dict[str, str]:
    """A sheet like no other, with changes; None leaves a field out."""
    number = next(numbers)
    fields = {**SHEET, "fixmedins_name": f"省人民医院{number}", "request_key": f"form-{number}"}
    return {name: value for name, value in (fields | changed).items() if value is not None}


def send(browser: Browser, **changed: str | None) -> TestResponse:
    """All five steps; the answer of the first that did not lead on."""
    return Walk(browser).file(**sheet(**changed))


def drained(web: Flask) -> None:
    with web.app_context():
        assert drain_all().in_trouble == 0


def faults(answer: TestResponse) -> dict[str, str]:
    """The sentences beside the fields."""
    found = re.findall(r'class="invalid-feedback" id="(\w+)-fault">([^<]+)<', answer.text)
    return {name: words(said) for name, said in found}


@contextmanager
def filed(web: Flask, more: int) -> Iterator[None]:
    """The block files so many claims."""
    before = claims(web)
    yield
    assert claims(web) - before == more


def claims(web: Flask) -> int:
    with web.app_context(), transaction() as session:
        return session.execute(text("SELECT count(*) FROM filed_claim")).scalar_one()


def test_a_sheet_is_filed_determined_and_explained(web: Flask, qian: Browser) -> None:
    answer = send(qian)
    assert answer.status_code == 302
    path = answer.location
    assert re.fullmatch(r"/my/claims/[0-9]+", path)
    before = qian.get(path).text
    assert 'data-poll="1"' in before
    assert "<noscript><meta http-equiv=" in before
    assert "正在计算" in words(before)
    drained(web)
    page = qian.get(path).text
    assert "data-poll" not in page
    assert "补助基数是 ¥3,200.00" in words(page)
    assert "因此这张结算单补助 ¥1,600.00" in words(page)
    assert "请补传，或把结算单、发票交单位工会看" in words(page)
    assert "省人民医院" in qian.read("/my/claims")


def test_nothing_is_lost_where_something_is_wrong(qian: Browser) -> None:
    answer = send(
        qian, fixmedins_name="市第九医院", psn_part_amt="12.345", hifp_pay="-1", oth_pay="77.5"
    )
    assert answer.status_code == 400
    assert faults(answer).keys() == {"psn_part_amt", "hifp_pay"}
    again = qian.get(FORM, follow_redirects=True).text
    for typed in ("市第九医院", "12.345", "-1", "12,000.00", "３００", "77.5", "2021-10-04"):
        assert f'value="{typed}"' in answer.text, typed
        assert f'value="{typed}"' in again, typed
    # The summary leads to each field, and what was folded is open where something was typed.
    for name in faults(answer):
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}"' in answer.text
        assert f'aria-describedby="{name}-' in answer.text or "-where" in answer.text
    assert "<details open>" in answer.text
    assert "有 2 项需要再看一下" in words(answer.text)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        pytest.param("medfee_sumamt", "-12000", id="32 negative"),
        pytest.param("medfee_sumamt", "12000.005", id="33 three decimals"),
        pytest.param("medfee_sumamt", "Inf", id="34 infinite"),
        pytest.param("medfee_sumamt", "1e5", id="34 exponent"),
        pytest.param("medfee_sumamt", "1,23", id="no thousands"),
        pytest.param("medfee_sumamt", "9" * 40, id="too large"),
        pytest.param("medfee_sumamt", "", id="missing"),
        pytest.param("enddate", "2021-10-03", id="35 discharged before admitted"),
        pytest.param("enddate", "2021-02-30", id="no such day"),
        pytest.param("begndate", "", id="no admission"),
        pytest.param("setl_time", "2999-01-01", id="a day to come"),
        pytest.param("fixmedins_name", "", id="no hospital"),
        pytest.param("fixmedins_name", "院" * 201, id="a long hospital"),
        pytest.param("stated_setl_id", "{{7*7}}", id="47 a template as a number"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    web: Flask, qian: Browser, field: str, typed: str
) -> None:
    with filed(web, 0):
        for lang in ("zh", "en"):
            qian.choose(lang)
            answer = send(qian, **{field: typed})
            assert answer.status_code == 400
            assert list(faults(answer)) == [field]
            assert "%(" not in answer.text


def test_a_kind_that_is_not_offered_is_refused(web: Flask, qian: Browser) -> None:
    walk = Walk(qian)
    for fields in ({"med_type": "11"}, {"med_type": ""}, {"says": "me"}):
        answer = walk.begin(**fields)
        assert answer.status_code == 400
        assert len(faults(answer)) == 1


def test_without_consent_nothing_is_filed(web: Flask, qian: Browser) -> None:
    walk = Walk(qian)
    walk.to_check(**sheet())
    ticked = walk.check()
    with filed(web, 0):
        for missing in ("consent", "right"):
            answer = walk.send("check", **{k: v for k, v in ticked.items() if k != missing})
            assert answer.status_code == 400
            assert 'role="alert"' in answer.text
        neither = walk.send("check", seen=ticked["seen"])
        assert "没有您的同意" in neither.text
        assert "确认数字与结算单一致" in neither.text, "both at once"
        old = walk.send("check", **{**ticked, "consent": "1999-1"})
        assert "没有您的同意" in old.text
    with filed(web, 1):
        walk.send("check", **ticked)
    with web.app_context(), transaction() as session:
        told = text("SELECT text_version, lang FROM claim_consent ORDER BY claim_id DESC LIMIT 1")
        assert session.execute(told).one() == (ticked["consent"], "zh")


def test_36_a_bill_outside_cover_is_filed_and_shown(web: Flask, qian: Browser) -> None:
    days = {"begndate": "2022-03-01", "enddate": "2022-03-05", "setl_time": "2022-03-05"}
    path = send(qian, **days).location
    drained(web)
    assert "不在您的任何一期保障内" in qian.read(path)


def test_37_across_two_years_the_day_of_discharge_counts(web: Flask, qian: Browser) -> None:
    days = {"begndate": "2021-12-28", "enddate": "2022-01-03", "setl_time": "2022-01-03"}
    path = send(qian, **days).location
    drained(web)
    assert "出院日期 2022-01-03 不在您的任何一期保障内" in qian.read(path)


def test_38_parts_that_do_not_make_the_total_are_flagged(qian: Browser) -> None:
    walk = Walk(qian)
    walk.begin()
    walk.photos()
    figures = sheet(medfee_sumamt="13000")
    first = walk.send("figures", **figures)
    assert first.status_code == 409
    for said in ("¥12,000.00", "¥13,000.00", "相差 ¥1,000.00"):
        assert said in words(first.text)
    # Not said of other sums: the box that was ticked names the sums it was shown with.
    seen = {"sums_seen": re.search(r'name="sums_seen" value="([^"]+)"', first.text)[1]}
    assert walk.send("figures", **{**figures, "hifp_pay": "8100"}, **seen).status_code == 409
    assert walk.send("figures", **figures, **seen).status_code == 302
    walk.send("card", card="new", account="62170000000000001")
    answer = walk.send("check", **walk.check())
    assert "与费用总额不一致" in qian.read(answer.location)


def test_40_what_is_no_field_of_a_sheet_is_ignored(web: Flask, qian: Browser) -> None:
    extra = {"status": "paid", "approved_fen": "99999999", "payable_fen": "1", "claim_id": "1"}
    path = send(qian, **extra).location
    drained(web)
    page = qian.read(path)
    assert "¥1,600.00" in page
    assert "待核材料" in page
    assert "999,999" not in page


def test_41_somebody_else_is_not_found(web: Flask, qian: Browser) -> None:
    with web.app_context(), transaction() as session:
        zhao = session.execute(text("SELECT min(id) FROM member")).scalar_one()
    walk = Walk(qian)
    walk.to_check(**sheet())
    with filed(web, 0):
        for step in ("kind", "papers", "figures", "card", "check"):
            assert walk.send(step, member_id=str(zhao)).status_code == 404
        theirs = Walk(Browser(web).sign_in("zhao"))
        theirs.draft = walk.draft
        for step in ("kind", "papers", "figures", "card", "check"):
            assert theirs.browser.get(walk.path(step)).status_code == 404
            assert theirs.send(step, **sheet()).status_code == 404
        assert theirs.send("discard").status_code == 404
    assert walk.page("check")


def test_42_a_field_twice_is_refused(web: Flask, qian: Browser) -> None:
    walk = Walk(qian)
    walk.to_check(**sheet())
    with filed(web, 0):
        twice = sheet() | {"medfee_sumamt": ["12000", "99000"]}
        assert walk.send("figures", **twice).status_code == 400
        assert walk.send("card", card=["known", "new"]).status_code == 400
        assert walk.send("check", **walk.check(), consent_="", then=["on", "on"]).status_code == 400


def test_43_nothing_is_kept_or_filed_without_the_forms_token(web: Flask, qian: Browser) -> None:
    walk = Walk(qian)
    walk.to_check(**sheet())
    ticked = walk.check()
    with filed(web, 0):
        for step in ("kind", "papers", "figures", "card", "check", "discard"):
            answer = qian.client.post(walk.path(step), data=sheet() | ticked)
            assert answer.status_code == 400
        assert qian.client.post(FORM, data={"med_type": "14"}).status_code == 400
    assert walk.check() == ticked


def test_44_what_was_changed_elsewhere_is_looked_at_again(web: Flask, qian: Browser) -> None:
    """Sent from a page that shows other figures: it cannot be told which are meant."""
    walk = Walk(qian)
    figures = sheet()
    walk.to_check(**figures)
    ticked = walk.check()
    assert walk.figures(**{**figures, "psn_part_amt": "3000"}).status_code == 302
    with filed(web, 0):
        answer = walk.send("check", **ticked)
        assert answer.status_code == 409
        assert "¥3,000.00" in answer.text
        for key in ("k" * 10_000, "", "键"):
            assert walk.send("check", **{**ticked, "seen": key}).status_code == 409
    with filed(web, 1):
        assert walk.send("check", **walk.check()).status_code == 302


def test_45_eight_at_once_are_one_claim(web: Flask, qian: Browser) -> None:
    walk = Walk(qian)
    walk.to_check(**sheet())
    data = {"csrf_token": qian.token("/my/"), **walk.check()}
    cookie = qian.cookie()

    def one(_: int) -> str | None:
        client = web.test_client()
        client.set_cookie("huzhu", cookie)
        return client.post(walk.path("check"), data=data).location

    with filed(web, 1), ThreadPoolExecutor(8) as pool:
        places = set(pool.map(one, range(8)))
    assert len(places) == 1
    assert re.fullmatch(r"/my/claims/[0-9]+", places.pop() or "")


def test_47_what_looks_like_code_is_shown_as_text(qian: Browser) -> None:
    hospital = '{{7*7}}<script>alert("x")</script>医院'
    answer = send(qian, fixmedins_name=hospital)
    assert answer.status_code == 302
    wrong = send(qian, fixmedins_name=hospital, medfee_sumamt="x")
    for page in (qian.get(answer.location).text, qian.get("/my/claims").text, wrong.text):
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "{{7*7}}" in page


def test_48_nul_is_refused(web: Flask, qian: Browser) -> None:
    with filed(web, 0):
        assert send(qian, fixmedins_name="省\0医院").status_code == 400
        assert send(qian, status="\0").status_code == 400
        assert Walk(qian).begin(med_type="21\0").status_code == 400


@pytest.mark.parametrize("name", ["", "a_rather_long_name_"])
def test_49_ten_thousand_fields_are_too_many(qian: Browser, name: str) -> None:
    walk = Walk(qian)
    walk.to_check(**sheet())
    fields = {f"{name}{number:x}": "" for number in range(10_000)}
    for step in ("figures", "check"):
        assert walk.send(step, **fields).status_code == 413


def test_the_same_bill_by_another_form_leads_to_the_claim_that_is_there(
    web: Flask, qian: Browser
) -> None:
    first = send(qian, stated_setl_id="JS2021-77").location
    again = send(qian, stated_setl_id="JS2021-77", psn_part_amt="3,999")
    assert again.status_code == 409
    assert f'href="{first}"' in again.text
    assert "¥3,999.00" in again.text
    # A bill that the bureau has sent is there already, too.
    known = send(qian, stated_setl_id="S012")
    assert known.status_code == 409
    assert re.search(r'href="/my/claims/[0-9]+"', known.text)


def test_of_another_persons_bill_nothing_is_learnt(qian: Browser) -> None:
    """Zhao's number is accepted as if nobody had it: a refusal would tell that it exists."""
    assert send(qian, stated_setl_id="S001").status_code == 302


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,234.5", "1234.5"),
        ("￥１，２３４．５０", "1234.50"),
        (" ¥ 1,234,567 ", "1234567"),
        ("3200元", "3200"),
        ("１２，０００．５０ 元整", "12000.50"),
        ("人民币 3,200", "3200"),
        ("RMB3200块", "3200"),
        ("1.2万", "1.2万"),
        ("1,23", "1,23"),
        ("12,3456.00", "12,3456.00"),
        ("1e5", "1e5"),
    ],
)
def test_amounts_are_tidied_and_never_guessed(typed: str, read: str) -> None:
    assert tidy("medfee_sumamt", typed) == read


def test_only_members_file(web: Flask, fund: Fund) -> None:
    with filed(web, 0):
        for login in ("officer1", "auditor"):
            browser = Browser(web).sign_in(login)
            assert browser.get(FORM).status_code == 403
            data = {"csrf_token": browser.token("/office/"), **sheet()}
            for path in (FORM, f"{FORM}1/figures", f"{FORM}1/check"):
                assert browser.client.post(path, data=data).status_code == 403
