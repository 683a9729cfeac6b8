"""A member of the demonstration city: what am I covered for, and what do I get for this bill?"""

import io
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from tests.browser.books import Books
from tests.browser.visitor import Reader, Visitor

LONG = os.environ.get("HUZHU_LONG") == "1"
CLAIM = re.compile(r"/my/claims/\d+$")
FILED = "SELECT count(*) FROM filed_claim"
# The last day on which the demonstration's member is covered and waits no more.
LAST_DAY = """
SELECT term.ends_on FROM account JOIN demo_account ON account_id = account.id
JOIN (SELECT member_id, max(upper(term) - 1) AS ends_on FROM cover_term GROUP BY member_id) term
USING (member_id) WHERE role = 'member' ORDER BY account.id LIMIT 1
"""
numbers = count(1)


@pytest.fixture
def figures(books: Books) -> dict[str, str]:
    """A sheet of a stay in the last weeks of the member's cover, its total like no other's."""
    number = next(numbers)
    (last,) = books.row(LAST_DAY)
    assert isinstance(last, date)
    left = last - timedelta(days=number)
    return {
        "fixmedins_name": "市第一人民医院",
        "begndate": (left - timedelta(days=5)).isoformat(),
        "enddate": left.isoformat(),
        "setl_time": left.isoformat(),
        "stated_setl_id": f"SHEET{number}",
        "medfee_sumamt": f"12{number:03d}.00",
        "fulamt_ownpay_amt": "500.00",
        "preselfpay_amt": "300.00",
        "inscp_scp_amt": f"11{number + 200:03d}.00",
        "hifp_pay": "8000.00",
        "psn_part_amt": f"4{number:03d}.00",
    }


def begins(visitor: Visitor) -> None:
    """The first step, and no photo in the second; whatever was begun before is thrown away."""
    page = visitor.page
    if page.locator(".discard").count():
        page.locator(".discard summary").click()
        page.locator(".discard button").click()
        visitor.goes_to("/my/claims/new/")
    page.locator('input[name="med_type"][value="21"]').check()
    page.locator('input[name="says"][value="nobody"]').check()
    goes_on(visitor)
    page.wait_for_url("**/papers")
    visitor.looks()
    goes_on(visitor)
    page.wait_for_url("**/figures")
    visitor.looks()


def fills_in(visitor: Visitor, figures: dict[str, str]) -> None:
    for name, value in figures.items():
        visitor.page.locator(f'input[name="{name}"]').fill(value)


def goes_on(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.locator(".step-form .btn-send").click()


def gives_a_card(visitor: Visitor) -> None:
    visitor.page.wait_for_url("**/card")
    visitor.looks()
    visitor.page.locator('input[name="card"][value="new"]').check()
    visitor.page.locator('input[name="account"]').fill("6217 0000 1234 5678 905")
    goes_on(visitor)
    visitor.page.wait_for_url("**/check")
    visitor.looks()
    for name in ("consent", "right"):
        visitor.page.locator(f'input[name="{name}"]').check()


def test_a_printed_claim_begins_to_explain_on_its_first_page(
    visit: Callable[..., Visitor],
) -> None:
    """With the rules behind them the steps are longer than a sheet of paper."""
    visitor = visit(Reader(1280, "zh")).comes_as("member")
    page = visitor.goes_to("/my/claims").page
    page.locator('main a[href*="/my/claims/"]').filter(has_not_text="申请补助").first.click()
    visitor.arrives(CLAIM)
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert "× 50% =" in pages[0].extract_text()


def test_a_claim_is_filed_from_a_sheet_and_determined_in_seconds(
    visit: Callable[..., Visitor],
    reader: Reader,
    figures: dict[str, str],
    books: Books,
) -> None:
    visitor = visit(reader).comes_as("member")
    visitor.names = [figures["fixmedins_name"], *visitor.names]
    visitor.reads(reader.says("我的保障", "My cover"))
    assert visitor.page.get_by_role("progressbar").count() >= 1, "bars show what is left of caps"
    before = books.number(FILED)

    visitor.presses(reader.says("申请补助", "File a claim"), visitor.page.get_by_role("main"))
    begins(visitor)
    fills_in(visitor, figures | {"medfee_sumamt": "12.345"})
    visitor.expected.append(400)
    goes_on(visitor)
    visitor.looks().page.get_by_role("alert").wait_for()
    assert visitor.page.locator("input[name=psn_part_amt]").input_value() == figures["psn_part_amt"]

    fills_in(visitor, figures)
    goes_on(visitor)
    gives_a_card(visitor)
    visitor.reads(reader.says("估算", "Estimate"))
    assert books.number(FILED) == before
    goes_on(visitor)
    visitor.page.locator("#claim:not([data-poll])").wait_for()
    visitor.looks().reads(reader.says("这个结果是怎样算出来的", "How this was computed"))
    assert visitor.page.locator(".timeline li").count() >= 2
    assert books.number(FILED) == before + 1

    visitor.presses(reader.says("我的补助", "My claims"), visitor.page.get_by_role("navigation"))
    assert visitor.page.locator("article.claim-whole").count() >= 1


def test_a_double_click_sends_one_claim_and_the_way_back_sends_none(
    visit: Callable[..., Visitor], figures: dict[str, str], books: Books
) -> None:
    reader = Reader(390, "zh")
    visitor = visit(reader).comes_as("member")
    before = books.number(FILED)
    visitor.goes_to("/my/claims/new/")
    begins(visitor)
    fills_in(visitor, figures)
    goes_on(visitor)
    gives_a_card(visitor)
    visitor.page.locator(".btn-send").dblclick()
    visitor.arrives(CLAIM).page.locator("#claim:not([data-poll])").wait_for()
    assert books.number(FILED) == before + 1

    # The way back leads to the claim, whatever page of the draft it was.
    claim = visitor.page.url
    visitor.page.go_back()
    visitor.arrives(claim).looks().reads("这笔申请已经提交")
    assert books.number(FILED) == before + 1


def photo(folder: Path, name: str) -> str:
    """A photo of something like a sheet, no two alike, as a phone takes it."""
    picture = Image.new("RGB", (1500, 2000), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(40):
        draw.line((100, 100 + 45 * line, 1400, 100 + 45 * line), fill="black", width=3)
    draw.text((200, 40), name, fill="blue")
    path = folder / f"{name}.jpg"
    picture.save(path, "JPEG")
    return str(path)


@pytest.mark.parametrize("script", [True, False] if LONG else [True], ids=str)
def test_three_photos_on_a_small_phone_and_a_session_that_ends_on_the_way(
    visit: Callable[..., Visitor],
    figures: dict[str, str],
    books: Books,
    tmp_path: Path,
    script: bool,
) -> None:
    visitor = visit(Reader(360, "zh", script=script)).comes_as("member")
    page, before = visitor.page, books.number(FILED)
    visitor.goes_to("/my/claims/new/")
    begins(visitor)
    page.goto(page.url.replace("figures", "papers"))
    for number, kind in enumerate(("settlement_sheet", "invoice", "discharge_record"), 1):
        page.set_input_files(f"#papers_{kind}", photo(tmp_path, f"{kind}{figures['enddate']}"))
        if not script:
            with page.expect_navigation():
                page.get_by_role("button", name="上传这些照片").click()
        page.locator("#kept li").nth(number - 1).wait_for()
    visitor.looks()
    page.locator("#kept button").first.click()
    page.locator("#kept li").nth(2).wait_for(state="detached")
    page.set_input_files("#papers_settlement_sheet", photo(tmp_path, f"new{figures['enddate']}"))
    goes_on(visitor)
    page.wait_for_url("**/figures")
    fills_in(visitor, figures | {"hifp_pay": "8,000元"})
    page.locator("#hifp_pay").focus()
    assert page.locator(".typed:focus-within .strip").is_visible()
    page.locator("#psn_part_amt").focus()
    goes_on(visitor)
    page.wait_for_url("**/card")
    # Signed out in another tab: what is typed here comes back after signing in again.
    page.locator('input[name="card"][value="new"]').check()
    page.locator('input[name="account"]').fill("6217 0000 1234 5678 905")
    draft = page.url
    with page.context.new_page() as tab:
        tab.goto(draft)
        with tab.expect_navigation():
            tab.get_by_role("button", name="退出").click()
    goes_on(visitor)
    page.wait_for_url(re.compile("/sign-in"))
    visitor.comes_as("member").goes_to(draft).reads("又回来了")
    assert page.locator("#account").input_value() == "6217 0000 1234 5678 905"
    goes_on(visitor)
    page.wait_for_url("**/check")
    visitor.looks()
    assert page.locator(".papers img").count() == 3
    for name in ("consent", "right"):
        page.locator(f'input[name="{name}"]').check()
    goes_on(visitor)
    page.locator("#claim:not([data-poll])").wait_for()
    visitor.looks()
    assert page.locator("#attached .papers img").count() == 3
    visitor.reads("您不用再做什么")
    assert books.number(FILED) == before + 1


def test_who_presses_on_while_a_photo_is_sent_hears_that_it_was_refused(
    visit: Callable[..., Visitor], figures: dict[str, str], tmp_path: Path
) -> None:
    visitor = visit(Reader(360, "zh")).comes_as("member")
    page = visitor.page
    visitor.goes_to("/my/claims/new/")
    begins(visitor)
    page.goto(page.url.replace("figures", "papers"))
    broken = tmp_path / "cut.jpg"
    broken.write_bytes(Path(photo(tmp_path, f"cut{figures['enddate']}")).read_bytes()[:900])
    visitor.expected.append(409)
    page.set_input_files("#papers_settlement_sheet", photo(tmp_path, f"s{figures['enddate']}"))
    page.set_input_files("#papers_other", str(broken))
    # No page follows that a press could wait for.
    page.evaluate("document.querySelector('button[value=on]').click()")
    visitor.reads("文件“cut.jpg”：文件不完整")
    page.locator("#kept li").wait_for()
    assert page.url.endswith("/papers")
    goes_on(visitor)
    page.wait_for_url("**/figures")
