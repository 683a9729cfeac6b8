"""Officers see the papers of a claim that was filed by hand, stage by stage, or send it back."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.claims.settlement import read_settlements
from app.claims.submit import take_feed
from app.claims.undo import take_back
from app.db import transaction
from app.dispatch import drain_all
from tests.db.typed import a_stay, file_with_consent, member_of
from tests.factories import make_id
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, QIAN, ZHAO, Fund, bill, feed
from tests.web.steps import Walk


@pytest.fixture(scope="module")
def filed(web: Flask, fund: Fund) -> dict[str, int]:
    """Qian's two alike claims of one day and one by an officer for Zhao; numbers by name."""
    with web.app_context():
        with transaction() as session:
            qian, zhao = (member_of(session, seed) for seed in (QIAN, ZHAO))
            made = {
                name: file_with_consent(session, sheet, member_id, by, name).claim_id
                for name, member_id, by, sheet in (
                    ("first", qian, fund.qian, a_stay("2021-11-02", "3000.00")),
                    (
                        "again",
                        qian,
                        fund.qian,
                        a_stay("2021-11-02", "3000.00", fixmedins_name="另一医院"),
                    ),
                    ("alone", qian, fund.qian, a_stay("2021-11-09", "5000.00")),
                    ("counter", qian, fund.officer, a_stay("2021-11-12", "700.00")),
                    ("wrong", qian, fund.qian, a_stay("2021-11-15", "80000.00")),
                    ("slip", qian, fund.qian, a_stay("2021-11-16", "90000.00")),
                )
            }
            own = (Role.OFFICER, PASSWORD)
            add_account(session, "qian2", "钱安", *own, by=fund.officer, certno=make_id(QIAN))
            for login in ("third", "fourth"):
                add_account(session, login, "钱安", *own, by=fund.officer)
        drain_all()
    return made | {"member": qian, "zhao": zhao, "officer": fund.officer}


def page_of(filed: dict[str, int], name: str) -> str:
    return f"/office/members/{filed['member']}/claims/{filed[name]}"


def test_what_waits_is_on_the_start_page_and_in_its_list(officer: Browser, filed) -> None:
    assert "受理 6 件申请" in officer.read("/office/")
    page = officer.get("/office/claims/review").text
    assert {int(each) for each in re.findall(r"/claims/([0-9]+)\"", page)} == {
        filed[name] for name in ("first", "again", "alone", "counter", "wrong", "slip")
    }


def test_the_page_says_who_filed_it_and_what_to_compare(officer: Browser, filed) -> None:
    said = officer.read(page_of(filed, "alone"))
    assert "由本人（钱安）于" in said
    assert "审核这件申请" in said
    assert "¥5,000.00" in said


def desk(filed: dict[str, int], name: str) -> str:
    return f"/office/reviews/{filed[name]}"


def stages(web: Flask, filed: dict[str, int], name: str, *logins: str, **more: str) -> list[int]:
    """Go on at one stage after the other, each by the next officer; what each was answered."""
    names = ("accept", "first", "second", "approve")
    return [
        Browser(web).sign_in(login).post(f"{desk(filed, name)}/on", stage=stage, **more).status_code
        for stage, login in zip(names, logins, strict=False)
    ]


def test_four_stages_make_a_claim_payable_once(web: Flask, officer: Browser, filed) -> None:
    four = ("officer1", "officer1", "officer2", "third")
    assert "受理" in officer.read(desk(filed, "alone"))
    wrong = "数字有误怎么办"
    assert wrong not in officer.read(page_of(filed, "alone")), "it can still be sent back"
    assert stages(web, filed, "alone", *four) == [302] * 4
    said = words(officer.get(page_of(filed, "alone")).text)
    assert "待发放" in said
    # Who sees a wrong figure now is told what is to be done, and of what is not sent yet how.
    assert said.count(wrong) == 1
    assert "2021-11-09 结算，编号 单上没有" in said
    assert "含这件申请的批次在批准之前可以撤回" in said
    assert "审核这件申请" not in said
    again = officer.post(f"{desk(filed, 'alone')}/on", stage="approve")
    assert again.status_code == 409
    assert officer.get(desk(filed, "alone")).location == "/office/reviews/"


def test_a_possible_double_is_only_passed_by_who_has_compared(
    web: Flask, officer: Browser, filed
) -> None:
    # Who accepts the papers is told of it; who looks at the figures compares.
    accepts = words(officer.choose("zh").get(desk(filed, "first")).text)
    assert (
        f"可能与下列申请是同一张结算单： 申请 {filed['again']} （日期和总额相同）。初审时逐一核对。"
        in accepts
    )
    assert 'name="although"' not in officer.get(desk(filed, "first")).text
    assert stages(web, filed, "first", "officer1") == [302]
    path = f"{desk(filed, 'first')}/on"
    assert f"申请 {filed['again']}" in officer.read(desk(filed, "first"))
    for although in ("", "99999999999999999999", "x"):
        assert officer.post(path, stage="first", although=although).status_code == 409
    looked = str(filed["again"])
    assert officer.post(path, stage="first", although=looked).status_code == 302
    assert Browser(web).sign_in("third").post(path, stage="second").status_code == 409


def test_a_page_from_before_a_claim_came_back_decides_nothing(
    web: Flask, officer: Browser, filed
) -> None:
    """It stands at the stage that was seen, but not as it was seen."""
    path = desk(filed, "slip")
    assert stages(web, filed, "slip", "fourth") == [302]
    before = seen(officer.get(path).text)
    officer.post(f"{path}/leave")
    third = Browser(web).sign_in("third")
    assert third.post(f"{path}/back", stage="first", why="papers").status_code == 302
    assert stages(web, filed, "slip", "fourth") == [302]
    assert officer.post(f"{path}/on", stage="first", seen=before).status_code == 409
    asked = officer.post(f"{path}/refuse", stage="first", seen=before, why="figures")
    again = officer.post(
        f"{path}/refuse", stage="first", why="figures", sure="1", seen=seen(asked.text)
    )
    assert again.status_code == 409
    now = seen(officer.get(path).text)
    assert officer.post(f"{path}/on", stage="first", seen=now).status_code == 302


def seen(page: str) -> str:
    return re.search(r'name="seen" value="([0-9.]+)"', page)[1]


def test_51_nobody_decides_about_the_own_claim_or_what_they_filed(
    web: Flask, officer: Browser, filed
) -> None:
    own = Browser(web).sign_in("qian2")
    assert "须由另一位经办人员核对材料" in own.read(page_of(filed, "again"))
    assert "须由他人办理" in own.read(desk(filed, "again"))
    assert "/on" not in own.get(desk(filed, "again")).text
    assert own.post(f"{desk(filed, 'again')}/on", stage="accept").status_code == 403
    # Who filed at the counter takes the papers in, and decides no more.
    assert stages(web, filed, "counter", "officer1", "officer1") == [302, 403]
    assert "由您录入" in officer.read(desk(filed, "counter"))


def test_two_stages_are_never_one_persons(web: Flask, filed) -> None:
    assert stages(web, filed, "wrong", "third", "third", "third")[:2] == [302, 302]
    assert stages(web, filed, "wrong", "officer1")[0] == 409  # at another stage
    path = f"{desk(filed, 'wrong')}/on"
    assert Browser(web).sign_in("third").post(path, stage="second").status_code == 409
    assert Browser(web).sign_in("third").post(path, stage="nothing").status_code == 400


def test_a_claim_out_of_reach_does_not_exist(web: Flask, officer: Browser, filed) -> None:
    assert officer.post("/office/reviews/999999/on", stage="accept").status_code == 404
    with web.app_context(), transaction() as session:
        sheet, member = a_stay("2021-11-22", "50.00"), member_of(session, 2)
        made = file_with_consent(session, sheet, member, filed["officer"], "citys")
    drained(web)
    north = Browser(web).sign_in("north")
    path = f"/office/reviews/{made.claim_id}"
    assert north.get(path).status_code == 404
    for act in ("on", "papers", "back", "refuse"):
        more = {"stage": "accept", "kind": "invoice", "why": "papers", "sure": "1"}
        assert north.post(f"{path}/{act}", **more).status_code == 404
    assert north.post(f"{path}/answered").status_code in {404, 409}
    assert f"/reviews/{made.claim_id}" not in north.get("/office/reviews/").text
    assert f"/reviews/{made.claim_id}" in officer.get("/office/reviews/").text


def test_only_officers_review(web: Flask, filed) -> None:
    for login in ("qian", "auditor"):
        browser = Browser(web).sign_in(login)
        assert browser.post(f"{desk(filed, 'again')}/on", stage="accept").status_code == 403
        assert browser.get(desk(filed, "again")).status_code == 403


def drained(web: Flask) -> None:
    with web.app_context():
        drain_all()


def test_papers_that_do_not_agree_send_the_claim_back_with_a_reason_the_member_reads(
    web: Flask, officer: Browser, filed
) -> None:
    page, path = page_of(filed, "wrong"), desk(filed, "wrong")
    assert "不予补助的原因" in officer.read(path)
    for why in ("", "because", "figures\0", "taken_back"):
        assert officer.post(f"{path}/refuse", why=why, stage="second").status_code == 400
    # An officer who did not file it takes nothing back in the member's name.
    assert officer.post(f"{page}/send-back", why="taken_back").status_code == 404
    # Asked once more; only then it is refused.
    asked = officer.post(f"{path}/refuse", why="figures", stage="second")
    assert "确定不予补助" in asked.text
    assert f"申请 {page.rpartition('/')[2]}" in words(asked.text)
    said = officer.post(f"{path}/refuse", why="figures", stage="second", sure="1")
    assert said.status_code == 302
    waiting = officer.get(page).text
    assert 'data-poll="1"' in waiting
    assert "¥40,000.00" not in waiting
    drained(web)
    said = officer.read(page)
    assert "工会已退回" in said
    assert "退回：金额或日期与材料不一致。" in said
    assert officer.post(f"{page}/send-back", why="figures").status_code == 409
    assert "letter.pdf" not in officer.get(page).text, "there is none, and no link to it"
    qian = Browser(web).sign_in("qian")
    assert "letter.pdf" not in qian.get(f"/my/claims/{filed['wrong']}").text
    own = qian.read(f"/my/claims/{filed['wrong']}")
    assert "经办人员核对材料时发现金额或日期与材料不一致，已退回这件申请。" in own
    assert "医保局已经撤销" not in own
    assert "您有权要求由人来决定" not in own
    assert "重新申报" in own


def test_a_member_takes_back_what_was_typed_wrong(web: Flask, filed) -> None:
    mine = f"/my/claims/{filed['slip']}"
    member = Browser(web).sign_in("qian")
    assert "撤回这件申请" in member.read(mine)
    assert Browser(web).sign_in("zhao").post(f"{mine}/take-back").status_code == 404
    assert member.post(f"{mine}/take-back").location == mine
    said = member.read(mine)
    assert "正在计算" in said
    assert "¥45,000.00" not in said
    drained(web)
    said = member.read(mine)
    assert "已撤回" in said
    assert "撤回这件申请" not in said
    assert "letter.pdf" not in member.get(mine).text
    assert member.post(f"{mine}/take-back").status_code == 409
    english = member.choose("en").read(mine)
    assert "This filing was taken back, so nothing is paid for it." in english


def test_it_is_filed_again_from_what_was_typed_and_nobody_else_sees_it(web: Flask, filed) -> None:
    again = f"/my/claims/new/?again={filed['slip']}"
    qian = Walk(Browser(web).sign_in("qian"))
    assert qian.browser.get(again).status_code == 200
    qian.begin(again=str(filed["slip"]))
    qian.photos()
    assert 'value="90000.00"' in qian.page("figures")
    assert qian.browser.get(again).location == qian.path("card")
    for strange in (again, "/my/claims/new/?again=x", "/my/claims/new/?again=" + "9" * 30):
        page = Browser(web).sign_in("zhao").get(strange)
        assert page.status_code == 200
        assert "90000.00" not in page.text
    zhao = Walk(Browser(web).sign_in("zhao"))
    zhao.begin(again=str(filed["slip"]))
    zhao.photos()
    assert "90000.00" not in zhao.page("figures")


def test_a_filing_after_the_deadline_says_so_to_officer_and_member(
    web: Flask, officer: Browser, filed
) -> None:
    assert "已超过申报期限" in officer.read(page_of(filed, "again"))
    own = Browser(web).sign_in("qian").read(f"/my/claims/{filed['again']}")
    assert "已超过申报期限" in own


def test_who_filed_it_for_a_member_takes_it_back_and_sends_nothing_back(
    web: Flask, officer: Browser, filed
) -> None:
    page = page_of(filed, "counter")
    said = officer.read(page)
    assert "这是您填报的" in said
    assert "退回的原因" not in said
    assert officer.post(f"{page}/send-back", why="taken_back").location == page
    drained(web)
    assert "已撤回" in officer.read(page)


def test_nobody_sends_the_own_claim_back_and_only_officers_do(web: Flask, filed) -> None:
    page = page_of(filed, "again")
    assert Browser(web).sign_in("qian2").post(f"{page}/send-back", why="papers").status_code == 403
    for login in ("qian", "auditor"):
        browser = Browser(web).sign_in(login)
        assert browser.post(f"{page}/send-back", why="papers").status_code == 403


def test_a_bureaus_bill_that_was_typed_before_leads_to_where_the_two_are_joined(
    web: Flask, fund: Fund, filed
) -> None:
    with web.app_context():
        with transaction() as session:
            typed = a_stay("2021-11-23", "640.00", fixmedins_name="市第一人民医院")
            qian = member_of(session, QIAN)
            file_with_consent(session, typed, qian, fund.officer, "joined")
            row = bill("S900", QIAN, "2021-11-23", "640.00", medfee_sumamt="640.00")
            take_feed(session, read_settlements(feed(row)), file_sha256="1" * 64, by=fund.officer)
        drain_all()
        with transaction() as session:
            asked = text("SELECT id FROM claim WHERE setl_id = 'S900'")
            number = session.execute(asked).scalar_one()
    officer = Browser(web).sign_in("fourth")
    page = officer.get(f"/office/reviews/{number}").text
    assert "如是同一张" in words(page)
    place = f"/office/members/{filed['member']}/claims/{number}"
    assert f'href="{place}">到申请页面提议合并' in page
    assert 'value="same_bill:' in officer.get(place).text
    # What a person typed is not joined to another: the link would lead to no such choice.
    assert "如是同一张" not in officer.read(desk(filed, "first"))


def test_50_a_claim_withdrawn_meanwhile_is_said_to_be_gone(
    web: Flask, officer: Browser, filed
) -> None:
    """Whoever has it open is not told that there is no such page."""
    with web.app_context(), transaction() as session:
        sheet = a_stay("2021-11-18", "70.00")
        made = file_with_consent(session, sheet, filed["member"], filed["officer"], "gone")
    drained(web)
    path = f"/office/reviews/{made.claim_id}"
    other = Browser(web).sign_in("third")
    form = {"stage": "accept", "seen": seen(other.get(path).text)}
    with web.app_context(), transaction() as session:
        take_back(session, made.claim_id, by=filed["officer"])
    drained(web)
    for act in ("on", "refuse", "back", "papers"):
        answer = other.post(f"{path}/{act}", **form, why="papers", sure="1", kind="invoice")
        assert answer.status_code == 302, act
        assert "这件申请已不在待审核之列" in other.read("/office/reviews/")
    assert other.get(path).status_code == 302
