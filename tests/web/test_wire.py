"""What goes over the wire: few bytes, and compressed only where nothing typed comes back."""

import gzip
import re
from urllib.parse import urljoin

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.browser import Browser
from tests.web.fund import Fund

MOST_OF_A_FIRST_PAGE = 100_000
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
_FILE = re.compile(r'<(?:link|script|img)[^>]*(?:href|src)="(/[^"]+)"')


def fetch(browser: Browser, path: str, **more: str) -> TestResponse:
    return read(browser.client.get(path, headers={**GZIP, **more}))


def read(answer: TestResponse) -> TestResponse:
    """Read to the end, so that a file behind it is closed."""
    answer.get_data()
    answer.close()
    return answer


def wire(answer: TestResponse) -> int:
    """Bytes of an answer with its headers."""
    return len(answer.data) + sum(len(f"{k}: {v}\r\n") for k, v in answer.headers)


def whole_page(browser: Browser, path: str) -> int:
    """Bytes of a page and all it brings along, to a browser that has nothing of it yet."""
    answer = fetch(browser, path)
    assert answer.status_code == 200
    page = gzip.decompress(answer.data).decode()
    files = {urljoin(path, found) for found in _FILE.findall(page)}
    assert files
    return wire(answer) + sum(wire(fetch(browser, each)) for each in files)


@pytest.mark.parametrize("path", ["/sign-in", "/my/", "/my/claims", "/my/claims/1"])
def test_a_members_first_page_is_small(web: Flask, fund: Fund, path: str) -> None:
    zhao = Browser(web) if path == "/sign-in" else Browser(web).sign_in("zhao")
    bytes_of_it = whole_page(zhao, path)
    print(f"\n{path}: {bytes_of_it / 1000:.1f} KB")
    assert bytes_of_it <= MOST_OF_A_FIRST_PAGE


def test_the_same_comes_out_again(web: Flask, fund: Fund) -> None:
    zhao = Browser(web).sign_in("zhao")
    plain, packed = zhao.client.get("/my/claims/1"), fetch(zhao, "/my/claims/1")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content_length == len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    token = re.compile(r'value="[^"]{60,}"')
    assert token.sub("", gzip.decompress(packed.data).decode()) == token.sub("", plain.text)


def test_who_takes_no_gzip_gets_none(web: Flask, fund: Fund) -> None:
    for said in ("", "br", "gzip;q=0", "identity"):
        answer = web.test_client().get("/sign-in", headers={"Accept-Encoding": said})
        assert "Content-Encoding" not in answer.headers, said


def test_what_repeats_what_was_asked_goes_as_it_is(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    for path in ("/office/units/2021?q=secret", "/sign-in?next=/my/", "/office/?x"):
        answer = fetch(officer, path)
        assert "Content-Encoding" not in answer.headers, path
    typed = {"csrf_token": officer.token(), "login": "guess", "password": "guess"}
    wrong = Browser(web).client.post("/sign-in", data=typed, headers=GZIP)
    assert "Content-Encoding" not in wrong.headers
    missing = fetch(officer, "/no-such-page-as-this")
    assert missing.status_code == 404
    assert "Content-Encoding" not in missing.headers


def test_a_style_sheet_is_asked_for_once(web: Flask) -> None:
    nobody = Browser(web)
    first = fetch(nobody, "/static/huzhu.css")
    assert first.headers["Content-Encoding"] == "gzip"
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    assert fetch(nobody, "/static/huzhu.css").data == first.data
    assert fetch(nobody, "/static/huzhu.css", **{"If-None-Match": tag}).status_code == 304
    plain = read(nobody.client.get("/static/huzhu.css"))
    assert gzip.decompress(first.data) == plain.data
    # Parts are for kept files, which are long: what is small is sent whole.
    part = fetch(nobody, "/static/huzhu.css", Range="bytes=0-9")
    assert (part.status_code, gzip.decompress(part.data)) == (200, plain.data)


def test_what_is_compressed_already_is_left_alone(web: Flask, fund: Fund, auditor: Browser) -> None:
    answer = fetch(auditor, f"/audit/bundles/{fund.bundle}/file")
    assert answer.data == b"PK"
    assert "Content-Encoding" not in answer.headers
