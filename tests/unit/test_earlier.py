"""Numbers that stood in the parts of a file before."""

from collections.abc import Generator

import pytest

from app.claims.rows import Rows
from app.feeds.earlier import Earlier
from app.feeds.reading import Part

PARTS, A_PART = 20, 1_000


def part(number: int) -> Part:
    lines = range(number * A_PART, (number + 1) * A_PART)
    rows = Rows(line=[*lines], setl_id=[f"S{line}" for line in lines])
    return Part(lines[-1], A_PART, rows)


def left_nothing(number: int) -> set[int]:
    return {number * A_PART + 5, (number + 1) * A_PART - 1}


class Again:
    """The file from its beginning; `read`: how many of its parts were read again."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self) -> Generator[Part, None, None]:
        for number in range(PARTS):
            self.read += 1
            yield part(number)


@pytest.mark.parametrize("resumed_at", [0, 3, 11])
def test_what_stood_before_is_found_and_what_did_not_reads_nothing_again(resumed_at):
    again = Again()
    earlier = Earlier(again, resumed_at * A_PART - 1 if resumed_at else 0)
    for number in range(resumed_at, 12):
        earlier.add(part(number), left_nothing(number))
    first, last = f"S{5}", f"S{12 * A_PART - 1}"
    assert earlier.lines_of([last, "S-1", first, first]) == {first: 5, last: 12 * A_PART - 1}
    assert again.read == 12
    later = [f"S{line}" for line in range(12 * A_PART, PARTS * A_PART)]
    assert earlier.lines_of(later) == {}
    assert earlier.lines_of([]) == {}
    assert again.read == 12
    earlier.add(part(12), left_nothing(12))
    assert earlier.lines_of([later[0], later[5]]) == {later[5]: 12 * A_PART + 5}
    assert again.read == 12 + 13


def test_the_first_part_has_none_before_it():
    again = Again()
    assert Earlier(again, 0).lines_of(["S1"]) == {}
    assert again.read == 0
