"""Chinese and English, both complete, and the page in one has nothing of the other."""

import re
from collections.abc import Iterator
from pathlib import Path

import flask_babel
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, get_translations
from jinja2 import Environment
from markupsafe import Markup

import app.web
from app.benefits.columns import Refused
from app.benefits.scheme_file import package_schemes
from app.claims.decided import Reason
from app.claims.lifecycle import State, Why
from app.lists.listings import LISTINGS
from app.texts import LANGUAGES
from app.texts.sources import said
from app.texts.steps import WORDS
from app.web.languages import CATALOGUES
from app.web.words import LOOKS, REFUSALS, STATES
from tests.factories import make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund

WEB = Path(app.web.__file__).parent
HAN = re.compile(r"[\u3400-\u9fff]")
CONTACT = f"{make_uscc(4).lower()}-1"
PAGES = {
    "officer1": [
        "/office/",
        "/office/members/1",
        "/office/found/1",
        "/office/public/?after=1",
        "/public/",
        "/office/claims/held",
        "/office/objections",
        "/office/claims/card_wanted",
        "/office/claims/new",
        "/office/years",
        *(f"/office/lists/{name}" for name in LISTINGS),
        "/office/recoveries",
        "/office/members/1/claims/1/money",
        "/office/members/1/claims/new",
        "/office/what-if/",
        "/office/units/2021",
        "/office/units/1999",
        "/office/runs/1",
        "/office/feeds/",
        "/office/units/2021?paid=none",
        "/office/unit/1",
        "/office/unit/1/upload",
        "/office/unit/1/changes",
        "/office/fates",
        "/office/gifts/",
        "/office/gifts/1",
        "/join",
        "/office/upload",
        "/office/rosters/",
        "/office/money/",
        "/office/money/line/",
        "/office/money/line/1",
        "/office/rosters/1",
        "/office/members/1/claims/1",
        "/books/",
        "/books/trial-balance?from=2019-01-01&to=2021-12-31",
        "/books/accounts/1001?from=2019-01-01&to=2021-12-31",
        "/books/income/2021",
        "/office/papers/notices/1",
        "/office/schemes/",
        "/office/year/2021",
        "/office/year/2023",
        "/office/notices/",
        "/office/unit/1/late",
        "/office/schemes/drafts/1",
        "/office/schemes/drafts/1/edit",
        "/office/payments/",
        "/office/payments/ready/2021",
        "/office/payments/batch/1",
        "/office/online/",
        "/office/online/1",
        "/office/payments/batch/1/line/1",
        "/office/payments/heirs/",
        "/office/payments/heirs/1",
        "/office/changes/",
        "/office/changes/?all=1",
        "/nothing",
        "/office/requests/",
        "/office/requests/?all=1",
        "/office/requests/1",
        "/office/units/register",
        "/office/units/import",
        *(f"/office/unit/1/{what}" for what in ("change", "contact", "merge", "split")),
        "/register/",
        "/register/sent",
        "/office/reviews/",
        "/office/reviews/?stage=first&late=1&papers=1&mine=1",
        "/office/reviews/clean/",
        "/office/enquiries/",
        "/office/enquiries/?state=answered",
        "/office/enquiries/?state=late&category=claim",
        "/office/enquiries/1",
        "/office/enquiries/weekly?weeks=4",
        "/office/members/1/helpers/",
        "/help",
    ],
    CONTACT: [
        *("/unit/", "/office/unit/4", "/office/unit/4/contact", "/office/rosters/"),
        *("/office/changes/", "/office/unit/4/changes/new"),
    ],
    "zhao": [
        "/my/",
        "/my/claims",
        "/my/card/",
        "/my/claims/3/objection",
        "/my/claims/new/",
        "/my/enquiries/",
        "/my/enquiries/new",
        "/my/enquiries/1",
        "/my/helpers/",
        "/account/tokens/",
        "/my/for/",
        *(f"/my/claims/{number}" for number in range(1, 12)),
        "/office/",
    ],
    "auditor": ["/audit/claims/", "/audit/", "/audit/2021", "/audit/bundles/1"],
}


def texts() -> set[str]:
    """Every text of code and templates; of a plural its singular."""
    with (WEB / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(
        WEB,
        methods,
        options,
        keywords={"gettext": None, "lazy_gettext": None, "_": None, "ngettext": (1, 2)},
    )
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def catalogue(lang: str) -> dict[str, tuple[str, ...]]:
    messages = []
    for source in sorted((CATALOGUES / lang / "LC_MESSAGES").glob("*.po")):
        with source.open("rb") as written:
            messages += [message for message in read_po(written, locale=lang) if message.id]
    known = [str(message.id) for message in messages]
    assert len(known) == len(set(known)), "a text stands in two catalogues"
    return {
        (message.id if isinstance(message.id, str) else message.id[0]): (
            (message.string,) if isinstance(message.string, str) else tuple(message.string)
        )
        for message in messages
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_missing_and_none_is_left_over(lang: str) -> None:
    written = catalogue(lang)
    assert len(written) > 100
    assert texts() - written.keys() == set()
    assert written.keys() - texts() == set()
    assert [text for text, forms in written.items() if not all(forms)] == []


def test_places_are_the_same_in_both() -> None:
    place = re.compile(r"%\(\w+\)[a-z]")
    for text, chinese in catalogue("zh").items():
        # A plural's Chinese may say the number where the English singular spells it out.
        assert set(place.findall(chinese[0])) - {"%(num)d"} == set(place.findall(text)) - {
            "%(num)d"
        }, text


def test_chinese_is_chinese_and_never_calls_this_insurance() -> None:
    for [chinese, *_] in catalogue("zh").values():
        assert HAN.search(chinese), chinese
        assert "保费" not in chinese
        assert "保单" not in chinese.replace("参保单位", "")


def test_every_state_has_its_words() -> None:
    assert set(STATES) == set(LOOKS) == set(State)


def test_every_refusal_has_its_words() -> None:
    names = {refused.name.lower() for refused in Refused} - {"no"}
    undone = {f"undone_{why}" for why in Why}
    declined = {f"declined_{reason}" for reason in [*Reason, "same_bill"]}
    assert names | undone | declined == set(REFUSALS)
    assert declined <= set(WORDS)
    assert undone | {"do_undone"} <= set(WORDS)
    assert names <= {f"do_{name}" for name in names} | set(WORDS) | {"not_in_scheme"}
    assert {f"do_{name}" for name in names} <= set(WORDS)


def test_every_source_of_the_schemes_is_said_in_both_languages() -> None:
    for scheme in package_schemes():
        for source in scheme.sources:
            for sentence in (source.says, source.where):
                assert HAN.search(said(sentence, "zh")), sentence
                assert not HAN.search(said(sentence, "en")), sentence


WISHES = {
    "": "zh-CN",
    "zh": "zh-CN",
    "zh-CN,zh;q=0.9,en;q=0.8": "zh-CN",
    "zh-Hans-CN": "zh-CN",
    "zh-TW": "zh-CN",
    "zh_HK,en;q=0.5": "zh-CN",
    "en": "en",
    "EN-us": "en",
    "en-GB,en;q=0.9,zh-CN;q=0.8": "en",
    "zh;q=0.3,en;q=0.7": "en",
    "en;q=0.3,zh-CN;q=0.7": "zh-CN",
    "de-DE,de;q=0.9,en;q=0.4": "en",
    "fr,ja;q=0.9": "zh-CN",
    "en;q=0,fr": "zh-CN",
    "*": "zh-CN",
    "enochian, x;;q=,,=;": "zh-CN",
}


@pytest.mark.parametrize("wish", WISHES)
def test_the_first_page_speaks_the_browsers_language(web: Flask, wish: str) -> None:
    for path in ("/sign-in", "/nothing"):
        page = Browser(web).get(path, headers={"Accept-Language": wish}).text
        assert f'<html lang="{WISHES[wish]}">' in page


@pytest.mark.parametrize(("wish", "chosen"), [("en-US,en", "zh"), ("zh-CN,zh", "en")])
def test_what_was_chosen_once_wins_over_the_browser(web: Flask, wish: str, chosen: str) -> None:
    browser = Browser(web).choose(chosen)
    page = browser.get("/sign-in", headers={"Accept-Language": wish}).text
    assert f'<html lang="{"en" if chosen == "en" else "zh-CN"}">' in page


def test_chinese_is_the_default_and_the_choice_is_kept(web: Flask, fund: Fund) -> None:
    browser = Browser(web)
    assert "登录" in browser.read("/sign-in")
    browser.choose("en")
    assert "Sign in" in browser.read("/sign-in")
    browser.sign_in("zhao")
    assert "My cover" in browser.read("/my/")
    browser.post("/sign-out")
    assert "Sign in" in browser.read("/sign-in")


AS_JINJA_SAYS = """
{%- set given = "1 < 2" %}{{ _("Risk, %%") }}
{% for day in ["<b>", "50 %", mark] %}{{ _("papers until %(day)s", day=day) }} {{ _("Next page") }}
{{ ngettext("%(num)d payment", "%(num)d payments", loop.index) }} {{ _("no such <i>text</i>") }}
{{ _(given) }} {{ gettext("late")|upper }} {{ _("Next page") ~ day }}{% endfor %}
{% autoescape false %}{{ _("fee %(amount)s", amount="<b>") }} {{ _("Risk, %%") }}{% endautoescape %}
"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_are_said_and_escaped_as_by_jinjas_own_functions(web: Flask, lang: str) -> None:
    ours = web.jinja_options
    jinja = Environment(extensions=["jinja2.ext.i18n"], autoescape=True, **ours)
    jinja.install_gettext_callables(  # type: ignore[attr-defined]
        flask_babel.gettext,
        lambda one, many, num: get_translations().ungettext(one, many, num),
        True,
    )
    facts = {"mark": Markup("<i>marked</i>")}
    with web.test_request_context(), force_locale(lang):
        said = web.jinja_env.from_string(AS_JINJA_SAYS).render(facts)
        assert said == jinja.from_string(AS_JINJA_SAYS).render(facts)
    assert ("Next page" in said) == (lang == "en")
    assert "&lt;b&gt;" in said
    assert "<i>marked</i>" in said


def test_only_the_two_languages_can_be_chosen(browser: Browser) -> None:
    assert browser.post("/language", lang="fr", back="/").status_code == 400
    assert browser.post("/language", lang="en", back="//evil.example").location == "/"


def pages_of(web: Flask, lang: str) -> Iterator[tuple[str, str]]:
    for login, paths in PAGES.items():
        browser = Browser(web).sign_in(login).choose(lang)
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code < 500, path
            yield path, answer.text


def test_no_page_in_english_has_chinese_but_names(web: Flask, fund: Fund) -> None:
    names = re.compile(
        "到账了吗？|哪张卡？|工资卡|已经到账。|市总工会|北区总工会|花名册.xlsx|[赵钱孙李周吴郑王冯]安|北区幼儿园|北区书店|北区经办|经办[一二]|审计|中文|市纺织机械厂|北区第三小学|滨河物业服务有限公司|市第一人民医院|急性阑尾炎|高血压|户名不符"
    )
    for path, page in pages_of(web, "en"):
        assert not HAN.search(names.sub("", page)), (path, HAN.findall(names.sub("", page))[:20])


def test_no_page_in_chinese_has_english_sentences(web: Flask, fund: Fund) -> None:
    commands = r"<pre.*?</pre>|<code>.*?</code>|huzhu [^\n<]*|python3 [^\n<]*"
    markup = re.compile(rf"{commands}|<[^>]+>", re.DOTALL)
    for path, page in pages_of(web, "zh"):
        body = markup.sub(" ", page[page.index("<main") :])
        english = re.findall(r"[a-z]{3,} [a-z]{2,}", body)
        assert english == [], path


def test_no_page_shows_a_raw_key_or_place(web: Flask, fund: Fund) -> None:
    for lang in LANGUAGES:
        for path, page in pages_of(web, lang):
            body = re.sub(r"<[^>]+>", " ", page[page.index("<main") :])
            assert "%(" not in body, path
            assert not re.search(r"\b(no_cover|not_in_scheme|unknown_med_type|card_wanted)\b", body)
            assert "None" not in body, path
