"""Nobody reads or acts across units: every page, by everybody who may ask, for a stranger's thing.

Generated from the URL map: an argument of a path that is in no list here fails the test, so that a
new page is not left out. The stranger's things are those of the city's works (`tests.web.rich`):
neither a district's officers nor the contact or members of other units have to do with them.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import Role
from app.web.roles import ASSETS, EVERYBODY, served_by
from tests.factories import make_account, make_id, make_name, make_uscc
from tests.web.browser import Browser
from tests.web.fund import ZHAO, Fund
from tests.web.rich import HEIR, PAYER, PAYERS_ACCOUNT, WAITS, Rich

WHO = {
    "north": Role.OFFICER,
    "nursery": Role.OFFICER,
    f"{make_uscc(4)}-1": Role.CONTACT,
    "qian": Role.MEMBER,
    "north_audit": Role.AUDITOR,
}
"""Officers of the district and of a unit's own union, another unit's contact, another member, an
auditor of the district."""
SECRETS = (
    *("市纺织机械厂", "滨河物业服务有限公司", WAITS, make_uscc(1), make_uscc(3)),
    *(make_name(seed) for seed in (ZHAO, 2, 3, 4, 701)),
    *(make_id(seed) for seed in (ZHAO, 2, 700)),
    *(PAYER, PAYERS_ACCOUNT, HEIR, make_account(700), "P2021-0001"),
)
"""Of the city's units, members and money: in no answer to any of these."""
OF_NOBODY = {"account", "year", "month", "no", "number", "state", "how", "part", "line"}
"""Arguments that name no thing of anybody: a page with no other is read for what it holds."""
OPEN = {"gifts.show", "gifts.send"}
"""A city's campaign is for its districts to fill (`app.web.gifts`)."""
SAME_WORDS = {
    *("changes.doubt", "changes.alive"),
    *("helpers.withdraw", "helpers.stop", "helping.answer", "helping.stop"),
}
"""Refused in the words of nobody there at all."""
NAMED = {"member_id", "invite_id", "consent_id"}
OF_A_FILE = {"unit_requests.approve_all"}
"""Does nothing for what is not reached."""
GONE = {403, 404, 410}
LARGEST = 2**63 - 1
NO_YEARS = (0, 9999, 10**30)


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    made = Rich(web, fund).make()
    made.accounts()
    return made


def rules(web: Flask, method: str) -> Iterator[Rule]:
    for rule in web.url_map.iter_rules():
        if rule.endpoint not in ASSETS and method in rule.methods:
            yield rule


def path(web: Flask, rule: Rule, values: dict[str, object]) -> str:
    with web.test_request_context():
        return rule.build({x: values[x] for x in rule.arguments})[1]


def test_every_argument_of_a_path_is_tried(web: Flask, rich: Rich) -> None:
    named = {x for rule in web.url_map.iter_rules() for x in rule.arguments} - {"filename"}
    assert named == set(rich.paths)


@pytest.mark.parametrize("login", WHO)
def test_nothing_of_others_is_read(web: Flask, rich: Rich, login: str) -> None:
    browser, tried, wrong = Browser(web).sign_in(login), 0, []
    for rule in rules(web, "GET"):
        served = served_by(web, rule.endpoint)
        answer = browser.get(path(web, rule, rich.paths))
        tried += 1
        mine = served is EVERYBODY or WHO[login] in served
        theirs = bool(rule.arguments - OF_NOBODY) and rule.endpoint not in OPEN
        if not mine or theirs:
            if answer.status_code not in GONE:
                wrong.append((rule.rule, answer.status_code))
        elif answer.status_code not in {200, 302, *GONE}:
            wrong.append((rule.rule, answer.status_code))
        said = answer.get_data(as_text=True) if "text" in answer.content_type else ""
        wrong += [(rule.rule, secret) for secret in SECRETS if secret in said]
    assert not wrong
    assert tried > 70


@pytest.mark.parametrize("login", WHO)
def test_nothing_of_others_is_acted_on(web: Flask, rich: Rich, login: str) -> None:
    browser, wrong, tried = Browser(web).sign_in(login), [], 0
    before, token = rich.rows(), browser.token("/")
    for rule in rules(web, "POST"):
        served = served_by(web, rule.endpoint)
        theirs = bool(rule.arguments - OF_NOBODY) and rule.endpoint not in OPEN
        if served is EVERYBODY or (WHO[login] in served and not theirs):
            continue
        data = {"csrf_token": token, **rich.fields}
        answer = browser.client.post(path(web, rule, rich.paths), data=data)
        tried += 1
        if rule.endpoint in SAME_WORDS and answer.status_code not in GONE:
            none = path(web, rule, rich.paths | dict.fromkeys(rule.arguments & NAMED, 999_999))
            assert without_token(browser.client.post(none, data=data).text) == without_token(
                answer.text
            )
        elif answer.status_code not in (GONE | ({200} if rule.endpoint in OF_A_FILE else set())):
            wrong.append((rule.rule, answer.status_code))
        wrong += [(rule.rule, secret) for secret in SECRETS if secret in answer.text]
    assert not wrong
    assert rich.rows() == before
    assert tried > 30


@pytest.mark.parametrize("login", ["north", "nursery"])
def test_the_whole_funds_money_is_not_a_districts(web: Flask, rich: Rich, login: str) -> None:
    """Forms that name what they act on in a field: none of it is done for a district."""
    browser, before = Browser(web).sign_in(login), rich.rows()
    token = browser.token("/")
    for act in (
        "/office/money/statements",
        "/office/money/refunds",
        "/books/close",
        "/books/reverse",
        "/office/payments/ready/2021",
        "/office/schemes/open",
    ):
        answer = browser.client.post(act, data={"csrf_token": token, **rich.fields})
        assert answer.status_code in GONE, act
    assert rich.rows() == before


def without_token(page: str) -> str:
    return re.sub(r'name="(csrf_token|back)"[^>]*>', "", page)


def with_each_number(rule: Rule, known: dict[str, object]) -> Iterator[str]:
    """The paths of a page, each number in it once replaced by such as no row has."""
    for name in rule.arguments:
        if isinstance(known[name], int):
            for number in (LARGEST,) if name.endswith("_id") else NO_YEARS:
                path = rule.rule
                for each, value in (known | {name: number}).items():
                    path = re.sub(rf"<(?:[^<>]*:)?{each}>", str(value), path)
                yield path


def test_93_no_number_in_an_address_breaks_a_page(web: Flask, rich: Rich) -> None:
    logins = {Role.OFFICER: "officer1", Role.MEMBER: "zhao", Role.AUDITOR: "auditor"}
    browsers = {role: Browser(web).sign_in(login) for role, login in logins.items()}
    broken, tried = [], 0
    for rule in rules(web, "GET"):
        served = served_by(web, rule.endpoint)
        for role in () if served is EVERYBODY else served & browsers.keys():
            for path in with_each_number(rule, rich.paths):
                answer = browsers[role].get(path)
                tried += 1
                if answer.status_code not in {200, 302, *GONE}:
                    broken.append((path, answer.status_code))
    assert broken == []
    assert tried > 100


def test_credit_of_what_is_no_year_moves_nothing(rich: Rich) -> None:
    before = rich.rows()
    for year in ("9" * 30, "99999", "-1", "0", "1e4", "٢٠٢١", ""):
        for wrong in ({"from_year": year}, {"year": year}):
            fields = {"from_year": "2021", "year": "2021"} | wrong
            assert rich.one.post("/office/unit/1/credit", **fields).status_code == 400
    assert rich.rows() == before
