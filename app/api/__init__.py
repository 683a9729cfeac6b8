"""The API: JSON for programs, by the domain calls that pages make.

A door of its own, and an application of its own beside the web's (`app.front` puts both behind one
address, this one at /api). What the web needs against browsers would be in its way: no cookie is
read here, so no request can be forged and no form has a token; nobody is redirected to a sign-in;
a refusal is a document and no page. And what a page may do that a program must not, is not here by
having no route.

It stands above the web and reads with the web's own readers (`app.web.read`), so that a page and an
answer never differ; neither the web nor the command line knows it.

`door` (the token and what it may do; every view says what it asks for) · `given` (how a body and an
address are read) · `problems` (refusals and faults, RFC 9457) · `shapes` (what goes over the wire:
money as whole fen and as yuan) · `document` (OpenAPI in two languages, and a page of it) · then a
module each for what a `member` sees, for the member's `claims`, for a `unit` and for a `bureau`.
"""

import os
from typing import Final

from flask import Flask
from flask_smorest import Api
from werkzeug.middleware.proxy_fix import ProxyFix

from app import boot, config
from app.accounts.token import MOST_A_MINUTE
from app.api import bureau, claims, document, door, member, problems, unit
from app.config import Settings
from app.web import guard, headers, languages, wire

BASE: Final = "/api/v1"
LONGEST_BODY: Final = 64 * 1024
"""Routes that take files raise it for themselves (`app.api.door`)."""


class _Api(Api):  # type: ignore[misc]  # the package has no types
    """Without the package's own words for errors."""

    def _register_error_handlers(self) -> None:
        problems.install(self._app)


def create_app(settings: Settings | None = None) -> Flask:
    """The API's application, on the settings given or those of the environment."""
    settings = settings or config.load(os.environ)
    api = Flask(__name__, static_folder=None)
    boot.connect(api, settings)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        api.wsgi_app = ProxyFix(api.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    api.config.update(
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        BROKER_URL=settings.broker_url,
        MOST_A_MINUTE=MOST_A_MINUTE,
        API_TITLE="huzhu",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        ETAG_DISABLED=True,
    )
    api.json.ensure_ascii = False  # type: ignore[attr-defined]
    made = _Api(api)
    languages.translate(api, problems.asked_language)
    guard.install(api)
    made.register_converter(guard.RowId, lambda _converter: {"type": "integer", "minimum": 1})
    door.install(api)
    headers.install(api, secure=settings.secure_cookies)
    wire.install(api)
    for part in (member, claims, unit, bureau):
        made.register_blueprint(part.routes)
    document.install(api, made.spec)
    door.check(api)
    return api
