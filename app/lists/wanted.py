"""What somebody looks for, by what was typed into the one box there is.

A name is stored with its pinyin, "wang2 xiao3 ming2". Letters find a name if each syllable begins
with a part of them in order: wangxm, wxm and wangxiaoming all find 王小明. One pattern says that;
the indexes by pinyin and by initials spare reading every name there is. Which initials letters may
stand for: those of each way to cut them into beginnings of syllables.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.roster.identity import check_citizen_id, normalise_certno

LONGEST: Final = 60
_MOST_SYLLABLES: Final = 6
_MOST_WAYS: Final = 60
_BEGINNING: Final = re.compile(r"(?:zh|ch|sh|[a-hj-tw-z])[aeiouv]{0,3}(?:ng?|r)?\Z")
_TAIL: Final = re.compile(r"[0-9]{5}[0-9X]\Z")
_LETTERS: Final = re.compile(r"[a-z][a-z' ]*\Z")
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_LAST_SIGN: Final = "\U0010ffff"


BETWEEN: Final = " \u3000\u00a0\u00b7\u2022\u2027\u30fb\uff0e."
"""Blanks and dots that stand within a name in one file and not, or others, in the next."""


class Kind(StrEnum):
    """What the words look like."""

    CERTNO = "certno"
    TAIL = "tail"
    NAME = "name"
    SURNAME = "surname"
    PINYIN = "pinyin"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`words` as they are compared: an ID in capitals, pinyin in small letters."""

    kind: Kind
    words: str


def wanted_of(typed: str) -> Wanted:
    """What was typed is looked for as."""
    words = " ".join(typed.split())[:LONGEST]
    certno, _ = normalise_certno(words)
    if check_citizen_id(certno, date.max) is None:
        return Wanted(Kind.CERTNO, certno)
    if _TAIL.match(certno):
        return Wanted(Kind.TAIL, certno)
    if _HAN.search(words):
        return Wanted(Kind.NAME if words[1:] else Kind.SURNAME, words)
    letters = unicodedata.normalize("NFKC", words).lower()  # typed at full width, too
    if _LETTERS.match(letters):
        return Wanted(Kind.PINYIN, letters.replace("'", " "))
    return Wanted(Kind.WORDS, words)


def signs_of(name: str) -> str:
    """A name as it is compared: without blanks and dots within."""
    return name.translate(dict.fromkeys(map(ord, BETWEEN)))


def pattern_of(letters: str) -> str:
    """The regular expression of the pinyin that these letters find; a blank ends a syllable."""
    rest = "(?:[^ ]* )?"  # of this syllable, where a letter begins the next
    parts = [rest.join(part) for part in letters.split()]
    return "^" + "[^ ]* ".join(parts)


def initials_of(letters: str) -> list[str]:
    """What initials the name may begin with, each way to cut the letters; two or more of them."""
    ways = {""}
    for part in letters.split():
        cuts = set(_cut(part, _MOST_SYLLABLES))
        ways = set(_likely(before + way for before in ways for way in cuts))
    return [way for way in _likely(ways) if len(way) > 1]


def range_of(beginning: str) -> tuple[str, str]:
    """Where texts with such a beginning lie, by code points: from the first, to before the last."""
    return beginning, beginning + _LAST_SIGN


def _likely(ways: Iterable[str]) -> list[str]:
    """The shorter first: nearly all names have two or three syllables."""
    some = {way for way in ways if len(way) <= _MOST_SYLLABLES}
    return sorted(some, key=lambda way: (len(way), way))[:_MOST_WAYS]


def _cut(part: str, most: int) -> list[str]:
    if not part:
        return [""]
    if not most:
        return []
    return [
        part[0] + rest
        for end in range(1, len(part) + 1)
        if _BEGINNING.match(part[:end])
        for rest in _cut(part[end:], most - 1)
    ]
