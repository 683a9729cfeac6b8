"""Figures from what a recogniser saw: read by position, proved by sums, or left empty."""

from dataclasses import replace
from datetime import date

import pytest

from app.claims.sheet import AMOUNTS
from app.filing.typed import FIGURES, Typed
from app.reading.boxes import Box, box_of, lie_of
from app.reading.figures import figures_of
from app.reading.found import Found, Reading, read_back, to_offer, together, written
from app.reading.labels import DAYS_IN, WORDS, label_of, plain
from app.reading.pairs import pairs_of
from app.reading.values import says, value_of
from tests.ocr.photos import POOR
from tests.ocr.recorded import SHEETS, TODAY, read, seen, shown
from tests.ocr.sheets import LABELS, LAYOUTS

IN_NO_SUM = ("act_pay_dedc", "fixmedins_name")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sheet_is_read_however_it_lies_and_nothing_of_it_wrong(layout: str) -> None:
    want = shown(layout).figures
    for _, condition in (each for each in SHEETS if each[0] == layout):
        got = read(seen(layout, condition))
        assert got.items() <= want.items(), condition
        assert len(got) >= len(want) - 5, condition
        if condition == "straight":
            assert got == want


@pytest.mark.parametrize("layout", LAYOUTS)
def test_of_a_poor_photo_little_is_taken_though_much_was_seen(layout: str) -> None:
    """Digits were misread on each: 87699.10 for 87689.10, January for July."""
    want, pairs = shown(layout).figures, pairs_of(seen(layout, POOR))[0]
    got = read(seen(layout, POOR))
    assert got.items() <= want.items()
    assert len(got) < len(pairs)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_wrong_digit_is_never_said_to_be_proved(layout: str) -> None:
    boxes, want = seen(layout, "tilted"), shown(layout).figures
    tried, unproved = 0, set()
    for at, box in enumerate(boxes):
        for sign, other in (("1", "7"), ("6", "8"), ("2", "9")):
            changed = replace(box, text=box.text.replace(sign, other, 1))
            if changed == box:
                continue
            tried += 1
            for figure in figures_of((*boxes[:at], changed, *boxes[at + 1 :]), TODAY):
                if figure.text != want[figure.name]:
                    assert figure.proofs == (), changed.text
                    unproved.add(figure.name)
    assert tried > 15
    assert unproved <= {"act_pay_dedc", "setl_time"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_not_seen_leads_to_nothing_wrong(layout: str) -> None:
    """Without a label its value belongs to nobody, and not to its neighbour."""
    boxes, want = seen(layout, "skewed"), shown(layout).figures
    for at, box in enumerate(boxes):
        got = read((*boxes[:at], *boxes[at + 1 :]))
        assert got.items() <= want.items(), box.text


def test_words_that_say_another_total_leave_the_amounts_empty() -> None:
    boxes, want = seen("grid", "straight"), shown("grid").figures
    other = [replace(box, text=box.text.replace("角", "分")) for box in boxes if "大写" in box.text]
    rest = [box for box in boxes if "大写" not in box.text]
    assert len(other) == 1
    assert not read((*rest, *other)).keys() & set(AMOUNTS)
    assert read(tuple(rest)) == want


def test_a_line_with_two_values_is_none() -> None:
    boxes, want = seen("lines", "straight"), shown("lines").figures
    again = [x for x in boxes if x.text.startswith("统筹基金支付")]
    low = [(x, y + 900) for x, y in again[0].corners]
    same = box_of(again[0].text, low, 1)
    assert read((*boxes, same)) == want
    got = read((*boxes, replace(same, text="统筹基金支付:1.00元")))
    assert "hifp_pay" not in got
    assert "psn_part_amt" not in got


def text_at(text: str, x: float, y: float, wide: float = 150) -> Box:
    return box_of(text, [(x, y), (x + wide, y), (x + wide, y + 30), (x, y + 30)], 1)


def test_a_value_belongs_to_one_label_and_to_the_nearest() -> None:
    # An empty cell, and below it what belongs to the label on its left.
    pairs, unread = pairs_of(
        [text_at("统筹支付", 200, 0), text_at("自费", 0, 50), text_at("5.00", 200, 50)]
    )
    assert {name: pair.value for name, pair in pairs.items()} == {"fulamt_ownpay_amt": 500}
    assert unread == {"hifp_pay"}
    # One wide cell below two labels.
    side_by_side = [text_at("统筹支付", 0, 0), text_at("自费", 200, 0)]
    assert pairs_of([*side_by_side, text_at("5.00", 0, 50, 350)])[0] == {}
    # Past something that is no value nothing is looked for, nor two rows below.
    past = [text_at("统筹支付", 0, 0), text_at("见附页", 200, 0), text_at("5.00", 400, 0)]
    assert pairs_of(past)[0] == {}
    assert pairs_of([text_at("统筹支付", 0, 0), text_at("5.00", 0, 200)])[0] == {}


def test_several_lines_in_one_text_are_told_apart() -> None:
    pairs, _ = pairs_of([text_at("统筹支付:5.00元大病支付:7.00元 现金支付:", 0, 0, 900)])
    assert {name: pair.value for name, pair in pairs.items()} == {
        "hifp_pay": 500,
        "hifmi_pay": 700,
    }
    assert pairs["hifp_pay"].box.right[0] < pairs["hifmi_pay"].label.left[0] + 1
    [pair] = pairs_of([text_at("起付线600.00", 0, 0)])[0].values()
    assert (pair.name, pair.value) == ("act_pay_dedc", 60_000)


def test_days_must_be_those_of_the_stay() -> None:
    boxes = seen("grid", "straight")
    days = {"begndate", "enddate", "setl_time"}
    assert days <= read(boxes).keys()
    longer = [replace(x, text=x.text.replace("07月21日", "07月11日")) for x in boxes]
    assert days & read(tuple(longer)).keys() == {"setl_time"}
    later = [replace(x, text=x.text.replace("2023年", "2033年")) for x in boxes]
    assert not days & read(tuple(later)).keys()


def test_labels_are_known_in_the_words_of_many_places_and_as_a_whole() -> None:
    for name, called in LABELS.items():
        assert {label_of(each) for each in called} == {name}
    for text, name in {
        "其中：统筹基金支付（元）": "hifp_pay",
        "1.基本医疗保险统筹基金支付金额": "hifp_pay",
        "个人自付": "psn_part_amt",
        "个人帐户支付": "acct_pay",
        "账户共济支付": "acct_mulaid_pay",
        "公务员医疗补助支付": "cvlserv_pay",
        "企业补充医疗保险基金支付": "hifes_pay",
        "其它支付": "oth_pay",
        "住院总费用": "medfee_sumamt",
        "合计（大写）": WORDS,
        "住院天数": DAYS_IN,
    }.items():
        assert label_of(plain(text)) == name, text
    for text in ("本年统筹累计支付", "合计", "报销合计", "支付", "个人", "大病医院", "自费药品"):
        assert label_of(plain(text)) is None, text


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hifp_pay", "￥12,000.00元", 1_200_000),
        ("hifp_pay", "12000", 1_200_000),
        ("hifp_pay", "12，000.00", 1_200_000),
        ("hifp_pay", "12.000.00", None),
        ("hifp_pay", "84,229,60", None),
        ("hifp_pay", "12,00.00", None),
        ("hifp_pay", "12000.0O", None),
        ("hifp_pay", "-5.00", None),
        ("hifp_pay", "41059919600101001X", None),
        ("begndate", "2023年7月5日", date(2023, 7, 5)),
        ("begndate", "2023-07-05 10:22:31", date(2023, 7, 5)),
        ("begndate", "20230705", date(2023, 7, 5)),
        ("begndate", "2023-02-30", None),
        ("fixmedins_name", "安阳市人民医院", "安阳市人民医院"),
        ("fixmedins_name", "姓名", None),
        ("days_in", "12天", 12),
    ],
)
def test_values(name: str, text: str, value: object) -> None:
    assert value_of(name, plain(text)) == value


def test_words_are_read_by_writing_them() -> None:
    words = value_of(WORDS, plain("人民币壹万贰仟圆零伍分"))
    assert says(str(words), 1_200_005)
    assert not says(str(words), 1_200_050)
    assert says(str(value_of(WORDS, "壹万贰仟元正")), 1_200_000)


def test_how_a_sheet_lies_is_told_by_its_lines() -> None:
    def line(x: float, y: float, slope: float) -> Box:
        corners = [(x, y), (x + 300, y + 300 * slope), (x + 300, y + 30 + 300 * slope), (x, y + 30)]
        return box_of("一行文字", corners, 1)

    turned = lie_of(line(x, y, 0.1) for x in (0, 500) for y in range(0, 900, 90))
    assert turned.slope(400, 400) == pytest.approx(0.1)
    assert turned.off_line((0, 0), (1000, 100)) == pytest.approx(0, abs=1e-6)
    # Lines that run together towards one side, and a stamp that lies across.
    fan = [line(0, y, (y - 400) / 8000) for y in range(0, 900, 90)]
    fanned = lie_of([*fan, line(300, 300, -0.5)])
    assert fanned.slope(150, 0) < -0.02 < 0.02 < fanned.slope(150, 800)
    assert lie_of([]).slope(0, 0) == 0


def found(name: str, text: str, paper_id: int = 1) -> Found:
    return Found(name, text, "", ((0, 0), (1, 0), (1, 1), (0, 1)), 0, 0.99, ("payers",), paper_id)


def test_what_was_read_goes_into_empty_fields_only_and_once() -> None:
    reading = Reading({x: found(x, "5.00") for x in ("hifp_pay", "maf_pay", "oth_pay")})
    typed = {"hifp_pay": "7", "maf_pay": " "}
    assert to_offer(reading, typed, ()) == {"maf_pay": "5.00", "oth_pay": "5.00"}
    assert to_offer(reading, typed, ("oth_pay",)) == {"maf_pay": "5.00"}
    looked_at = Typed().with_offered("maf_pay no_field hifp_pay")
    assert Typed.read(looked_at.written()).offered == ("hifp_pay", "maf_pay")
    assert looked_at.with_offered("").offered == looked_at.offered


def test_two_pages_complete_each_other_and_must_not_differ() -> None:
    one = [found("hifp_pay", "5.00"), found("maf_pay", "1.00")]
    other = [found("hifp_pay", "5.00", 2), found("maf_pay", "2.00", 2), found("oth_pay", "3.00", 2)]
    assert together([*one, *other]) == {}  # each is proved: two sheets
    unproved = [one[0], replace(one[1], proofs=())]
    assert together([*unproved, *other]).keys() == {"hifp_pay", "oth_pay"}
    assert read_back(written(other)) == other
    assert found("hifp_pay", "5000.00").is_what("￥5,000.00")
    assert not found("hifp_pay", "5000.00").is_what("")


def test_only_fields_of_the_step_are_read() -> None:
    assert set(LABELS) <= set(FIGURES)
    assert set(LABELS) - set(IN_NO_SUM) - {"begndate", "enddate", "setl_time"} <= set(AMOUNTS)
