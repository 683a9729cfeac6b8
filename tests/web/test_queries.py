"""No page of anybody asks the database more than ten times, whatever it shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Pool, event

from app.accounts.models import Role
from app.db import db
from tests.web.browser import Browser
from tests.web.fund import Fund
from tests.web.rich import Rich
from tests.web.test_roles import SAMPLE, WHO, everybody, pages, served_by

__all__ = ["everybody"]

MOST = 10
SHOWN, OK = 70, 200
DISTRICTS = "north"
"""An officer of a district, of whom pages ask what lies below it."""
ALIVE = ";"
"""What the pool asks of a connection that lay idle."""


class Counting(psycopg.Cursor[Any]):
    """A cursor that counts what is sent, whoever sends it: also what goes past SQLAlchemy."""

    sent: ClassVar[list[str]] = []

    def execute(self, query: Any, *given: Any, **more: Any) -> "Counting":
        said = query if isinstance(query, str) else bytes(query).decode()
        if said.strip() != ALIVE:
            self.sent.append(said)
        return super().execute(query, *given, **more)


@contextmanager
def counting(web: Flask) -> Iterator[list[str]]:
    def count(connection: psycopg.Connection, _record: object) -> None:
        connection.cursor_factory = Counting

    with web.app_context():
        for engine in db.engines.values():
            engine.dispose()
    event.listen(Pool, "connect", count)
    yield Counting.sent
    event.remove(Pool, "connect", count)


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    return Rich(web, fund).make()


def test_no_page_asks_more_than_ten_times(web: Flask, everybody: Fund, rich: Rich) -> None:
    found = {
        "line_id": rich.open_line,
        "refund_id": rich.refund,
        "batch_id": rich.batch,
        "asked_id": rich.asked,
        "request_id": rich.request,
        "list_id": rich.list,
        "proposal_id": rich.proposal,
    }
    asked: dict[str, int] = {}
    more_for_more: dict[str, tuple[int, int]] = {}
    shown = set()
    with counting(web) as sent:
        for role, login in (*WHO.items(), (Role.OFFICER, DISTRICTS)):
            browser = Browser(web).sign_in(login)
            for rule in pages(web):
                if "GET" not in rule.methods or role not in (served_by(web, rule.endpoint) or WHO):
                    continue
                with web.test_request_context():
                    path = rule.build({x: (SAMPLE | found)[x] for x in rule.arguments})[1]
                if rule.endpoint not in asked:
                    browser.get(path)  # what is asked once a process
                sent.clear()
                answer = browser.get(path)
                count = len(sent)
                if answer.status_code == OK:
                    shown.add(rule.endpoint)
                asked[rule.endpoint] = max(asked.get(rule.endpoint, 0), count)
                if b'<table class="rows' in answer.data:
                    sent.clear()
                    browser.get(f"{path}?size=1")
                    one = len(sent)
                    if count > one:  # once a minute a session notes that it was seen
                        sent.clear()
                        browser.get(path)
                        count = len(sent)
                    if count > one:
                        more_for_more[rule.endpoint] = one, count
    assert len(shown) > SHOWN
    assert asked["cover.mine"] > 1  # it counts
    assert {x: n for x, n in asked.items() if n > MOST} == {}
    assert more_for_more == {}, "a list asks for each of its rows"
