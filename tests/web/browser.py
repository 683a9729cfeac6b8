"""A browser as far as pages without script need one: cookies, forms with their hidden fields."""

import html
import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.web.fund import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    def __init__(self, web: Flask) -> None:
        self.web = web
        self.client = web.test_client()
        self.kept: tuple[str, str] = ("", "")

    def get(self, path: str, **how: object) -> TestResponse:
        answer = self.client.get(path, **how)
        # The server would send its own fault instead; the test client passes all of it.
        assert all(value.isascii() for _, value in answer.headers), answer.headers
        return answer

    def read(self, path: str) -> str:
        """The words of a page that must come."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return words(answer.text)

    def token(self, page: str = "/sign-in") -> str:
        """What forms carry; looked for on a page once as long as the session stays the same."""
        if not self.kept[0] or self.kept[0] != self._secret():
            answer = self.client.get(page, follow_redirects=True)
            self.kept = self._secret(), _TOKEN.search(answer.text)[1]
        return self.kept[1]

    def _secret(self) -> str:
        """What the session keeps of its tokens."""
        cookie = self.client.get_cookie("huzhu")
        signer = self.web.session_interface.get_signing_serializer(self.web)
        return signer.loads(cookie.value).get("csrf_token", "") if cookie else ""

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def sign_in(self, login: str, password: str = PASSWORD) -> "Browser":
        answer = self.post("/sign-in", login=login, password=password)
        assert answer.status_code == 302, answer.text
        return self

    def choose(self, lang: str) -> "Browser":
        assert self.post("/language", lang=lang, back="/").status_code == 302
        return self

    def cookie(self) -> str:
        return self.client.get_cookie("huzhu").value


def words(page: str) -> str:
    """A page's text as it is read, blanks made one."""
    text = re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())
