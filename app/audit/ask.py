"""Ask an unpacked audit bundle, with nothing but Python: python3 -I -S ask.py [N | SQL]

Without an argument it answers the questions of README.md; N: only that one; SQL: yours. The
tables of data/ are loaded into SQLite in memory, by the types that datapackage.json names: amounts
are whole fen, an empty cell is NULL, `:year` is the benefit year. --year: of a bundle of several.
--lang zh|en. It changes nothing, and proves nothing: that is what verify.py is for.
"""

import argparse
import csv
import io
import json
import os
import re
import sqlite3
import sys
from typing import Any, Iterator, List, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
_QUESTION = re.compile(r"^### (\d+)\. (.+?) · (.+)\n\n((?:    .+\n)+)", re.MULTILINE)
_MOST = 20
_COMMON = ("accounts.csv", "booked.csv", "codes.csv")


def questions() -> List[Tuple[int, Tuple[str, str], str]]:
    """Number, its words in Chinese and English, and how it is asked, from the README."""
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
        found = _QUESTION.findall(file.read())
    return [(int(number), (zh, en), asks) for number, zh, en, asks in found]


def years() -> List[int]:
    """The benefit years of the bundle."""
    with open(os.path.join(HERE, "manifest.json"), encoding="utf-8") as file:
        return [int(year) for year in json.load(file)["benefit_years"]]


def loaded(year: int) -> sqlite3.Connection:
    """A year's tables, and those of the whole bundle."""
    under = os.path.join(HERE, "%04d" % year)
    under = under if os.path.isdir(under) else HERE
    with open(os.path.join(under, "datapackage.json"), encoding="utf-8") as file:
        resources = json.load(file)["resources"]
    made = sqlite3.connect(":memory:")
    for resource in resources:
        kinds = [field["type"] for field in resource["schema"]["fields"]]
        _load(made, resource["name"], os.path.join(under, resource["path"]), kinds)
    for name in _COMMON:
        path = os.path.join(HERE, name)
        if os.path.exists(path):
            _load(made, name[:-4], path, [])
    return made


def _load(made: sqlite3.Connection, table: str, path: str, kinds: List[str]) -> None:
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        kinds = kinds or ["integer" if name.endswith("_fen") else "string" for name in names]
        columns = [
            '"%s" %s' % (name, "INTEGER" if kind == "integer" else "TEXT")
            for name, kind in zip(names, kinds)  # noqa: B905 - not in 3.8
        ]
        made.execute('CREATE TABLE "%s" (%s)' % (table, ", ".join(columns)))
        holes = ", ".join("?" * len(names))
        filled = ([cell or None for cell in row] for row in rows)
        made.executemany('INSERT INTO "%s" VALUES (%s)' % (table, holes), filled)  # noqa: S608


def answered(made: sqlite3.Connection, asks: str, year: int) -> Tuple[List[str], List[Any]]:
    """Headings and rows."""
    found = made.execute(asks, {"year": year} if ":year" in asks else {})
    return [column[0] for column in found.description or ()], found.fetchall()


def shown(headings: List[str], rows: List[Any]) -> Iterator[str]:
    """As lines of CSV, the first of many."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([headings, *rows[:_MOST]])
    yield from text.getvalue().splitlines()
    if len(rows) > _MOST:
        yield "… %d" % len(rows)
    if not rows:
        yield "(0)"


def main(arguments: List[str]) -> int:
    """The command."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console may lack a character
    parser = argparse.ArgumentParser(description="Ask an audit bundle. 查询审计资料包。")
    parser.add_argument("asks", nargs="?", metavar="N | SQL")
    parser.add_argument("--year", type=int, default=years()[-1], choices=years())
    said = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    lang = "zh" if said.startswith("zh") else "en"
    parser.add_argument("--lang", choices=("zh", "en"), default=lang)
    asked = parser.parse_args(arguments)
    made = loaded(asked.year)
    if asked.asks and not asked.asks.isdigit():
        try:
            found = answered(made, asked.asks, asked.year)
        except (sqlite3.Error, sqlite3.Warning) as fault:
            print(("SQLite: %s" if asked.lang == "en" else "SQLite：%s") % fault, file=sys.stderr)
            return 2
        print("\n".join(shown(*found)))
        return 0
    listed = list(questions())
    if asked.asks and asked.asks not in [str(number) for number, _, _ in listed]:
        said = "There are questions 1 to %d." if asked.lang == "en" else "只有第 1 至 %d 问。"
        print(said % len(listed), file=sys.stderr)
        return 2
    for number, words, asks in listed:
        if asked.asks in (None, str(number)):
            print("%d. %s" % (number, words[asked.lang == "en"]))
            print("\n".join(shown(*answered(made, asks, asked.year))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
