"""Why nothing starts is said in the reader's language: by the commands and by the start."""

import ast
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from app import config, outside
from app.embedded import binaries, broker, cluster, files, keeper, keys, server
from app.online import provided
from app.texts.unready import SAID, SERVICES, unready_said

SPEAK: list[ModuleType] = [config, outside, provided]
SPEAK += [binaries, broker, cluster, files, keeper, keys, server]
RAISED = {"Misconfigured", "DatabaseUnavailable", "ProgramMissing"}
HAN = re.compile("[\u4e00-\u9fff]")


def sentences() -> Iterator[str]:
    """All that is raised, noted as a fault, or made a sentence of it."""
    for module in SPEAK:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and node.args and called(node) in RAISED | {"append"}:
                yield from template(node.args[-1])
            elif isinstance(node, ast.FunctionDef) and node.name == "explain":
                for each in ast.walk(node):
                    yield from template(each.value) if isinstance(each, ast.Return) else ()
            elif isinstance(node, ast.ListComp) and isinstance(node.elt, ast.JoinedStr):
                yield from template(node.elt)


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def template(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.BoolOp):
        yield from template(node.values[-1])
    elif isinstance(node, ast.JoinedStr):
        yield "".join(x.value if isinstance(x, ast.Constant) else "%s" for x in node.values)
    elif isinstance(node, ast.Constant) and " " in str(node.value):
        yield str(node.value)


def test_all_reasons_not_to_start_have_their_chinese() -> None:
    assert {*sentences()} == {*SAID}
    for english, chinese in SAID.items():
        assert HAN.search(chinese), english
        assert english.count("%s") == chinese.count("%s"), english
        facts = tuple(f"/f{number}" for number in range(english.count("%s")))
        assert unready_said(english % facts, "zh") == chinese % facts
        assert unready_said(english % facts, "en") == english % facts


def test_every_service_is_called_by_its_name() -> None:
    named = [
        node.args[2].value
        for module in (config, outside)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and called(node) == "all_or_none"
        if isinstance(node.args[2], ast.Constant)
    ]
    assert {*named} == {*SERVICES}
    said = unready_said("Time-stamping also wants HUZHU_TSA_URL.", "zh")
    assert said == "时间戳还要设置 HUZHU_TSA_URL。"


def test_several_lines_are_several_sentences_and_what_a_program_printed_stays() -> None:
    said = unready_said("A is not set.\nB is not set.\nnobody's words", "zh")
    assert said == "没有设置 A。\n没有设置 B。\nnobody's words"
    said = unready_said("initdb ended with code 1:\nno space\nleft", "zh")
    assert said == "initdb 停了，代码 1：\nno space\nleft"


@pytest.mark.parametrize(
    ("lang", "says"), [("zh", "没有设置 REDIS_URL。"), ("en", "REDIS_URL is not set.")]
)
@pytest.mark.parametrize(
    ("module", "words"), [("app.cli", ["scheme", "list"]), ("deploy.supervise", [])]
)
def test_a_setting_that_is_missing_is_named(module, words, lang, says, tmp_path) -> None:
    run = f"from {module} import main; raise SystemExit(main())"
    wrong = {"HUZHU_LANG": lang, "HUZHU_DATA": str(tmp_path), "DATABASE_URL": "postgresql://h/d"}
    environ = {"PATH": os.environ["PATH"]} | wrong
    asked = [sys.executable, "-c", run, *words]
    done = subprocess.run(asked, env=environ, capture_output=True, text=True, check=False)
    assert says in done.stderr, done
    assert done.returncode
