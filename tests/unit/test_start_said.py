"""What a command says when it begins a fund is said in the reader's language."""

import ast
import inspect
import re

import pytest

from app.embedded import server
from app.texts.start import sign_ins_said, start_said

HAN = re.compile("[\u4e00-\u9fff]")


def test_all_that_the_embedded_database_says_has_its_chinese() -> None:
    said = [
        node.args[0].value
        for node in ast.walk(ast.parse(inspect.getsource(server)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
        if isinstance(node.args[0], ast.Constant)
    ]
    assert said
    for line in said:
        assert HAN.search(start_said(str(line), "zh"))
        assert start_said(str(line), "en") == line


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("zh", ["登录名 officer1，密码 p", "密码只显示这一次，请记下。"]),
        (
            "en",
            ["sign in as officer1 with the password p", "These passwords are shown this once."],
        ),
    ],
)
def test_how_to_sign_in_is_said_in_the_readers_language(lang, lines) -> None:
    assert sign_ins_said([("officer1", "p")], lang) == lines
    assert sign_ins_said([], lang) == []
