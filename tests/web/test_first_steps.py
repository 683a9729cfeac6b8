"""An officer of a fund with nothing in it is told what comes first, until something is there."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import db, transaction
from app.unions.models import Union
from app.web import create_app
from tests.conftest import Database
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, Fund


@pytest.fixture
def empty(database: Database) -> Iterator[Flask]:
    """A fund as it is after its first start: one officer of one union."""
    web = create_app(database.settings)
    with web.app_context(), transaction() as session:
        city = Union(name="市总工会")
        session.add(city)
        session.flush()
        add_account(session, "first", "经办", Role.OFFICER, PASSWORD, by=None, union_id=city.id)
        below = Union(name="北区总工会", parent_id=city.id)
        session.add(below)
        session.flush()
        add_account(session, "north", "北区", Role.OFFICER, PASSWORD, by=1, union_id=below.id)
        session.execute(text("UPDATE account SET disabled_at = now() WHERE login = 'north'"))
    yield web
    with web.app_context():
        db.engine.dispose()


def test_the_first_steps_in_their_order(empty: Flask) -> None:
    officer = Browser(empty).sign_in("first")
    page = officer.get("/office/").text
    steps = (
        "huzhu account add",
        "/office/money/accounts/",
        "/office/schemes/",
        "/office/units/register",
    )
    steps += ("/office/upload", '/office/money/"')
    at = [page.index(each, page.index("第一步")) for each in steps]
    assert at == sorted(at)
    assert "已完成" not in page
    assert "没有待办事项" not in page
    for place in steps[1:]:
        assert officer.get(place.rstrip('"')).status_code == 200, place
    with empty.app_context(), transaction() as session:
        session.execute(text("UPDATE account SET disabled_at = NULL WHERE login = 'north'"))
    assert officer.read("/office/").count("已完成") == 1
    # Of a district only what is its own to do.
    page = Browser(empty).sign_in("north").read("/office/")
    assert "第一步" in page
    assert "huzhu" not in page


def test_a_fund_that_has_begun_has_no_first_steps(web: Flask, fund: Fund, officer: Browser) -> None:
    assert "第一步" not in officer.read("/office/")
