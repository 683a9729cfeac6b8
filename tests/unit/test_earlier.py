"""Numbers that stood in the parts of a file before."""

from collections.abc import Generator, Mapping

import pytest

from app.claims.rows import Rows
from app.feeds.earlier import Earlier
from app.feeds.reading import Part

PARTS, A_PART = 20, 1_000
DISTANCE = 7_000
"""From some line on each number is that of the line so far before it."""


def number_of(line: int) -> str:
    return f"S{line - DISTANCE if line >= DISTANCE and line % 3 == 0 else line}"


def part(number: int) -> Part:
    lines = range(number * A_PART, (number + 1) * A_PART)
    return Part(lines[-1], A_PART, Rows(line=[*lines], setl_id=[*map(number_of, lines)]))


def asked(number: int) -> Mapping[int, str]:
    return {line: number_of(line) for line in part(number).rows.line}


def left_nothing(number: int) -> set[int]:
    """Of the parts that repeat nothing: all lines, as where the file before had them."""
    return {*part(number).rows.line}


class Again:
    """The file from its beginning; `read`: how many of its parts were read again."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self) -> Generator[Part, None, None]:
        for number in range(PARTS):
            self.read += 1
            yield part(number)


def first_of(line: int) -> int:
    """The first line with this line's number."""
    number = number_of(line)
    return next(x for x in range(line + 1) if number_of(x) == number)


@pytest.mark.parametrize("resumed_at", [0, 3, 11])
def test_a_file_that_repeats_itself_in_every_part_is_read_again_once(resumed_at):
    again = Again()
    told = {}
    with Earlier(again, resumed_at * A_PART - 1 if resumed_at else 0) as earlier:
        for number in range(resumed_at, PARTS):
            found = earlier.lines_of(asked(number))
            told |= {x: found[y] for x, y in asked(number).items() if y in found}
            earlier.add(part(number), left_nothing(number))
    assert again.read == PARTS
    lines = range(max(resumed_at * A_PART, DISTANCE), PARTS * A_PART)
    repeating = [x for x in lines if x % 3 == 0]
    assert [*told] == repeating
    assert told[repeating[0]] == first_of(repeating[0])
    assert told[repeating[-1]] == first_of(repeating[-1])


def test_of_several_rows_asked_about_only_those_that_repeat_one_are_told():
    again = Again()
    with Earlier(again, 0) as earlier:
        for number in range(12):
            earlier.add(part(number), left_nothing(number))
        some = {line: number_of(line) for line in (12_000, 12_001, 12_004, 12_999)}
        assert earlier.lines_of(some) == {"S5000": 5_000, "S5999": 5_999}
        earlier.add(part(12), left_nothing(12))
        # What nobody asks about is passed by.
        assert earlier.lines_of({19_998: number_of(19_998)}) == {"S12998": 12_998}
    assert again.read == PARTS


def test_what_did_not_stand_before_reads_nothing_again():
    again = Again()
    with Earlier(again, 0) as earlier:
        assert earlier.lines_of({0: "S0", 1: "S1"}) == {}
        earlier.add(part(0), {5, 6})
        earlier.add(part(1), set())
        assert earlier.lines_of({}) == {}
        assert earlier.lines_of({2_000: "S7", 2_001: "S2001"}) == {}
    assert again.read == 0
