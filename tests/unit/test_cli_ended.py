"""A command that is told to stop takes away what it had half written, as by Ctrl-C."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app import cli

STOPS = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _as_they_were() -> Iterator[None]:
    before = {x: signal.getsignal(x) for x in STOPS}
    yield
    for number, was in before.items():
        signal.signal(number, was)


@click.command()
@click.option("--by", type=int)
@click.option("--out", type=click.Path(path_type=Path))
@click.pass_obj
def _writes(lang: str, by: int, out: Path) -> None:
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{lang}"):
        os.kill(os.getpid(), by)


@pytest.mark.parametrize("number", STOPS)
def test_what_lay_beside_goes_and_others_find_the_signals_as_they_were(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in STOPS:
        signal.signal(each, signal.SIG_DFL)
    monkeypatch.setattr(cli, "huzhu", _writes)
    with pytest.raises(SystemExit) as ended:
        cli.main(["--by", str(int(number)), "--out", str(tmp_path)])
    assert ended.value.code == 128 + number
    assert not list(tmp_path.iterdir())
    assert [signal.getsignal(x) for x in STOPS] == [signal.SIG_DFL] * 2


def test_what_is_ignored_stays_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    monkeypatch.setattr(cli, "huzhu", _writes)
    assert cli.main(["--by", str(int(signal.SIGHUP)), "--out", str(tmp_path)]) == 0
