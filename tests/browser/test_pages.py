"""Every page that a link leads to, for every role: fits, one language, reachable without a mouse.

Addresses that differ in numbers alone are one kind of page; of each kind the first are visited. A
page is fetched once and looked at in each width: what the server sends knows of none.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Error

from tests.browser.visitor import ROLES, Reader, Visitor

LONG = os.environ.get("HUZHU_LONG") == "1"
OF_A_KIND = 3 if LONG else 2
OF_AN_OFFICERS = 3 if LONG else 1
WIDTHS = {"zh": (390, 1280) if LONG else (390,), "en": (390, 1280) if LONG else (1280,)}
"""Each page in each language and at each width once; by hand in each language at both."""
HALVES = {"zh": 0, "en": 1}
"""An officer's kinds of pages are very many: half of them in each language, and of each kind one;
by hand all in both."""
LINKS = "[...document.querySelectorAll('a[href]')].map((link) => link.href)"


@pytest.mark.parametrize("lang", WIDTHS)
@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_page_is_looked_at(visit: Callable[..., Visitor], lang: str, role: str) -> None:
    narrow, *wider = WIDTHS[lang]
    visitor = visit(Reader(narrow, lang))
    visitor.comes_as(role) if role else visitor.starts()
    visited: Counter[str] = Counter()
    waiting, met = [visitor.page.url], {visitor.page.url}
    most = OF_AN_OFFICERS if role == "officer" else OF_A_KIND
    while waiting:
        url = waiting.pop(0)
        kind = kind_of(url)
        if visited[kind] >= most:
            continue
        visited[kind] += 1
        if not is_page(visitor, url):
            continue
        if LONG or role != "officer" or len(visited) % 2 == HALVES[lang]:
            for width in (narrow, *wider):
                visitor.has_a_window_of(width).looks()
        for link in leading_on(visitor):
            if link not in met:
                met.add(link)
                waiting.append(link)
    assert len(visited) >= (3 if role else 2), visited


def is_page(visitor: Visitor, url: str) -> bool:
    """Go there, and it must come; no page, but a file to download, leaves us where we are."""
    try:
        answer = visitor.page.goto(url)
    except Error as gone:
        if "Download is starting" not in gone.message:
            raise
        return False
    assert answer, url
    assert answer.status == 200, url
    return "text/html" in answer.headers["content-type"]


def leading_on(visitor: Visitor) -> Iterator[str]:
    here = urlsplit(visitor.page.url)
    for link in visitor.page.evaluate(LINKS):
        address = urldefrag(urljoin(visitor.page.url, link))[0]
        # A link to the same page in the other language is for others to look at.
        if urlsplit(address).netloc == here.netloc and "lang=" not in address:
            yield address


def kind_of(url: str) -> str:
    parts = urlsplit(url)
    asked = sorted({name for name, _ in parse_qsl(parts.query)})
    return re.sub(r"\d+", "#", parts.path) + "?" + "&".join(asked)
