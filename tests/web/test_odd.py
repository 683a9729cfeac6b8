"""Odd addresses and odd forms: whatever is in them, every page answers in words, never with a 500.

What is tried is generated: every path of the URL map with the ends of its numbers, every name a
page asks of its address, and every field of every form that the pages show.
"""

import inspect
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.routing import BuildError, Rule, ValidationError

from app.web.roles import ASSETS
from tests.web.browser import Browser
from tests.web.fund import Fund
from tests.web.rich import Rich
from tests.web.test_roles import CONTACT

ODD = ("9223372036854775808", "9" * 400, "0001-01-01", "9999-12-31", "-1")
DAYS = ("0001-01-01", "9999-12-31")
NUMBERS = ("9" * 30, "-" + "9" * 30, "-1", "NaN", "1e400")
YEARS = (0, 1, 1900, 9999, 10**30)
_ASKED = re.compile(r'request\.args\.get\(\s*"(\w+)"')
_LIST = {"after", "size"}
"""Tried by themselves, on one list: `test_refusals`."""
BROKEN = 500
LONG = os.environ.get("HUZHU_LONG") == "1"
WORDY = "长" * 5_000


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    return Rich(web, fund).make()


def pages(web: Flask) -> list[Rule]:
    found = [x for x in web.url_map.iter_rules() if x.endpoint not in ASSETS]
    return [x for x in found if "GET" in x.methods]


def path(web: Flask, rule: Rule, values: dict[str, object]) -> str | None:
    """None where the path has no such value."""
    with web.test_request_context():
        try:
            built = rule.build({x: values[x] for x in rule.arguments})
        except (BuildError, ValidationError):
            return None
        return built[1] if built else None


def names_asked(web: Flask, rule: Rule) -> set[str]:
    """The names a page, or what its module's pages share, asks of an address."""
    view = inspect.unwrap(web.view_functions[rule.endpoint])
    shared = [x for name, x in vars(inspect.getmodule(view)).items() if name.startswith("_")]
    read = [view, *(x for x in shared if inspect.isfunction(x) and x.__module__ == view.__module__)]
    return {name for each in read for name in _ASKED.findall(inspect.getsource(each))} - _LIST


def test_odd_addresses_are_answered(web: Flask, rich: Rich) -> None:
    tried, broken = 0, []
    for rule in pages(web):
        here = path(web, rule, rich.paths)
        asked = [{name: odd} for name in sorted(names_asked(web, rule)) for odd in ODD]
        ends = [path(web, rule, rich.paths | {"year": x, "line": x, "month": 12}) for x in YEARS]
        others = {*ends} - {here, None} if rule.arguments & {"year", "line"} else set()
        for address, query in [(here, x) for x in asked] + [(x, {}) for x in sorted(others)]:
            tried += 1
            if rich.one.get(address, query_string=query).status_code >= BROKEN:
                broken.append((address, query))
    assert not broken
    assert tried > 200


class Form(NamedTuple):
    """A form of a page: where it goes, its fields as they stand, and of what kind each is."""

    action: str
    fields: dict[str, str]
    kinds: dict[str, str]


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.here, self.open, self.select = here, False, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.found.append(Form(given.get("action") or self.here, {}, {}))
            self.open = True
        elif self.open and tag in {"input", "textarea", "select", "button"} and "name" in given:
            self._field(tag, given)
        elif self.open and tag == "option" and ("selected" in given or not self._chosen()):
            self.found[-1].fields[self.select] = given.get("value", "")

    def _chosen(self) -> str:
        return self.found[-1].fields.get(self.select, "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        if given.get("type") in {"checkbox", "radio"} and "checked" not in given:
            self.found[-1].fields.setdefault(given["name"], given.get("value", ""))
            return
        self.select = given["name"] if tag == "select" else ""
        self.found[-1].fields[given["name"]] = given.get("value", "")
        self.found[-1].kinds[given["name"]] = given.get("type", tag)

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "form"


def forms(web: Flask, rich: Rich) -> Iterator[tuple[Browser, Form]]:
    """Every form of every page, by somebody whom it serves: once each."""
    seen: set[str] = set()
    who = [rich.one, rich.two, Browser(web), *(Browser(web).sign_in(x) for x in ("qian", CONTACT))]
    for browser in who:
        for rule in pages(web):
            values = rich.paths if browser is not who[-1] else rich.paths | {"unit_id": 4}
            here = path(web, rule, values)
            answer = browser.get(here)
            if answer.status_code != 200 or "html" not in answer.content_type:
                continue
            for form in Forms(answer.text, here).found:
                if form.action not in seen and form.action not in {"/sign-out", "/language"}:
                    seen.add(form.action)
                    yield browser, form


def odd_fields(form: Form) -> Iterator[dict[str, str]]:
    """The form with one field odd, or gone; and once with what no keyboard types."""
    for name, kind in form.kinds.items():
        if name in {"csrf_token", "submit"} or kind == "file":
            continue
        values = {"date": DAYS, "hidden": NUMBERS[:2], "select": NUMBERS[:2]}.get(kind, NUMBERS)
        for value in (*values, WORDY) if kind in {"text", "textarea", "input"} else values:
            yield form.fields | {name: value}
        yield {x: y for x, y in form.fields.items() if x != name}
        yield form.fields | {name: "a\0b"}


def test_odd_forms_are_answered(web: Flask, rich: Rich) -> None:
    broken, tried, found = [], 0, 0
    for browser, form in list(forms(web, rich)):
        found += 1
        token = browser.token("/join")
        # In every run a third of each form's ways to be odd, others for the next form.
        for fields in islice(odd_fields(form), 0 if LONG else found % 3, None, 1 if LONG else 3):
            tried += 1
            data = {**fields, "csrf_token": token}
            # Pages for everybody are slowed down by address.
            place = {"REMOTE_ADDR": f"198.51.100.{tried % 250}"}
            answer = browser.client.post(form.action, data=data, environ_base=place)
            if answer.status_code >= BROKEN:
                changed = {x: y[:20] for x, y in fields.items() if form.fields.get(x) != y}
                broken.append((form.action, changed or form.fields.keys() - fields.keys()))
            if any("\0" in x for x in fields.values()):
                assert answer.status_code in {400, 413}, form.action
    assert not broken
    assert found > 30
    assert tried > (1_000 if LONG else 300)
