"""One claim from the member's phone to the letter and past it, each act where it is done."""

import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.books import Books
from tests.browser.test_member import begins, figures, fills_in, gives_a_card, goes_on, photo
from tests.browser.test_reviewer import presses
from tests.browser.visitor import Reader, Visitor

__all__ = ["figures"]

OFFICERS = ("林书琴", "郭立文", "何静宜", "陈思远")
STAGE = "SELECT stage FROM review_queue WHERE claim_id = %s"
DECISION = "details[data-key][open] button"


def test_a_claim_is_filed_reviewed_by_three_and_objected_to(
    visit: Callable[..., Visitor],
    walker: Reader,
    figures: dict[str, str],
    books: Books,
    tmp_path: Path,
) -> None:
    member = visit(walker).comes_as("member")
    member.names = [figures["fixmedins_name"], *member.names]
    claim = files(member, figures)
    member.page.wait_for_function("document.querySelector('.timeline') !== null")
    number = int(claim.rpartition("/")[2])

    first = visit(walker).comes_as(OFFICERS[0])
    finds(first, figures["stated_setl_id"], number)
    asks_for_the_sheet(first.page)
    assert books.number("SELECT count(*) FROM review WHERE claim_id = %s", number) == 1
    answers_in_place(member, claim, tmp_path)

    # Accepted and looked at by one, returned and looked at again, by another, approved by a third.
    second, third, fourth = (visit(walker).comes_as(name) for name in OFFICERS[1:])
    for officer, keys, stage in (
        (first, "a", "first"),
        (first, "a", "second"),
        (second, "b", "first"),
        (first, "a", "second"),
        (second, "a", "approve"),
        (third, "a", None),
    ):
        officer.goes_to(f"/office/reviews/{number}")
        if keys == "b":
            officer.page.keyboard.press("b")
            officer.page.keyboard.press("2")
            tabs_to_the_button(officer.page)
            presses(officer.page, "Enter")
        else:
            presses(officer.page, keys)
        officer.looks()
        assert books.rows(STAGE, number) == ([(stage,)] if stage else []), (keys, stage)

    reads_the_letter(member, claim)
    objects(member, claim)
    answers(fourth, number)
    member.goes_to(claim).reads(walker.says("维持原结果", "The result stands"))


def files(member: Visitor, figures: dict[str, str]) -> str:
    """By the five steps, no photo yet; the address of the claim."""
    member.goes_to("/my/claims/new/")
    begins(member)
    fills_in(member, figures)
    goes_on(member)
    gives_a_card(member)
    goes_on(member)
    member.page.locator("#claim:not([data-poll])").wait_for()
    return member.looks().page.url


def finds(officer: Visitor, sheet: str, number: int) -> None:
    """From the search box, by the number on the sheet, to the review."""
    officer.page.keyboard.press("/")
    officer.page.keyboard.type(sheet)
    presses(officer.page, "Enter")
    officer.looks()
    with officer.page.expect_navigation():
        officer.page.locator(f"main a[href$='/claims/{number}']").first.click()
    officer.looks()
    officer.presses(officer.reader.says("审核这件申请", "Review this claim"))


def tabs_to_the_button(page: Page) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("(act) => document.activeElement.matches(act)", DECISION):
            return
    raise AssertionError("no button is reached by Tab")


def asks_for_the_sheet(page: Page) -> None:
    page.keyboard.press("p")
    page.keyboard.press("1")
    tabs_to_the_button(page)
    presses(page, "Enter")


def answers_in_place(member: Visitor, claim: str, folder: Path) -> None:
    """What is asked for, on the claim's own page."""
    page = member.goes_to("/my/claims").page
    with page.expect_navigation():
        page.locator(f"main a[href='{claim[claim.index('/my') :]}']").first.click()
    member.looks().reads(member.reader.says("需要补交材料", "Papers are missing"))
    page.locator("#paper-kind").select_option("settlement_sheet")  # the form is open already
    name = f"sheet{claim.rpartition('/')[2]}"
    page.locator("#paper-files").set_input_files(photo(folder, name))
    member.presses(member.reader.says("添加", "Add"), page.locator("#attached"))
    if page.locator("form[action$='/papers-here']").count():
        member.presses(member.reader.says("材料已补交", "The papers are sent"))
    assert not page.locator("form[action$='/papers-here']").count()


def reads_the_letter(member: Visitor, claim: str) -> None:
    link = member.goes_to(claim).page.locator("a[href$='/letter.pdf']")
    letter = member.page.request.get(link.get_attribute("href") or "")
    assert letter.headers["content-type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(letter.body())).pages)
    sums = re.findall(r"[\d,]+\.\d\d", member.page.locator(".result").inner_text())
    assert len(sums) == 1
    assert sums[0] in said


def objects(member: Visitor, claim: str) -> None:
    """A person should look at it."""
    member.goes_to(claim)
    page = member.page
    member.presses(member.reader.says("提出申诉或要求人工决定", "Object, or ask for a person"))
    page.locator("input[name=kind][value=person]").check()
    member.presses(member.reader.says("提交", "Send it"), page.get_by_role("main"))
    member.reads(member.reader.says("待答复", "Not answered yet"))


def answers(officer: Visitor, number: int) -> None:
    """Who had no hand in the claim."""
    page = officer.goes_to("/office/objections").page
    rows = page.locator("main table").first.locator("tbody a")
    for at in range(rows.count()):
        place = rows.nth(at).get_attribute("href") or ""
        if officer.page.request.get(place).text().count(f"/claims/{number}"):
            officer.goes_to(place)
            break
    page.locator("input[name=how][value=upheld]").check()
    page.locator("#says").fill("材料与结算单一致,按章程计算无误。")
    said = officer.reader.says("提交答复", "Answer the objection")
    officer.presses(said, page.get_by_role("main"))
