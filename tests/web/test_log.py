"""The auditor's log: everything that was done, looked through and taken along."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db, transaction
from app.evidence.append import record
from app.web import log
from app.web.read.events import HIDDEN
from tests.web.browser import Browser, words
from tests.web.fund import Fund

LOG = "/audit/log/"


def events(web: Flask) -> list[tuple[int, str, int | None]]:
    with web.app_context():
        return [*db.session().execute(text("SELECT id, act, by FROM event ORDER BY id DESC"))]


def rows(answer: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(answer.removeprefix("\ufeff")))]


def test_every_act_is_of_one_kind() -> None:
    nouns = [noun for _, held in log.KINDS.values() for noun in held]
    assert len(nouns) == len(set(nouns))
    assert {act.partition(".")[0] for act in log.ACTS} > set(nouns)
    assert sorted(act for kind in log.KINDS for act in log.acts_of(kind)) == sorted(log.ACTS)


def test_everything_is_listed_page_by_page_also_what_officers_are_not_told(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    there, seen, path = events(web), [], f"{LOG}?size=7"
    assert {act for _, act, _ in there} & set(HIDDEN)
    while path:
        page = auditor.get(path).text
        seen += [int(part.partition("<")[0]) for part in page.split('<span class="code">')[1:]]
        path = page.partition("/audit/log/?after=")[2].partition('"')[0]
        path = path and f"{LOG}?size=7&after={path}"
    assert seen == [number for number, *_ in there]


def test_it_is_looked_through_by_kind_person_year_and_day(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    there = events(web)

    def found(asked: str) -> set[int]:
        return {int(row[0]) for row in rows(auditor.get(f"{LOG}file?{asked}").text)[1:]}

    claims = {number for number, act, _ in there if act in log.acts_of("claims")}
    assert found("kind=claims") == claims != set()
    mine = {number for number, _, by in there if by == fund.second}
    assert found(f"by={fund.second}") == mine
    assert found("year=2019") < found("") == {number for number, *_ in there}
    with web.app_context():
        today = db.session().execute(text("SELECT max(recorded_at)::date FROM event")).scalar_one()
    assert found(f"first={today}&last={today}") == found("")
    assert found("last=2001-01-01") == set()
    assert found(f"kind=claims&by={fund.second}&year=1999") == set()
    page = auditor.read(f"{LOG}?by={fund.officer}&kind=units")
    assert "只显示经办一的操作" in page
    assert "没有符合条件" in auditor.read(f"{LOG}?year=1901")


def test_the_file_holds_each_events_facts_and_no_formula(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    with web.app_context(), transaction() as session:
        record(session, "bundle.read", by=fund.auditor, about=7, years=[2021], sha256="ab")
    taken = rows(auditor.get(f"{LOG}file").text)
    assert taken[0] == ["编号", "时间", "事项", "操作人", "保障年度", "act", "about", "facts"]
    assert taken[1][2:] == ["bundle.read", "审计", "2021", "bundle.read", "7", '{"sha256": "ab"}']
    assert not [cell for row in taken for cell in row if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("kind=x", 404),
        ("by=x", 400),
        ("year=20211234567", 400),
        ("first=2021-13-01", 400),
        ("last=9999-12-31", 400),
        ("after=-1", 200),
    ],
)
def test_nonsense_is_refused(fund: Fund, auditor: Browser, asked: str, code: int) -> None:
    assert auditor.get(f"{LOG}?{asked}").status_code == code


def test_the_log_in_english_has_no_chinese_of_ours(web: Flask, fund: Fund) -> None:
    page = words(Browser(web).sign_in("auditor").choose("en").get(LOG).text)
    assert "Nothing in it can be changed or taken out." in page
    assert "By the rules" in page
