"""Charts: what is drawn is proportional, and every figure is told in words too."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.texts.amounts import MINUS
from app.texts.figures import exact, listed, scale
from app.web.charts import HEIGHT, WIDTH, Chart, Part, Span, axis
from app.web.svg import drawn, swatch

FEN = st.integers(-(10**17), 10**17)
VALUE = st.one_of(st.none(), st.just(0), st.integers(-500, 500), FEN)
NAME = st.text(min_size=1, max_size=12).filter(
    lambda x: not re.search(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", x)
)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    labels = draw(st.lists(NAME, min_size=1, max_size=20, unique=True))
    looks = iter(range(1, 7))
    values = st.lists(VALUE, min_size=len(labels), max_size=len(labels)).map(tuple)
    stacks = [
        tuple(Part(draw(NAME), next(looks), draw(values)) for _ in range(parts))
        for parts in draw(st.sampled_from([(1,), (2,), (1, 1), (4, 2), (3, 3)]))
    ]
    words = (draw(NAME), draw(NAME))
    lang = draw(st.sampled_from(["zh", "en"]))
    return Chart("k", *words, tuple(labels), tuple(stacks), lang, money=draw(st.booleans()))


def parsed(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(drawn(chart))  # noqa: S314 - ours


def bars(picture: ElementTree.Element) -> list[ElementTree.Element]:
    return [x for x in picture.findall("rect") if "bar" in x.get("class", "")]


def chart_of(*values: int | None, lang: str = "en", money: bool = False) -> Chart:
    labels = tuple(str(2020 + n) for n in range(len(values)))
    return Chart("k", "Covers", "How many.", labels, ((Part("paid", 1, values),),), lang, money)


@given(charts())
def test_every_bar_is_as_high_as_its_value_says(chart: Chart) -> None:
    values = [
        part.values[n]
        for n in range(len(chart.labels))
        for stack in chart.stacks
        for part in stack
        if part.values[n]
    ]
    found = bars(parsed(chart))
    assert len(found) == len(values)
    span = chart.axis.high - chart.axis.low
    height = HEIGHT - 34 - 28
    for value, bar in zip(values, found, strict=True):
        assert abs(float(bar.get("height")) - height * abs(value) / span) <= 0.02


@given(charts())
def test_nothing_is_drawn_outside_and_no_bar_covers_another(chart: Chart) -> None:
    boxes = []
    for bar in bars(parsed(chart)):
        x, y, width, height = (float(bar.get(k)) for k in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert width > 0
        assert x + width <= WIDTH + 0.01
        assert y + height <= HEIGHT + 0.01
        boxes.append((x, y, x + width, y + height))
    for n, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[n + 1 :]:
            beside = right <= other[0] + 0.02 or other[2] <= left + 0.02
            apart = bottom <= other[1] + 0.02 or other[3] <= top + 0.02
            assert beside or apart


@given(charts())
def test_the_text_alternative_has_every_figure_of_the_table(chart: Chart) -> None:
    picture = parsed(chart)
    assert picture.get("role") == "img"
    ids = {x.get("id"): x for x in picture.iter() if x.get("id")}
    title, desc = (ids[name] for name in picture.get("aria-labelledby").split())
    assert (title.tag, desc.tag) == ("title", "desc")
    assert "".join(title.itertext()) == chart.title
    told = "".join(desc.itertext())
    assert told.startswith(chart.says)
    for label, figures in chart.rows:
        for name, figure in figures:
            assert f"{name} {figure}" in told
        assert label in told
    assert len(chart.rows) == len(chart.labels)


@given(charts())
def test_nothing_in_it_is_style_or_script(chart: Chart) -> None:
    picture = parsed(chart)
    assert {x.tag for x in picture.iter()} <= {
        *("svg", "title", "desc", "defs", "pattern", "rect", "path", "text"),
    }
    for element in picture.iter():
        names = set(element.keys())
        assert not any(name == "style" or name.startswith("on") for name in names)
        assert "href" not in names


@given(low=FEN, high=FEN)
def test_an_axis_has_round_steps_and_holds_its_figures(low: int, high: int) -> None:
    found = axis(min(low, high), max(low, high))
    assert found.low <= min(low, high, 0)
    assert found.high >= max(low, high, 0)
    steps = [times * 10**n for n in range(19) for times in (1, 2, 5)]
    place = steps.index(found.step) if low or high else 0
    assert 0 in found.ticks
    assert 1 + (low != 0 or high != 0) <= len(found.ticks) <= 6
    if place:  # the next smaller step would have made too many
        smaller = steps[place - 1]
        down, up = min(low, high, 0), max(low, high, 0)
        assert -(-up // smaller) - down // smaller > 5


def test_a_chart_of_zeros_has_no_figure_but_zero() -> None:
    texts = [x.text for x in parsed(chart_of(0, 0, money=True)).iter("text")]
    assert "0.01" not in "".join(filter(None, texts))
    assert list(axis(0, 0).ticks) == [0]


def test_markup_in_a_name_is_text() -> None:
    nasty = '<script>alert("x")</script>'
    part = Part(nasty, 1, (1,))
    chart = Chart("k", nasty, nasty, (nasty,), ((part,),), "zh", False, counted=nasty)
    assert "<script" not in drawn(chart)
    assert nasty in "".join(parsed(chart).itertext())
    assert "<script" not in swatch(chart, part)


def texts(chart: Chart, look: str) -> list[str]:
    return [x.text for x in parsed(chart).findall("text") if x.get("class") == look]


def test_zero_nothing_and_unknown_are_told_apart() -> None:
    chart = chart_of(5, 0, None)
    assert len(bars(parsed(chart))) == 1
    assert texts(chart, "value") == ["5", "0", "—"]
    assert [figure for _, [(_, figure)] in chart.rows] == ["5", "0", "—"]


def test_a_chart_of_nothing_known_is_empty() -> None:
    assert chart_of(None, None).empty
    assert chart_of().empty
    assert not chart_of(0).empty
    drawn(chart_of())


def test_labels_over_bars_show_where_all_have_room() -> None:
    assert texts(chart_of(1, 2, 3), "value") == ["1", "2", "3"]
    assert texts(chart_of(*range(900, 940)), "value") == []


def test_years_are_left_out_before_they_touch() -> None:
    shown = texts(chart_of(*range(30)), "label-x")
    assert shown[0] == "2020"
    assert 5 < len(shown) < 12
    assert len(texts(chart_of(*range(5)), "label-x")) == 5


@pytest.mark.parametrize(
    ("yuan", "lang", "unit", "written"),
    [
        (9_999, "zh", "元", "9,999"),
        (10_000, "zh", "万元", "1"),
        (44_208_900, "zh", "万元", "4,420.89"),
        (100_000_000, "zh", "亿元", "1"),
        (44_208_900, "en", "yuan", "44,208,900"),
        (250_000_000, "en", "million yuan", "250"),
    ],
)
def test_large_sums_are_counted_as_readers_count(
    yuan: int, lang: str, unit: str, written: str
) -> None:
    found = scale(yuan * 100, lang, money=True)
    assert (found.unit, found.written(yuan * 100)) == (unit, written)


def test_a_label_has_about_three_figures_and_a_table_all() -> None:
    found = scale(44_208_900_00, "zh", money=True)
    assert found.about(44_208_900_00) == "4,421"
    assert found.about(123_456_78) == "12.3"
    assert found.about(-12_345_67) == f"{MINUS}1.23"
    assert exact(44_208_900_01, is_money=True) == "¥44,208,900.01"


def test_figures_are_listed_as_a_sentence() -> None:
    rows = [("2022", [("paid", "1"), ("gifts", "2")]), ("2023", [("paid", "3")])]
    assert listed(rows, "en") == "2022: paid 1, gifts 2; 2023: paid 3."
    assert listed([], "zh") == ""


def test_a_span_stands_over_its_stack_from_its_least_to_its_most() -> None:
    was, supposed = Part("was", 1, (100, -40)), Part("supposed", 5, (90, -60))
    span = Span(1, (70, -900), (400, 20))
    chart = Chart(
        "k", "Left", "What is left.", ("1", "2"), ((was,), (supposed,)), "en", False, spans=(span,)
    )
    assert (chart.axis.low, chart.axis.high) == (-1_000, 500)
    picture = parsed(chart)
    found = [
        [float(x) for x in re.findall(r"[\d.]+", path.get("d", ""))]
        for path in picture.findall("path")
        if path.get("class") == "span"
    ]
    tops = [float(text.get("y", "")) for text in picture.findall("text[@class='value']")]
    assert len(tops) == 4
    of_supposed = [bar for bar in bars(picture) if "look-5" in bar.get("fill", "")]
    height = HEIGHT - 34 - 28
    for n, (numbers, bar) in enumerate(zip(found, of_supposed, strict=True)):
        *_, middle, low, high = numbers
        assert middle == pytest.approx(
            float(bar.get("x", "")) + float(bar.get("width", "")) / 2, abs=0.02
        )
        assert low - high == pytest.approx(height * (span.high[n] - span.low[n]) / 1_500, abs=0.02)
        assert high == pytest.approx(34 + height * (500 - span.high[n]) / 1_500, abs=0.01)
        assert all(top < high for top in tops[2 * n + 1 : 2 * n + 2])
