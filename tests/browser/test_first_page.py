"""The first page anybody sees, and the way in."""

from collections.abc import Callable

import pytest

from tests.browser.visitor import Reader, Visitor

# Whether whoever walks by keyboard sees where they are: an outline, or a shadow in its place.
FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
    || style.boxShadow !== "none";
  return [document.activeElement.outerHTML.slice(0, 120), document.activeElement !== document.body,
    shown];
}"""


def test_it_says_what_this_is_in_both_languages(
    visit: Callable[..., Visitor], reader: Reader
) -> None:
    visitor = visit(reader).starts()
    visitor.reads(reader.says("职工医疗互助保障", "Medical mutual aid"))
    visitor.goes_to("/sign-in")


def test_a_wrong_password_is_told_and_nothing_else(
    visit: Callable[..., Visitor], reader: Reader
) -> None:
    visitor = visit(reader).starts().goes_to("/sign-in")
    visitor.page.locator("details > summary").click()
    visitor.page.get_by_label(reader.says("登录名", "Sign-in name")).fill("nobody")
    visitor.page.get_by_label(reader.says("密码", "Password")).fill("something long")
    visitor.expected.append(403)
    visitor.presses(reader.says("登录", "Sign in"), visitor.page.get_by_role("main"))
    visitor.page.get_by_role("alert").wait_for()
    assert visitor.page.url.endswith("/sign-in")


def test_a_page_that_is_not_there_shows_the_way_back(
    visit: Callable[..., Visitor], reader: Reader
) -> None:
    visitor = visit(reader).starts()
    visitor.expected.append(404)
    visitor.goes_to("/nothing/here")
    visitor.presses(reader.says("回到首页", "To the start page"))


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_the_keyboard_shows_where_one_is(visit: Callable[..., Visitor], path: str) -> None:
    visitor = visit(Reader(390, "zh")).goes_to(path)
    visitor.page.keyboard.press("Tab")
    met = []
    for _ in range(20):
        what, somewhere, shown = visitor.page.evaluate(FOCUS)
        if not somewhere:
            break
        assert shown, what
        met.append(what)
        visitor.page.keyboard.press("Tab")
    assert len(met) > 3
    assert "#main" in met[0], "the first step leads past the head of the page"
