"""A phone for the tests: it shows the codes that a second step wants."""

import re

from werkzeug.test import TestResponse

from app.accounts.factor import code_at, step_now
from tests.web.browser import Browser
from tests.web.fund import PASSWORD

PAGE = "/sign-in/second/"


class Phone:
    """Makes codes of one secret, each step's once."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.used = step_now() - 1

    def code(self) -> str:
        """One that was not shown before: the first is good for half a minute at least."""
        self.used = max(self.used + 1, step_now() - 1)
        return code_at(self.secret, self.used)


def set_up(browser: Browser, login: str, password: str = PASSWORD) -> tuple[Phone, list[str]]:
    """Sign in for the first time: the phone, and the ten recovery codes."""
    answer = browser.post("/sign-in", login=login, password=password)
    assert answer.location.startswith(PAGE), answer.text
    page = browser.get(PAGE).text
    phone = Phone(key_on(page))
    done = step(browser, code=phone.code())
    assert done.status_code == 200, done.text
    return phone, re.findall(r'<code class="code">([a-z2-7-]+)</code>', done.text)


def key_on(page: str) -> str:
    """The secret that a page shows, four letters and four."""
    shown = re.search(r'<code class="code">((?:[A-Z2-7]{4} ?){8})</code>', page)
    return shown[1].replace(" ", "")


def half(browser: Browser, login: str) -> Browser:
    """Only the password: the second step is to come."""
    assert browser.post("/sign-in", login=login, password=PASSWORD).location.startswith(PAGE)
    return browser


def step(browser: Browser, **typed: str) -> TestResponse:
    """Make the second step, or try to."""
    return browser.client.post(PAGE, data={"csrf_token": browser.token(PAGE), **typed})
