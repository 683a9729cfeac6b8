"""From a report's page each line opens to its list, and each piece of it to what it is."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app.db import db
from app.embedded.cluster import SUPERUSER
from app.reports.opens import lists_of
from tests.bench.copying import connect
from tests.conftest import Cluster
from tests.web.browser import Browser
from tests.web.fund import Fund

REPORT = "/books/report"
YEAR = f"{REPORT}/2021/0"
GRANTED = f"{YEAR}/outcome/granted"
NEXT = r'after=([^"&]+)">[^<]*→'
OK = 200
LEADS = 12
MOST = 60


def lines(browser: Browser, report: str) -> list[str]:
    """Where the lines on a report's page lead, as far as that is a list."""
    page = browser.get(report).text.partition('id="lines"')[2]
    return re.findall(rf'href="({REPORT}/\d+/\d+/[a-z_]+/[^"/]+)"', page)


def rows(browser: Browser, path: str) -> list[str]:
    """Where the rows of a list lead."""
    answer = browser.get(path)
    assert answer.status_code == OK, path
    body = answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [html.unescape(each) for each in re.findall(r'href="([^"]+)"', body)]


@pytest.mark.parametrize("login", ["auditor", "officer1"])
@pytest.mark.parametrize("month", [0, 11])
def test_every_line_opens_and_leads_on_and_back(
    web: Flask, fund: Fund, login: str, month: int
) -> None:
    browser = Browser(web).sign_in(login)
    report = f"{REPORT}/2021/{month}"
    found = lines(browser, report)
    assert {each.split("/")[-2] for each in found} >= {
        x for x in lists_of(month=bool(month)) if not x.startswith("gi")
    }
    led = set[str]()
    for each in found:
        led |= {*rows(browser, each)}
        back = each.rsplit("/", 2)[0]
        assert f'href="{back}#lines"' in browser.get(each).text
    assert month or len(led) > LEADS
    for each in led:
        assert browser.get(each).status_code == OK, each


def test_a_claim_of_a_line_opens_and_tells_its_lines(web: Flask, fund: Fund) -> None:
    officer, auditor = Browser(web).sign_in("officer1"), Browser(web).sign_in("auditor")
    [claim, *_] = rows(officer, GRANTED)
    assert claim.startswith("/office/members/")
    assert GRANTED in officer.get(claim).text
    [claim, *_] = rows(auditor, GRANTED)
    number = claim.partition("number=")[2]
    assert number
    opened = auditor.post("/audit/claims/", number=number, purpose="抽查年度报告").location or ""
    assert GRANTED in auditor.get(opened).text


def test_pages_of_a_line_are_the_whole_line(web: Flask, fund: Fund) -> None:
    auditor = Browser(web).sign_in("auditor")
    several = 0
    for line in lines(auditor, YEAR):
        whole, path = rows(auditor, line), f"{line}?size=1"
        found: list[str] = []
        while path:
            assert len(found) < MOST, line
            found += rows(auditor, path)
            after = re.search(NEXT, auditor.get(path).text)
            path = f"{line}?size=1&after={after[1]}" if after else ""
        assert found == whole, line
        several += len(whole) > 1
    assert several


def test_a_long_line_is_added_up_when_asked(web: Flask, fund: Fund) -> None:
    auditor = Browser(web).sign_in("auditor")
    whole = re.search(r'<dl class="sums">.*?</dl>', auditor.get(GRANTED).text, re.S)
    assert whole
    cut = auditor.get(f"{GRANTED}?size=1").text
    assert '<dl class="sums">' not in cut
    assert 'name="sum" value="1"' in cut
    assert whole[0] in auditor.get(f"{GRANTED}?size=1&sum=1").text


@pytest.fixture
def large(web: Flask, cluster: Cluster) -> Iterator[None]:
    """The database takes its tables for a large city's."""
    size = "UPDATE pg_class SET reltuples = %s WHERE relname = 'determination'"
    with web.app_context():
        name = str(db.engine.url.database)
    with connect(cluster.url(SUPERUSER, name)) as owner:
        for tuples in (1_000_000, -1):
            owner.execute(size, [tuples])
            owner.commit()
            if tuples > 0:
                yield


def test_what_takes_long_in_a_large_city_is_made_when_asked(
    web: Flask, fund: Fund, request: pytest.FixtureRequest
) -> None:
    auditor, taking = Browser(web).sign_in("auditor"), 0
    whole = {line: rows(auditor, line) for line in lines(auditor, YEAR)}
    request.getfixturevalue("large")
    for line, found in whole.items():
        page = auditor.get(line).text
        if 'name="whole" value="1"' in page:
            taking += bool(found)
            assert "<tbody>" not in page, line
            assert '<dl class="sums">' not in page, line
            assert (
                "whole=1&amp;after=" in auditor.get(f"{line}?size=1&whole=1").text or len(found) < 2
            )
        assert rows(auditor, f"{line}?whole=1") == found, line
    assert taking
    assert rows(auditor, GRANTED) == whole[GRANTED]


def test_a_key_of_another_line_begins_at_the_beginning(web: Flask, fund: Fund) -> None:
    auditor = Browser(web).sign_in("auditor")
    after = re.search(NEXT, auditor.get(f"{GRANTED}?size=1").text)
    assert after
    for line in (f"{YEAR}/age/30", f"{YEAR}/care/inpatient", f"{REPORT}/2019/0/outcome/granted"):
        assert rows(auditor, f"{line}?after={after[1]}") == rows(auditor, line)
    assert rows(auditor, f"{GRANTED}?after=nonsense") == rows(auditor, GRANTED)


def test_no_list_of_what_no_report_has(web: Flask, fund: Fund) -> None:
    auditor = Browser(web).sign_in("auditor")
    for path in (
        f"{YEAR}/outcome/nonsense",
        f"{YEAR}/nonsense/granted",
        f"{YEAR}/union_covers/999",
        f"{REPORT}/2021/3/outcome/granted",
        f"{YEAR}/received/all",
    ):
        assert auditor.get(path).status_code == 404, path


def test_a_district_sees_no_line_of_the_funds_report(web: Flask, fund: Fund) -> None:
    assert Browser(web).sign_in("north").get(GRANTED).status_code == 403
