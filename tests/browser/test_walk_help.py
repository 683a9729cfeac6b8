"""A member whose bill was found, a relative who files for another, a question and its answer."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator

from tests.browser.books import Books
from tests.browser.test_member import begins, figures, fills_in, goes_on, photo
from tests.browser.visitor import Reader, Visitor
from tests.browser.walks import Colleagues, phone
from tests.factories import make_id

__all__ = ["figures"]

BILLS = "SELECT count(*) FROM filed_claim"


def test_a_bill_that_was_found_is_confirmed_in_one_tap(
    visit: Callable[..., Visitor], walker: Reader, colleagues: Colleagues
) -> None:
    """By somebody who was never here before."""
    seed = next(colleagues.left)
    colleagues.is_billed(seed)
    visitor = comes_by_phone(visit(walker), seed)
    main = of_main(visitor)
    visitor.reads(walker.says("这是您的卡吗", "Is this your card?"))
    assert visitor.page.locator(".step-now").inner_text().count("¥500.00") >= 1
    visitor.presses(walker.says("是我的卡", "Yes, it is mine"), main)
    assert not visitor.page.locator(".step-now").count()


def test_a_relative_files_while_the_member_consents(
    visit: Callable[..., Visitor],
    walker: Reader,
    figures: dict[str, str],
    books: Books,
    tmp_path: Path,
) -> None:
    member, relative = visit(walker).comes_as("member"), visit(walker).comes_as("member", 1)
    member.goes_to("/my/helpers")
    member.presses(walker.says("生成代办码", "Make a code"))
    code = member.page.locator(".help-code").inner_text()

    relative.goes_to("/my/for").page.locator("#code").fill(code)
    relative.presses(walker.says("确定", "Take it up"), form_of(relative, "/code"))
    relative.presses(re.compile(walker.says("^为.*代办$", "^Act for ")), of_main(relative))
    assert relative.page.locator(".acting").count() == 1
    before = books.number(BILLS)
    relative.goes_to("/my/claims/new/")
    begins(relative)
    fills_in(relative, figures)
    goes_on(relative)
    relative.page.wait_for_url("**/card")
    relative.looks().page.locator("input[name=card]").first.check()
    assert not relative.page.locator("#account").count(), "no helper names a card"
    goes_on(relative)
    relative.page.wait_for_url("**/check")
    relative.looks()
    for name in ("consent", "right"):
        relative.page.locator(f"input[name={name}]").check()
    goes_on(relative)
    relative.page.locator("#claim:not([data-poll])").wait_for()
    claim = relative.looks().page.url
    assert books.number(BILLS) == before + 1

    member.goes_to(claim)  # it says who acted
    name = books.row("SELECT name FROM account WHERE login = 'demo-member2'")[0]
    assert name in member.page.locator("main").inner_text()
    begins(relative.goes_to("/my/claims/new/"))
    relative.goes_to(relative.page.url.replace("figures", "papers"))
    member.goes_to("/my/helpers")
    member.presses(walker.says("结束代办", "End it"))
    # A photo that is on its way meanwhile: no page that is not found, but what to do.
    relative.page.set_input_files("#papers_invoice", photo(tmp_path, f"late{walker}"))
    relative.arrives(re.compile(r"/my/for/\?ended=1$")).looks()
    relative.reads(walker.says("请向本人索取新的代办码", "ask the member for a new code"))
    assert not form_of(relative, "/my/for/").count()


def test_a_relative_helps_by_papers_that_two_officers_saw(
    visit: Callable[..., Visitor], walker: Reader, colleagues: Colleagues, books: Books
) -> None:
    seed = next(colleagues.left)
    member_id = books.number("SELECT member_id FROM account WHERE login = 'demo-member'")
    one, other = (visit(walker).comes_as("officer", nth) for nth in range(2))
    place = f"/office/members/{member_id}/helpers/"
    page = one.goes_to(place).page
    page.locator("#kind").select_option("attorney")
    page.locator("#seen").fill("委托书原件")
    page.locator("#certno").fill(make_id(seed))
    one.presses(walker.says("我已查验以上材料", "I have seen these papers"))
    assert not one.page.locator("form[action$='/confirm']").count(), "one pair of eyes saw them"
    other.goes_to(place)
    other.presses(walker.says("我已查验同样的材料", "I have seen the same papers"), of_main(other))
    code = other.page.locator(".help-code").inner_text()

    relative = comes_by_phone(visit(walker), seed)
    relative.names = [*relative.names, *colleagues.names]
    relative.goes_to("/my/for").page.locator("#code").fill(code)
    relative.presses(walker.says("确定", "Take it up"), form_of(relative, "/code"))
    relative.presses(re.compile(walker.says("^为.*代办$", "^Act for ")), of_main(relative))
    assert relative.page.locator(".acting").count() == 1
    one.goes_to(place).presses(walker.says("结束代办", "End it"), of_main(one))
    relative.goes_to("/my/claims")
    assert relative.page.url.endswith("/my/for/?ended=1"), "for nobody any more"


def comes_by_phone(visitor: Visitor, seed: int) -> Visitor:
    """One of the colleagues signs in with a code."""
    says = visitor.reader.says
    visitor.starts().presses(says("登录", "Sign in"))
    main = of_main(visitor)
    visitor.page.locator("#who").fill(phone(seed))
    visitor.presses(says("获取验证码", "Get a code"), main)
    visitor.page.locator("#code").fill(visitor.page.locator(".shown-code").inner_text())
    return visitor.presses(says("登录", "Sign in"), main)


def form_of(visitor: Visitor, action: str) -> Locator:
    return visitor.page.locator(f"form[action$='{action}']")


def of_main(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("main")


def test_a_question_is_sent_on_answered_and_rated(
    visit: Callable[..., Visitor], walker: Reader, books: Books
) -> None:
    member, officer = visit(walker).comes_as("member"), visit(walker).comes_as("officer")
    member.presses(walker.says("咨询", "Enquiries"), member.page.get_by_role("navigation").first)
    member.presses(walker.says("我要咨询", "Ask something"), of_main(member))
    member.page.locator("#category").select_option(index=1)
    member.page.locator("#said").fill("门诊慢性病可以申请吗?")
    member.presses(walker.says("提交咨询", "Send the question"), of_main(member))
    asked = member.page.url
    number = books.number("SELECT max(id) FROM enquiry")

    officer.goes_to(f"/office/enquiries/{number}")
    officer.page.locator("details:has(#union) summary").click()
    officer.page.locator("#union").select_option(index=1)
    officer.presses(walker.says("转交", "Send it on"), of_main(officer))
    officer.goes_to(f"/office/enquiries/{number}")
    officer.presses(walker.says("由我答复", "I answer this one"), of_main(officer))
    officer.page.locator("#said").fill("可以。请带上慢性病手册和费用查询单。")
    officer.presses(walker.says("发出答复", "Send the answer"), of_main(officer))
    officer.goes_to("/office/enquiries/weekly")
    assert officer.page.locator("table.rows").count() >= 3

    member.goes_to(asked).reads("请带上慢性病手册")
    member.page.locator("input[name=rating][value='5']").check()
    member.presses(walker.says("提交评价", "Rate it"), of_main(member))
    assert not member.page.locator("input[name=rating]").count()
