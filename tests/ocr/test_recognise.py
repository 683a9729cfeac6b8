"""The real recogniser on sheets that were drawn and photographed: what it reads, what it costs.

`python3 -m deploy test ocr` installs the extra and runs all; elsewhere one sheet is read, or none.
"""

import resource
from collections import defaultdict

import pytest

from app.reading.figures import figures_of
from app.reading.recognise import Cutter, SheetUnreadable, recognise
from tests.ocr.installed import LONG, by_hand, needs_extra
from tests.ocr.photos import CONDITIONS, POOR, photographed, turned
from tests.ocr.recorded import TODAY, photo, read, seen, shown
from tests.ocr.sheets import LAYOUTS, bill, drawn
from tests.pictures import photo as no_sheet

SEEDS = range(11, 14) if LONG else range(11, 12)
BEST, WORST = 0.95, 0.6


@needs_extra
@by_hand
def test_sheets_are_read_and_no_wrong_figure_is_taken() -> None:
    """Three layouts, four conditions, several bills: shares of fields, and seconds, are printed."""
    right: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    wrong: list[str] = []
    seconds, sheets = 0.0, 0
    for layout in LAYOUTS:
        for condition in CONDITIONS:
            for seed in SEEDS:
                want = bill(seed).figures
                jpeg = photographed(drawn(layout, bill(seed)), condition, seed)
                began = spent()
                got = {x.name: x.text for x in figures_of(recognise(jpeg).boxes, TODAY)}
                seconds, sheets = seconds + spent() - began, sheets + 1
                wrong += [f"{layout} {seed} {x}" for x in got if got[x] != want[x]]
                right[layout, condition][0] += len(got.items() & want.items())
                right[layout, condition][1] += len(want)
    for (layout, condition), (some, of) in right.items():
        print(f"{layout:8} {condition:9} {some:3} of {of:3} fields, {some / of:.0%}")
    print(f"{sheets} sheets, {seconds / sheets:.1f} s of the processor each, {len(wrong)} wrong")
    assert wrong == []
    shares = [some / of for some, of in right.values()]
    assert min(shares) >= WORST
    assert sum(shares) / len(shares) >= BEST


@needs_extra
@by_hand
def test_of_a_poor_photo_less_is_read_and_nothing_wrong() -> None:
    some, of, sure = 0, 0, 0
    for layout in LAYOUTS:
        want = bill(21).figures
        figures = figures_of(recognise(photographed(drawn(layout, bill(21)), POOR)).boxes, TODAY)
        some, of = some + len(figures), of + len(want)
        for figure in figures:
            if figure.proofs:
                assert figure.text == want[figure.name], layout
                sure += 1
    print(f"poor photos: {some} of {of} fields read, {sure} of them proved, none of these wrong")
    assert some < of


@needs_extra
def test_what_was_recorded_is_what_is_read() -> None:
    for layout in LAYOUTS if LONG else ("grid",):
        now = recognise(photo(layout, "tilted"))
        assert now.turned == 0
        assert read(now.boxes) == read(seen(layout, "tilted"))


@needs_extra
@by_hand
@pytest.mark.parametrize(("layout", "turn"), [("lines", 90), ("columns", 180), ("grid", 270)])
def test_a_photo_that_lies_on_its_side_is_turned_and_cut_upright(layout: str, turn: int) -> None:
    jpeg = turned(photo(layout, "straight"), turn)
    now = recognise(jpeg)
    assert now.turned == 360 - turn
    assert read(now.boxes) == shown(layout).figures
    figure = figures_of(now.boxes, TODAY)[0]
    assert Cutter(jpeg, now.turned).cut(figure.label, figure.box)


@needs_extra
@by_hand
def test_a_photo_of_something_else_says_nothing() -> None:
    assert read(recognise(no_sheet()).boxes) == {}


def test_a_child_that_is_out_of_time_or_cannot_read_is_told_apart_from_nothing() -> None:
    with pytest.raises(SheetUnreadable):
        recognise(b"no picture")
    with pytest.raises(SheetUnreadable):
        recognise(photo("grid", "straight"), seconds=1)


def spent() -> float:
    """Seconds of the processor that children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
