"""One tab is where one is, whatever page of one's own work one has come to."""

import re

import pytest
from flask import Flask

from app.accounts.models import Role
from tests.web.browser import Browser
from tests.web.fund import Fund
from tests.web.rich import Rich
from tests.web.test_roles import WHO, everybody
from tests.web.test_unsent import pages_of, rich

__all__ = ["everybody", "rich"]

NOBODYS = re.compile(r"/(account|join|help|register|public|api)\b.*|/")
"""Pages under no tab: one's account, and those of everybody."""
TABS = re.compile(r'<nav class="frame tabs".*?</nav>', re.DOTALL)


@pytest.mark.parametrize("role", WHO)
def test_every_page_stands_under_one_tab(
    web: Flask, rich: Rich, everybody: Fund, role: Role
) -> None:
    pages = list(pages_of(Browser(web).sign_in(WHO[role])))
    under = {
        path: TABS.search(page)[0].count("aria-current")
        for path, page in pages
        if not NOBODYS.fullmatch(path.partition("?")[0])
    }
    assert {path: count for path, count in under.items() if count != 1} == {}
    assert pages
