"""A number in an English sentence stands with the form that it asks for."""

import re
from pathlib import Path

import app
from app.texts.counted import counted

CLI = Path(app.__file__).parent / "cli"
VERBS = {"is", "was", "has", "goes", "sets", "ends", "holds", "yuan", "pays", "owes", "stands"}


def test_one_and_more_have_their_own_forms() -> None:
    said = "{lines} {lines|line waits|lines wait}, {total} yuan"
    assert counted(said, lines=1, total="5.00") == "1 line waits, 5.00 yuan"
    assert counted(said, lines=2, total="5.00") == "2 lines wait, 5.00 yuan"
    assert counted(said, lines=0, total="0.00") == "0 lines wait, 0.00 yuan"


def test_no_command_says_a_number_before_a_plural() -> None:
    """`{n} lines` would be "1 lines": such a sentence is `counted`, or says "lines: {n}"."""
    number = re.compile(r"\{[\w.()\[\]]+(?::,)?\} (?:[a-z]+ )?([a-z]+s)\b")
    known = {"demo.py", "going.py"}  # a city is never of one
    found = [
        (path.name, match[0])
        for path in sorted(CLI.glob("*.py"))
        if path.name not in known
        for match in number.finditer(path.read_text())
        if match[1] not in VERBS
    ]
    assert found == []
