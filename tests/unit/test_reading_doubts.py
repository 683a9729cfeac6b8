"""What could be read wrong and agree all the same: nothing of it is taken, or nothing is proved."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from app.claims.sheet import AMOUNTS
from app.reading.boxes import Box
from app.reading.figures import Figure, figures_of
from app.reading.pairs import pairs_of
from app.reading.recognise import Cutter
from tests.ocr.photos import POOR, STROKES, crossed
from tests.ocr.recorded import SHEETS, TODAY, photo, read, seen, shown
from tests.ocr.sheets import LAYOUTS
from tests.unit.test_reading import text_at

DAYS = {"begndate", "enddate", "setl_time"}


def proved(boxes: Iterable[Box]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures_of(boxes, TODAY) if figure.proofs}


def sheet(*lines: tuple[str, str]) -> list[Box]:
    """Labels, and their values beside them."""
    boxes = []
    for row, (label, value) in enumerate(lines):
        boxes += [text_at(label, 0, row * 60, 250), text_at(value, 400, row * 60, 200)]
    return boxes


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("worded", [True, False])
def test_a_digit_that_is_misread_everywhere_proves_no_amount(layout: str, worded: bool) -> None:
    """The sums may hold then: 7,000 and 500 for 1,000 and 500."""
    want = shown(layout).figures
    boxes = [box for box in seen(layout, "tilted") if worded or "大写" not in box.text]
    for digit, other in permutations("0123456789", 2):
        changed = [replace(box, text=box.text.replace(digit, other)) for box in boxes]
        for name, figure in proved(changed).items():
            assert name in DAYS or figure.text == want[name], (digit, other)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_amounts_that_all_lost_their_points_are_not_taken(layout: str) -> None:
    boxes = [replace(box, text=box.text.replace(".", "")) for box in seen(layout, "straight")]
    rest = [box for box in boxes if "大写" not in box.text]
    assert read(tuple(rest)).keys() <= DAYS | {"fixmedins_name"}
    assert read(tuple(boxes)).keys() <= DAYS | {"fixmedins_name"}


def test_whole_yuan_are_taken_where_the_words_say_so() -> None:
    lines = [("总费用", "12000"), ("统筹支付", "9000"), ("个人负担", "3000"), ("现金支付", "3000")]
    assert figures_of(sheet(*lines), TODAY) == []
    worded = proved(sheet(*lines, ("合计大写", "壹万贰仟元整")))
    assert {name: figure.text for name, figure in worded.items()} == {
        "medfee_sumamt": "12000.00",
        "hifp_pay": "9000.00",
        "psn_part_amt": "3000.00",
        "psn_cash_pay": "3000.00",
    }


def test_the_same_amount_twice_proves_neither() -> None:
    borne = [("个人负担", "8123.45"), ("现金支付", "8123.45")]
    assert figures_of(sheet(*borne), TODAY) == []
    total = [("总费用", "9000.00"), ("范围内费用", "9000.00")]
    assert figures_of(sheet(*total, *borne), TODAY) == []
    both = proved(sheet(*total, ("统筹支付", "876.55"), *borne))
    assert {name: figure.proofs for name, figure in both.items()} == {
        "medfee_sumamt": ("payers", "parts"),
        "inscp_scp_amt": ("parts",),
        "hifp_pay": ("payers",),
        "psn_part_amt": ("payers", "person"),
        "psn_cash_pay": ("person",),
    }


def test_a_total_that_one_sum_contradicts_needs_its_words() -> None:
    parts = [("总费用", "9000.00"), ("自费", "1000.00"), ("范围内费用", "8000.00")]
    payers = [("统筹支付", "6000.00"), ("个人负担", "2000.00")]
    assert figures_of(sheet(*parts, *payers), TODAY) == []
    worded = proved(sheet(*parts, *payers, ("合计大写", "玖仟元整")))
    assert worded.keys() == {"medfee_sumamt", "fulamt_ownpay_amt", "inscp_scp_amt"}


def test_days_that_may_be_misread_alike_are_not_said_to_be_proved() -> None:
    lines = [("入院日期", "2023-07-05"), ("出院日期", "2023-07-21"), ("结算日期", "2023-07-21")]
    for stay, last in (("16", "2023-07-21"), ("27", "2023-08-01"), ("28", "2023-08-01")):
        lines[1:] = [("出院日期", last), ("结算日期", last)]
        told = figures_of(sheet(*lines, ("住院天数", stay)), TODAY)
        assert {figure.name for figure in told} == DAYS
        assert {bool(figure.proofs) for figure in told} == {stay == "27"}


def test_a_label_before_two_values_or_over_two_has_none() -> None:
    """This stay's, and the year's so far."""
    year = [text_at("统筹支付", 0, 0), text_at("5.00", 300, 0), text_at("25.00", 600, 0)]
    assert pairs_of(year)[0] == {}
    assert pairs_of([*year[:2], text_at("自费", 600, 0)])[0].keys() == {"hifp_pay"}
    down = [text_at("统筹支付", 0, 0), text_at("5.00", 0, 50), text_at("25.00", 0, 100)]
    assert pairs_of(down)[0] == {}
    assert pairs_of([*down[:2], text_at("自费", 0, 100)])[0].keys() == {"hifp_pay"}


def test_two_sheets_on_one_photo_say_nothing() -> None:
    one, other = seen("lines", "straight"), seen("grid", "straight")
    low = [replace(x, corners=tuple((a, b + 2000) for a, b in x.corners)) for x in other]
    assert figures_of([*one, *low], TODAY) == []
    # Of the lower one the end is seen, below the upper one.
    end = [box for box in low if box.corners[0][1] > 2800]
    assert len(end) > 5
    assert figures_of([*one, *end], TODAY) == []


@pytest.mark.parametrize(("layout", "condition"), [*SHEETS, *((x, POOR) for x in LAYOUTS)])
def test_what_is_crossed_out_is_noticed_and_nothing_else_is(layout: str, condition: str) -> None:
    """A pencil's line on a grainy photo is too faint, and elsewhere one of a sheet's may be; print
    that runs together is left out, too."""
    jpeg, pairs = photo(layout, condition), pairs_of(seen(layout, condition))[0]
    grainy = condition in ("shadowed", POOR)
    clean = Cutter(jpeg, 0)
    noticed = {name for name, pair in pairs.items() if clean.crossed_out(pair.box)}
    assert noticed == set() or condition == POOR
    boxes = [pair.box for name, pair in pairs.items() if name in (*AMOUNTS, *DAYS)]
    assert len(boxes) >= len(STROKES) or condition == POOR
    for stroke in STROKES:
        # Each second one, so that those between show that nothing else is noticed.
        for marked, others in ((boxes[::2], boxes[1::2]), (boxes[1::2], boxes[::2])):
            after = Cutter(crossed(jpeg, [(box, stroke) for box in marked]), 0)
            missed = [box for box in marked if not after.crossed_out(box)]
            assert len(missed) <= (stroke == "pencil") or (stroke == "pencil" and grainy), stroke
            wrong = [box for box in others if after.crossed_out(box)]
            assert wrong == [] or condition == POOR, stroke


def test_a_crossed_out_total_is_not_taken_nor_what_hangs_on_it() -> None:
    boxes, want = seen("grid", "straight"), shown("grid").figures
    box = pairs_of(boxes)[0]["medfee_sumamt"].box
    cutter = Cutter(crossed(photo("grid", "straight"), [(box, "level")]), 0)
    left = {x.name: x.text for x in figures_of(boxes, TODAY, cutter.crossed_out)}
    assert left == {name: want[name] for name in (*DAYS, "fixmedins_name")}
