"""Every page that a link leads to, for every role: fits, one language, reachable without a mouse.

Addresses that differ in numbers alone are one kind of page; of each kind the first are visited.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest

from tests.browser.visitor import ROLES, Reader, Visitor

OF_A_KIND = 3
LINKS = "[...document.querySelectorAll('a[href]')].map((link) => link.href)"


@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_page_is_looked_at(
    visit: Callable[..., Visitor], one_window: Reader, role: str
) -> None:
    visitor = visit(one_window)
    visitor.comes_as(role) if role else visitor.starts()
    visited: Counter[str] = Counter()
    waiting, met = [visitor.page.url], {visitor.page.url}
    while waiting:
        url = waiting.pop(0)
        kind = kind_of(url)
        if visited[kind] >= OF_A_KIND:
            continue
        visited[kind] += 1
        answer = visitor.page.request.get(url)
        assert answer.status == 200, url
        if "text/html" not in answer.headers["content-type"]:
            continue  # a file to download
        visitor.goes_to(url)
        for link in leading_on(visitor):
            if link not in met:
                met.add(link)
                waiting.append(link)
    assert len(visited) >= (3 if role else 2), visited


def leading_on(visitor: Visitor) -> Iterator[str]:
    here = urlsplit(visitor.page.url)
    for link in visitor.page.evaluate(LINKS):
        address = urldefrag(urljoin(visitor.page.url, link))[0]
        if urlsplit(address).netloc == here.netloc:
            yield address


def kind_of(url: str) -> str:
    parts = urlsplit(url)
    asked = sorted({name for name, _ in parse_qsl(parts.query)})
    return re.sub(r"\d+", "#", parts.path) + "?" + "&".join(asked)


@pytest.fixture(params=[Reader(390, "zh"), Reader(390, "en"), Reader(1280, "en")], ids=str)
def one_window(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen
