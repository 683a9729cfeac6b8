"""Acting for somebody by HTTP: chosen, said on every page, refused with the next request."""

import re

import pytest
from flask import Flask

from app.web import acting, create_app
from app.web.roles import ServesNobody, serves
from tests.conftest import Database
from tests.factories import make_id
from tests.web.browser import Browser
from tests.web.fund import QIAN, ZHAO, Fund
from tests.web.steps import CARD, Walk
from tests.web.test_file_claim import SHEET as TYPED

CODE = re.compile(r'help-code code">([A-Z2-9]{4}) ([A-Z2-9]{4})<')
ENDED = "/my/for/?ended=1"
SHEET = TYPED | {"fixmedins_name": "某医院", "request_key": "typed"}


@pytest.fixture
def zhao(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("zhao")


@pytest.fixture
def qian(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("qian")


def code_of(member: Browser) -> str:
    answer = member.post("/my/helpers/code", until="")
    assert answer.status_code == 200, answer.text
    return "".join(CODE.search(answer.text).groups())


def let_help(member: Browser, helper: Browser) -> None:
    """One consent, and no other in force."""
    stop_all(member)
    wide = "".join(sign if sign == " " else chr(ord(sign) + 0xFEE0) for sign in code_of(member))
    answer = helper.post("/my/for/code", code=wide.lower())
    assert answer.status_code == 302, answer.text


def stop_all(member: Browser) -> None:
    for path in re.findall(r'action="(/my/helpers/\d+/end)"', member.get("/my/helpers/").text):
        assert member.post(path).status_code == 302


def act_for(helper: Browser) -> str:
    """Choose the only member there is; the number in the form."""
    member = re.search(r'name="member" value="(\d+)"', helper.get("/my/for/").text)[1]
    assert helper.post("/my/for/", member=f"-{'9' * 30}").status_code == 404
    assert helper.post("/my/for/", member=member).location == "/my/"
    return member


def test_a_helper_sees_that_members_cover_and_claims_and_every_page_says_so(zhao, qian) -> None:
    let_help(zhao, qian)
    assert "您正在为" not in qian.read("/my/")
    assert qian.get("/my/claims/1").status_code == 404
    act_for(qian)
    for path in ("/my/", "/my/claims", "/my/claims/1", "/my/claims/new/", "/my/for/"):
        assert "您正在为赵安办理。" in qian.read(path), path
    # The own claims are not there meanwhile: 11 is Qian's.
    own = [n for n in range(1, 20) if zhao.get(f"/my/claims/{n}").status_code == 404]
    assert own
    assert all(qian.get(f"/my/claims/{n}").status_code == 404 for n in own)
    assert qian.post("/my/for/own").status_code == 302
    assert "您正在为" not in qian.read("/my/")
    assert qian.get("/my/claims/1").status_code == 404


def test_every_page_that_acts_for_others_is_that_members_alone(zhao, qian, web) -> None:
    """Each route of a helped stage, with the number of each claim there is, as each of the two."""
    let_help(zhao, qian)
    act_for(qian)
    rules = [x for x in web.url_map.iter_rules() if x.endpoint.split(".")[0] in acting.HELPED]
    tried = 0
    for rule in (x for x in rules if x.arguments == {"claim_id"}):
        for claim in range(1, 20):
            path = rule.rule.replace("<id:claim_id>", str(claim))
            if "GET" in rule.methods:
                seen = [x.get(path).status_code for x in (zhao, qian)]
                assert seen[0] == seen[1], path
            elif zhao.get(f"/my/claims/{claim}").status_code == 404:
                assert qian.post(path, says="nobody").status_code == 404, path
            tried += 1
    assert tried > 30
    listed = [re.findall(r"/my/claims/[0-9]+", x.get("/my/claims").text) for x in (zhao, qian)]
    assert listed[0] == listed[1] != []


def test_own_pages_are_not_shown_while_acting(zhao, qian) -> None:
    let_help(zhao, qian)
    act_for(qian)
    for path in ("/my/enquiries/", "/my/enquiries/new", "/my/enquiries/1", "/my/helpers/"):
        assert qian.get(path).location == "/my/for/", path
    for path in ("/my/enquiries/new", "/my/helpers/code", "/my/helpers/named"):
        assert qian.post(path).status_code == 403, path
    qian.post("/my/for/own")
    assert qian.get("/my/enquiries/").status_code == 200


def test_the_helper_files_and_all_who_look_read_who_did(zhao, qian, officer) -> None:
    let_help(zhao, qian)
    act_for(qian)
    walk = Walk(qian)
    walk.begin()
    walk.photos()
    walk.figures(**SHEET)
    # Where money goes only the member says: no field for it, and none that is taken.
    assert 'name="account"' not in walk.page("card")
    assert walk.send("card", **CARD).status_code == 400
    assert walk.send("card", card="known").status_code == 302
    answer = walk.send("check", **walk.check())
    assert answer.status_code == 302, answer.text
    claim = int(answer.location.rsplit("/", 1)[1])
    for browser, path in (
        (qian, f"/my/claims/{claim}"),
        (zhao, f"/my/claims/{claim}"),
        (officer, f"/office/members/1/claims/{claim}"),
    ):
        assert "由钱安代赵安填报。" in browser.read(path), path
    qian.post("/my/for/own")
    assert qian.get(f"/my/claims/{claim}").status_code == 404


def test_ended_help_is_refused_with_the_next_request(zhao, qian) -> None:
    let_help(zhao, qian)
    act_for(qian)
    assert qian.get("/my/claims/1").status_code == 200
    stop_all(zhao)
    away = qian.get("/my/claims/1")
    assert (away.status_code, away.location) == (302, ENDED)
    assert "您已不能为其代办" in qian.read(ENDED)
    # It does not come back by itself, and what is asked for now is the own.
    assert qian.get("/my/claims/1").status_code == 404
    let_help(zhao, qian)
    act_for(qian)
    token = qian.token("/my/claims/new/")
    stop_all(zhao)
    # What a step keeps by itself is refused unseen; the button's press then says why, once.
    for _ in range(2):
        late = qian.client.post("/my/claims/new/", data={"csrf_token": token, **SHEET})
        assert (late.status_code, late.location) == (302, ENDED)
    said = qian.read(ENDED)
    assert said.count("您已不能为其代办") == 1
    assert "请向本人索取新的代办码" in said
    assert "data-ended" in qian.get(ENDED).text
    # A script that sent a photo has read that page before anybody saw it: it says so again.
    assert "您已不能为其代办" in qian.read(ENDED)
    # Nor is it one's own claim then: the form of before is worth nothing.
    late = qian.client.post("/my/claims/new/", data={"csrf_token": token, **SHEET})
    assert late.status_code == 400


def test_a_form_opened_for_one_cannot_be_sent_for_another(zhao, qian) -> None:
    let_help(zhao, qian)
    token = qian.token("/my/claims/new/")  # a tab for oneself
    act_for(qian)
    late = qian.client.post("/my/claims/new/", data={"csrf_token": token, **SHEET})
    assert late.status_code == 400
    token = qian.token("/my/claims/new/")  # a tab for Zhao
    qian.post("/my/for/own")
    late = qian.client.post("/my/claims/new/", data={"csrf_token": token, **SHEET})
    assert late.status_code == 400


def test_nobody_acts_for_whom_does_not_let_them(zhao, qian, web, fund) -> None:
    stop_all(zhao)
    for member in ("1", "2", "0", "-1", "x", str(2**63), str(2**200)):
        for browser in (qian, Browser(web).sign_in("relative")):
            assert browser.post("/my/for/", member=member).status_code == 404, member
    for place in ("/my/helpers/1/end", "/my/for/1/end", "/my/for/99/end"):  # 1: the relative's
        assert qian.post(place).status_code == 409
    assert zhao.post("/my/helpers/invitations/99/withdraw").status_code == 409


def test_a_relative_makes_an_account_with_a_code_and_has_no_other_page(zhao, web, fund) -> None:
    stop_all(zhao)
    given = {
        "code": code_of(zhao),
        "name": "李安",
        "certno": make_id(71),
        "phone": "13900001234",
        "login": "li.an",
        "password": "a good long password",
        "consent": "y",
    }
    stranger = Browser(web)
    for wrong, status in (
        ({"consent": ""}, 400),
        ({"code": "AAAAAAAA"}, 409),
        ({"certno": "1"}, 409),
        ({"certno": make_id(ZHAO)}, 409),
        ({"phone": "12"}, 409),
        ({"login": "zhao"}, 409),
        ({"password": "short"}, 409),
    ):
        data = {k: v for k, v in (given | wrong).items() if v}
        answer = stranger.client.post("/help", data={"csrf_token": stranger.token("/help"), **data})
        assert answer.status_code == status, wrong
    assert stranger.post("/help", **given).location == "/my/for/"
    assert stranger.get("/").location == "/my/for/"
    for path in ("/my/", "/my/claims", "/my/claims/new/"):
        assert stranger.get(path).location == "/my/for/"
    assert stranger.post("/my/claims/new/").status_code == 403
    for path in ("/my/helpers/", "/my/enquiries/", "/office/", "/unit/", "/audit/"):
        assert stranger.get(path).status_code == 403, path
    act_for(stranger)
    assert "您正在为赵安办理。" in stranger.read("/my/")
    assert stranger.get("/my/claims/1").status_code == 200
    for path in ("/my/helpers/", "/my/enquiries/", "/office/members/1/claims/1"):
        assert stranger.get(path).status_code in {302, 403}, path
    again = Browser(web).sign_in("li.an")
    assert again.get("/my/").location == "/my/for/"


def test_a_named_person_is_asked_after_signing_in(zhao, qian) -> None:
    stop_all(zhao)
    assert zhao.post("/my/helpers/named", certno="123", until="").status_code == 409
    assert zhao.post("/my/helpers/named", certno=make_id(QIAN), until="x").status_code == 400
    assert zhao.post("/my/helpers/named", certno=make_id(QIAN), until="").status_code == 302
    page = qian.get("/my/for/").text
    place = re.search(r'action="(/my/for/offers/\d+)"', page)[1]
    assert zhao.post(place, says="yes").status_code == 409
    assert qian.post(place, says="yes").status_code == 302
    act_for(qian)
    assert "您正在为赵安办理。" in qian.read("/my/")
    qian.post("/my/for/own")
    own = re.search(r'action="(/my/for/\d+/end)"', qian.get("/my/for/").text)[1]
    assert qian.post(own).status_code == 302
    assert "赵安" not in qian.read("/my/for/")


def test_two_officers_and_a_code_for_the_person_of_the_papers(zhao, qian, officer, web) -> None:
    stop_all(zhao)
    north = Browser(web).sign_in("north")
    place = "/office/members/1/helpers/"
    assert north.get(place).status_code == 404
    seen = {"kind": "attorney", "seen": "委托书原件", "certno": make_id(QIAN), "until": ""}
    assert north.post(f"{place}papers", **seen).status_code == 404
    assert officer.post(f"{place}papers", **seen | {"kind": "x"}).status_code == 409
    assert officer.post(f"{place}papers", **seen | {"until": "soon"}).status_code == 400
    assert officer.post(f"{place}papers", **seen).status_code == 302
    page = officer.get(place).text
    assert "papers/1/confirm" not in page
    second = Browser(web).sign_in("officer2")
    confirm = re.search(r'action="([^"]+/confirm)"', second.get(place).text)[1]
    assert north.post(confirm).status_code == 404
    assert officer.post(confirm).status_code == 409
    assert second.post(confirm.replace("/1/", "/2/", 1)).status_code == 404
    code = "".join(CODE.search(second.post(confirm).text).groups())
    relative = Browser(web).sign_in("relative")
    assert relative.post("/my/for/code", code=code).status_code == 409  # another ID number
    assert qian.post("/my/for/code", code=code).status_code == 302
    assert "委托书原件" in officer.read(place)
    ended = re.search(r'action="([^"]+/\d+/end)"', officer.get(place).text)[1]
    assert north.post(ended).status_code == 404
    assert officer.post(ended).status_code == 302
    assert "赵安" not in qian.read("/my/for/")


def test_guessing_a_code_is_slowed_down(web: Flask, fund: Fund) -> None:
    qian = Browser(web).sign_in("qian")
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    token = qian.token("/my/for/")
    statuses = [
        qian.client.post(
            "/my/for/code",
            data={"csrf_token": token, "code": f"AAAAAA{n:02d}"},
            environ_overrides=elsewhere,
        ).status_code
        for n in range(22)
    ]
    assert set(statuses[:20]) == {409}
    assert set(statuses[20:]) == {429}


def test_a_members_page_that_says_nothing_of_helpers_stops_the_start(database: Database) -> None:
    from app.accounts.models import Role

    web = create_app(database.settings)
    acting.check(web)
    careless = Flask("careless")
    careless.add_url_rule("/secrets", "secrets.all", serves(Role.MEMBER)(lambda: "all of them"))
    careless.view_functions["static"] = serves(Role.OFFICER)(lambda: "")
    with pytest.raises(ServesNobody, match=r"secrets\.all"):
        acting.check(careless)
