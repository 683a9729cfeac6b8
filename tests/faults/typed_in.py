"""Commands as they are typed, in this process: the command line's own entry, its JSON, its code."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from app.cli import main
from tests.conftest import Database


class Answer(NamedTuple):
    """A command's exit code and its one object."""

    code: int
    told: dict[str, Any]


def typing(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    """A function that types `huzhu …` against this database."""
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)

    def huzhu(*words: str) -> Answer:
        capsys.readouterr()
        code = main([*words, "--json", "--lang", "en"])
        out = capsys.readouterr().out
        assert out.count("\n") == 1, out
        return Answer(code, json.loads(out))

    return huzhu
