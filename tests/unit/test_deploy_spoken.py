"""What a start says, in both languages, each sentence with the same places for its facts."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import deploy
from app import boot
from deploy import supervise
from deploy.spoken import ZH, in_chinese, said

FOLDER = Path(deploy.__file__).parent
BY_OTHERS = {
    "making the database …",
    boot.ASK_FOR_ROLE,
    boot.MAY_WRITE,
    boot.READS_THROUGH_OURS,
}
"""What `app.embedded` and `app.boot` say of a database, and the start shows."""
PLACE = re.compile(r"%[a-z%]")
HAN = re.compile("[\u4e00-\u9fff]")


def sentences() -> Iterator[str]:
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called == "said" and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def test_all_that_is_said_is_said_in_chinese_too() -> None:
    assert {*sentences()} | BY_OTHERS == {*ZH}
    for english, chinese in ZH.items():
        assert HAN.search(chinese), english
        assert PLACE.findall(english) == PLACE.findall(chinese), english


@pytest.mark.parametrize(
    ("named", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "en_GB.UTF-8", "HUZHU_LANG": "zh"}, True),
        ({"LANG": "zh_CN.UTF-8", "HUZHU_LANG": "en"}, False),
        ({}, False),
    ],
)
def test_the_environment_says_in_which(named, chinese, monkeypatch) -> None:
    for name in ("HUZHU_LANG", "LC_ALL", "LANG"):
        monkeypatch.setenv(name, named.get(name, ""))
    assert in_chinese() is chinese
    wanted = "正在停止 web …" if chinese else "stopping web …"
    assert said("stopping %s …", "web") == wanted


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "启动全部服务"),
        (["setup", "more"], "setup 后面不能再写：more"),
    ],
)
def test_a_start_that_is_not_understood_answers_in_the_readers_language(words, says) -> None:
    asked = [sys.executable, "-m", "deploy", *words]
    environ = os.environ | {"HUZHU_LANG": "zh"}
    done = subprocess.run(
        asked, cwd=FOLDER.parent, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.parametrize("given", [["--port", "abc"], ["--bogus"], ["--help"]])
def test_what_run_may_be_asked_is_said_in_the_readers_language(given, monkeypatch, capsys) -> None:
    monkeypatch.setenv("HUZHU_LANG", "zh")
    monkeypatch.setattr(sys, "argv", ["deploy.supervise", *given])
    with pytest.raises(SystemExit):
        supervise.main()
    told = "".join(capsys.readouterr())
    assert "网页服务的端口" in told
    assert "usage" not in told
    assert ("看不懂" in told) is (given != ["--help"])
