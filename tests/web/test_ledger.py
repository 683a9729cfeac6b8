"""The pages of the books: figures as the ledger has them, two officers to close."""

import io
import re
from datetime import date
from html import unescape

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text

from app.books.profile import profiles
from app.books.still_open import still_open
from app.clock import today
from app.db import transaction
from app.ledger.chart import NAMES
from app.ledger.models import BooksAsked, EntryReversal, LedgerClose
from app.texts.amounts import MINUS, money
from app.web.paging import Asked
from app.web.read.entries import entry_seen
from app.web.read.events import OF_ROSTERS
from tests.web.browser import Browser, words
from tests.web.fund import Fund

BANK = "SELECT sum(amount_fen) FROM posting WHERE account = '1001'"
NAMESAKES = """
SELECT e.id FROM entry e JOIN event v ON v.recorded_at = e.recorded_at AND v.about = e.about
WHERE e.memo = 'roster full' GROUP BY e.id
HAVING bool_or(v.act = ANY(:own)) AND bool_or(v.act <> ALL(:own))
"""
"""Entries of a moment in which something else with the same number was done, too."""


def test_the_day_book_ends_with_what_the_bank_has(web: Flask, officer: Browser) -> None:
    with web.app_context(), transaction() as session:
        fen = int(session.execute(text(BANK)).scalar_one())
    sign, (yuan, rest) = MINUS if fen < 0 else "", divmod(abs(fen), 100)
    page = officer.read("/books/accounts/1001?from=2019-01-01")
    assert f"{sign}{yuan:,}.{rest:02d}" in page
    file = officer.get("/books/accounts/1001?from=2019-01-01&as=xlsx")
    assert "attachment" in file.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(file.data)).worksheets[0]
    assert round([*sheet.values][-1][-1] * 100) == fen


def test_vouchers_are_listed_shown_and_sent(web: Flask, officer: Browser) -> None:
    found = re.findall(r"/books/(\d+)/(\d+)/vouchers", officer.get("/books/").text)
    shown = 0
    for year, month in sorted(set(found)):
        path = f"/books/{year}/{int(month)}/vouchers"
        listed = set(re.findall(rf"{path}/(\d+)", officer.get(path).text))
        assert listed == {str(n) for n in range(1, len(listed) + 1)}
        if listed:
            assert "记-1" in officer.read(f"{path}/1")
            assert officer.get(path + "?as=csv").data.startswith(b"\xef\xbb\xbf")
            shown += 1
    assert shown
    assert officer.get("/books/2021/1/vouchers?profile=nix").status_code == 404
    assert officer.get("/books/accounts/9999").status_code == 404
    assert officer.get("/books/trial-balance?from=x").status_code == 400
    assert officer.get("/books/trial-balance?from=2022-01-01&to=2021-01-01").status_code == 400


def test_where_a_chart_of_accounts_stands_is_said_in_ones_language(officer: Browser) -> None:
    """The rules' own title stays as it is."""
    page = "/books/2021/1/vouchers?profile={}"
    for chart in profiles().values():
        if not chart.holds(date(2021, 1, 1), date(2021, 1, 31)):
            continue
        told = words(officer.choose("en").get(page.format(chart.id)).text)
        for source in chart.sources:
            assert f"{source.says['en']} (" in told
            assert source.title in told
            assert f"{source.where['en']}. {source.verified['en']}" in told
            assert f"{source.title}，{source.says['zh']}" in words(
                officer.choose("zh").get(page.format(chart.id)).text
            )


def test_the_books_are_the_whole_funds(web: Flask, fund: Fund) -> None:
    north = Browser(web).sign_in("north")
    for path in ("trial-balance", "accounts/1001", "2021/1/vouchers", "2021/1/vouchers/1"):
        assert north.get(f"/books/{path}").status_code == 403
    assert north.get("/books/").status_code == 302
    page = north.read("/books/income/2021?per=scheme")
    assert "北区" in page
    assert "市总工会" not in page.split("互助金收支表", 1)[1]
    token = {"csrf_token": north.token("/books/income/2021")}
    for path in ("close", "reverse", "asked/1/approve", "asked/1/back"):
        assert north.client.post(f"/books/{path}", data=token).status_code == 403


def test_two_officers_close_and_reverse(web: Flask, fund: Fund, officer: Browser) -> None:
    with web.app_context(), transaction() as session:
        entry = session.execute(
            text("SELECT min(id) FROM entry WHERE memo = 'subsidy received'")
        ).scalar_one()
    second = Browser(web).sign_in("officer2")
    [period] = re.findall(r'name="period" value="([0-9]{4})"', officer.get("/books/").text)
    for path, data in (
        ("close", {"period": period}),
        ("reverse", {"entry": entry, "why": "重复登记"}),
    ):
        data["csrf_token"] = officer.token("/books/")
        assert officer.client.post(f"/books/{path}", data=data).status_code == 302
    nobodys = {"entry": "-" + "9" * 30, "why": "x", "csrf_token": officer.token("/books/")}
    assert officer.client.post("/books/reverse", data=nobodys).status_code == 400
    wrong = {"entry": "1", "why": "试一试", "csrf_token": officer.token("/books/")}
    refused = officer.client.post("/books/reverse", data=wrong)
    assert refused.status_code == 400
    assert 'value="试一试"' in refused.text, "what was typed stands in the form still"
    with web.app_context(), transaction() as session:
        asked = session.scalars(select(BooksAsked.id).order_by(BooksAsked.id)).all()
    own = officer.get("/books/").text
    assert "/approve" not in own
    assert "这是您申请的，须由另一名经办人员办理" in own
    assert f'name="period" value="{period}"' not in own, "what waits is not asked for again"
    token = {"csrf_token": officer.token("/books/")}
    for number in asked:
        answer = officer.client.post(f"/books/asked/{number}/approve", data=token)
        assert answer.status_code == 409
        assert 'action="/books/reverse"' in answer.text, "refused where one can act"
    token = {"csrf_token": second.token("/books/")}
    for number in asked:
        answer = second.client.post(f"/books/asked/{number}/approve", data=token)
        assert answer.status_code == 302
        answer = second.client.post(f"/books/asked/{number}/approve", data=token)
        assert answer.status_code == 409
    with web.app_context(), transaction() as session:
        assert [x.period for x in session.scalars(select(LedgerClose))] == [period]
        assert [x.entry_id for x in session.scalars(select(EntryReversal))] == [entry]
    page = second.read("/books/")
    assert "已结账" in page
    assert "等待另一人批准" not in page


def test_who_closes_is_told_what_is_open(web: Flask, officer: Browser) -> None:
    """Both who asks and who closes it, with the way to each account's lines."""
    [period] = re.findall(r'name="period" value="([0-9]{4})"', officer.get("/books/").text)
    with web.app_context(), transaction() as session:
        found = still_open(session, date(int(period), 12, 31))
    assert found.waiting, "the fund of these tests owes and is owed"
    ask = {"period": period, "csrf_token": officer.token("/books/")}
    for reader in (officer, Browser(web).sign_in("officer2")):
        page = reader.read("/books/")
        assert f"截至 {period}-12-31 尚未了结" in page
        for each in found.waiting:
            assert f"{each.account.value} {NAMES[each.account][0]}" in page
            assert money(each.open_fen) in page
            sheet = f"/books/accounts/{each.account.value}?from={period}-12-01&to={period}-12-31"
            assert sheet in unescape(reader.get("/books/").text)
        officer.client.post("/books/close", data=ask)
    [number] = re.findall(r"/books/asked/([0-9]+)/back", officer.get("/books/").text)
    officer.client.post(f"/books/asked/{number}/back", data=ask)


def test_what_was_asked_by_mistake_is_taken_back(web: Flask, officer: Browser) -> None:
    second = Browser(web).sign_in("officer2")
    [period] = re.findall(r'name="period" value="([0-9]{4})"', officer.get("/books/").text)
    ask = {"period": period, "csrf_token": officer.token("/books/")}
    assert officer.client.post("/books/close", data=ask).status_code == 302
    [number] = re.findall(r"/books/asked/([0-9]+)/back", officer.get("/books/").text)
    token = {"csrf_token": second.token("/books/")}
    mine = {"csrf_token": officer.token("/books/")}
    assert officer.client.post(f"/books/asked/{number}/back", data=mine).status_code == 302
    assert "等待另一人批准" not in officer.read("/books/")
    for act in ("approve", "back"):
        assert second.client.post(f"/books/asked/{number}/{act}", data=token).status_code == 409
    assert officer.client.post("/books/close", data=ask).status_code == 302
    [again] = re.findall(r"/books/asked/([0-9]+)/back", officer.get("/books/").text)
    assert again != number
    assert second.client.post(f"/books/asked/{again}/approve", data=token).status_code == 302


def test_the_bank_is_reconciled_from_its_first_statement_on(officer: Browser) -> None:
    assert "对账单" in officer.read("/books/bank?on=2021-12-31")
    assert officer.get("/books/bank?on=x").status_code == 400


def test_nonsense_is_refused_in_words(officer: Browser) -> None:
    token = officer.token("/books/")
    for path, data in (
        ("close", {"period": "2021-13"}),
        ("close", {"period": str(today().year)}),
        ("reverse", {"entry": "x", "why": "y"}),
        ("reverse", {"entry": "1", "why": ""}),
    ):
        data["csrf_token"] = token
        assert officer.client.post(f"/books/{path}", data=data).status_code == 400
    assert "等待另一人批准" not in officer.read("/books/"), "what is not over is not asked for"


def test_who_acted_is_told_of_what_the_entry_is_about(web: Flask, fund: Fund) -> None:
    """Rosters and receipts are numbered apart: of one moment, both may have the same number."""
    with web.app_context(), transaction() as session:
        found = session.execute(text(NAMESAKES), {"own": [*OF_ROSTERS]}).scalars().all()
        assert found
        for entry_id in found:
            entry = entry_seen(session, entry_id, Asked(None, 50))
            assert entry is not None
            assert {act.act for act in entry.acts} <= {*OF_ROSTERS}, entry_id
