"""Chinese or English: what the reader chose once, else what the browser asks for, else Chinese.

The choice is kept in the session. Of the browser's languages the first that is one of the two
decides, by its first part: Flask-Babel's `best_match` would give English to who asks for
zh-Hans-CN or zh-TW, because no catalogue is named so.
"""

import io
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import Babel, Domain, get_locale
from flask_wtf import FlaskForm
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from wtforms import HiddenField
from wtforms.validators import AnyOf

from app.texts import LANGUAGES
from app.web.paths import local_path
from app.web.roles import serves_everybody

DEFAULT: Final = "zh"
CATALOGUES: Final = Path(__file__).parent / "translations"
_KEPT: Final = 20_000
"""So many texts a process keeps as pages write them: the program has some thousands."""

pages = Blueprint("languages", __name__)


class LanguageForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Which language, and the page to come back to."""

    lang = HiddenField(validators=[AnyOf(LANGUAGES)])
    back = HiddenField()


@pages.post("/language")
@serves_everybody
def choose() -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate_on_submit():
        raise BadRequest
    session["lang"] = form.lang.data
    return redirect(local_path(form.back.data))


def language() -> str:
    """The language of this request: "zh" or "en"."""
    if not request:
        return DEFAULT
    chosen = session.get("lang")
    return chosen if chosen in LANGUAGES else wished(request.accept_languages)


def wished(languages: Iterable[tuple[str, float]]) -> str:
    """What a browser asks for: its languages with their weights, the most wanted first."""
    for tag, weight in languages:
        spoken = tag.replace("_", "-").partition("-")[0].lower()
        if weight > 0 and spoken in LANGUAGES:
            return spoken
    return DEFAULT


@cache
def catalogue(lang: str) -> Translations:
    """The texts of one language, compiled in memory from its `.po` files, a file a stage."""
    whole = Catalog(locale=lang)
    for source in sorted((CATALOGUES / lang / "LC_MESSAGES").glob("*.po")):
        with source.open("rb") as written:
            for message in read_po(written, locale=lang):
                if message.id:
                    whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled, domain="messages")


class _Catalogues(Domain):  # type: ignore[misc]  # the package has no types
    """Both languages, read once a process, when it starts."""

    def __init__(self) -> None:
        super().__init__()
        self._by_language = {lang: catalogue(lang) for lang in LANGUAGES}
        self._of_none = NullTranslations()

    def get_translations(self) -> Translations | NullTranslations:
        locale = get_locale()
        return self._by_language[locale.language] if locale else self._of_none


class _Languages(Babel):  # type: ignore[misc]  # the package has no types
    @cached_property
    def domain_instance(self) -> Domain:
        return _Catalogues()


def install(web: Flask) -> None:
    """Translate pages; give templates `lang`."""
    translate(web, language)
    web.context_processor(lambda: {"lang": language()})


def translate(app: Flask, selector: Callable[[], str]) -> None:
    """Translate texts into the language that `selector` names for a request."""
    babel = _Languages()
    babel.init_app(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Shanghai",
        locale_selector=selector,
    )
    # Now, so that a broken catalogue stops the start and not the first page.
    app.jinja_env.globals.update(_said(babel.domain_instance))


def _said(catalogues: Domain) -> dict[str, Callable[..., str]]:
    """What templates say texts by, instead of Jinja's own: the same words, escaped the same.

    A page of fifty rows says three hundred. Jinja's ask for the template's context, and within a
    loop that is copied for each text: a tenth to a quarter of the processor's time for a page here.
    """

    @lru_cache(_KEPT)
    def plain(words: Translations, text: str) -> Markup:
        return Markup(words.ugettext(text)) % {}  # noqa: S704 - the program's own

    @pass_eval_context
    def gettext(page: EvalContext, text: str, /, **facts: Any) -> str:
        words = catalogues.get_translations()
        if page.autoescape and not facts:
            return plain(words, text)
        said = words.ugettext(text)
        return (Markup(said) if page.autoescape else said) % facts  # noqa: S704 - the program's own

    @pass_eval_context
    def ngettext(page: EvalContext, one: str, many: str, num: int, /, **facts: Any) -> str:
        said = catalogues.get_translations().ungettext(one, many, num)
        facts.setdefault("num", num)
        return (Markup(said) if page.autoescape else said) % facts  # noqa: S704 - the program's own

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}
