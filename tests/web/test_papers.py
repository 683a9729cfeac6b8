"""Papers on an officer's pages: of the officer's own units and of nobody else's."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.http import parse_options_header

from app.db import transaction
from tests.db.test_papers import amounts
from tests.db.test_papers import words as printed
from tests.factories import make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund


@pytest.fixture
def late(web: Flask, fund: Fund) -> tuple[int, int]:
    """The unit that has paid a part, and its receipt."""
    with web.app_context(), transaction() as session:
        found = session.execute(
            text(
                "SELECT u.id, c.id FROM unit u JOIN receipt c ON c.unit_id = u.id"
                " WHERE u.uscc = :uscc"
            ),
            {"uscc": make_uscc(3)},
        ).one()
    return int(found[0]), int(found[1])


def test_a_notice_is_one_click_away(officer: Browser, late: tuple[int, int]) -> None:
    unit_id, receipt_id = late
    page = officer.get(f"/office/unit/{unit_id}/2021").text
    for path in (
        f"/office/papers/unit/{unit_id}/2021/notice.pdf",
        f"/office/papers/receipt/{receipt_id}.pdf",
    ):
        assert f'href="{path}"' in page
        answer = officer.get(path)
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF")
    assert "尚应缴纳¥60.00" in printed(
        officer.get(f"/office/papers/unit/{unit_id}/2021/notice.pdf").data
    )
    assert amounts(answer.data)[0] == "¥90.00"


def test_another_unions_papers_do_not_exist(web: Flask, late: tuple[int, int]) -> None:
    north = Browser(web).sign_in("north")
    unit_id, receipt_id = late
    for path in (
        f"unit/{unit_id}/2021/notice.pdf",
        f"receipt/{receipt_id}.pdf",
        "subsidy/1.pdf",
        "batch/P2021-0001.pdf",
        "notices/1",
        "notices/1/file",
    ):
        assert north.get(f"/office/papers/{path}").status_code == 404, path


def test_a_batchs_sheet(officer: Browser, web: Flask) -> None:
    said = printed(officer.get("/office/papers/batch/P2021-0001.pdf").data)
    with web.app_context(), transaction() as session:
        lines, total_fen, digest = session.execute(
            text("SELECT lines, total_fen, file_sha256 FROM payment_batch")
        ).one()
        paid_fen = session.execute(text("SELECT sum(amount_fen) FROM payment")).scalar_one()
    assert total_fen == paid_fen
    assert f"笔数{lines}" in said
    assert f"{total_fen / 100:,.2f}" in said
    assert digest in said
    assert "制单经办一批准经办二" in said
    assert officer.get("/office/papers/batch/P2021-9999.pdf").status_code == 404


def test_all_notices_of_a_year_are_ordered_and_made(web: Flask, officer: Browser) -> None:
    answer = officer.post("/office/papers/notices/2021")
    page = officer.get(answer.location).text
    assert 'data-poll="1"' in page
    assert "第 0 个单位，共 3 个。" in page
    page = officer.get("/office/papers/notices/1").text
    assert "共 2 份通知单" in page
    assert "1 个单位的通知单未能生成" in page
    sent = officer.get("/office/papers/notices/1/file")
    assert sent.data == b"PK"
    called = sent.headers["Content-Disposition"]
    assert called.isascii(), "no server sends another header"
    assert parse_options_header(called)[1] == {"filename": "缴费通知单-2021.zip"}
    assert officer.post("/office/papers/notices/1999").status_code == 409


def test_a_contact_gets_the_own_units_notice_and_no_other_pages_are_offered(
    web: Flask, fund: Fund
) -> None:
    contact = Browser(web).sign_in(f"{make_uscc(4).lower()}-1")
    own = f"/office/unit/{fund.kindergarten}"
    assert (
        contact.get(f"/office/papers/unit/{fund.kindergarten}/2021/notice.pdf").data[:4] == b"%PDF"
    )
    led = 0
    for page in ("/unit/", own):
        for path in re.findall(r'<a [^>]*href="(/[^"#]+)"', contact.get(page).text):
            assert contact.get(html.unescape(path)).status_code in {200, 302}, path
            led += 1
    assert led > 8
