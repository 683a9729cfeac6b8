"""The table of speeds: a goal that is missed stands with its cause, and a bench that broke off."""

import json

import pytest

from tests.bench import conftest, told


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(told, "KEPT", tmp_path)
    for name in ("lines", "rates", "took", "undone"):
        monkeypatch.setattr(told, name, type(getattr(told, name))())


def report(when: str, outcome: str, said: object) -> pytest.TestReport:
    name = "tests/bench/bench_a.py::test_a[10]"
    return pytest.TestReport(name, ("bench_a.py", 1, name), {}, outcome, said, when, duration=2.0)


def test_a_missed_goal_says_why() -> None:
    told.tell("a", 2.0, "L", most=1, cause="it reads", note="1, 2 µs at 10, 20")
    told.tell("b", 12.0, "×", least=10)
    missed, met = told.table()
    assert "MISSED: it reads" in missed
    assert "1, 2 µs at 10, 20" in missed
    assert met.endswith("met")


def test_a_bench_that_breaks_off_is_named_and_loses_no_line(tmp_path) -> None:
    told.tell("a", 2.0, "L", most=1)
    conftest.pytest_runtest_logreport(report("call", "failed", "line\nKeyError: 'x'"))
    conftest.pytest_runtest_logreport(report("teardown", "passed", None))
    kept = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert kept["undone"] == {"bench_a.py::test_a[10]": "KeyError: 'x'"}
    assert [line["what"] for line in kept["lines"]] == ["a"]
    assert kept["took_s"] == {"bench_a.py::test_a[10]": 4.0}


def test_a_bench_that_is_left_out_says_why() -> None:
    conftest.pytest_runtest_logreport(report("setup", "skipped", ("f", 1, "Skipped: no disk")))
    assert told.undone == {"bench_a.py::test_a[10]": "Skipped: no disk"}
