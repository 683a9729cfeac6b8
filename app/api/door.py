"""Who asks: the token of the request's header, and what it may do. Every view says what it takes.

The header is the only place: a token in an address is refused whatever it stands for, because
addresses are kept by others. Cookies are not looked at. A view that says nothing stops the start.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final, TypeVar

from flask import Flask, abort, current_app, g, request
from werkzeug.exceptions import UnsupportedMediaType

from app.accounts.scopes import Scope
from app.accounts.token import PREFIX, Bearer, ScopeMissing, TokenWrong, bearer_of
from app.db import transaction
from app.errors import Refusal

View = TypeVar("View", bound=Callable[..., Any])

EVERYBODY: Final = None
_ASKS: Final = "asks"
_TAKES: Final = "takes"
_BLOCK: Final = 1 << 20
_SCHEME: Final = "bearer "


class AsksNothing(Exception):
    """A view does not say which scope it asks for."""


class TokenInAddress(Refusal):
    """A token stands in the address."""


def asks(scope: Scope) -> Callable[[View], View]:
    """This view is for tokens with this scope only."""
    return _mark(_ASKS, scope)


def asks_nothing(view: View) -> View:
    """This view is for everybody: it holds nothing of anybody."""
    return _mark(_ASKS, EVERYBODY)(view)


def takes(most: int) -> Callable[[View], View]:
    """This view takes a body of so many bytes."""
    return _mark(_TAKES, most)


def bearer() -> Bearer:
    """For whom this request acts. Only for views that ask for a scope."""
    found: Bearer = g.bearer
    return found


def sent_blocks(kinds: Collection[str]) -> Iterator[bytes]:
    """The body as it comes, where it says that it is a file of these kinds.

    Block by block also for who wants it whole: of a body that does not say its length, one reading
    of all would end at the limit without a word.
    """
    if request.mimetype not in kinds:
        raise UnsupportedMediaType
    return iter(lambda: request.stream.read(_BLOCK), b"")


def asked_by(app: Flask, endpoint: str) -> Scope | None:
    """The scope an endpoint asks for; None: it is for everybody."""
    scope: Scope | None = getattr(app.view_functions[endpoint], _ASKS)
    return scope


def install(app: Flask) -> None:
    """Check every request before its view."""
    app.before_request(_admit)


def check(app: Flask) -> None:
    """Raise AsksNothing where an endpoint does not say which scope it asks for."""
    silent = sorted(x for x, view in app.view_functions.items() if not hasattr(view, _ASKS))
    if silent:
        raise AsksNothing(f"what do these ask for? {', '.join(silent)}")


def _mark(name: str, value: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, name, value)
        return view

    return mark


def _admit() -> None:
    if any(PREFIX in text for pair in request.args.items(multi=True) for text in pair):
        raise TokenInAddress
    if any(len(values) > 1 for _, values in request.args.lists()):
        abort(400)  # one would be read, and the other meant
    if request.endpoint is None:
        return
    scope = asked_by(current_app, request.endpoint)
    if scope is None:
        return
    with transaction() as session:
        try:
            g.bearer = bearer_of(session, _token(), most=current_app.config["MOST_A_MINUTE"])
            wrong: Refusal | None = None
        except Refusal as refused:  # counted all the same
            wrong = refused
    if wrong is not None:
        raise wrong
    if scope not in g.bearer.scopes:
        raise ScopeMissing(scope=scope.value)
    most = getattr(current_app.view_functions[request.endpoint], _TAKES, None)
    if most is not None:
        request.max_content_length = most


def _token() -> str:
    given = request.headers.get("Authorization", "")
    if given[: len(_SCHEME)].lower() != _SCHEME:
        raise TokenWrong
    return given[len(_SCHEME) :].strip()
