"""The first minute on a strange machine: what is wrong is said in a sentence."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT

START = (
    "import runpy, sys; sys.argv = ['deploy', {command!r}]; {change}; "
    "runpy.run_module('deploy', run_name='__main__')"
)
MISSING = (
    "sys.path.insert(0, '.'); sys.modules['{module}'] = None; from deploy import environment; "
    "environment._make_venv()"
)


def python(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_older_python_can_read_what_tells_it_so(name: str) -> None:
    source = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))


def test_an_older_python_is_told_what_to_do() -> None:
    told = python(START.format(command="run", change="sys.version_info = (3, 9, 2)"))
    assert told.returncode == 2
    assert "This is Python 3.9, and 3.11 or newer is needed." in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_module_is_named_with_its_package(module: str) -> None:
    told = python("import sys; " + MISSING.format(module=module))
    assert f"This Python has no {module} module." in told.stderr
    assert "apt install python3-venv" in told.stderr


def test_an_unknown_command_gets_the_list_of_commands() -> None:
    told = python(START.format(command="fly", change="pass"))
    assert told.returncode == 2
    assert "python3 -m deploy run" in told.stderr


def test_without_a_browser_the_last_words_say_what_was_left_out() -> None:
    told = python(
        "import os; os.environ['PATH'] = '/nowhere'; from deploy import checks, chromium; "
        "chromium.APPLICATIONS = (); checks.CHECKS = checks.BESIDE = (); "
        "checks.WHOLE = ['/bin/sh', '-c', 'true']; raise SystemExit(checks.run([]))"
    )
    assert told.returncode == 0, told.stderr
    assert "Left out: the browser tests" in told.stdout
    assert "apt install chromium" in told.stdout


def test_what_goes_on_beside_the_tests_is_told_of_and_counts() -> None:
    told = python(
        "from deploy import checks; checks.CHECKS = (); checks.WHOLE = ['/bin/sh', '-c', 'true']; "
        "checks.BESIDE = (('a check', ['/bin/sh', '-c', 'echo wrong >&2; exit 1']),); "
        "raise SystemExit(checks.run([]))"
    )
    assert told.returncode == 1, told.stderr
    assert "--- a check\nwrong\n" in told.stdout
    assert "not clean: a check (see above)" in told.stdout


@pytest.mark.parametrize(
    "lock",
    [
        "requirements.lock",
        "requirements-test.lock",
        "requirements-bench.lock",
        "requirements-ocr.lock",
    ],
)
def test_locks_hold_hashes_and_no_addresses(lock: str) -> None:
    lines = (ROOT / "deploy" / lock).read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line[:1].isalnum()]
    assert named
    assert all("==" in line and line.endswith("\\") for line in named)
    assert not [line for line in lines if "://" in line or str(Path.home()) in line]


def test_a_worker_of_the_web_never_collects_what_is_read_once() -> None:
    told = python(
        "import gc; from deploy import web; web.when_ready(None);"
        " print(gc.get_freeze_count() > 10_000 > len(gc.get_objects()))"
    )
    assert told.stdout == "True\n", told.stderr
