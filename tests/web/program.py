"""A program with a token, as far as tests of the API need one."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.change import account_named
from app.accounts.models import Role
from app.accounts.scopes import SCOPES, Scope
from app.accounts.token import Wish, accept_token, make_token
from app.db import transaction


class Program:
    """Asks the API with one token, or without any."""

    def __init__(self, api: Flask, token: str = "", lang: str = "en") -> None:
        self.client, self.token, self.lang = api.test_client(), token, lang

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.ask("GET", path, **how)

    def post(self, path: str, **how: Any) -> TestResponse:
        return self.ask("POST", path, **how)

    def ask(self, method: str, path: str, **how: Any) -> TestResponse:
        headers = {"Accept-Language": self.lang, **how.pop("headers", {})}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **how)


def token_of(
    web: Flask, login: str, *scopes: Scope, by: str | None = None, days: int = 30
) -> tuple[int, str]:
    """A token for an account, with all it may have unless scopes are named; `by`: who makes it."""
    with web.app_context(), transaction() as session:
        account = account_named(session, login)
        named = frozenset(scopes) or SCOPES[Role(account.role)]
        maker = account_named(session, by or login)
        wish = Wish("测试系统", named, days, account.id if by else None)
        made = make_token(session, wish, by=maker.id)
        if by:  # the officer agrees
            accept_token(session, made[0], by=account.id)
        return made
