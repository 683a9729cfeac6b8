"""Every person at every stage by HTTP, two windows at once, papers asked and answered, the list."""

import re
from datetime import date, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.clock import today
from app.db import transaction
from app.dispatch import drain_all
from app.reviews.act import go_on
from app.reviews.stages import STAGES, Stage
from tests.db.typed import a_stay, file_with_consent, member_of
from tests.factories import make_id
from tests.pictures import photo
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, QIAN, Fund
from tests.web.test_claim_papers import send

LOGINS = ("officer1", "officer2", "ann", "ben", "cat", "qian2", "north", "auditor", "qian")
DONE = {
    Stage.ACCEPT: (),
    Stage.FIRST: ("ann",),
    Stage.SECOND: ("ann", "ann"),
    Stage.APPROVE: ("ann", "ann", "ben"),
}
FREE = {"officer2", "ann", "ben", "cat", "north"}
MAY = {
    Stage.ACCEPT: FREE | {"officer1"},
    Stage.FIRST: FREE,
    Stage.SECOND: FREE - {"ann"},
    Stage.APPROVE: FREE - {"ann", "ben"},
}


@pytest.fixture(scope="module")
def desk(web: Flask, fund: Fund) -> dict[object, int]:
    """A claim of Qian's for each stage and login, filed by officer1 and taken to that stage."""
    made: dict[object, int] = {}
    with web.app_context():
        with transaction() as session:
            staff = (Role.OFFICER, PASSWORD)
            ids = {x: add_account(session, x, x, *staff, by=None) for x in ("ann", "ben", "cat")}
            add_account(session, "qian2", "钱安", *staff, by=None, certno=make_id(QIAN))
            qian = member_of(session, QIAN)
            pairs = [*product(STAGES, LOGINS), "papers", "two", "look"]
            for number, pair in enumerate(pairs):
                stay = a_stay(f"2021-{number // 25 + 2:02d}-{number % 25 + 1:02d}", "100.00")
                filed = file_with_consent(session, stay, qian, fund.officer, f"k{number}")
                made[pair] = filed.claim_id
        drain_all()
        with transaction() as session:
            for stage, login in product(STAGES, LOGINS):
                for before, who in zip(STAGES, DONE[stage], strict=False):
                    go_on(session, made[stage, login], before, by=ids[who])
    return made


def test_every_person_at_every_stage(web: Flask, desk: dict[object, int]) -> None:
    tried = 0
    for login in LOGINS:
        browser = Browser(web).sign_in(login)
        for stage in STAGES:
            path = f"/office/reviews/{desk[stage, login]}"
            answer = browser.post(f"{path}/on", stage=stage.value)
            may = login in MAY[stage]
            assert answer.status_code in ({302} if may else {403, 409}), (login, stage)
            tried += 1
    assert tried == len(LOGINS) * 4
    with web.app_context(), transaction() as session:
        acts = session.execute(text("SELECT stage, count(*) FROM review GROUP BY 1")).all()
    before = {stage: sum(stage in STAGES[: len(DONE[x])] for x in STAGES) for stage in STAGES}
    assert dict(acts) == {x.value: before[x] * len(LOGINS) + len(MAY[x]) for x in STAGES}


def test_the_bar_shows_what_is_left_as_the_members_own_does(
    web: Flask, desk: dict[object, int]
) -> None:
    page = Browser(web).sign_in("ann").get(f"/office/reviews/{desk['two']}").text
    bars = re.findall(r'<progress max="(\d+)" value="(\d+)" aria-label="限额余额">', page)
    told = re.findall(r"剩 ¥([\d,.]+)（限额 ¥([\d,.]+)）", page)
    assert bars
    assert [(int(left), int(cap)) for cap, left in bars] == [
        tuple(int(x.replace(",", "").replace(".", "")) for x in line) for line in told
    ]


def test_two_windows_one_acts_and_the_other_looks(web: Flask, desk: dict[object, int]) -> None:
    path = f"/office/reviews/{desk['two']}"
    one, other = Browser(web).sign_in("ann"), Browser(web).sign_in("ben")
    assert "/on" in one.get(path).text
    seen = other.get(path).text
    assert "正在办理这件申请" in seen
    assert f"{path}/on" not in seen
    assert other.post(f"{path}/on", stage="accept").status_code == 409
    assert one.post(f"{path}/leave").status_code == 302
    assert f"{path}/on" in other.get(path).text
    assert one.post(f"{path}/on", stage="accept").status_code == 409
    assert other.post(f"{path}/on", stage="accept").status_code == 302
    # The window that was open at the stage before does nothing.
    assert one.post(f"{path}/on", stage="accept").status_code == 409


def test_68_one_paper_on_many_claims_is_one_line(web: Flask, desk: dict[object, int]) -> None:
    """As a booklet is, that goes with each month's bill."""
    ann, qian = Browser(web).sign_in("ann"), Browser(web).sign_in("qian")
    first, *others = (desk[x] for x in ("papers", "two", "look"))
    for number in (first, *others):
        assert send(qian, f"/my/claims/{number}/papers", photo("booklet")).status_code == 302
    said = ann.read(f"/office/reviews/{first}")
    assert f"其他申请也有同一份材料：{others[0]}, {others[1]}。" in said
    assert said.count("同一份材料") == 1


def test_papers_are_asked_for_and_the_member_answers_in_place(
    web: Flask, desk: dict[object, int]
) -> None:
    number = desk["papers"]
    path, mine = f"/office/reviews/{number}", f"/my/claims/{number}"
    ann, qian = Browser(web).sign_in("ann"), Browser(web).sign_in("qian")
    assert ann.post(f"{path}/papers", stage="accept").status_code == 409
    # What was there before is no answer.
    assert send(qian, f"{mine}/papers", photo("before")).status_code == 302
    asked = ann.post(f"{path}/papers", stage="accept", kind="invoice", says="请重拍 <b>发票</b>")
    assert asked.status_code == 302
    assert send(qian, f"{mine}/papers", photo("other"), kind="other").status_code == 302
    said = qian.get(mine).text
    assert "需要补交材料" in said
    assert "医疗发票" in said
    assert "&lt;b&gt;" in said
    form = '<details class="card-like" open>'
    assert form in said, "what is asked for is answered in place"
    # Whoever looks no further than the first page or the list hears it, too.
    assert "您的下一步：补交材料" in qian.read("/my/")
    assert f'href="{mine}#attached"' in qian.get("/my/").text
    assert "待您补材料" in (listed := qian.read("/my/claims"))
    assert "下一步：您本人" in listed
    assert ann.post(f"{path}/on", stage="accept").status_code == 409
    assert "材料已收到" in ann.read(path)
    assert Browser(web).sign_in("zhao").post(f"{mine}/papers-here").status_code == 404
    assert qian.post(f"{mine}/papers-here").location == mine
    assert "需要补交材料" not in (after := qian.get(mine).text)
    assert form not in after
    assert "您的下一步：补交材料" not in qian.read("/my/")
    assert "待您补材料" not in qian.read("/my/claims")
    assert qian.post(f"{mine}/papers-here").status_code == 409
    assert "由钱安补交" in qian.read(mine)
    assert "材料已补交" in ann.read("/office/reviews/")
    assert ann.post(f"{path}/papers", stage="accept", kind="statement").status_code == 302
    assert "待您补材料" in qian.read(mine)
    assert send(qian, f"{mine}/papers", photo("last"), kind="statement").status_code == 302
    assert "要求的材料已补齐" in qian.read(mine)
    assert "待您补材料" not in qian.read(mine)
    assert ann.post(f"{path}/on", stage="accept").status_code == 302
    assert "由钱安补交" in ann.read(path)
    assert ann.post(f"{path}/back", stage="first", why="mood").status_code == 400
    assert ann.post(f"{path}/back", stage="first", why="papers").status_code == 302
    assert "退回：缺少材料" in ann.read(path).replace("退回： ", "退回：")


def test_the_list_is_narrowed_by_the_address_and_nonsense_narrows_nothing(
    web: Flask, desk: dict[object, int]
) -> None:
    ann = Browser(web).sign_in("ann")
    everything = ann.get("/office/reviews/").text
    for nonsense in (
        *("stage=x", "over=x", "union=x", "after=x", "after=2021-01-01.x", "after=x.1"),
        *("after=2021-01-01.1", "after=2021-01-01.x.1", "after=2021-01-01.2021-01-01.-1"),
        *("after=0001-01-01.2021-01-01.1", "after=9999-12-31.2021-01-01.1"),
    ):
        page = ann.get(f"/office/reviews/?{nonsense}")
        assert page.status_code == 200, nonsense
        assert page.text.count("lead-cell") == everything.count("lead-cell")
    assert "lead-cell" not in ann.get("/office/reviews/?over=99999").text
    last = f"{today() + timedelta(days=99)}.{today()}.999999999"
    assert "lead-cell" not in ann.get(f"/office/reviews/?after={last}").text
    assert ann.get("/office/reviews/next?stage=accept").status_code == 302
    assert ann.get("/office/reviews/next?over=99999").location.startswith("/office/reviews/?over")
    assert ann.get("/office/reviews/999999").status_code == 404
    assert ann.post("/office/reviews/clean/").status_code == 400
    looked = str(desk["look"])
    assert ann.post("/office/reviews/clean/", claim=looked).status_code == 409
    assert "没有可以批量审批的申请" in ann.read("/office/reviews/clean/")


PUT = """
INSERT INTO review_queue (member_id, claim_id, stage, version, since_on, amount_fen, papers_by)
SELECT (SELECT min(member_id) FROM claim), 900000 + n,
       (ARRAY['accept', 'first', 'second', 'approve'])[1 + n % 4], 1,
       CAST(:day AS date) - n % 12, 100, CASE WHEN n % 5 = 0 THEN CAST(:day AS date) - 1 + n % 3 END
FROM generate_series(1, 150) n
"""
ROW = re.compile(
    r'<a href="/office/reviews/(\d+)\D.*?data-label="办理期限">.*?(\d{4}-\d\d-\d\d).*?</tr>',
    re.DOTALL,
)
LATE = '<span class="label label-trouble nowrap">超期</span>'


def rows_of(ann: Browser, path: str) -> list[tuple[int, date, bool]]:
    """Of every page, each row: its claim, its last day as shown, and whether it is said to be
    late."""
    found: list[tuple[int, date, bool]] = []
    for _ in range(20):
        page = ann.get(path).text
        for row in ROW.finditer(page):
            found.append((int(row[1]), date.fromisoformat(row[2]), LATE in row[0]))
        following = re.search(r'href="([^"]+after=[^"]+)"', page.rpartition('class="pager"')[2])
        if following is None:
            return found
        path = following[1].replace("&amp;", "&")
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("papers", [False, True])
def test_on_its_pages_the_list_is_by_deadline_and_says_what_is_late(
    web: Flask, desk: dict[object, int], papers: bool
) -> None:
    ann, day = Browser(web).sign_in("ann"), today()
    with web.app_context(), transaction() as session:
        session.execute(text(PUT), {"day": day})
        waits = text("SELECT claim_id FROM review_queue WHERE (papers_by IS NOT NULL) = :papers")
        numbers = session.scalars(waits, {"papers": papers}).all()
    try:
        rows = rows_of(ann, "/office/reviews/?papers=1" if papers else "/office/reviews/")
        late = rows_of(ann, f"/office/reviews/?late=1{'&papers=1' if papers else ''}")
        told = ann.get("/office/").text
    finally:
        with web.app_context(), transaction() as session:
            session.execute(text("DELETE FROM review_queue WHERE claim_id > 900000"))
    assert sorted(number for number, _, _ in rows) == sorted(numbers)
    assert [on for _, on, _ in rows] == sorted(on for _, on, _ in rows)
    assert all(is_late == (on < day) for _, on, is_late in rows)
    assert late == [row for row in rows if row[2]]
    assert 0 < len(late) < len(rows)
    if papers:  # the start page leads to these alone
        [said] = re.findall(r'<a href="/office/reviews/\?papers=1&amp;late=1">([^<]+)</a>', told)
        assert re.findall(r"\d+", said) == [str(len(late))]


def test_the_next_claim_is_the_next_of_the_list_over_all_stages_and_then_the_first(
    web: Flask, desk: dict[object, int]
) -> None:
    cat = Browser(web).sign_in("cat")
    listed = [number for number, _, _ in rows_of(cat, "/office/reviews/?mine=1")]
    path, met = "/office/reviews/next", list[int]()
    for _ in range(len(listed) + 1):
        place = cat.get(path).location
        met.append(int(place.rpartition("/")[2]))
        path = re.search(r'href="(/office/reviews/next\?after=[^"]+)"', cat.get(place).text)[1]
    assert met == [*listed, listed[0]]
    with web.app_context(), transaction() as session:
        at = dict(session.execute(text("SELECT claim_id, stage FROM review_queue")).all())
    assert [*dict.fromkeys(at[number] for number in met)] == [x.value for x in STAGES]
