"""The look itself: each fault it knows, on a page that has nothing else wrong."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import kept_out
from tests.browser.visitor import LATIN, LOOK

SOUND = (
    '<!doctype html><html lang="{lang}"><title>x 1</title>'
    "<style>textarea {{ height: 60px }}</style><body><header></header>"
    "<main><h1>1</h1>{more}</main>"
)
FAULTY = {
    "900 px wide": ("zh", '<div style="width: 900px; margin: -8px">1</div>'),
    "the head takes two lines": ("zh", '<div class="top-row"><p>1</p><p>2</p></div>'),
    "the head and the page begin at different places": (
        "zh",
        '<p class="frame">1</p><p class="frame" style="margin-left: 9px">2</p>',
    ),
    "Chinese “未译”": ("en", "<p>未译</p>"),
    "Chinese “名”": ("en", '<a href="/" aria-label="名">1</a>'),
    "English “Not translated”": ("zh", "<p>Not translated</p>"),
    "English “Later”": ("zh", '<textarea aria-label="1" placeholder="Later"></textarea>'),
    "a hint is cut off": (
        "zh",
        '<input aria-label="1" placeholder="一二三四五六七八九" style="height: 44px; width: 8em">',
    ),
    "raw “%(n)”": ("zh", "<p>%(n)d 1</p>"),
    "“2027-01-29” is broken over lines": ("zh", '<p style="width: 6em">一 2027-01-29</p>'),
    "“−¥5.00” is broken over lines": ("zh", '<p style="width: 1em">−¥5.00</p>'),
    "raw “None”": ("en", "<p>None</p>"),
    "not one h1": ("zh", "<h1>2</h1>"),
    "h3 after h1": ("zh", "<h3>2</h3>"),
    "a field without a label": ("zh", "<textarea></textarea>"),
    "nothing says what it does": ("zh", '<a href="/"><i></i></a>'),
    "a picture without alt": ("zh", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
    "a drawing without words": ("zh", '<svg width="9" height="9"></svg>'),
    "a bar without a name": ("zh", "<progress></progress>"),
    "a table without headings": ("zh", "<table><tr><td>1</table>"),
    "an id twice": ("zh", '<p id="a">1</p><p id="a">2</p>'),
    "not one main": ("zh", "<main></main>"),
    "12 × 12 px to hit": (
        "zh",
        '<button style="width: 12px; height: 12px; padding: 0; border: 0" aria-label="1"></button>',
    ),
    "90 × 30 px to hit": ("zh", '<button style="width: 90px; height: 30px">1</button>'),
    "rgb(170, 170, 170) on 255,255,255: contrast 2.3": ("zh", '<p style="color: #aaa">1</p>'),
}
SOUND_PARTS = {
    "zh": '<p>officer1 <code>import this</code> <span lang="en">English</span> A-17 1.xlsx</p>',
    "en": "<p>赵安 has paid. <button lang='zh-CN' style='min-height: 44px'>中文</button></p>"
    '<label>Name <input></label><svg role="img" aria-label="A drawing"></svg>',
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 390, "height": 800})
    yield made
    made.close()


def look(page: Page, lang: str, more: str) -> list[str]:
    page.set_content(SOUND.format(lang="en" if lang == "en" else "zh-CN", more=more))
    found: list[str] = page.evaluate(
        LOOK, {"english": lang == "en", "names": ["赵安"], "latin": list(LATIN)}
    )
    return found


@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_seen(page: Page, fault: str) -> None:
    found = look(page, *FAULTY[fault])
    assert [said for said in found if fault in said], found
    assert len(found) == 1


@pytest.mark.parametrize("lang", SOUND_PARTS)
def test_a_sound_page_has_none(page: Page, lang: str) -> None:
    assert look(page, lang, SOUND_PARTS[lang]) == []


def test_axe_is_asked_and_says_what_is_wrong(page: Page) -> None:
    page.set_content(SOUND.format(lang="zh-CN", more="<label>1 <input></label>"))
    assert kept_out(page) == []
    page.set_content(
        SOUND.format(lang="zh-CN", more='<label>1 <input aria-invalid="None"></label>')
    )
    assert [said.split(":")[0] for said in kept_out(page)] == [
        "axe aria-valid-attr-value (critical) × 1"
    ]
