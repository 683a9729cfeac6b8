"""The web: pages for members, officers and auditors, made on the server.

Jinja and Bootstrap (served from its wheel), nothing from other hosts, so that the content policy
can be `default-src 'self'`. The little script there is only spares reloading: every act works
without it, on an old phone too. A view reads or
calls and answers in about 15 lines; what it reads stands in `app.web.read`, one module a subject,
and texts go through gettext (English in the code, `translations/zh` beside it).

Catalogues are read from their `.po` files when the process starts: a compiled `.mo` would be a
second copy that a fresh clone lacks or a forgotten step leaves behind; reading takes milliseconds.
A test names the texts that are missing (`babel.cfg` says where texts are looked for).

`auth` (who is asking, may they) · `roles` (every view says whom it serves) · `guard` (requests
refused whatever the page) · `headers` · `wire` (compressed or not) · `errors` · `languages` ·
`filters` (money, days, masks) · `paging` · then a module a stage, its pages in
`templates/<stage>/`.
"""

import importlib
import os
from typing import Final

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import boot, config
from app.collector import nothing_collected
from app.config import Settings
from app.online.provided import provider_of
from app.web import (
    acting,
    auth,
    claim_papers,
    demo,
    desk,
    draft_steps,
    errors,
    filters,
    guard,
    headers,
    held_draft,
    held_words,
    languages,
    limits,
    objections,
    online,
    ranged,
    refused,
    review_words,
    roles,
    svg,
    tabs,
    unsent,
    way,
    wire,
    words,
)

LONGEST_BODY = 64 * 1024
"""Pages that take files raise it for themselves (`app.web.limits`)."""

STAGES: Final = (
    "admin",
    "audit",
    "beside",
    "card",
    "change_lists",
    "changes",
    "claim_list",
    "claim_papers",
    "claims",
    "clean",
    "code",
    "contact",
    "counter",
    "cover",
    "demo",
    "enquiries",
    "enquiry_desk",
    "erasures",
    "feeds",
    "file_check",
    "file_claim",
    "file_figures",
    "file_papers",
    "findings",
    "found",
    "fund_accounts",
    "gifts",
    "gig",
    "health",
    "heirs",
    "held",
    "help_desk",
    "help_join",
    "helpers",
    "helping",
    "home",
    "identified",
    "inspection",
    "languages",
    "late",
    "ledger",
    "letter",
    "lines",
    "list_orders",
    "lists",
    "log",
    "money",
    "objections",
    "office",
    "oidc",
    "online",
    "openings",
    "operator",
    "own",
    "papers",
    "payments",
    "people",
    "public_lists",
    "receipts",
    "recoveries",
    "register",
    "reports",
    "resolutions",
    "review",
    "reviews",
    "rosters",
    "runs",
    "schemes",
    "seals",
    "second",
    "sign_in",
    "tokens",
    "unit_asks",
    "unit_requests",
    "units",
    "unsent",
    "what_if",
    "year",
)
"""Modules with pages."""


def create_app(settings: Settings | None = None) -> Flask:
    """The web application, on the settings given or those of the environment."""
    settings = settings or config.load(os.environ)
    web = Flask(__name__)
    boot.connect(web, settings)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        web.wsgi_app = ProxyFix(web.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    _configure(web, settings)
    Bootstrap5(web)
    limits.install(web)  # before the token is looked for in the form
    csrf = CSRFProtect(web)
    languages.install(web)
    filters.install(web)
    words.install(web)
    svg.install(web)
    tabs.install(web)
    way.install(web)
    desk.install(web)
    held_words.install(web)
    claim_papers.install(web)
    review_words.install(web)
    draft_steps.install(web)
    objections.install(web)
    # In this order: who sends nonsense is refused before the database is asked who it is.
    guard.install(web)
    demo.install(web)
    auth.install(web)
    acting.install(web)
    headers.install(web, secure=settings.secure_cookies)
    wire.install(web)
    ranged.install(web)
    errors.install(web)
    refused.install(web)
    held_draft.install(web)
    unsent.install(web, settings.redis_url)
    online.install(web, csrf, provider_of(settings))
    # Each address is compiled. A collection in the middle may run what compiles something, too, and
    # Python 3.11 then loses count of its own depth.
    with nothing_collected():
        _register_pages(web)
    roles.check(web)
    acting.check(web)
    return web


def _configure(web: Flask, settings: Settings) -> None:
    web.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        TRUSTED_PROXIES=settings.trusted_proxies,
        # A cookie named __Host- cannot be set by a neighbouring host, and needs https.
        SESSION_COOKIE_NAME="__Host-huzhu" if settings.secure_cookies else "huzhu",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_PARTS=200,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        # The session that signed in ends sooner (app.accounts.sign_in).
        WTF_CSRF_TIME_LIMIT=None,
        SECOND_FACTOR=settings.second_factor,
        OIDC=settings.oidc,
        OCR=settings.ocr,
        BROKER_URL=settings.broker_url,  # app.web.bells
    )
    web.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}


def _register_pages(web: Flask) -> None:
    for stage in STAGES:
        web.register_blueprint(importlib.import_module(f"app.web.{stage}").pages)
