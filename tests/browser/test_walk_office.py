"""An officer's other days: finding, narrowing, taking along; the counter; many at once; the list
that everybody sees."""

import re
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook

from tests.browser.books import Books
from tests.browser.test_member import photo
from tests.browser.test_walk_claim import OFFICERS
from tests.browser.visitor import ROLES, Reader, Visitor
from tests.browser.walks import SHEET, Colleagues
from tests.factories import make_id, make_name

PAID = """
SELECT p.batch_id FROM payment p JOIN payment_outcome o USING (member_id, grant_no, attempt)
WHERE o.outcome = 'paid' GROUP BY 1 ORDER BY 1 DESC LIMIT 1
"""


def test_a_list_is_narrowed_kept_and_taken_along(
    visit: Callable[..., Visitor], walker: Reader, tmp_path: Path
) -> None:
    visitor = visit(walker).comes_as("officer")
    page, main = visitor.page, visitor.page.get_by_role("main")
    visitor.goes_to("/office/claims/paid")
    if not page.locator("select[name=care]").is_visible():
        page.locator("details:has(.filters) summary").click()
    page.locator("select[name=care]").select_option("inpatient")
    page.locator("input[name=least]").fill("1000")
    visitor.presses(walker.says("筛选", "Show these"), main)
    assert "care=inpatient" in page.url
    assert "least=1000" in page.url
    few = page.locator("table.rows tbody tr").count()
    assert few

    view = walker.says("千元以上", "Large")
    page.locator("#view-name").fill(view)
    visitor.presses(walker.says("保存为视图", "Save this view"), main)
    visitor.goes_to("/office/claims/held").presses(view, page.locator(".views"))
    assert "care=inpatient&least=1000" in page.url
    with page.expect_download() as fetched:
        page.locator("button[value=xlsx]").click()
    book = tmp_path / "list.xlsx"
    fetched.value.save_as(book)
    assert load_workbook(book).active.max_row > few
    with page.expect_navigation():
        page.locator(".views li", has_text=view).locator("button").click()
    assert not visitor.looks().page.locator(".views li", has_text=view).count()


def fills_in_the_counters_form(
    visitor: Visitor, walker: Reader, colleagues: Colleagues, folder: Path
) -> Visitor:
    """An officer with a member who stands there, and all that is to be sent, a scan with it."""
    seed = next(colleagues.left)
    visitor.names = sorted([*visitor.names, *colleagues.names], key=len, reverse=True)
    page = visitor.comes_as("officer").goes_to("/office/claims/new").page
    page.locator("#certno").fill(make_id(seed))
    visitor.presses(walker.says("查找职工", "Find the member"), page.get_by_role("main"))
    visitor.reads(make_name(seed))
    page.locator(f"input[name=med_type][value='{SHEET['med_type']}']").check()
    for name in SHEET.keys() - {"med_type"}:
        page.locator(f"input[name={name}]").fill(SHEET[name])
    page.set_input_files("#papers_settlement_sheet", photo(folder, f"counter{seed}"))
    page.locator("#consent").check()
    return visitor


def test_a_member_stands_at_the_counter(
    visit: Callable[..., Visitor], walker: Reader, colleagues: Colleagues, tmp_path: Path
) -> None:
    visitor = fills_in_the_counters_form(visit(walker), walker, colleagues, tmp_path)
    page = visitor.page
    with page.expect_navigation():
        page.locator(".sheet-form button").last.click()
    visitor.looks()
    assert page.locator("#attached .papers img").count() == 1
    slip = page.locator("main a[href$='/slip.pdf']").get_attribute("href") or ""
    assert page.request.get(slip).headers["content-type"] == "application/pdf"


def test_what_was_typed_at_the_counter_outlives_the_session(
    visit: Callable[..., Visitor], walker: Reader, colleagues: Colleagues, tmp_path: Path
) -> None:
    """Signed out in another tab meanwhile: nothing is sent, and all but the scan is there again."""
    visitor = fills_in_the_counters_form(visit(walker), walker, colleagues, tmp_path)
    page = visitor.page
    place = page.url
    other = page.context.new_page()
    other.goto("/")
    with other.expect_navigation():
        other.get_by_role("button", name=walker.says("退出", "Sign out")).click()
    other.close()
    send = page.locator(".sheet-form button").last
    visitor.expected.append(401)
    with page.expect_navigation():
        send.click()
    visitor.looks().presses(walker.says("登录", "Sign in"), page.get_by_role("main"))
    visitor.presses(re.compile(walker.says("演示账号", "demonstration's accounts")))
    with page.expect_navigation():
        words = walker.says(*ROLES["officer"])
        page.locator("button.offer").filter(has_text=words).first.click()
    visitor.looks().arrives(place).reads(
        walker.says("刚才填的内容已填回表里", "What you typed is in the form again"),
        walker.says("文件和照片没有保留", "Choose files and photos again"),
    )
    for name in SHEET.keys() - {"med_type"}:
        assert page.locator(f"input[name={name}]").input_value() == SHEET[name]
    assert page.locator("input[name=med_type]:checked").input_value() == SHEET["med_type"]
    assert page.locator("#consent").is_checked()
    with page.expect_navigation():
        send.click()
    visitor.looks().reads(walker.says("须由另一名经办人员", "Another officer must"))


def test_what_was_paid_is_shown_to_everybody_for_some_days(
    visit: Callable[..., Visitor], walker: Reader, books: Books
) -> None:
    batch = books.number(PAID)
    one, two = visit(walker).comes_as(OFFICERS[0]), visit(walker).comes_as(OFFICERS[1])
    one.goes_to(f"/office/payments/batch/{batch}")
    one.presses(walker.says("对外公示", "Show it publicly"), one.page.get_by_role("main"))
    one.presses(walker.says("提请公示本批次", "Propose to show this batch"))
    two.goes_to("/office/public/")
    two.presses(walker.says("批准公示", "Approve the list"))
    anybody = visit(walker).starts().goes_to("/public/")
    lists = anybody.page.locator("main ul a")
    there = lists.count()
    with anybody.page.expect_navigation():
        lists.first.click()
    anybody.looks()
    shown = anybody.page.locator("main table td:nth-child(2)").all_inner_texts()
    assert shown
    assert all("*" in name or "＊" in name or "某" in name for name in shown), shown[:3]
    place = one.goes_to("/office/public/").page.locator("main tbody a").first.get_attribute("href")
    one.goes_to(place or "")
    paper = one.page.locator("a[href$='/paper']").get_attribute("href") or ""
    assert one.page.request.get(paper).headers["content-type"] == "application/pdf"
    two.goes_to("/office/public/").presses(walker.says("撤下", "Take it down"))
    anybody.goes_to("/public/")
    assert lists.count() == there - 1
