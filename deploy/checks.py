"""Everything that must hold before a change is taken, in one command.

All steps run even where one fails, so that one run shows all there is to mend; pytest comes last,
and its closing line is the end of a good run, but for what had to be left out here. mypy goes on
beside it, for it has a processor to itself otherwise, and says all it says when it ends.
"""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from deploy import chromium
from deploy.environment import PYTHON, ROOT

BIN = PYTHON.parent
CHECKS = (
    ("ruff check", [str(BIN / "ruff"), "check", "."]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("lint-imports", [str(BIN / "lint-imports")]),
)
BESIDE = (("mypy", [str(BIN / "mypy")]),)
PYTEST = [str(PYTHON), "-m", "pytest"]
# A process a core, each with servers of its own; a file's tests stay together, for what they share.
WHOLE = [*PYTEST, "-n", "auto", "--dist", "loadfile"]
UNHURRIED = ["-s", "-o", "timeout=0"]
LONG = [*PYTEST, *UNHURRIED]
# Benchmarks are no tests: their files have a name of their own, so that nothing collects them.
BENCH = [*PYTEST, *UNHURRIED, "-o", "python_files=bench_*.py"]
READING = ["tests/ocr", "tests/web/test_reading.py"]
LEFT_OUT = (
    "Left out: the browser tests (tests/browser), because no Chromium was found.\n"
    "To run them too, install it and start again. %s" % chromium.HOW_TO_INSTALL
)


def run(given: list[str]) -> int:
    """No arguments: all checks and all tests. `faults`, `bench`, `ocr`: those, for pytest."""
    if given[:1] == ["faults"]:
        return _call([*LONG, *_within("tests/faults", given[1:])], HUZHU_LONG="1")
    if given[:1] == ["bench"]:
        return _call([*BENCH, *_within("tests/bench", given[1:])])
    if given[:1] == ["ocr"]:
        return _call([*LONG, *(given[1:] or READING)], HUZHU_LONG="1")
    if given:
        return _call([*PYTEST, *given])
    failed = [name for name, argv in CHECKS if _told(name, argv)]
    with ThreadPoolExecutor() as pool:
        beside = {name: pool.submit(_told_at_its_end, name, argv) for name, argv in BESIDE}
        code = _told("pytest", WHOLE)
        failed += [name for name, done in beside.items() if done.result()]
    if chromium.program() is None:
        print(LEFT_OUT, flush=True)
    if failed:
        print("not clean: %s (see above)" % ", ".join(failed), flush=True)
    return code or int(bool(failed))


def _within(folder: str, given: list[str]) -> list[str]:
    """The words for pytest: files of the folder where some are named, else all of it."""
    return given if any(word.startswith(folder) for word in given) else [folder, *given]


def _told(name: str, argv: list[str]) -> int:
    print("--- %s" % name, flush=True)
    return _call(argv)


def _told_at_its_end(name: str, argv: list[str]) -> int:
    done = subprocess.run(
        argv,
        cwd=str(ROOT),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print("--- %s\n%s" % (name, done.stdout), end="", flush=True)
    return done.returncode


def _call(argv: list[str], **more: str) -> int:
    return subprocess.call(argv, cwd=str(ROOT), env=dict(os.environ, **more))
