"""Chinese sentences are Chinese: no name of a state out of the code, no half-width colon."""

import re
from pathlib import Path

import pytest

from app.texts import _merged
from app.web import languages

TEMPLATES = sorted((Path(languages.__file__).parent / "templates").rglob("*.html"))
CATALOGUES = sorted((Path(languages.__file__).parent / "translations" / "zh").rglob("*.po"))
_KEYS = re.compile(r"%\((state|step|act|memo|outcome|kind)\)s")
_COLON = re.compile(r"[\u3400-\u9fff）] ?:")
_BETWEEN = re.compile(r"(\}\}|%\}) ?: ")


def test_refusals_name_no_state_by_its_key() -> None:
    words = _merged()
    assert len(words) > 100
    assert [key for key, said in words.items() if _KEYS.search(said.zh + said.en)] == []


def test_refusals_have_chinese_colons() -> None:
    assert [key for key, said in _merged().items() if _COLON.search(said.zh)] == []


def test_pages_have_chinese_colons() -> None:
    said = [
        line
        for path in CATALOGUES
        for line in path.read_text(encoding="utf-8").splitlines()
        if _COLON.search(line)
    ]
    assert said == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_template_joins_no_words_by_a_colon(path: Path) -> None:
    """Of two languages' colons a template knows neither: the message has it."""
    assert [x for x in path.read_text(encoding="utf-8").splitlines() if _BETWEEN.search(x)] == []
