"""Every kind of act that is written to the evidence log has a sentence, in both languages."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

import app
from app.web import acts, languages, words
from app.web.read.events import HIDDEN, Happened

APP = Path(app.__file__).parent
ACT = re.compile(r"[a-z]+\.[a-z_]+")
NO_ACT = {
    *("change_list.faults", "verify.py", "control.json", "datapackage.json"),
    *("account.add", "account.first"),  # turns
    "settlements.csv",
    *("r.reference", "s.reference", "k.name"),
}
"""Written like an act, in a module that records some."""
REFUND = ("proposed", "approved", "withdrawn", "paid", "bounced")
"""The steps that an act of refunds is put together from."""


def recorded() -> set[str]:
    """Words that look like an act, in every module that writes to the log."""
    found: set[str] = set()
    for path in APP.rglob("*.py"):
        nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
        froms = {x.module for x in nodes if isinstance(x, ast.ImportFrom)}
        if "app.evidence.append" in froms:
            parts = {id(y) for x in nodes if isinstance(x, ast.JoinedStr) for y in x.values}
            said = (x for x in nodes if isinstance(x, ast.Constant) and id(x) not in parts)
            texts = {x.value for x in said if isinstance(x.value, str)}
            found |= {x for x in texts if ACT.fullmatch(x)}
    return found - NO_ACT


def event(act: str, **facts: object) -> Happened:
    return Happened(act, datetime(2024, 1, 1, tzinfo=UTC), None, 1, [2024], facts, "甲", 0, 0, 0)


@pytest.fixture(scope="module")
def web() -> Flask:
    made = Flask("app.web", root_path=str(APP / "web"))
    made.secret_key = "x"
    languages.install(made)
    return made


def test_every_act_that_is_recorded_has_a_sentence() -> None:
    found = recorded() | {f"refund.{step}" for step in REFUND}
    assert len(found) > 60
    worded = acts.SENTENCES.keys() | words._SAYS.keys()
    assert found - worded == set()
    assert worded - found == set(), "worded, and recorded nowhere"
    assert acts.SENTENCES.keys() & words._SAYS.keys() == set()
    assert set(HIDDEN) - worded == {"bundle.read"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_need_no_facts_and_say_what_is_there(web: Flask, lang: str) -> None:
    with web.test_request_context(headers={"Accept-Language": lang}):
        for act in acts.SENTENCES:
            bare = words.happened(event(act))
            assert bare
            assert "%(" not in bare
            assert bool(re.search(r"[\u4e00-\u9fff]", bare.replace("甲", ""))) == (lang == "zh"), (
                act
            )
        said = words.happened(event("line.resolved", amount_fen=-1_234_56))
        assert "1,234.56" in said
        assert "甲" in words.happened(event("changes.handed_in"))
