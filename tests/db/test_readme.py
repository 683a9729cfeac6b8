"""What the README says to type can be typed: every command line, in its order, on an empty fund."""

import os
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from app.boot import furnish, start
from app.cli import huzhu, main
from app.db import db

README = Path(__file__).parents[2] / "README.md"
HERE = re.compile(r"cat > (\S+) <<'?END'?")


def typed() -> Iterator[list[str]]:
    """What is typed in the chapter on the command line; a file's lines with the one that begins
    it."""
    chapters = README.read_text(encoding="utf-8").split("\n## ")
    [found] = [each for each in chapters if each.startswith("The command line")]
    lines = iter(line[4:] for line in found.splitlines() if line.startswith("    "))
    for line in lines:
        yield [line, *iter(lines.__next__, "END")] if HERE.match(line) else [line]


@pytest.fixture
def passwords(database, tmp_path, monkeypatch):
    """An empty fund as `deploy run --empty` leaves it, and an empty folder to stand in."""
    made = start(database.settings)
    found = {each.login: each.password for each in furnish(made)}
    with made.app_context():
        db.engine.dispose()
    # As where `deploy run` started the database: nobody has to say who acts.
    for name, value in (database.environ | {"HUZHU_EMBEDDED": "1", "HUZHU_LANG": "zh"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return found


def test_every_line_can_be_typed_in_its_order(passwords, tmp_path, capsys):
    for line, *file in typed():
        if named := HERE.match(line):
            text = "\n".join([*file, ""]).replace("$(date +%F)", f"{date.today()}")  # noqa: DTZ011
            Path(named[1]).write_text(text, encoding="utf-8")
            continue
        program, *given = shlex.split(line, comments=True)
        if program == "export":
            continue
        assert program == "huzhu", line
        if "--approve" in given:  # nobody sits at a terminal here who could be asked
            given += ["--approve-password-fd", str(pipe(passwords["officer2"]))]
        assert main(given) == 0, (line, capsys.readouterr())
    wrote = {"empty.xlsx", "to-bank.csv", "again.csv", "2023.zip", "determinations.csv"}
    assert wrote <= {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "to-bank.csv").read_bytes()
    assert "5000.00" in (tmp_path / "determinations.csv").read_text(encoding="utf-8-sig")


def pipe(secret: str) -> int:
    reader, writer = os.pipe()
    os.write(writer, f"{secret}\n".encode())
    os.close(writer)
    return reader


def test_every_command_is_named():
    text = README.read_text(encoding="utf-8")
    assert [path for path in commands(huzhu, "huzhu") if path not in text] == []


def commands(group: click.Group, path: str) -> Iterator[str]:
    """The whole names of a group's commands."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, f"{path} {name}")
        else:
            yield f"{path} {name}"
