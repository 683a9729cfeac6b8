"""Every endpoint against every role and against somebody else's things."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.add import add_account
from app.accounts.change import accounts
from app.accounts.models import Role
from app.db import transaction
from app.web import acting, roles
from app.web.roles import ASSETS, EVERYBODY, ServesNobody, served_by, serves
from tests.factories import make_uscc
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, Fund

CONTACT = f"{make_uscc(4).lower()}-1"
WHO = {
    Role.OFFICER: "officer1",
    Role.MEMBER: "qian",
    Role.AUDITOR: "auditor",
    Role.CONTACT: CONTACT,
    Role.OPERATOR: "operator",
    Role.SYSTEM_ADMIN: "sysadmin",
    Role.SECURITY_ADMIN: "secadmin",
    Role.AUDIT_ADMIN: "auditadmin",
    Role.NONE: "nobody",
    Role.HELPER: "relative",
}
"""One account of each role."""
IDS = (
    "account_id",
    "asked_id",
    "batch_id",
    "campaign_id",
    "checkpoint_id",
    "claim_id",
    "consent_id",
    "draft_id",
    "edition_id",
    "enquiry_id",
    "entry_id",
    "feed_id",
    "finding_id",
    "invite_id",
    "line_id",
    "list_id",
    "made_id",
    "member_id",
    "notices_id",
    "objection_id",
    "online_id",
    "opening_id",
    "order_id",
    "papers_id",
    "paper_id",
    "payment_id",
    "question_id",
    "proposal_id",
    "receipt_id",
    "refund_id",
    "request_id",
    "roster_id",
    "run_id",
    "sample_id",
    "search_id",
    "statement_id",
    "subsidy_id",
    "token_id",
    "unit_id",
    "upload_id",
    "view_id",
)
SAMPLE = dict.fromkeys(IDS, 1) | {
    "account": "5001",
    "batch": "P2021-0001",
    "code": "main",
    "fate": "matched",
    "file_sha256": "0",
    "how": "credit",
    "key": "shared_card",
    "line": 1,
    "listed": "members",
    "month": 1,
    "no": 1,
    "kind": "pdf",
    "number": 1001,
    "of_line": "granted",
    "of_month": 0,
    "of_what": "outcome",
    "part": "marked",
    "state": "held",
    "year": 2021,
    "reference": "GAAAAAAAA",
}
"""Claim 1 is Zhao's: to Qian, the member who asks, it does not exist."""
NOT_MINE = (
    {
        "cover.claim",
        "enquiries.show",
        "gig.joined",
        *("feeds.rows", "feeds.show", "list_orders.file", "list_orders.show"),
        *("books.entries.line", "books.entries.statement", "lines.show"),
        "money.file",
        "what_if.show",
    }
    | {"objections.form", "objections.show", "letter.mine", "letter.slip"}
    | {f"claim_papers.{shown}" for shown in ("mine", "mine_small", "seen", "seen_small")}
    | {f"public_lists.{x}" for x in ("show", "look", "paper")}
    | {"openings.show", "openings.paper", "openings.small_paper"}
    | {
        "findings.show",
        "seals.checkpoint",
        "seals.unsigned",
        "identified.file",
        "inspection.sample",
        "reports.file",
    }
    | {"file_claim.kind", "file_claim.card", "file_figures.show", "file_check.show"}
    | {f"file_papers.{shown}" for shown in ("show", "picture", "small")}
)
"""Endpoints of a member's own things: 404 where the sample is somebody else's; so are units
and uploads to a unit's contact: unit 1 is another. And no statement has a line yet, nor
a refund a file, nor a claim a paper or an auditor who opened it; and no auditor has drawn, looked
or found."""


OTHERS = {"unit_id", "upload_id", "receipt_id", "online_id", "request_id"}


@pytest.fixture(scope="module")
def everybody(web: Flask, fund: Fund) -> Fund:
    """The fund, and accounts of the roles that it has none of."""
    with web.app_context(), transaction() as session:
        there = {each.login for each in accounts(session)}
        # From the last one on the owner of the machine names nobody any more.
        for role in sorted(WHO, key=lambda each: each is Role.SECURITY_ADMIN):
            if WHO[role] not in there:
                add_account(session, WHO[role], role.value, role, PASSWORD, by=None)
    return fund


def pages(web: Flask) -> list[Rule]:
    return [rule for rule in web.url_map.iter_rules() if rule.endpoint not in ASSETS]


def stage(rule: Rule) -> str:
    return rule.endpoint.split(".")[0]


def path_of(web: Flask, rule: Rule) -> str:
    with web.test_request_context():
        values = {name: SAMPLE[name] for name in rule.arguments}
        return rule.build(values)[1]


def test_each_page_serves_its_roles_and_nobody_else(web: Flask, everybody: Fund) -> None:
    tried = 0
    for role, login in WHO.items():
        browser = Browser(web).sign_in(login)
        for rule in pages(web):
            served = served_by(web, rule.endpoint)
            if "GET" not in rule.methods:
                continue
            answer = browser.get(path_of(web, rule))
            tried += 1
            if served is EVERYBODY or role in served:
                others = rule.endpoint in NOT_MINE or (
                    role is Role.CONTACT and rule.arguments & OTHERS
                )
                wanted = {404} if others else {200, 302}
                if rule.endpoint == "found.show":
                    wanted = {410}  # nobody has searched
            elif role is Role.HELPER and Role.MEMBER in served and stage(rule) in acting.HELPED:
                wanted = {302}  # who acts for nobody yet is asked for whom
            else:
                wanted = {403}
            assert answer.status_code in wanted, (role, rule.rule, answer.status_code)
    assert tried > 30
    assert set(WHO) == set(Role)


def test_an_operator_prepares_and_is_refused_every_other_act(web: Flask, fund: Fund) -> None:
    """Each act of an officer's pages: served to an operator too, or refused before it begins."""
    operator = Browser(web).sign_in("operator")
    token, tried = operator.token("/office/entry/"), 0
    for rule in pages(web):
        served = served_by(web, rule.endpoint)
        if "POST" not in rule.methods or served is EVERYBODY or Role.OPERATOR in served:
            continue
        answer = operator.client.post(path_of(web, rule), data={"csrf_token": token})
        assert answer.status_code == 403, rule.rule
        tried += 1
    assert tried > 50


def test_an_operator_is_shown_no_act_that_is_refused(web: Flask, fund: Fund) -> None:
    operator, seen = Browser(web).sign_in("operator"), 0
    for rule in pages(web):
        served = served_by(web, rule.endpoint)
        if "GET" not in rule.methods or served is EVERYBODY or Role.OPERATOR not in served:
            continue
        page = operator.get(path_of(web, rule))
        if page.mimetype != "text/html":
            continue
        for action in re.findall(r'action="([^"]+)"', page.text):
            path = action.partition("?")[0]
            adapter = web.url_map.bind("localhost")
            if not adapter.test(path, method="POST"):
                continue  # a search
            endpoint = adapter.match(path, method="POST")[0]
            to = served_by(web, endpoint)
            assert to is EVERYBODY or Role.OPERATOR in to, (rule.rule, action)
            seen += 1
    assert seen > 20


def test_where_a_link_is_refused_no_bare_words_are_left_and_figures_stay_in_their_place(
    web: Flask, fund: Fund
) -> None:
    operator, officer = Browser(web).sign_in("operator"), Browser(web).sign_in("officer1")
    for path, kept, gone in (
        ("/office/claims/held", "代职工申请", "追偿与应收"),
        ("/office/money/", "导入对账单", "查询明细，或撤销认领"),
        ("/office/year/2021", "未报花名册的单位", "赠送活动"),
    ):
        assert gone in officer.read(path), path
        said = operator.read(path)
        assert gone not in said, path
        assert kept in said, path
        assert not re.search(r"·\s*</p>", operator.get(path).text), path
    seen, shown = (each.get("/office/year/2021").text for each in (officer, operator))
    assert seen.count('class="tile"') == shown.count('class="tile"') > 1


def test_who_has_not_signed_in_is_asked_to(web: Flask, fund: Fund) -> None:
    for rule in pages(web):
        if served_by(web, rule.endpoint) is EVERYBODY or "GET" not in rule.methods:
            continue
        answer = Browser(web).get(path_of(web, rule))
        assert answer.status_code == 302, rule.rule
        assert answer.location.startswith("/sign-in")


def test_nothing_is_posted_without_the_forms_token(web: Flask, fund: Fund) -> None:
    posted = [rule for rule in pages(web) if "POST" in rule.methods]
    assert {rule.rule for rule in posted} >= {"/sign-in", "/sign-out", "/language"}
    for login in (None, "officer1"):
        browser = Browser(web) if login is None else Browser(web).sign_in(login)
        for rule in posted:
            answer = browser.client.post(path_of(web, rule), data={"lang": "en"})
            # A provider's call-back has a signature instead; here nobody takes payments.
            wanted = 404 if rule.endpoint == "online.notice" else 400
            assert answer.status_code == wanted, rule.rule
    assert browser.get("/office/").status_code == 200  # still signed in


def test_91_a_claim_of_somebody_else_does_not_exist(web: Flask, fund: Fund) -> None:
    zhao, qian = Browser(web).sign_in("zhao"), Browser(web).sign_in("qian")
    assert zhao.get("/my/claims/1").status_code == 200
    other, none = qian.get("/my/claims/1"), qian.get("/my/claims/999999")
    assert (other.status_code, none.status_code) == (404, 404)
    assert _without_token(other.text) == _without_token(none.text)


def test_an_officer_sees_the_unions_below_and_no_others(web: Flask, fund: Fund) -> None:
    city, north = Browser(web).sign_in("officer1"), Browser(web).sign_in("north")
    assert "市纺织机械厂" in city.read("/office/units/2021")
    assert "北区第三小学" in north.read("/office/units/2021")
    assert "市纺织机械厂" not in north.read("/office/units/2021")
    assert "市纺织机械厂" not in north.read("/office/")
    assert city.get("/office/members/1/claims/1").status_code == 200
    assert north.get("/office/members/1/claims/1").status_code == 404
    assert north.get(f"/office/runs/{fund.first_run}").status_code == 404
    assert "赵安" in city.read("/office/claims/held")
    assert "赵安" not in north.read("/office/claims/held")


def test_a_view_that_serves_nobody_stops_the_start(web: Flask) -> None:
    careless = Flask("careless")
    careless.add_url_rule("/secrets", "secrets", lambda: "all of them")
    with pytest.raises(ServesNobody, match="secrets"):
        roles.check(careless)
    with pytest.raises(ServesNobody):
        serves()


def test_an_officer_who_is_a_member_has_no_members_page(officer: Browser) -> None:
    assert officer.get("/my/").status_code == 403


def _without_token(page: str) -> str:
    return "\n".join(
        line for line in page.splitlines() if "csrf_token" not in line and "back" not in line
    )
