"""What the sheets of a workbook are called: as their titles read, as spreadsheets take it. Pure.

A name has at most 31 letters, none of `[]:*?/\\`, no apostrophe at either end, and is no other's,
capital or small; "History" is Excel's own.
"""

import re
from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 31
_SAID_OTHERWISE: Final = str.maketrans({"[": "(", "]": ")", ":": " ", "/": "-", "\\": "-"})
_NEVER: Final = re.compile(r"[*?\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_KEPT: Final = frozenset({"history"})
_NAMELESS: Final = "Sheet"


def sheet_names(titles: Sequence[str]) -> list[str]:
    """A name for each title; those alike are numbered from the second on."""
    made: list[str] = []
    taken = set(_KEPT)
    for title in titles:
        name = _free(_clean(title), taken)
        taken.add(name.casefold())
        made.append(name)
    return made


def _clean(title: str) -> str:
    spaced = _NEVER.sub("", title.translate(_SAID_OTHERWISE))
    return " ".join(spaced.split()).strip("' ")


def _free(name: str, taken: set[str]) -> str:
    found, place = _short(name, _LONGEST) or _NAMELESS, 1
    while found.casefold() in taken:
        place += 1
        ending = f" {place}"
        found = (_short(name, _LONGEST - len(ending)) or _NAMELESS) + ending
    return found


def _short(name: str, room: int) -> str:
    """Rather without what stands in brackets than with half of it, and with no half of a word."""
    if _letters(name) > room:
        name = name.partition("（")[0].partition(" (")[0]
    if _letters(name) > room:
        cut = next(n for n in range(len(name), -1, -1) if _letters(name[:n]) <= room)
        name = name[:cut] if name[cut] == " " else _whole_words(name[:cut])
    return name.strip("' ")


def _whole_words(cut: str) -> str:
    """Chinese has no blanks, and may end anywhere."""
    before, _, last = cut.rpartition(" ")
    return before if before and last.isascii() else cut


def _letters(name: str) -> int:
    """As spreadsheets count them: rare Chinese letters are two."""
    return len(name.encode("utf-16-le")) // 2
