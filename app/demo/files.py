"""The city's files as real bytes: rosters of units, settlements of the bureau. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
import xlsxwriter

from app.demo.bills import COLUMNS, Bill, rows
from app.demo.draw import Whole
from app.demo.plan import City
from app.demo.rosters import PlannedRoster, Way
from app.roster.template import HEADINGS

_ENCODINGS = {"csv": "utf-8", "bom": "utf-8-sig", "gbk": "gb18030"}
# The same bytes every time.
_MADE_AT = datetime(2019, 10, 1, tzinfo=UTC)
_TITLE = "%d 年度职工医疗互助保障参保花名册"


def roster_file(city: City, roster: PlannedRoster) -> bytes:
    """A unit's roster of a year, with what is wrong in it."""
    everybody = np.append(roster.people, np.array(roster.guests, np.int64))
    lines = people_lines(city, everybody, roster.year)
    for place in range(roster.spoiled):
        name, certno, _ = lines[place % len(lines)]
        # A digit misread: the check digit says so.
        lines.append([name, certno[:16] + str((int(certno[16]) + 2) % 10) + certno[17:], ""])
    return written(lines, roster.way, roster.year)


def people_lines(city: City, people: Whole, year: int) -> list[list[str]]:
    """Name, ID number and account of each, as told in a year."""
    told = city.cards.told(people, year).tolist()
    return [
        [city.people.names[x], city.people.certnos[x], city.people.card(x, n) if n >= 0 else ""]
        for x, n in zip(people.tolist(), told, strict=True)
    ]


def written(lines: Iterable[Sequence[str]], way: Way, year: int) -> bytes:
    """A roster's bytes, the headings as in the template."""
    return _workbook(lines, year) if way == "xlsx" else _text([HEADINGS, *lines], _ENCODINGS[way])


def settlement_file(city: City, bills: Sequence[Bill]) -> bytes:
    """A month's feed of the bureau."""
    people = {bill.person for bill in bills}
    names = {person: city.people.names[person] for person in people}
    certnos = {person: city.people.certnos[person] for person in people}
    return _text([COLUMNS, *rows(city.draw, bills, names, certnos)], "utf-8")


def _text(lines: Iterable[Sequence[str]], encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode(encoding)


def _workbook(lines: Iterable[Sequence[str]], year: int) -> bytes:
    """With a title above the headings, as many units send it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True}) as book:
        book.set_properties({"created": _MADE_AT})
        sheet = book.add_worksheet("花名册")
        sheet.write_string(0, 0, _TITLE % year)
        for y, line in enumerate([HEADINGS, *lines], 1):
            for x, cell in enumerate(line):
                sheet.write_string(y, x, cell)
    return out.getvalue()
