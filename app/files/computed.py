"""Find the cells of a worksheet that were computed. The reader shows only their last values."""

import posixpath
import re
import zipfile
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from app.files.cells import Formula
from app.files.faults import WorkbookBroken, WorkbookTooBig, WorkbookUnsafe
from app.files.preflight import content_of_part, size_of_part

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MAX_INDEX: Final = 2_000_000
"""Bytes of a part that lists others: of the workbook's own, which are read here, tag by tag."""
_KEPT_CHARACTERS: Final = 200
_MOST_FILLED: Final = 1_000_000
_MOST_COMPUTED: Final = 200_000

Place = tuple[int, int]


def place_of(reference: str) -> Place:
    """ "B5" as (line 5, column 1)."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise WorkbookBroken
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1


def sheets_named(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The name and state ("visible", "hidden", "veryHidden") of the workbook's sheets, in order."""
    named: list[tuple[str, str]] = []

    def sheet(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            named.append((given.get("name", ""), given.get("state", "visible")))

    _parse_index(archive, _WORKBOOK, sheet)
    return named


def sheet_parts(archive: zipfile.ZipFile) -> list[str]:
    """The zip names of the workbook's sheets, in the workbook's order."""
    targets: dict[str, str] = {}
    parts: list[str] = []

    def relation(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    def sheet(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            key = next((given[key] for key in given if key.rpartition(":")[2] == "id"), "")
            target = targets.get(key, "")
            path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            parts.append(posixpath.normpath(path))

    _parse_index(archive, _RELATIONS, relation)
    _parse_index(archive, _WORKBOOK, sheet)
    return parts


class _Cells:
    """Walks a worksheet; collects the cells that hold a formula or an error value."""

    def __init__(self) -> None:
        self.found: dict[Place, Formula] = {}
        self._line = 0
        self._column = -1
        self._is_error = False
        self._text: list[str] | None = None

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "row":
            self._line = int(given["r"]) if "r" in given else self._line + 1
            self._column = -1
        elif name == "c":
            if "r" in given:
                self._line, self._column = place_of(given["r"])
            else:
                self._column += 1
            self._is_error = given.get("t") == "e"
        elif name == "f":
            self._text = ["="]
            if given.get("t") == "array":
                self._fill(given.get("ref", ""))
        elif name == "v" and self._is_error:
            self._text = []

    def text(self, piece: str) -> None:
        if self._text is not None:
            self._text.append(piece)

    def end(self, name: str) -> None:
        if name in ("f", "v") and self._text is not None:
            found = Formula("".join(self._text)[:_KEPT_CHARACTERS])
            self.found.setdefault((self._line, self._column), found)
            if len(self.found) > _MOST_COMPUTED:
                raise WorkbookTooBig
            self._text = None

    def _fill(self, reference: str) -> None:
        """One formula that fills several cells names them; only the first carries it."""
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        filled = (bottom - top + 1) * (right - left + 1)
        if filled > _MOST_FILLED:
            raise WorkbookUnsafe
        if len(self.found) + filled > _MOST_COMPUTED:
            raise WorkbookTooBig
        for line in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.found[line, column] = Formula("{=}")


def computed_cells(archive: zipfile.ZipFile, part: str) -> dict[Place, Formula]:
    """The formulas and error values of one worksheet by place."""
    cells = _Cells()
    _parse(archive, part, cells.start, cells.end, cells.text)
    return cells.found


def _parse_index(
    archive: zipfile.ZipFile, part: str, start: Callable[[str, dict[str, str]], None]
) -> None:
    if size_of_part(archive, part) > MAX_INDEX:
        raise WorkbookTooBig
    _parse(archive, part, start)


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: start(_local(name), given)
    parser.StartDoctypeDeclHandler = _refuse_entities
    if end is not None:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(content_of_part(archive, part), True)
    except (ValueError, expat.ExpatError) as broken:
        raise WorkbookBroken from broken


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_entities(*_: object) -> None:
    raise WorkbookUnsafe
