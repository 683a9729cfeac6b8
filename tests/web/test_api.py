"""The API: every operation with every kind of token, what programs do, and what ends a token."""

import contextlib
import gzip
import logging
import os
import re
import shlex
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.accounts.add import add_account
from app.accounts.change import account_named, choose_password, disable
from app.accounts.govern import give_right, take_right
from app.accounts.models import Role
from app.accounts.revoke_token import revoke_token
from app.accounts.scopes import Scope
from app.accounts.token import MOST_A_MINUTE, TokenWrong, bearer_of
from app.api import create_app, door
from app.api.document import document, operations
from app.claims.feed import let_old_reports_go
from app.claims.feed_models import SettlementFeed
from app.claims.sheet import AMOUNTS
from app.clock import today
from app.db import db, transaction
from app.dispatch import drain_all
from app.enrolment.window import permit_late
from app.roster.units import unit_of
from app.texts import _merged, word
from app.texts.consent import NEWEST
from tests.conftest import Database
from tests.factories import make_id, make_name, make_uscc, roster_xlsx
from tests.faults import hostile_books as books
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, QIAN, ZHAO, Fund, bill, feed
from tests.web.program import Program, token_of

CONTACT = f"{make_uscc(4).lower()}-1"
ENDLESS = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
"""A body of unsaid length, as servers hand it on."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET: dict[str, Any] = {
    "med_type": "21",
    "fixmedins_name": "市第二人民医院",
    "begndate": "2021-10-02",
    "enddate": "2021-10-09",
    "setl_time": "2021-10-09T10:00:00",
    "medfee_sumamt_fen": 900_000,
    "inscp_scp_amt_fen": 800_000,
    "hifp_pay_fen": 300_000,
    "psn_part_amt_fen": 500_000,
    "consent": NEWEST,
}
HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": bytes,
    "NULs": lambda: bytes(5_000),
    "every byte": lambda: bytes(range(256)) * 40,
    "UTF-16": lambda: "姓名,身份证号\r\n".encode("utf-16"),
    "an unfinished quotation": '姓名,身份证号\r\n"王'.encode,
    "a heading with a NUL": lambda: b"setl_id,cert\0no\n1,2\n",
    "a heading twice": lambda: b"setl_id,setl_id\0\n1,2\n",
    "a line of commas": lambda: b"," * 400_000,
    "entities": books.quadratic_entities,
    "encrypted": books.encrypted,
}
README = Path(__file__).parents[2] / "README.md"
HAN = re.compile(r"[\u3400-\u9fff]")
LONG = os.environ.get("HUZHU_LONG") == "1"
EXAMPLES = 200 if LONG else 3
CHECKS = (
    *("not_a_server_error", "status_code_conformance"),
    *("content_type_conformance", "response_schema_conformance"),
)
OPERATIONS: dict[str, tuple[Scope, dict[str, object] | None]] = {
    "member.cover": (Scope.COVER_READ, None),
    "claims.listed": (Scope.CLAIMS_READ, None),
    "claims.consent": (Scope.CLAIMS_WRITE, None),
    "claims.file": (Scope.CLAIMS_WRITE, None),
    "claims.show": (Scope.CLAIMS_READ, {"claim_id": "claim"}),
    "unit.show": (Scope.UNIT_READ, None),
    "unit.notice": (Scope.UNIT_READ, None),
    "unit.sent": (Scope.UNIT_READ, None),
    "unit.roster": (Scope.UNIT_READ, {"upload_id": "upload"}),
    "unit.changes": (Scope.UNIT_READ, {"list_id": "list"}),
    "unit.send": (Scope.ROSTER_WRITE, None),
    "unit.confirm": (Scope.ROSTER_WRITE, {"upload_id": "upload"}),
    "unit.discard": (Scope.ROSTER_WRITE, {"upload_id": "upload"}),
    "unit.change": (Scope.ROSTER_WRITE, None),
    "bureau.send": (Scope.SETTLEMENTS_WRITE, None),
    "bureau.report": (Scope.SETTLEMENTS_WRITE, {"feed_id": "feed"}),
}
"""Every operation: its scope, and the things its path names, which are another's (`others`)."""
YEAR = {"year": 2021}


@pytest.fixture(scope="module")
def tokens(web: Flask, fund: Fund) -> dict[str, str]:
    """A token of every kind, by a name."""
    with web.app_context(), transaction() as session:
        for login, role in (
            ("auditadmin", Role.AUDIT_ADMIN),
            ("secadmin", Role.SECURITY_ADMIN),
        ):
            add_account(session, login, login, role, PASSWORD, by=None)
    made = {login: token_of(web, login)[1] for login in ("zhao", "qian", CONTACT)}
    made["bureau"] = token_of(web, "officer1", by="secadmin")[1]
    made["another bureau"] = token_of(web, "officer2", by="secadmin")[1]
    made["reads only"] = token_of(web, "zhao", Scope.COVER_READ)[1]
    return made


@pytest.fixture(scope="module")
def others(web: Flask, api: Flask, fund: Fund, tokens: dict[str, str]) -> dict[str, int]:
    """Things of another: Zhao's claim, an upload and a list of the works, an officer's feed."""
    sent = Program(api, tokens["another bureau"]).post(
        "/settlements", data=b"x", headers={"Idempotency-Key": "m", "Content-Type": "text/csv"}
    )
    assert sent.status_code == 202, sent.text
    with web.app_context(), transaction() as session:
        asked = text(
            "INSERT INTO change_list (unit_id, starts_on, request_key, file_sha256, joiners,"
            " leavers, refused, state, recorded_by) VALUES (1, '2024-01-01', 'k', '0', 1, 0, 0,"
            " 'waiting', :by) RETURNING id"
        )
        listed = session.execute(asked, {"by": fund.officer}).scalar_one()
    return {"claim": 1, "upload": fund.upload, "list": listed, "feed": sent.json["id"]}


def paths(others: dict[str, int], endpoint: str, path: str) -> str:
    _, things = OPERATIONS[endpoint]
    named = {name: others[thing] for name, thing in (things or {}).items()} | YEAR
    return path.format(**named).removeprefix("/api/v1")


def test_every_operation_is_for_its_scope_and_nobody_elses_things(
    api: Flask, tokens: dict[str, str], others: dict[str, int]
) -> None:
    found = operations(api)
    assert {endpoint for *_, endpoint in found} == set(OPERATIONS), "name the new operation here"
    scopes = {
        "qian": {Scope.COVER_READ, Scope.CLAIMS_READ, Scope.CLAIMS_WRITE},
        CONTACT: {Scope.UNIT_READ, Scope.ROSTER_WRITE},
        "bureau": {Scope.SETTLEMENTS_WRITE},
        "reads only": {Scope.COVER_READ},
    }
    for path, method, endpoint in found:
        scope, things = OPERATIONS[endpoint]
        where = paths(others, endpoint, path)
        for who, may in scopes.items():
            answer = Program(api, tokens[who]).ask(method.upper(), where)
            said = (endpoint, who, answer.status_code, answer.data[:500])
            if scope not in may:
                assert (answer.status_code, answer.json["name"]) == (403, "ScopeMissing"), said
            elif things:
                assert answer.status_code == 404, said
            else:
                assert answer.status_code in {200, 415, 422}, said
        for token in ("", "hz_wrong", tokens["qian"] + "x", tokens["qian"].lower()):
            answer = Program(api, token).ask(method.upper(), where)
            assert (answer.status_code, answer.json["name"]) == (401, "TokenWrong")
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_page_and_an_answer_say_the_same(
    web: Flask, api: Flask, tokens: dict[str, str], fund: Fund
) -> None:
    cover = Program(api, tokens["zhao"]).get("/my/cover").json["covers"][0]
    [inpatient, chronic] = cover["rooms"]
    assert (cover["unit"], cover["last_waiting_day"]) == ("市纺织机械厂", "2021-01-30")
    assert (inpatient["cap_fen"], inpatient["cap"]) == (100_000_00, "100000.00")
    assert (chronic["used_fen"], chronic["left"]) == (140_00, "2860.00")
    first = Program(api, tokens["zhao"]).get("/my/claims?size=3").json
    after = first["following"]
    second = Program(api, tokens["zhao"]).get(f"/my/claims?size=100&after={after}").json
    listed = [each["id"] for each in first["claims"] + second["claims"]]
    assert len(first["claims"]) == 3
    assert len(listed) == len(set(listed)) > 10
    assert second["following"] is None
    one = Program(api, tokens["zhao"], "zh").get("/my/claims/1").json
    page = Browser(web).sign_in("zhao").choose("zh").read("/my/claims/1")
    assert len(one["determinations"][0]["steps"]) > 5
    for step in one["determinations"][0]["steps"]:
        assert "".join(step["said"].split()) in "".join(page.split())
    assert [each["stage"] for each in one["timeline"]][:2] == ["arrived", "computed"]
    assert all(HAN.search(each["said"]) for each in one["timeline"])


def test_a_token_ends_with_the_right_it_was_made_by(web: Flask, api: Flask, fund: Fund) -> None:
    def asks(token: str, path: str = "/settlements/1") -> int:
        return Program(api, token).get(path).status_code

    with web.app_context(), transaction() as session:
        by = account_named(session, "secadmin").id
        for login, role in (("sec2", Role.SECURITY_ADMIN), ("off3", Role.OFFICER)):
            made = add_account(session, login, login, Role.NONE, PASSWORD, by=None)
            give_right(session, made, role, 1, by=by)
    number, mine = token_of(web, "zhao")
    _, hers = token_of(web, "officer1", by="sec2")
    _, his = token_of(web, "off3", by="secadmin")
    assert (asks(mine, "/my/cover"), asks(hers), asks(his)) == (200, 404, 404)
    with web.app_context():
        with transaction() as session:
            revoke_token(session, number, by=fund.zhao)
            for login in ("sec2", "off3"):
                take_right(session, account_named(session, login).id, by=by)
        assert (asks(mine, "/my/cover"), asks(hers), asks(his)) == (401, 401, 401)
        with transaction() as session:  # it does not come back with the right
            for login, role in (("sec2", Role.SECURITY_ADMIN), ("off3", Role.OFFICER)):
                account = account_named(session, login)
                give_right(session, account.id, role, 1, by=by)
        assert (asks(hers), asks(his)) == (401, 401)
        asked = "SELECT count(*) FROM event WHERE act = 'account.token_revoked'"
        assert db.session().scalar(text(asked)) == 3


def test_nobody_sends_settlements_in_an_officers_name_before_the_officer_agrees(
    web: Flask, api: Flask, fund: Fund, tokens: dict[str, str]
) -> None:
    admin, officer = Browser(web).sign_in("secadmin"), Browser(web).sign_in("officer1")
    wish = {"label": "医保", "scopes": "settlements:write", "days": "30"}
    made = admin.post("/account/tokens/", account=str(fund.officer), **wish)
    token = re.search(r"hz_[\w-]{43}", made.text)
    assert token
    program = Program(api, token[0])
    assert program.get("/settlements/1").status_code == 401
    waits = "有 1 个程序将以您的名义报送"
    assert waits in officer.read("/office/")
    assert waits not in Browser(web).sign_in("officer2").read("/office/")
    number = re.search(r"/account/tokens/(\d+)/accept", officer.get("/account/tokens/").text)
    assert number
    path = f"/account/tokens/{number[1]}/accept"
    for other in (admin, Browser(web).sign_in("officer2"), Browser(web).sign_in("zhao")):
        assert other.post(path).status_code in {403, 404}
    assert program.get("/settlements/1").status_code == 401
    assert officer.post(path).status_code == 302
    assert waits not in officer.read("/office/")
    assert program.get("/settlements/1").status_code == 404
    assert officer.post("/account/tokens/", **wish).status_code == 403
    assert officer.post(f"/account/tokens/{number[1]}/revoke").status_code == 302
    assert program.get("/settlements/1").status_code == 401
    assert officer.post(path).status_code == 404


def test_a_token_is_what_its_people_are_even_by_sql(
    web: Flask, fund: Fund, tokens: dict[str, str]
) -> None:
    asked = "UPDATE api_token SET {} WHERE label = '测试系统' AND role = 'officer'"
    with web.app_context():
        for change in ("made_by = 1", "account_id = made_by + 0", f"account_id = {fund.zhao}"):
            with pytest.raises(Exception, match=r"api_token_(people|scopes_check)"):
                db.session().execute(text(asked.format(change)))
            db.session().rollback()


def test_a_token_ends_with_the_officers_scope_and_with_a_changed_password(
    web: Flask, api: Flask, fund: Fund
) -> None:
    with web.app_context(), transaction() as session:
        by = account_named(session, "secadmin").id
        made = add_account(session, "off4", "off4", Role.NONE, PASSWORD, by=None)
        give_right(session, made, Role.OFFICER, 1, by=by)
    _, feeds = token_of(web, "off4", by="secadmin")
    _, hers = token_of(web, CONTACT)
    assert Program(api, feeds).get("/settlements/1").status_code == 404
    with web.app_context(), transaction() as session:
        district = "INSERT INTO union_node (name, parent_id) VALUES ('区', 1) RETURNING id"
        below = session.execute(text(district)).scalar_one()
        give_right(session, made, Role.OFFICER, below, by=by)
    assert Program(api, feeds).get("/settlements/1").status_code == 401
    with web.app_context():
        session = db.session()
        contact = account_named(session, CONTACT).id
        choose_password(session, contact, PASSWORD, PASSWORD[::-1], "127.0.0.1")
        with pytest.raises(TokenWrong):
            bearer_of(session, hers)
        session.rollback()  # the other tests go on with it
    assert Program(api, hers).get("/unit").status_code == 200


def test_whatever_takes_the_role_the_next_request_is_refused(
    web: Flask, api: Flask, fund: Fund
) -> None:
    _, token = token_of(web, "zhao")
    program = Program(api, token)
    with web.app_context():
        for change, back in (
            ("expires_at = now()", "expires_at = now() + interval '1 day'"),
            ("makers_role = 'officer', made_by = 1", None),
        ):
            assert program.get("/my/cover").status_code == 200
            asked = "UPDATE api_token SET {} WHERE id = (SELECT max(id) FROM api_token)"
            if back is None:  # the database says who may make what
                with pytest.raises(Exception, match="api_token_scopes_check"):
                    db.session().execute(text(asked.format(change)))
                db.session().rollback()
                continue
            with transaction() as session:
                session.execute(text(asked.format(change)))
            assert program.get("/my/cover").status_code == 401
            with transaction() as session:
                session.execute(text(asked.format(back)))
        with transaction() as session:
            session.execute(text("UPDATE account SET role = 'none' WHERE login = 'zhao'"))
        assert program.get("/my/cover").status_code == 401
        with transaction() as session:
            session.execute(text("UPDATE account SET role = 'member' WHERE login = 'zhao'"))


def test_a_token_stands_in_the_header_and_nowhere_else(
    web: Flask, api: Flask, tokens: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token, member = tokens["zhao"], Browser(web).sign_in("zhao")
    for address in (f"/my/cover?token={token}", f"/my/cover?access_token={token}"):
        for program in (Program(api), Program(api, token)):
            answer = program.get(address)
            assert (answer.status_code, answer.json["name"]) == (400, "TokenInAddress")
    cookie = {"Cookie": f"huzhu={member.cookie()}; session={member.cookie()}; token={token}"}
    assert Program(api).get("/my/cover", headers=cookie).status_code == 401
    assert "Set-Cookie" not in Program(api, token).get("/my/cover").headers
    wrong = {"Authorization": f"Basic {token}"}
    assert Program(api).get("/my/cover", headers=wrong).status_code == 401
    broken = Program(api, token).post("/my/claims", data=b"{", content_type="application/json")
    assert broken.status_code in {400, 422}
    assert token not in caplog.text
    with web.app_context():
        kept = db.session().execute(text("SELECT t::text FROM api_token t")).scalars()
        assert not [row for row in kept if token in row]


def test_a_token_has_so_many_requests_a_minute(web: Flask, api: Flask, fund: Fund) -> None:
    _, token = token_of(web, "zhao")
    assert Program(api, token).get("/my/cover").status_code == 200
    with web.app_context(), transaction() as session:
        newest = "WHERE id = (SELECT max(id) FROM api_token)"
        asked = text(f"UPDATE api_token SET in_minute = :most {newest}")
        session.execute(asked, {"most": MOST_A_MINUTE})
    late = Program(api, token).get("/my/cover")
    assert (late.status_code, late.json["facts"]) == (429, {"most": MOST_A_MINUTE})
    assert late.headers["Retry-After"] == "60"
    with web.app_context(), transaction() as session:
        ago = f"UPDATE api_token SET minute_at = now() - interval '61 s' {newest}"
        session.execute(text(ago))
    assert Program(api, token).get("/my/cover").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"), [(b"[" * 30_000, 400), (b'{"a":' * 10_000, 400), (rb'{"\ud800": 1}', 422)]
)
def test_a_body_built_to_harm_is_a_fault_of_who_sends_it(
    api: Flask, tokens: dict[str, str], body: bytes, code: int
) -> None:
    answer = Program(api, tokens["zhao"]).post(
        "/my/claims", data=body, headers=keyed("deep", "application/json")
    )
    assert (answer.status_code, answer.json["name"]) == (code, "NotAsDescribed")


def test_problems_are_said_in_the_asked_language(api: Flask, tokens: dict[str, str]) -> None:
    for lang, said in (("zh", True), ("en", False), ("fr", True)):
        program = Program(api, tokens["zhao"], lang)
        for answer in (
            *(program.get("/nothing"), program.ask("DELETE", "/my/cover"), program.get("/unit")),
            *(program.get("/my/claims?size=x"), program.post("/my/claims", json={})),
        ):
            problem: dict[str, Any] = answer.json
            assert answer.mimetype == "application/problem+json"
            assert problem["status"] == answer.status_code >= 400
            assert bool(HAN.search(problem["detail"])) == said
            assert all(bool(HAN.search(each["detail"])) == said for each in problem["faults"])


def test_the_document_is_worded_in_both_languages_and_needs_no_script(api: Flask) -> None:
    keys = {f"Api_{endpoint}" for *_, endpoint in operations(api)}
    assert keys == {key for key in _merged() if key.startswith("Api_")}
    for lang in ("zh", "en"):
        made = document(api, lang)
        told = [made["paths"][path][method] for path, method, _ in operations(api)]
        summaries = [each["summary"] for each in told]
        assert all(bool(HAN.search(each)) == (lang == "zh") for each in summaries)
        assert Program(api, lang=lang).get("/openapi.json").json == made
        shapes = made["components"]["schemas"]
        assert all("description" in each for each in shapes["ClaimGiven"]["properties"].values())
        assert "PaginationMetadata" not in shapes, "nothing is paged by it"
        page = Program(api).get(f"/?lang={lang}")
        assert "<script" not in page.text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
        for each in summaries:
            assert each.replace("`", "") in words(re.sub("</?code>", "", page.text))
        text_of = re.sub(r"<code>.*?</code>", "", page.text, flags=re.DOTALL).replace("中文", "")
        assert bool(HAN.search(text_of)) == (lang == "zh")


def test_a_view_that_asks_for_nothing_stops_the_start(
    copied: Database,
) -> None:
    careless = create_app(copied.settings)
    careless.add_url_rule("/secrets", "secrets", lambda: "all")
    with pytest.raises(door.AsksNothing, match="secrets"):
        door.check(careless)


def test_tokens_are_made_and_ended_on_a_page(
    web: Flask, api: Flask, tokens: dict[str, str]
) -> None:
    qian, zhao = Browser(web).sign_in("qian").choose("en"), Browser(web).sign_in("zhao")
    wish = {"label": "我的程序", "scopes": "cover:read", "days": "30"}
    made = qian.post("/account/tokens/", **wish)
    token = re.search(r"hz_[\w-]{43}", made.text)
    assert token
    assert Program(api, token[0]).get("/my/cover").status_code == 200
    assert Program(api, token[0]).get("/my/claims").status_code == 403
    page = qian.get("/account/tokens/").text
    assert token[0] not in page
    number = re.search(r"/account/tokens/(\d+)/revoke", page)
    assert number
    for path in (f"/account/tokens/{number[1]}/revoke",):
        assert zhao.post(path).status_code == 404
        assert Program(api, token[0]).get("/my/cover").status_code == 200
        assert qian.post(path).status_code == 302
        assert Program(api, token[0]).get("/my/cover").status_code == 401
    for wrong in ({"label": " "}, {"scopes": "roster:write"}, {"days": "4000"}, {"scopes": ""}):
        assert qian.post("/account/tokens/", **(wish | wrong)).status_code in {400, 409}
    page = Browser(web).sign_in("auditadmin").read("/account/tokens/all")
    assert "我的程序" in page
    assert make_name(QIAN) in page


def keyed(key: str, kind: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key} | ({"Content-Type": kind} if kind else {})


@pytest.fixture
def member(api: Flask, tokens: dict[str, str]) -> Program:
    return Program(api, tokens["qian"])


@pytest.fixture
def contact(api: Flask, tokens: dict[str, str]) -> Program:
    return Program(api, tokens[CONTACT])


@pytest.fixture
def bureau(api: Flask, tokens: dict[str, str]) -> Program:
    return Program(api, tokens["bureau"])


def file(member: Program, key: str, **other: Any) -> TestResponse:
    return member.post("/my/claims", json=SHEET | other, headers=keyed(key))


def count(web: Flask, asked: str) -> int:
    with web.app_context():
        return int(db.session().execute(text(f"SELECT count(*) FROM {asked}")).scalar_one())


def drained(web: Flask) -> None:
    with web.app_context():
        assert drain_all().in_trouble == 0


def test_a_claim_is_filed_once_however_often_it_is_sent(web: Flask, member: Program) -> None:
    made = file(member, "one")
    assert (made.status_code, made.json["again"]) == (201, False), made.text
    again = file(member, "one")
    assert again.json == made.json | {"again": True}
    for other in ({"medfee_sumamt_fen": 900_001}, {"injury": "nobody", "med_type": "22"}):
        used = file(member, "one", **other)
        assert (used.status_code, used.json["name"]) == (409, "RequestKeyUsed")
    known = file(member, "two")
    assert (known.status_code, known.json["name"]) == (409, "FiledAlready")
    drained(web)
    one = member.get(f"/my/claims/{made.json['id']}").json
    assert (one["state"], one["total"], one["by_hand"]) == ("review", "9000.00", True)
    assert one["determinations"][0]["base_fen"] == 500_000
    assert count(web, f"claim_consent WHERE claim_id = {made.json['id']}") == 1


def test_a_sheet_whose_payers_do_not_make_the_total_says_so(member: Program) -> None:
    whole = {"inscp_scp_amt_fen": 900_000, "enddate": "2021-10-11"}
    short = file(member, "short", **whole)
    assert (short.status_code, short.json["sums_differ"]) == (201, True), short.text
    assert file(member, "short", **whole).json["sums_differ"], "and again"
    even = file(member, "even", **whole | {"psn_part_amt_fen": 600_000, "enddate": "2021-10-12"})
    assert (even.status_code, even.json["sums_differ"]) == (201, False), even.text


def test_an_injury_is_stated_with_the_claim(web: Flask, member: Program) -> None:
    injury = {"med_type": "22", "injury": "traffic", "enddate": "2021-10-10"}
    made = file(member, "hurt", **injury)
    assert made.status_code == 201, made.text
    assert file(member, "hurt", **injury).json["again"]
    for other in ({"injury": "nobody"}, {"injury": None}):
        assert file(member, "hurt", **(injury | other)).status_code in {409, 422}
    assert count(web, f"injury_statement WHERE claim_id = {made.json['id']}") == 1


def test_what_is_wrong_with_a_sheet_is_named_by_field(web: Flask, member: Program) -> None:
    before = count(web, "claim")
    later = (today() + timedelta(days=3)).isoformat()
    for other, field in (
        ({"enddate": later}, "enddate"),
        ({"psn_part_amt_fen": -1}, "psn_part_amt_fen"),
        ({"psn_part_amt_fen": 1.5}, "psn_part_amt_fen"),
        ({"psn_part_amt_fen": "100"}, "psn_part_amt_fen"),
        ({"psn_part_amt_fen": 10**40}, "psn_part_amt_fen"),
        ({"fixmedins_name": f"王 {make_id(3)}"}, "fixmedins_name"),
        ({"fixmedins_name": "a\u0000b"}, "fixmedins_name"),
        ({"begndate": "0001-01-01"}, "begndate"),
        ({"setl_time": "0001-01-01T00:00:00+23:59"}, "setl_time"),
        ({"med_type": "99"}, "med_type"),
        ({"approved": True}, "approved"),
        ({"injury": "me"}, "injury"),
    ):
        answer = file(member, "wrong", **other)
        assert answer.status_code == 422, (other, answer.text)
        assert field in {each["field"] for each in answer.json["faults"]}, (other, answer.text)
    assert file(member, "wrong", consent="1999-1").json["name"] == "ConsentMissing"
    for key in ("", "k" * 200, "ключ", "a b"):
        assert file(member, key).status_code in {400, 422}, key
    assert member.post("/my/claims", json=SHEET).status_code == 422
    assert member.post("/my/claims", data="x", headers=keyed("k")).status_code in {415, 422}
    assert set(AMOUNTS) > {"psn_part_amt"}
    assert count(web, "claim") == before


def test_the_same_key_at_once_from_two_programs_does_it_once(
    web: Flask, api: Flask, tokens: dict[str, str], member: Program
) -> None:
    def claim(program: Program) -> TestResponse:
        return file(program, "at-once", enddate="2021-10-08")

    def settlements(program: Program) -> TestResponse:
        data = feed(bill("A7", ZHAO, "2019-11-22", "100.00"))
        return program.post("/settlements", data=data, headers=keyed("at-once", "text/csv"))

    for send, token, table, code in (
        (claim, member.token, "filed_claim", 201),
        (settlements, tokens["bureau"], "settlement_feed", 202),
    ):
        before, start = count(web, table), Barrier(2)

        def sent(
            _number: int,
            start: Barrier = start,
            token: str = token,
            send: Callable[[Program], TestResponse] = send,
        ) -> tuple[int, int]:
            program = Program(api, token)
            start.wait()
            answer = send(program)
            return answer.status_code, answer.json["id"]

        with ThreadPoolExecutor(2) as pool:
            [one, other] = pool.map(sent, range(2))
        assert one == other
        assert one[0] == code
        assert count(web, table) == before + 1


def test_a_roster_is_sent_looked_at_and_confirmed(web: Flask, fund: Fund, contact: Program) -> None:
    rows = [[make_name(81), make_id(81), ""], [make_name(82), make_id(82), ""], ["无号", "", ""]]
    this = today().year
    content, asked = roster_xlsx(rows), f"/unit/rosters?year={this}"
    with web.app_context(), transaction() as session:
        unit_id, last = unit_of(session, make_uscc(4)).id, date(this, 12, 31)
        permit_late(session, unit_id, year=this, until=last, why="补报", by=fund.officer)
    sent = contact.post(asked, data=content, headers=keyed("r1", XLSX))
    assert (sent.status_code, sent.json["state"]) == (202, "reading"), sent.text
    number = sent.json["id"]
    assert contact.post(asked, data=content, headers=keyed("r1", XLSX)).json["id"] == number
    other = contact.post(asked, data=content + b"x", headers=keyed("r1", XLSX))
    assert (other.status_code, other.json["name"]) == (409, "RequestKeyUsed")
    early = contact.post(f"/unit/rosters/{number}/confirm")
    assert (early.status_code, early.json["name"]) == (409, "UploadNotChecked")
    drained(web)
    checked = contact.get(f"/unit/rosters/{number}").json
    assert (checked["state"], checked["found"]["enrolled"]) == ("checked", 2)
    assert checked["found"]["from_unit_fen"] == 2 * 50_00
    assert checked["found"]["from_unit"] == "100.00"
    assert [(each["line"], each["field"]) for each in checked["faults"]] == [(4, "certno")]
    assert checked["faults"][0]["detail"]
    with web.app_context(), transaction() as session:  # the file lay for some weeks
        lay = text("UPDATE roster_upload SET confirmed_on = :day WHERE id = :id")
        session.execute(lay, {"id": number, "day": today() - timedelta(days=20)})
    assert contact.post(f"/unit/rosters/{number}/confirm").status_code == 202
    drained(web)
    enrolled = contact.get(f"/unit/rosters/{number}").json
    assert (enrolled["state"], enrolled["confirmed_on"]) == ("enrolled", today().isoformat())
    of_today = f"roster WHERE confirmed_on = '{today()}' AND unit_id ="
    assert count(web, f"{of_today} (SELECT unit_id FROM roster_upload WHERE id = {number})") == 1
    assert contact.post(f"/unit/rosters/{number}/discard").json["name"] == "UploadDecided"
    told = contact.get("/unit").json
    [year] = [each for each in told["years"] if each["year"] == this]
    assert (year["heads"], year["due"], year["missing_fen"]) == (2, "100.00", 100_00)
    listed = contact.get("/unit/rosters?size=1").json
    assert listed["rosters"][0]["id"] == number
    notice = contact.get("/unit/2022/notice.pdf")
    assert notice.mimetype == "application/pdf"
    assert notice.data.startswith(b"%PDF")
    how = keyed("r2", "application/x-www-form-urlencoded")
    form = contact.post(asked, data=content, headers=how)
    assert form.status_code == 415


def test_a_contact_confirms_today_and_for_no_year_that_is_over(
    web: Flask, contact: Program
) -> None:
    this, now = today().year, today()
    before = count(web, "roster_upload")
    for number, (asked, name) in enumerate(
        (
            (f"year={this}&confirmed_on={now - timedelta(days=1)}", "ConfirmedNotToday"),
            (f"year={this}&confirmed_on={now - timedelta(days=300)}", "ConfirmedNotToday"),
            (f"year={this}&confirmed_on={now + timedelta(days=1)}", "ConfirmedAhead"),
            (f"year={this - 1}", "YearIsOver"),
            ("year=2023&confirmed_on=2022-12-01", "YearIsOver"),
        )
    ):
        how = keyed(f"day-{number}", "text/csv") | {"Accept-Language": "en"}
        refused = contact.post(f"/unit/rosters?{asked}", data=b"x", headers=how)
        told = (refused.status_code, refused.mimetype, refused.json["name"])
        assert told == (409, "application/problem+json", name), asked
        assert refused.json["detail"] == word(name, "en", **refused.json["facts"])
    assert count(web, "roster_upload") == before
    told = contact.get("/openapi.json", headers={"Accept-Language": "en"}).json
    sending = told["paths"]["/api/v1/unit/rosters"]["post"]
    assert "`confirmed_on` is today" in sending["summary"]
    [day] = [each for each in sending["parameters"] if each["name"] == "confirmed_on"]
    assert not day["required"]


def test_what_the_readme_says_to_type_is_answered(web: Flask, contact: Program) -> None:
    """The one line of curl, with the roster of the chapter before."""
    readme = README.read_text(encoding="utf-8")
    [typed] = re.findall(r"^    (curl .*)$", readme, re.MULTILINE)
    [lines] = re.findall(r"    cat > roster.csv <<'END'\n(.*?)    END\n", readme, re.DOTALL)
    known = {"$TOKEN": contact.token, "$(date +%Y)": str(today().year)}
    for name, value in known.items():
        typed = typed.replace(name, value)
    given = shlex.split(typed)
    options = dict(zip(given[2::2], given[3::2], strict=True))
    headers = dict(x.split(": ") for x in given[3::2] if ": " in x)
    assert (given[0], options["--data-binary"]) == ("curl", "@roster.csv")
    path = given[1].removeprefix("http://127.0.0.1:8000/api/v1")
    answer = Program(contact.client.application).post(
        path, data=textwrap.dedent(lines), headers=headers
    )
    assert answer.status_code == 202, answer.text
    drained(web)
    found = contact.get(f"/unit/rosters/{answer.json['id']}").json
    assert (found["state"], found["found"]["enrolled"]) == ("checked", 2)


def test_joiners_and_leavers_wait_for_an_officer(web: Flask, contact: Program) -> None:
    file = f"姓名,身份证号,增减\n{make_name(83)},{make_id(83)},增\n".encode()
    asked = "/unit/changes?starts_on=2024-03-01"
    sent = contact.post(asked, data=file, headers=keyed("c1", "text/csv"))
    assert sent.status_code == 202, sent.text
    assert (sent.json["state"], sent.json["joiners"]) == ("waiting", 1)
    assert contact.get(f"/unit/changes/{sent.json['id']}").json == sent.json
    bare = "姓名,身份证号,增减\n".encode()
    nobody = contact.post(asked, data=bare, headers=keyed("c2", "text/csv"))
    assert nobody.status_code in {409, 422}
    broken = contact.post(asked, data=b"\x00\x01", headers=keyed("c3", "text/csv"))
    assert broken.status_code == 422


def test_a_bureaus_file_is_taken_by_the_import_there_is(web: Flask, bureau: Program) -> None:
    rows = [bill("A1", ZHAO, "2019-11-20", "100.00"), bill("A2", QIAN, "2021-05-20", "x")]
    data, how = feed(*rows, bill("A3", 998, "2021-05-20", "5.00")), keyed("f1", "text/csv")
    sent = bureau.post("/settlements", data=data, headers=how)
    assert (sent.status_code, sent.json["state"]) == (202, "waiting"), sent.text
    number = sent.json["id"]
    assert bureau.post("/settlements", data=data, headers=how).json["id"] == number
    other = bureau.post("/settlements", data=data + b"\n", headers=how)
    assert (other.status_code, other.json["name"]) == (409, "RequestKeyUsed")
    drained(web)
    told = bureau.get(f"/settlements/{number}").json
    counts = {"rows_in": 3, "new": 1, "unmatched": 1, "refused": 1, "promised": 1}
    assert told["counts"] | counts == told["counts"]
    assert {each["line"] for each in told["listed"]} == {3}
    assert all(each["detail"] for each in told["listed"])
    assert count(web, "claim WHERE setl_id = 'A1'") == 1
    assert count(web, "stored_file WHERE name = 'settlements.csv'") == 0
    with web.app_context(), transaction() as session:
        let_old_reports_go(session)
        assert session.get_one(SettlementFeed, number).listed is not None
        old = text(
            "UPDATE settlement_feed SET recorded_at = now() - interval '31 days' WHERE id=:i"
        )
        session.execute(old, {"i": number})
        let_old_reports_go(session)
    assert bureau.get(f"/settlements/{number}").json["listed"] == []
    same = bureau.post("/settlements", data=data, headers=keyed("f2", "text/csv")).json["id"]
    broken = bureau.post("/settlements", data=b"a,b\n", headers=keyed("f3", "text/csv")).json["id"]
    drained(web)
    again = bureau.get(f"/settlements/{same}").json
    assert (again["counts"]["new"], again["counts"]["unchanged"]) == (0, 2)
    refused = bureau.get(f"/settlements/{broken}").json
    assert refused["state"] == "refused"
    assert refused["fault"]["detail"]


def test_a_file_of_a_token_that_was_revoked_meanwhile_is_not_taken(
    web: Flask, api: Flask, fund: Fund, bureau: Program
) -> None:
    number, token = token_of(web, "officer1", by="secadmin")
    data = feed(bill("REVOKED", ZHAO, "2021-06-20", "100.00"))
    how = {"data": data, "headers": keyed("late", "text/csv")}
    sent = Program(api, token).post("/settlements", **how)
    assert sent.status_code == 202, sent.text
    with web.app_context(), transaction() as session:
        revoke_token(session, number, by=fund.officer)
    drained(web)
    told = bureau.get(f"/settlements/{sent.json['id']}").json  # of the same officer
    assert (told["state"], told["fault"]["name"]) == ("refused", "FeedTokenRevoked")
    assert count(web, "claim WHERE setl_id = 'REVOKED'") == 0
    assert count(web, "stored_file WHERE name = 'settlements.csv'") == 0


def test_a_file_that_is_too_large_is_refused_with_or_without_its_length(
    web: Flask, bureau: Program, contact: Program
) -> None:
    before = count(web, "stored_file")
    roster = "/unit/rosters?year=2022&confirmed_on=2021-12-20"
    how: dict[str, Any] = {"headers": keyed("big", "text/csv")}
    for program, path, most in (
        (bureau, "/settlements", 100_000_000),
        (contact, roster, 20_500_000),
    ):
        said = {"CONTENT_LENGTH": str(most + 1)}
        large = program.post(path, environ_overrides=said, data=b"x", **how)
        assert (large.status_code, large.json["name"]) == (413, "BodyTooLarge")
    data = BytesIO(b"x" * 20_500_001)
    large = contact.post(roster, input_stream=data, environ_overrides=ENDLESS, **how)
    assert (large.status_code, large.json["name"]) == (413, "BodyTooLarge")
    assert file(bureau, "x", fixmedins_name="x" * 70_000).status_code == 403
    assert count(web, "stored_file") == before


def test_files_that_are_wrong_or_built_to_harm_are_refused(
    web: Flask, contact: Program, bureau: Program
) -> None:
    facts = [count(web, table) for table in ("settlement", "roster", "change_list")]
    sent: list[int] = []
    for number, (what, made) in enumerate(HOSTILE.items()):
        how = keyed(f"bad-{number}", "application/octet-stream")
        changed = contact.post("/unit/changes", data=made(), headers=how)
        assert changed.status_code in {409, 422}, (what, changed.text)
        sent.append(bureau.post("/settlements", data=made(), headers=how).json["id"])
    drained(web)
    assert count(web, "settlement_feed WHERE state = 'waiting'") == 0
    told = [bureau.get(f"/settlements/{feed_id}") for feed_id in sent]
    assert {each.json["state"] for each in told} == {"refused"}
    assert all(each.json["fault"]["detail"] for each in told)
    assert facts == [count(web, table) for table in ("settlement", "roster", "change_list")]


def test_a_bureaus_file_is_a_feed_like_any_other_and_goes_in_whole_or_not_at_all(
    web: Flask, bureau: Program
) -> None:
    rows = [bill(f"PART{n}", ZHAO, f"2021-06-1{n}", "100.00") for n in range(5)]
    theirs = ("settlement WHERE setl_id LIKE 'PART%'", "feed", "feed_part", "feed_fault")
    before = [count(web, x) for x in theirs]

    def sent(key: str, data: bytes) -> dict[str, Any]:
        how = keyed(key, "application/octet-stream")
        number = bureau.post("/settlements", data=data, headers=how).json["id"]
        drained(web)
        told: dict[str, Any] = bureau.get(f"/settlements/{number}").json
        return told

    data = feed(*rows, bill("PARTX", QIAN, "2021-05-20", "x"))
    cut = sent("part-1", data[:-40])
    assert (cut["state"], cut["counts"], cut["run"]) == ("refused", None, None)
    assert cut["fault"]["detail"]
    assert [count(web, x) for x in theirs] == before
    told = sent("part-2", data)
    counts = {"rows_in": 6, "new": 5, "promised": 5, "refused": 1}
    assert told["counts"] | counts == told["counts"]
    assert [count(web, x) for x in theirs] == [
        x + n for x, n in zip(before, (5, 1, 1, 2), strict=True)
    ]
    packed = sent("part-3", gzip.compress(data))
    assert (packed["counts"]["new"], packed["counts"]["unchanged"]) == (0, 5)
    assert count(web, theirs[0]) == before[0] + 5


def test_a_file_comes_in_pieces_without_its_length(web: Flask, bureau: Program) -> None:
    pieces = BytesIO(feed(bill("A9", ZHAO, "2019-11-21", "100.00")))
    how: dict[str, Any] = {"headers": keyed("pieces", "text/csv"), "input_stream": pieces}
    sent = bureau.post("/settlements", environ_overrides=ENDLESS, **how)
    assert sent.status_code == 202, sent.text
    drained(web)
    assert bureau.get(f"/settlements/{sent.json['id']}").json["counts"]["new"] == 1


def asked_anyhow(operation: Any, mode: Any, token: str, tried: list[str]) -> None:
    from schemathesis import checks

    asked = [getattr(checks, name) for name in CHECKS]
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=not LONG,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        tried.append(case.operation.label)
        case.call_and_validate(headers=headers, checks=asked)

    ask()


@pytest.mark.timeout(3600)  # the long form makes 200 requests of each kind
def test_no_request_whatever_breaks_the_api_or_its_description(
    api: Flask, tokens: dict[str, str], fund: Fund
) -> None:
    """Requests made of the description, right and wrong ones, to every operation."""
    import schemathesis  # takes a second or two, which only this test shall wait
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=api)
    api.config["MOST_A_MINUTE"] = 10**6
    whose = {"member": "qian", "claims": "qian", "unit": CONTACT, "bureau": "bureau"}
    tried: list[str] = []
    for operation in (found.ok() for found in schema.get_all_operations()):
        for mode in GenerationMode:
            with contextlib.suppress(Unsatisfiable):  # an operation that takes nothing
                asked_anyhow(operation, mode, tokens[whose[operation.tags[0]]], tried)
    assert len(set(tried)) == len(OPERATIONS)


def test_a_contact_who_is_replaced_takes_no_token_along(web: Flask, api: Flask, fund: Fund) -> None:
    _, token = token_of(web, CONTACT)
    assert Program(api, token).get("/unit").json["unit"]["name"] == "北区幼儿园"
    with web.app_context():
        with transaction() as session:
            disable(session, CONTACT, by=None)
        assert Program(api, token).get("/unit").status_code == 401
