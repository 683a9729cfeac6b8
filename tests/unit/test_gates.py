"""Rules of the house that no linter knows: who commits, what is worded, what is never a float."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app.errors import Refusal
from app.texts import LANGUAGES, Words, _merged

ROOT = Path(app.__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for folder in ("app", "workers", "deploy", "migrations")
    for path in (ROOT / folder).rglob("*.py")
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PLACE = re.compile(r"%\((\w+)\)[sd]")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path, wanted: str) -> bool:
    """Whether a file calls something by this name, as a function or as a method."""
    return any(
        isinstance(node, ast.Call)
        and wanted in {getattr(node.func, "attr", ""), getattr(node.func, "id", "")}
        for node in ast.walk(tree(path))
    )


def test_there_are_sources():
    assert len(SOURCES) > 100


# `act_as` (app.db) commits what gives up rights, on a bare connection: in the same file.
def test_only_the_database_module_commits():
    assert [name(path) for path in SOURCES if calls(path, "commit")] == ["app/db.py"]


def test_no_pattern_repeats_a_group_possessively():
    """Python before 3.11.5, Debian 12's for one, then loses its place in the text."""
    found = [
        (name(path), text)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        for text in [node.value if isinstance(node.value, str) else node.value.decode("latin-1")]
        if re.search(r"(?<!\\)\)(?:[*+?]|\{[0-9,]+\})\+", text)
    ]
    assert not found


# It must let another thread come to stand at a lock.
WAITS = {"tests/db/test_look_again.py"}


def test_nothing_waits_by_the_clock_in_tests():
    assert {name(path) for path in TESTS if calls(path, "sleep")} <= WAITS


def at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Every call made when a file is loaded: none inside a function, but those of its defaults.

    A call for the year alone is left out: only a run over New Year's night would be led astray.
    """
    if isinstance(node, ast.Attribute) and node.attr == "year":
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        defaults = (each for each in (*node.args.defaults, *node.args.kw_defaults) if each)
        for each in (*getattr(node, "decorator_list", ()), *defaults):
            yield from at_import(each)
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from at_import(child)


CLOCKS = {"today", "now"}
STARTS = {"tests/bench/told.py"}
"""When the benches began is what it tells."""


def test_nothing_keeps_the_day_it_was_loaded_on():
    """A worker lives for weeks, and a test run goes on over midnight."""
    found = {
        name(path)
        for path in (*SOURCES, *TESTS)
        for call in at_import(tree(path))
        if CLOCKS & {getattr(call.func, "attr", ""), getattr(call.func, "id", "")}
    }
    assert found == STARTS


PRINTS = {"app/audit/ask.py", "app/audit/verify.py", "app/embedded/launch.py"}


def test_nothing_prints_but_doors():
    """The verifier stands alone, the launcher has no logging yet; `cli` and `deploy` are doors."""
    found = {name(path) for path in SOURCES if calls(path, "print")}
    assert {x for x in found if not x.startswith(("app/cli/", "deploy/"))} <= PRINTS


MONEY = ("benefits", "ledger", "contributions", "claims", "adjudication", "payments", "banking")


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "app/money.py",
        *(x for x in SOURCES if name(x).startswith(tuple(f"app/{package}/" for package in MONEY))),
    ],
    ids=name,
)
def test_money_is_never_a_float(path):
    """No float literal, no true division, no float() and no floating column in a money module."""
    for node in ast.walk(tree(path)):
        where = f"{name(path)}:{getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
        floats = {"float", "float32", "float64", "double", "Float", "Numeric"}
        assert getattr(node, "id", getattr(node, "attr", "")) not in floats, where
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            assert is_path(node), where


def is_path(node: ast.BinOp | ast.AugAssign) -> bool:
    """`folder / "name"`: a path, no division."""
    right = node.value if isinstance(node, ast.AugAssign) else node.right
    return isinstance(right, ast.JoinedStr) or isinstance(getattr(right, "value", None), str)


LONG = {"app/audit/verify.py"}
LONGEST = 300


def test_files_are_short():
    """The verifier is one file on purpose: an auditor reads and runs it by itself."""
    long = {
        name(path)
        for path in SOURCES
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    }
    assert long <= LONG


# What is worded.


def modules() -> Iterator[str]:
    """Every module of the application but those that are programs."""
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if found.name not in {"app.embedded.launch"}:
            yield found.name


def refusals() -> list[str]:
    for module in modules():
        importlib.import_module(module)
    waiting, found = [Refusal], set()
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("app."):
                found.add(kind)
    leaves = {x.__name__ for x in found if not _abstract(x)}
    return sorted(leaves)


def _abstract(kind: type[Refusal]) -> bool:
    """A family of refusals, never raised itself: others of ours derive from it."""
    return any(child.__module__.startswith("app.") for child in kind.__subclasses__())


@pytest.mark.parametrize("refusal", refusals())
def test_every_refusal_is_worded(refusal):
    assert refusal in _merged()


def reasons() -> list[str]:
    """Every reason of a row fault the code names: RowFault(…, "Reason"), and what leads to one."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = {"RowFault": 2, "Refused": 1, "RowWrong": 1, "check": 1}.get(called)
                if place is not None and len(node.args) > place:
                    found |= {
                        x.value
                        for x in ast.walk(node.args[place])
                        if isinstance(x, ast.Constant) and isinstance(x.value, str)
                    }
    return sorted(x for x in found if re.fullmatch(r"([A-Z][a-z0-9]+)+", x))


@pytest.mark.parametrize("reason", reasons())
def test_every_reason_of_a_row_fault_is_worded(reason):
    words = _merged()
    stands = reason in words or any(f"{what}{reason}" in words for what in ("Name", "Certno"))
    assert stands


def test_reasons_were_found():
    assert {"OlderState", "CertnoTwice", "AmountNegative", "CoverRowsOverlap"} <= set(reasons())


@pytest.mark.parametrize("key", sorted(_merged()))
def test_both_languages_say_the_same_facts(key):
    words: Words = _merged()[key]
    places = [set(PLACE.findall(getattr(words, language))) for language in LANGUAGES]
    assert places[0] == places[1]
    assert all(getattr(words, language).strip() for language in LANGUAGES)
    for language in LANGUAGES:
        filled = getattr(words, language) % dict.fromkeys(places[0], 1)
        assert "%(" not in filled
