"""What a template writes of days, moments and amounts stays on one line, and is an element."""

import re
from datetime import date, datetime
from pathlib import Path

from flask import Flask
from jinja2 import Environment

import app
from app.clock import CHINA
from app.texts.amounts import MINUS
from app.web.filters import install, unbroken

TEMPLATES = sorted(Path(app.__file__).parent.rglob("templates/**/*.html"))
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
ELEMENT = re.compile(r"\|(?:day|moment|unbroken)\b")
NO_ELEMENT_IN = re.compile(
    r"<(option|title|textarea|desc)\b.*?</\1>|<[a-z][^<>]*>", re.DOTALL | re.IGNORECASE
)
ADDRESS = re.compile(r"\burl_for\((?:[^(){}]|\([^(){}]*\))*\)")
WHOLE = '<span class="nowrap">{}</span>'


def written(source: str, **facts: object) -> str:
    web = Flask(__name__)
    install(web)
    made: Environment = web.jinja_env
    return made.from_string(source).render(**facts)


def test_what_a_template_writes_stays_whole_in_a_sentence() -> None:
    on, at = date(2021, 5, 3), datetime(2021, 5, 3, 7, 9, tzinfo=CHINA)
    said = written("{% autoescape true %}{{ ('<%s>'|e) % on|day }}{% endautoescape %}", on=on)
    assert said == f"&lt;{WHOLE.format('2021-05-03')}&gt;"
    assert written("{{ at|moment }}", at=at) == WHOLE.format("2021-05-03 07:09")
    assert written("{{ on|day }}{{ on|money }}", on=None) == "——"
    assert written("{{ fen|money }}", fen=-5) == WHOLE.format(f"{MINUS}¥0.05")
    assert written("{{ fen|money }}", fen=5) == "¥0.05"  # of this nothing is broken off


def test_a_sentence_of_others_is_escaped_and_kept_once() -> None:
    said = f"<b> 2021-05-03 07:09 {MINUS}¥1,234.56, 2021"
    kept = unbroken(said)
    figures = WHOLE.format("2021-05-03 07:09"), WHOLE.format(f"{MINUS}¥1,234.56")
    assert kept == "&lt;b&gt; {} {}, 2021".format(*figures)
    assert unbroken(kept) == kept


def test_no_element_is_written_where_none_may_stand() -> None:
    assert len(TEMPLATES) > 100
    found = []
    for path in TEMPLATES:
        text = path.read_text()
        # The code's own brackets are no tags; what it writes stays where it stands.
        bare = CODE.sub(lambda code: "x" * len(code[0]), text)
        closed = [range(*each.span()) for each in NO_ELEMENT_IN.finditer(bare)]
        closed += [range(*each.span()) for each in ADDRESS.finditer(text)]
        found += [
            f"{path.name}: {text[at.start() - 40 : at.end()]}"
            for at in ELEMENT.finditer(text)
            if any(at.start() in each for each in closed)
        ]
    assert not found
