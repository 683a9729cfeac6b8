"""An operator is shown no button that would be refused.

Operators work on the officers' own pages, where every page has acts that only an officer may do.
Whatever form or link leads to a page that does not serve operators is left out of the answer, by
the same word of the view that would refuse it (`app.web.roles`): no template has to know.
"""

import re
from typing import Final

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.accounts.models import Role
from app.web.roles import may

_FORM: Final = re.compile(r"<form\b[^>]*?\baction=\"([^\"]*)\"[^>]*>.*?</form>", re.DOTALL)
_LINK: Final = re.compile(r"<a\b[^>]*?\bhref=\"(/[^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL)
_ONE: Final = r"<a\b[^>]*?\bhref=\"[^\"]*\"[^>]*>(?:(?!</a>).)*</a>"
_EACH: Final = re.compile(_ONE, re.DOTALL)
_ROW: Final = re.compile(rf"{_ONE}(?:\s*·\s*{_ONE})+", re.DOTALL)
"""Links side by side: where one leads, and nothing else."""
_ALONE: Final = re.compile(rf"<p\b[^>]*>\s*({_ONE})\s*</p>", re.DOTALL)
_TILE: Final = re.compile(r"class=\"[^\"]*\btile\b")
_OPENED: Final = re.compile(r"<details\b[^>]*>(?:(?!</?details\b).)*</details>", re.DOTALL)
_ACT: Final = re.compile(r"class=\"[^\"]*\b(?:btn|act)\b")
_SOMETHING: Final = re.compile(r"<(?:form|table|ul|ol|dl|p)\b")


def install(web: Flask) -> None:
    """Look through pages for operators only."""
    web.after_request(_without_refused)


def _without_refused(response: Response) -> Response:
    if not (g.get("account") and g.account.role is Role.OPERATOR):
        return response
    if response.mimetype == "text/html" and not response.direct_passthrough:
        response.set_data(served(response.get_data(as_text=True)))
    return response


def served(page: str) -> str:
    """The page without the forms and acts that would be refused; links in a text become words."""
    without = _FORM.sub(lambda found: found[0] if _leads(found[1], "POST") else "", page)
    without = _ROW.sub(_shorter, without)
    without = _ALONE.sub(lambda found: found[0] if _shorter(found) else "", without)
    without = _OPENED.sub(_emptied, without)
    return _LINK.sub(_link, without)


def _link(found: re.Match[str]) -> str:
    if _leads(found[1], "GET"):
        return found[0]
    if _TILE.search(found[0].partition(">")[0]):  # its figure is read all the same
        return f'<div class="tile">{found[2]}</div>'
    return "" if _ACT.search(found[0]) else found[2]


def _shorter(row: re.Match[str]) -> str:
    """Of links side by side those that lead somewhere."""
    each = ((link, _LINK.match(link)) for link in _EACH.findall(row[0]))
    return " · ".join(link for link, away in each if not away or _leads(away[1], "GET"))


def _emptied(found: re.Match[str]) -> str:
    inside = found[0].partition("</summary>")[2]
    return found[0] if _SOMETHING.search(inside) else ""


def _leads(address: str, method: str) -> bool:
    path = address.partition("?")[0].partition("#")[0]
    adapter = current_app.url_map.bind_to_environ(request.environ)
    try:
        return may(adapter.match(path, method=method)[0])
    except (RequestRedirect, HTTPException):
        return True  # no page of ours, which is not ours to judge
