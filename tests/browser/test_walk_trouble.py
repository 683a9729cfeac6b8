"""Filing a claim where things go wrong: no network, two tabs, pressed twice, gone back."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.test_member import begins, figures, fills_in, gives_a_card, goes_on, photo
from tests.browser.visitor import Reader, Visitor

__all__ = ["figures"]

FILED = "SELECT count(*) FROM filed_claim"
DRAFTS = "SELECT count(*) FROM claim_draft"


def test_a_phone_without_network_loses_nothing(
    visit: Callable[..., Visitor], figures: dict[str, str], books: Books, tmp_path: Path
) -> None:
    visitor = visit(Reader(360, "zh")).comes_as("member")
    page, network, before = visitor.page, visitor.page.context, books.number(FILED)
    note = page.locator("#no-connection")
    visitor.goes_to("/my/claims/new/")
    begins(visitor)
    page.goto(page.url.replace("figures", "papers"))

    network.set_offline(True)
    page.set_input_files("#papers_invoice", photo(tmp_path, f"lost{figures['enddate']}"))
    page.locator(".sending .failed").wait_for()
    press(visitor)
    note.wait_for()
    network.set_offline(False)  # and it goes by itself
    page.locator("#kept .papers li").wait_for()
    assert not page.locator(".sending li").count()
    goes_on(visitor)
    page.wait_for_url("**/figures")

    network.set_offline(True)
    fills_in(visitor, figures)
    for _ in range(2):
        press(visitor)
        note.wait_for()
    visitor.looks()
    values = {name: page.locator(f"input[name={name}]").input_value() for name in figures}
    assert values == figures
    network.set_offline(False)
    goes_on(visitor)

    page.wait_for_url("**/card")
    network.set_offline(True)
    page.locator("input[name=card][value=new]").check()
    page.locator("#account").fill("6217 0000 1234 5678 905")
    press(visitor)
    note.wait_for()
    network.set_offline(False)
    gives_a_card(visitor)
    assert page.locator(".papers img").count() == 1
    network.set_offline(True)
    press(visitor)
    note.wait_for()
    assert page.locator("#consent").is_checked()
    network.set_offline(False)
    goes_on(visitor)
    page.locator("#claim:not([data-poll])").wait_for()
    assert books.number(FILED) == before + 1


def test_without_network_no_form_is_left(visit: Callable[..., Visitor], walker: Reader) -> None:
    """Any form, not only a claim's: what was typed stays before one's eyes."""
    visitor = visit(walker).comes_as("member").goes_to("/my/enquiries/new")
    page, network = visitor.page, visitor.page.context
    page.locator("select").first.select_option(index=1)
    page.locator("textarea").fill("电梯里写的问题")
    network.set_offline(True)
    send = page.locator("main form .btn-primary")
    for _ in range(2):
        send.click()
        expect(page.locator("p.trouble[role=alert]")).to_have_count(1)
    visitor.looks()
    assert page.locator("textarea").input_value() == "电梯里写的问题"
    network.set_offline(False)
    expect(page.locator("p.trouble[role=alert]")).to_have_count(0)
    with page.expect_navigation():
        send.click()
    visitor.looks().reads("电梯里写的问题")


def press(visitor: Visitor) -> None:
    visitor.page.locator(".step-form .btn-send").click()


def test_two_tabs_of_one_draft_send_one_claim(
    visit: Callable[..., Visitor], figures: dict[str, str], books: Books
) -> None:
    visitor = visit(Reader(1280, "en")).comes_as("member")
    visitor.names = [figures["fixmedins_name"], *visitor.names]
    page, before = visitor.page, books.number(FILED)
    visitor.goes_to("/my/claims/new/")
    begins(visitor)
    drafts = books.number(DRAFTS)
    other = Visitor(page.context.new_page(), visitor.reader, visitor.names)
    other.goes_to(page.url)
    fills_in(visitor, figures)
    goes_on(visitor)
    gives_a_card(visitor)
    # The other tab stands two steps behind.
    fills_in(other, figures)
    goes_on(other)
    other.page.wait_for_url("**/card")
    assert books.number(DRAFTS) == drafts
    # Something was saved since the first tab showed it: it says so once, and shows it anew.
    visitor.expected.append(409)
    goes_on(visitor)
    visitor.looks().page.get_by_role("alert").wait_for()
    for name in ("consent", "right"):
        page.locator(f"input[name={name}]").check()
    goes_on(visitor)
    visitor.page.locator("#claim:not([data-poll])").wait_for()
    claim = page.url
    goes_on(other)
    other.arrives(claim).looks().has_no_complaint()
    other.goes_to("/my/claims/new/")
    assert books.number(FILED) == before + 1
