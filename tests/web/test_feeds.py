"""The page of feeds: every row by what became of it, in lists to read and to take away."""

import io
import re
from tempfile import TemporaryFile

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import text

from app.db import db, transaction
from app.dispatch import drain_all
from app.feeds.account import CLASSES, PARTS
from app.feeds.import_file import import_file
from app.texts import LANGUAGES
from app.texts.fates import CLASSES as WORDS
from app.texts.fates import class_said
from tests.web.browser import Browser, words
from tests.web.fund import QIAN, Fund, bill, feed

PAGE = "/office/feeds/"
BILLS = [
    bill("F1", QIAN, "2021-06-03", "1000.00"),
    bill("F2", QIAN, "2021-06-04", "1000.00", med_type="41"),
    bill("F3", 2, "2021-06-05", "1000.00", med_type="22"),
    bill("F4", 900, "2021-06-06", "1000.00"),
    bill("F1", QIAN, "2021-06-03", "1000.00"),
    bill("F5", QIAN, "2021-06-07", "1000000000.00"),
    bill("F6", QIAN, "2021-06-07", "1000000000.00"),
]
COUNTS = {"matched": 1, "not_payable": 1, "held": 1, "no_member": 1, "duplicate": 1, "faulty": 2}

WHY = {
    "not_payable": "不在补助范围",
    "held": "需要人工决定",
    "no_member": "此人未参保",
    "duplicate": "结算编号在本文件前面的行已经出现过",
    "faulty": "十亿元",
}
"""What each list says of its rows, as a file too."""


@pytest.fixture(scope="module")
def place(web: Flask, fund: Fund) -> str:
    """Where a feed with a row of most classes is shown."""
    with web.app_context():
        for name, bills in (("六月.csv", BILLS), ("-", BILLS[:1])):
            with TemporaryFile() as file:
                file.write(feed(*bills))
                [_] = import_file(transaction, file, name=name, by=fund.officer)
        assert drain_all().in_trouble == 0
        [number] = db.session().execute(text("SELECT id FROM feed WHERE name = '六月.csv'")).one()
    return f"{PAGE}{number}"


@pytest.fixture(scope="module")
def sent_again(web: Flask, place: str) -> str:
    """Where a feed is shown that came by a pipe and brought nothing new."""
    with web.app_context():
        [number] = db.session().execute(text("SELECT id FROM feed WHERE name = '-'")).one()
    return f"{PAGE}{number}"


def test_every_row_is_counted_listed_and_taken_away(officer: Browser, place: str) -> None:
    assert "六月.csv" in officer.choose("zh").read(PAGE)
    shown = officer.get(place)
    assert "data-poll" not in shown.text
    assert "已全部收取 · 7 行" in words(shown.text)
    for fate in CLASSES:
        page = officer.get(f"{place}/{fate}")
        assert page.status_code == 200
        assert ("本批次没有这一类" in page.text) is (fate not in COUNTS)
        answer = officer.post(f"{place}/{fate}", form="csv")
        assert WHY.get(fate, "") in answer.get_data(as_text=True), fate
        told = {line.split(",")[0] for line in answer.get_data(as_text=True).splitlines()[1:]}
        assert len(told) == COUNTS.get(fate, 0), fate
    assert officer.get(f"{place}/nothing").status_code == 404
    assert officer.get(f"{PAGE}999999").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_class_has_one_word_wherever_it_is_told(officer: Browser, place: str, lang: str) -> None:
    """On the feed's page and its lists, on the page of what was determined, in what happened."""
    assert [*WORDS] == [*CLASSES]
    shown = officer.choose(lang).get(place).text
    for fate in CLASSES:
        assert f"<span>{class_said(fate, lang)}</span>" in shown
        assert f"<h1>{class_said(fate, lang)}</h1>" in officer.get(f"{place}/{fate}").text
    run = words(officer.get(re.findall(r"/office/runs/[0-9]+", shown)[0]).text)
    counts = {"rows_in": 7, "new": 3, "changed": 0, "refunds": 0, "unmatched": 1, "refused": 3}
    assert all(f"{count} {class_said(name, lang)}" in run for name, count in counts.items())
    happened = words(officer.get("/office/").text).lower()
    assert f"{class_said('no_member', lang)}".lower() in happened


def test_a_large_feed_tells_what_was_counted_when_it_was_taken(
    officer: Browser, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.feeds.MOST_COUNTED", 6)
    shown = officer.choose("en").get(place).text
    for fate in CLASSES:
        count = COUNTS.get(fate, 0) if fate in PARTS else "…"
        assert f"<strong>{count}</strong><span>{class_said(fate, 'en')}</span>" in shown


def test_a_listed_row_names_its_bill(officer: Browser, place: str, sent_again: str) -> None:
    """Of what was known already nothing was kept but the lines: a column of nothing is none."""
    officer.choose("en")
    for fate in COUNTS:
        assert "<th>Bill</th>" in officer.get(f"{place}/{fate}").text, fate
    shown = officer.get(f"{place}/faulty").text
    assert {*re.findall(">(F[0-9])<", shown)} == {"F5", "F6"}
    assert "<th>Bill</th>" not in officer.get(f"{sent_again}/duplicate").text


def test_a_feed_from_a_pipe_is_no_file(officer: Browser, sent_again: str) -> None:
    """It has no name to look for: its number calls it."""
    number = sent_again.rpartition("/")[2]
    assert f"Feed {number}" in words(officer.choose("en").get(sent_again).text)
    assert "The standard input" in officer.get(PAGE).text
    assert "标准输入 · " in words(officer.choose("zh").get(sent_again).text)


def test_a_list_says_on_its_page_what_its_file_says(officer: Browser, place: str) -> None:
    officer.choose("zh")
    for fate, why in WHY.items():
        assert why in words(officer.get(f"{place}/{fate}").text), fate


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_can_be_read_as_it_opens(officer: Browser, place: str, lang: str) -> None:
    """Its sheet is called what the list is, numbers are numbers, and no column is too narrow."""
    officer.choose(lang)
    for fate, count in COUNTS.items():
        data = officer.post(f"{place}/{fate}", form="xlsx").data
        [sheet] = load_workbook(io.BytesIO(data)).worksheets
        assert sheet.title == class_said(fate, lang)
        rows = [*sheet.iter_rows(min_row=2)]
        assert len({row[0].value for row in rows}) == count
        for line, bill_number, claim, why in rows:
            assert line.data_type == "n"
            assert (bill_number.data_type, claim.data_type) in {("s", "n"), ("s", "s"), ("n", "n")}
            width = len(str(why.value or "").encode("gb18030"))
            held = sheet.column_dimensions["D"].width
            assert held > width or (why.alignment.wrap_text and held > 60)


def test_pages_of_a_list_follow_one_another(officer: Browser, place: str) -> None:
    first = officer.get(f"{PAGE}?size=1").text
    assert "?after=" in first
    page = officer.choose("en").get(f"{place}/faulty?size=1").text
    assert words(page).count("a billion yuan or more") == 2  # two amounts of one row
    assert f"{place}/faulty?after=7" in page
    last = officer.get(f"{place}/faulty?size=1&after=7").text
    assert words(last).count("a billion yuan or more") == 2
    assert "Next page" not in last


def test_a_district_sees_no_feed(web: Flask, fund: Fund, place: str) -> None:
    north = Browser(web).sign_in("north")
    for path in (PAGE, place, f"{place}/matched"):
        assert north.get(path).status_code == 404


def test_a_row_leads_to_what_its_bill_became(officer: Browser, place: str) -> None:
    """A faulty one too, if the bureau has sent that bill rightly since."""
    to_claim = re.compile(r"/office/members/[0-9]+/claims/[0-9]+")
    officer.choose("en")
    for fate, leads in (("matched", 1), ("held", 1), ("duplicate", 1), ("no_member", 0)):
        shown = officer.get(f"{place}/{fate}").text
        assert len(to_claim.findall(shown)) == leads, fate
        assert ("<th>Claim</th>" in shown) is bool(leads)
    [claim] = to_claim.findall(officer.get(f"{place}/matched").text)
    assert "F1" in words(officer.get(claim).text)


def test_a_cut_file_says_that_the_whole_of_it_came(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    """Another file of the same name is none."""
    whole = feed(*(bill(f"C{n}", QIAN, "2021-07-03", "10.00") for n in range(9)))
    other = feed(*(bill(f"D{n}", QIAN, "2021-07-04", "10.00") for n in range(9)))
    numbers: list[int] = []

    def sent(content: bytes) -> str:
        with web.app_context(), TemporaryFile() as file:
            file.write(content)
            [taken] = import_file(transaction, file, name="七月.csv", by=fund.officer)
        numbers.append(taken.feed_id)
        return f"{PAGE}{numbers[0]}"

    officer.choose("en")
    for content in (whole[: whole.rindex(b"C7") + 30], other):
        shown = words(officer.get(sent(content)).text)
        assert "end its last line with a line break" in shown
        assert "The whole file came later" not in shown
    for page in (sent(whole), PAGE):
        shown = officer.get(page).text
        assert f'href="{PAGE}{numbers[2]}">The whole file came later</a>' in shown
    assert officer.get(PAGE).text.count("The whole file came later") == 1
