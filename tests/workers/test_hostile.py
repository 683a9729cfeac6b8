"""The command line against hostile arguments and files: a sentence and exit 2, never a traceback.

Every command is given every kind of wrong file, year, day, amount and text it could take. What is
refused leaves the database as it was.
"""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.factories import csv_bytes, make_id, make_uscc, xlsx_bytes
from tests.workers.commands import Said, typed_at_once
from tests.workers.town import YEAR, town_in

USCC = make_uscc(1)
ROSTER_HEADINGS = ["姓名", "身份证号"]
AMOUNTS = ("NaN", "1e400", "0.005", "-1", "0", "", "Infinity", "1,000", "９９", "1" * 30, "0x10")
DAYS = ("2023-02-30", "2023-13-01", "2023-2-3x", "0000-00-00", "", "today", "9" * 20)
YEARS = ("0", "-1", "99999", "20x3", "2023.0", "", "1" * 40)
TEXTS = (
    "a\0b",
    "",
    " ",
    "\u202e",
    "x" * 100_000,
    "'; DROP TABLE unit; --",
    "{{7*7}}",
    "\udcd5\udcd4",
)
HARMLESS = ("'; DROP TABLE unit; --", "{{7*7}}")
COUNTS = (["balance", str(YEAR)], ["unit", "list"], ["account", "list"])
"""What would show that something was written."""
CODES = ("", "123", "\0", "x" * 10_000, "９１" + USCC[2:], USCC[:-1] + "?", "../../etc/passwd")


@pytest.fixture
def environ(database) -> Iterator[dict[str, str]]:
    with town_in(database, people=3):
        yield {**os.environ, **database.environ, "HUZHU_LANG": "en"}


def files(folder: Path) -> list[str]:
    """What can lie where a file is named."""
    (folder / "directory").mkdir()
    written = {
        "empty": b"",
        "binary": bytes(range(256)) * 40,
        "zeros": b"\0" * 5_000,
        "half.xlsx": xlsx_bytes([ROSTER_HEADINGS, ["赵安", make_id(1)]])[:900],
        "page.xlsx": b"<html><table><tr><td>1</td></tr></table></html>",
        "utf16.csv": "姓名,身份证号\r\n".encode("utf-16"),
        "headings.csv": csv_bytes([ROSTER_HEADINGS]),
        "quote.csv": b'setl_id,certno\r\n"unfinished, 1\r\n',
        "wide.csv": b",".join([b"x"] * 20_000) + b"\r\n",
        "nul.csv": csv_bytes([ROSTER_HEADINGS, ["赵\0安", make_id(1)]]),
        "zip.zip": b"PK\x03\x04" + b"\0" * 400,
        "json.csv": b'{"setl_id": 1}',
    }
    for name, content in written.items():
        (folder / name).write_bytes(content)
    (folder / "loop").symlink_to(folder / "loop")
    locked = ["missing.csv", "directory", "loop", "/dev/null", "x" * 300, "a\0b", "", "-"]
    return [*(str(folder / name) for name in written), *(_at(folder, name) for name in locked)]


def _at(folder: Path, name: str) -> str:
    return name if name in ("/dev/null", "a\0b", "", "-") else str(folder / name)


def lines(folder: Path) -> list[list[str]]:
    """Every command with every wrong thing in every place."""
    year = str(YEAR)
    out = str(folder / "out")
    roster = ["--unit", USCC, "--year", year]
    good = str(folder / "headings.csv")
    money = ["contributions", "receive", "--unit", USCC]
    made: list[list[str]] = []
    wrong_files = files(folder)
    for file in wrong_files[::3]:  # read by the same two readers as a roster and a return file
        made += [
            ["roster", "change", file, "--unit", USCC],
            ["member", "import-fates", file],
            ["gift", "import", file, "--campaign", "x", "--starts-on", f"{year}-01-01"],
            ["bank", "import", file, "--account", "main"],
            ["unit", "import", file],
            ["claims", "file", file],
        ]
    for file in wrong_files:
        made += [
            ["roster", "import", file, *roster],
            ["settlements", "import", file],
            ["payments", "import-return", file],
            ["verify", file],
            ["determine", "--covers", file, "--settlements", good, "--out", out],
            ["determine", "--covers", good, "--settlements", file, "--out", out],
        ]
    for wrong in YEARS:
        made += [[command, wrong] for command in ("balance", "replay")]
        made += [
            ["scheme", "show", wrong],
            ["bundle", wrong, "--out", out],
            ["roster", "import", good, "--unit", USCC, "--year", wrong],
            [*money, "--year", wrong, "--amount", "1", "--on", "2023-01-01", "--ref", "r"],
        ]
    for amount in AMOUNTS:
        given = ["--year", year, "--on", "2023-01-01", "--ref", f"amount {amount[:9]}"]
        made.append([*money, *given, "--amount", amount])
    for day in DAYS:
        made.append([*money, "--year", year, "--amount", "1", "--ref", "r", "--on", day])
        made += [
            ["roster", "import", good, *roster, x, day] for x in ("--starts-on", "--confirmed-on")
        ]
        made.append(
            ["payments", "export", "--year", year, "--out", out, "--approve", "x", "--on", day]
        )
    made += [["unit", "add", "--uscc", code, "--name", "x"] for code in CODES]
    made += [["roster", "import", good, "--unit", code, "--year", year] for code in CODES]
    made += odd_texts(money, out)
    for number in ("-1", "999", "x", str(2**70)):
        approve = ["--approve", "officer2", "--approve-password-fd", number]
        made.append(["payments", "export", "--year", year, "--out", out, *approve])
    for nowhere in (str(folder / "no such place" / "x"), str(folder / "directory"), "a\0b", ""):
        made += [["roster", "template", nowhere], ["bundle", year, "--out", nowhere]]
    made += [
        [],
        ["roster"],
        ["--json"],
        ["unit", "add", "--uscc", USCC, "--name", "x", "--unit-percent", "101"],
        ["unit", "add", "--uscc", make_uscc(3), "--name", "x", "--unit-percent", "NaN"],
    ]
    return made


def odd_texts(money: list[str], out: str) -> list[list[str]]:
    """Every command that takes a text, with every odd text."""
    year, made = str(YEAR), []
    for text, place in product(TEXTS, ("--name", "--login", "--by", "--certno")):
        if (text, place) == ("", "--certno") or (text in HARMLESS and place == "--name"):
            continue  # the same as not to say it; a name like another
        given = {"--name": "x", "--login": "somebody", "--role": "officer", place: text}
        made.append(["account", "add", *(word for pair in given.items() for word in pair)])
    for text in TEXTS:
        if text not in HARMLESS:
            made.append(["unit", "add", "--uscc", make_uscc(4), "--name", text])
        made += [
            ["unit", "add", "--uscc", make_uscc(2), "--name", "x", "--by", text],
            [*money, "--year", year, "--amount", "1", "--on", "2023-02-30", "--ref", text],
            ["account", "disable", text],
            ["account", "password", text],
            ["payments", "rewrite", text, "--out", out],
            ["payments", "export", "--year", year, "--out", out, "--approve", text],
            [text],
            ["drain", text],
        ]
    return made


def test_nothing_ends_in_a_traceback(environ: dict[str, str], tmp_path: Path) -> None:
    every = lines(tmp_path)
    # By hand all of them, in every run each third.
    some = every if os.environ.get("HUZHU_LONG") == "1" else every[::3]
    typed = [*COUNTS, *some, *COUNTS]
    answers = typed_at_once(environ, [[*words, "--json"] for words in typed])
    before, said, after = answers[:3], answers[3:-3], answers[-3:]
    assert [x.code for x in before] == [0, 0, 0]
    wrong = [x for x in said if fault_of(x)]
    assert not wrong, "\n".join(f"{fault_of(x)}: {x}"[:900] for x in wrong)
    refused = sum(x.code == 2 for x in said)
    print(f"\n{len(said)} commands, {refused} refused")
    assert refused > len(said) * 0.8
    assert [x.out for x in after] == [x.out for x in before]


def fault_of(said: Said) -> str:
    """What is wrong with an answer, in a word."""
    if "Traceback" in said.err or said.code not in (0, 1, 2):
        return "traceback"
    try:
        told = said.told
    except (AssertionError, ValueError):
        return "not one object"
    if said.code == 2 and not str(told.get("message", "")).strip():
        return "no message"
    return ""
