"""The federation's officers open, edit and publish a scheme in the browser."""

import re

import pytest
from sqlalchemy import text

from app.clock import today
from app.db import db, transaction
from app.web.scheme_form import shown
from tests.web.browser import Browser, words
from tests.web.fund import Fund

NEW = {"year": "2027", "from_year": "2026", "starts_on": ""}


@pytest.fixture
def drafted(web, fund: Fund):
    """A draft of 2027; its number. It is put away afterwards."""
    browser = Browser(web).sign_in("officer1")
    answer = browser.post("/office/schemes/open", **NEW)
    assert answer.status_code == 302, answer.text
    number = int(re.search(r"drafts/(\d+)", answer.location)[1])
    yield number
    browser.post(f"/office/schemes/drafts/{number}/discard")


def fields(web, number: int) -> dict[str, str]:
    """What the form shows, as a browser would send it."""
    from app.schemes.draft import draft

    with web.app_context(), transaction() as session:
        found = draft(session, number)
        texts = {name: text for name, text in shown(found.scheme, "zh").items() if text}
        return texts | {"digest": found.digest}


def versions(web, number: int) -> int:
    with web.app_context():
        asked = text("SELECT count(*) FROM scheme_version WHERE draft_id = :id")
        return db.session.scalar(asked, {"id": number}) or 0


def test_a_draft_is_edited_and_compared(web, drafted) -> None:
    officer = Browser(web).sign_in("officer1")
    typed = fields(web, drafted) | {
        "contribution.total_fen": "80",
        "contribution.union_fen": "30.00",
        "says.contribution.total_fen": "每人 80 元",
        "where.contribution.total_fen": "3 号文",
        "benefit.inpatient.bands": "0 40%\r\n20,000 60",
        "benefit.chronic.cap_fen": "",
        "enrolment.from": "2026-10-08",
        "enrolment.to": "2026-12-20",
        "enrolment.mid_year": "1",
        "pay_by": "2026-12-31",
    }
    typed.pop("assumed.contribution.total_fen")
    answer = officer.post(f"/office/schemes/drafts/{drafted}/edit", **typed)
    assert answer.status_code == 302, answer.text
    said = officer.read(answer.location).replace(" ", "")
    assert "互助金：¥75.00→¥80.00（依据：3号文：每人80元）" in said
    assert "超过¥0.00的部分40%，超过¥20,000.00的部分60%" in said
    assert "门诊慢性病·年度最高补助金：¥3,000.00→无（未公布，本系统约定）" in said
    assert "参保期：无→2026-10-08至2026-12-20，年中可增员" in said
    assert "您起草或修改过这份草稿" in said
    assert "公布方案2027" not in said
    again = officer.post(f"/office/schemes/drafts/{drafted}/edit", **fields(web, drafted))
    assert again.status_code == 302
    assert versions(web, drafted) == 2


WRONG = {
    "contribution.total_fen": ("75,00.x", "互助金：写法不对，应写成：1234.50"),
    "waiting_days": ("-1", "等待期：写法不对，应写成："),
    "benefit.inpatient.bands": ("1 50", "分段必须从 0 开始"),
    "benefit.inpatient.cap_fen": ("-1", "不能是负数"),
    "benefit.chronic.bands": ("0 101", "比例在 0 到 100 之间"),
    "covers_starting.from": ("2021-01-01", "适用日期重叠"),
    "enrolment.to": ("2026-10-01", "参保期的首日：写法不对，应写成： 2027-01-31"),
    "id": ("2023", "已经用过"),
    "pay_by": ("soon", "缴费期限：写法不对，应写成："),
}


@pytest.mark.parametrize(("empty", "day"), [("from", "首日"), ("to", "末日")])
def test_the_day_that_is_missing_is_named(web, drafted, empty, day) -> None:
    officer = Browser(web).sign_in("officer1")
    days = {"enrolment.from": "2026-10-08", "enrolment.to": "2026-12-20"}
    form = fields(web, drafted) | days | {f"enrolment.{empty}": ""}
    answer = officer.post(f"/office/schemes/drafts/{drafted}/edit", **form)
    assert answer.status_code == 409
    assert f"参保期的{day}：写法不对，应写成： 2027-01-31" in words(answer.text)


def test_what_cannot_be_is_said_and_nothing_written(web, drafted) -> None:
    officer = Browser(web).sign_in("officer1")
    for name, (typed, said) in WRONG.items():
        form = fields(web, drafted) | {name: typed}
        answer = officer.post(f"/office/schemes/drafts/{drafted}/edit", **form)
        assert answer.status_code == 409, name
        assert said in words(answer.text), name
        assert typed in answer.text
    stale = fields(web, drafted) | {"digest": "0" * 64, "waiting_days": "9"}
    answer = officer.post(f"/office/schemes/drafts/{drafted}/edit", **stale)
    assert "又有改动" in answer.text
    assert versions(web, drafted) == 1


def test_who_publishes_is_asked_about_what_is_probably_not_meant(web, drafted) -> None:
    officer, path = Browser(web).sign_in("officer1"), f"/office/schemes/drafts/{drafted}"
    assert "请核对" not in officer.read(path)
    nothing = {"benefit.chronic.cap_fen": "0.00"}
    made = officer.post(f"{path}/edit", **(fields(web, drafted) | nothing))
    assert made.status_code == 302
    page = Browser(web).sign_in("officer2").read(path)
    assert "请核对：门诊慢性病的年度最高补助金为 0" in page


def test_another_publishes_what_was_on_the_page(web, drafted) -> None:
    first, second = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    path = f"/office/schemes/drafts/{drafted}"
    page = second.get(path).text
    assert "公布方案 2027" in page
    seen = re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]
    assert first.post(f"{path}/publish", digest=seen).status_code == 403
    form = fields(web, drafted) | {"waiting_days": "30"}
    assert first.post(f"{path}/edit", **form).status_code == 302
    stale = second.post(f"{path}/publish", digest=seen)
    assert (stale.status_code, "又有改动" in stale.text) == (409, True)
    with web.app_context():
        asked = text("SELECT count(*) FROM scheme WHERE draft_id IS NOT NULL")
        assert db.session.scalar(asked) == 0


def test_a_year_that_cannot_be_opened_is_said(web, fund) -> None:
    officer = Browser(web).sign_in("officer1")
    for typed, code in (
        ({"year": "x"}, 400),
        ({"starts_on": "2027-02-30"}, 400),
        ({"year": "2021", "from_year": "2023"}, 409),
        ({"from_year": "1999"}, 409),
    ):
        answer = officer.post("/office/schemes/open", **(NEW | typed))
        assert answer.status_code == code
        assert 'role="alert"' in answer.text


def test_the_year_to_come_is_offered(web, fund) -> None:
    """The last scheme may have begun years ago and still be in force."""
    page = Browser(web).sign_in("officer1").get("/office/schemes/").text
    [year] = re.findall(r'name="year" [^>]*value="(\d+)"', page)
    assert int(year) == today().year + 1


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"enrolment.from": "2026-11-01"}, "enrolment"),
        ({"benefit.inpatient.bands": "0 50\n0 60"}, "benefit-inpatient-bands"),
        ({"contribution.union_fen": "1.00"}, "contribution-total_fen"),
        ({"waiting_days": "many"}, "waiting_days"),
    ],
)
def test_a_fault_is_said_beside_its_figure(web, drafted, typed, key) -> None:
    officer = Browser(web).sign_in("officer1")
    path = f"/office/schemes/drafts/{drafted}/edit"
    answer = officer.post(path, **(fields(web, drafted) | typed))
    assert answer.status_code == 409
    [group] = re.findall(rf'id="at-{key}">(.*?)</fieldset>', answer.text, re.DOTALL)
    assert 'class="trouble"' in group
    assert f'href="#at-{key}"' in answer.text
    assert answer.text.count('class="trouble"') == 2


def test_a_district_reads_what_is_published_and_nothing_else(web, drafted) -> None:
    north = Browser(web).sign_in("north")
    page = north.read("/office/schemes/")
    assert "方案 2023" in page
    assert "开启年度" not in page
    assert "方案 2027" not in page
    path = f"/office/schemes/drafts/{drafted}"
    assert north.get(path).status_code == 403
    for act in ("edit", "publish", "discard"):
        assert north.post(f"{path}/{act}", digest="").status_code == 403
    assert north.post("/office/schemes/open", **NEW).status_code == 403
    assert Browser(web).sign_in("officer2").get("/office/schemes/drafts/99999").status_code == 404
