"""The real recogniser on sheets that were drawn and photographed: what it reads, what it costs.

`python3 -m deploy test ocr` installs the extra and runs all; elsewhere one sheet is read, or none.
"""

import resource
from collections import defaultdict

import pytest

from app.reading.figures import Figure, figures_of
from app.reading.pairs import pairs_of
from app.reading.recognise import Cutter, Seen, SheetUnreadable, recognise
from tests.ocr.installed import LONG, by_hand, needs_extra
from tests.ocr.photos import (
    CONDITIONS,
    POOR,
    STROKES,
    crossed,
    photographed,
    together,
    turned,
)
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
                now = recognise(jpeg)
                got = {x.name: x.text for x in taken(jpeg, now)}
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
        jpeg = photographed(drawn(layout, bill(21)), POOR)
        figures = taken(jpeg, recognise(jpeg))
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


@needs_extra
@by_hand
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_crossed_out_is_read_all_the_same_and_not_taken(layout: str) -> None:
    """The recogniser reads through a line; what a pen went over is for a person."""
    want, box = shown(layout).figures, pairs_of(seen(layout, "skewed"))[0]["psn_cash_pay"].box
    for stroke in STROKES:
        jpeg = crossed(photo(layout, "skewed"), [(box, stroke)])
        now = recognise(jpeg)
        got = {x.name: x.text for x in taken(jpeg, now)}
        assert got.items() <= want.items(), stroke
        assert "psn_cash_pay" not in got, stroke
        assert "medfee_sumamt" in got, stroke


@needs_extra
@by_hand
def test_of_two_sheets_on_a_photo_nothing_is_taken() -> None:
    both = together(photo("lines", "skewed"), photo("grid", "straight"))
    now = recognise(both)
    assert len(now.boxes) > 60
    assert figures_of(now.boxes, TODAY) == []


def test_a_child_that_is_out_of_time_or_cannot_read_is_told_apart_from_nothing() -> None:
    with pytest.raises(SheetUnreadable):
        recognise(b"no picture")
    with pytest.raises(SheetUnreadable):
        recognise(photo("grid", "straight"), seconds=1)


def taken(jpeg: bytes, now: Seen) -> list[Figure]:
    """As a worker does."""
    return figures_of(now.boxes, TODAY, Cutter(jpeg, now.turned).crossed_out)


def spent() -> float:
    """Seconds of the processor that children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
