"""Every view says whom it serves; a view that does not stops the start."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g

from app.accounts.models import Role

View = TypeVar("View", bound=Callable[..., Any])

EVERYBODY: Final[frozenset[Role] | None] = None
"""In place of roles: also those who have not signed in."""

ASSETS: Final = frozenset({"static", "bootstrap.static"})
"""Endpoints of files that hold nothing of anybody: style sheets."""

_SERVES: Final = "serves"


class ServesNobody(Exception):
    """A view does not say whom it serves."""


def serves(*roles: Role) -> Callable[[View], View]:
    """This view is for accounts of these roles only."""
    if not roles:
        raise ServesNobody
    return _mark(frozenset(roles))


def serves_everybody(view: View) -> View:
    """This view is also for those who have not signed in."""
    return _mark(EVERYBODY)(view)


def _mark(roles: frozenset[Role] | None) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _SERVES, roles)
        return view

    return mark


def served_by(web: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles an endpoint serves; None: everybody."""
    if endpoint in ASSETS:
        return EVERYBODY
    served: frozenset[Role] | None = getattr(web.view_functions[endpoint], _SERVES)
    return served


def may(endpoint: str) -> bool:
    """Whether who asks is served there; templates hide what a page would refuse."""
    roles = served_by(current_app, endpoint)
    return roles is None or bool(g.get("account") and g.account.role in roles)


def check(web: Flask) -> None:
    """Raise ServesNobody where an endpoint does not say whom it serves."""
    silent = {
        rule.endpoint
        for rule in web.url_map.iter_rules()
        if rule.endpoint not in ASSETS and not hasattr(web.view_functions[rule.endpoint], _SERVES)
    }
    if silent:
        raise ServesNobody(f"whom do these serve? {', '.join(sorted(silent))}")
