"""A long command says on a terminal how far it is, in the person's language, and in no pipe."""

import sys

import pytest

from app.cli import going
from app.cli.going import Going


@pytest.fixture
def at_once(monkeypatch):
    """Told however short the pause was."""
    monkeypatch.setattr(going, "_PAUSE_S", 0.0)


@pytest.mark.parametrize(
    ("what", "lang", "said"),
    [
        ("replay", "zh", "正在重算 2023 年度，25%\n"),
        ("replay", "en", "recomputing 2023, 25%\n"),
        ("bundle", "zh", "正在写资料包，25%\n"),
        ("drain", "en", "1,000 claims determined\n"),
    ],
)
def test_it_says_how_far_it_is(capsys, monkeypatch, at_once, what, lang, said):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    Going(what, lang, year=2023)(1_000, 4_000)
    assert capsys.readouterr().err == said


def test_a_pipe_is_told_nothing(capsys, at_once):
    Going("verify", "en")(1, 2)
    assert capsys.readouterr().err == ""


def test_what_is_quick_says_nothing(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    Going("verify", "en")(1, 2)
    assert capsys.readouterr().err == ""
