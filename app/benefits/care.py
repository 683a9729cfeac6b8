"""Kinds of care, and the table that says what kind a bill's `med_type` is.

The table is dated data (`schemes/anyang/med_types.toml`): provinces extend it. A code outside it is
not guessed at: the bill waits for a person.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.benefits.columns import EPOCH, FIRST_DAY, LAST_DAY

CARES: Final = ("inpatient", "chronic")
"""The cares a scheme can pay. A care's place here is its code in columns and its bit in masks."""


class CareClass(IntEnum):
    """What a `med_type` means for the fund; below HELD it is a care's code.

    DECLINED is no kind of care: people have decided that such a bill is not paid.
    """

    INPATIENT = 0
    CHRONIC = 1
    HELD = 2
    NOT_PAID = 3
    UNKNOWN = 4
    DECLINED = 5


@dataclass(frozen=True, slots=True)
class MedType:
    """One line of the table: from day to day (both included) a code means this."""

    code: str
    care_class: CareClass
    first_day: int
    last_day: int


class MedTypes:
    """The table, ready to classify columns."""

    def __init__(self, lines: Sequence[MedType]) -> None:
        self.lines = tuple(lines)
        always = [x for x in lines if (x.first_day, x.last_day) == (FIRST_DAY, LAST_DAY)]
        self._always = {line.code: int(line.care_class) for line in always}
        self._dated = [line for line in lines if line not in always]

    def classify(self, codes: Sequence[str], settled_day: NDArray[np.int32]) -> NDArray[np.uint8]:
        """The CareClass of each bill, by its `med_type` and the day it was settled."""
        known, unknown = self._always, int(CareClass.UNKNOWN)
        answer = np.fromiter((known.get(code, unknown) for code in codes), np.uint8, len(codes))
        for line in self._dated:
            has_code = np.fromiter((code == line.code for code in codes), np.bool_, len(codes))
            in_force = (settled_day >= line.first_day) & (settled_day <= line.last_day)
            answer[has_code & in_force] = line.care_class
        return answer

    def class_of(self, code: str, settled_on: date) -> CareClass:
        """The same for one bill."""
        day = np.array([settled_on.toordinal() - EPOCH], np.int32)
        return CareClass(int(self.classify([code], day)[0]))


@cache
def package_med_types() -> MedTypes:
    """The table that comes with the program."""
    source = Path(__file__).parent / "schemes" / "anyang" / "med_types.toml"
    return med_types(source.read_text(encoding="utf-8"))


def med_types(source: str) -> MedTypes:
    """The table a TOML text holds. A line without `from` or `to` has no such end."""
    return MedTypes([_line(line) for line in tomllib.loads(source)["med_type"]])


def _line(line: dict[str, object]) -> MedType:
    begins, ends = line.get("from"), line.get("to")
    return MedType(
        code=str(line["code"]),
        care_class=CareClass[str(line["class"]).upper()],
        first_day=begins.toordinal() - EPOCH if isinstance(begins, date) else FIRST_DAY,
        last_day=ends.toordinal() - EPOCH if isinstance(ends, date) else LAST_DAY,
    )
