"""A chart as an SVG element.

Every text is escaped. There is no style and no script in it, so that the content policy holds:
looks are classes of `static/charts.css`, and each has a pattern of its own besides its colour.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from flask import Flask
from markupsafe import Markup, escape

from app.texts.figures import NOTHING, Scale, exact, scale
from app.web.charts import HEIGHT, WIDTH, Box, Chart, Part, reach

_LETTER: Final = 13
_THIN: Final = 4
"""A white edge would swallow a bar that is hardly thicker than it."""
_IDEOGRAPHS: Final = 0x2E80
"""From this code point on a sign is as wide as it is high."""


def install(web: Flask) -> None:
    """Add the filters that `templates/charts.html` draws with."""
    web.jinja_env.filters.update(drawn=drawn, swatch=swatch)


def drawn(chart: Chart) -> Markup:
    """The chart with its text alternative."""
    axis = chart.axis
    most = max(-axis.low, axis.high)
    unit = scale(most, chart.lang, money=chart.money, counted=chart.counted)
    gutter = max(_wide(unit.written(tick)) for tick in axis.ticks) + 8
    box = Box(gutter, axis, len(chart.labels), len(chart.stacks))
    marks = [
        *_scale(box, unit),
        *_labels(chart, box),
        *_bars(chart, box),
        *_spans(chart, box),
        *_tops(chart, box, unit),
    ]
    return _filled(
        _SVG,
        width=WIDTH,
        height=HEIGHT,
        letter=_LETTER,
        key=chart.key,
        title=chart.title,
        told=chart.told,
        patterns=Markup().join(_pattern(chart.key, part.look) for part in chart.parts),
        marks=Markup().join(marks),
    )


def swatch(chart: Chart, part: Part) -> Markup:
    """The look of a part, for the legend. The chart must stand on the same page."""
    return _filled(_SWATCH, key=chart.key, look=part.look)


def _scale(box: Box, unit: Scale) -> Iterator[Markup]:
    yield _filled(_UNIT, text=unit.unit)
    for tick in box.axis.ticks:
        yield _filled(
            _LINE,
            look="grid" if tick else "zero",
            left=_n(box.left),
            right=_n(box.right),
            y=_n(box.y(tick)),
            at=_n(box.left - 6),
            base=_n(box.y(tick) + 4.5),
            text=unit.written(tick),
        )


def _labels(chart: Chart, box: Box) -> Iterator[Markup]:
    """Every label where there is room for it, else every second, third …"""
    every = int(-(-(max(map(_wide, chart.labels), default=0) + 4) // box.band))
    middle = box.stacks / 2
    for n, label in enumerate(chart.labels):
        if n % every == 0:
            yield _filled(_LABEL, x=_n(box.x(n, middle)), y=HEIGHT - 8, text=label)


def _bars(chart: Chart, box: Box) -> Iterator[Markup]:
    for n, label in enumerate(chart.labels):
        for place, stack in enumerate(chart.stacks):
            down = up = 0
            for part in stack:
                value = part.values[n]
                if not value:
                    continue
                told = f"{label} {part.name} {exact(value, is_money=chart.money)}"
                bar = Bar(chart.key, part.look, told, box.x(n, place), box.wide)
                if value > 0:
                    yield bar.drawn(box.y(up + value), box.y(up))
                    up += value
                else:
                    yield bar.drawn(box.y(down), box.y(down + value))
                    down += value


def _spans(chart: Chart, box: Box) -> Iterator[Markup]:
    for span in chart.spans:
        for n, (low, high) in enumerate(zip(span.low, span.high, strict=True)):
            middle = box.x(n, span.place + 0.5)
            yield _filled(
                _SPAN,
                left=_n(middle - _THIN),
                right=_n(middle + _THIN),
                x=_n(middle),
                low=_n(box.y(low)),
                high=_n(box.y(high)),
            )


def _tops(chart: Chart, box: Box, unit: Scale) -> Iterator[Markup]:
    """What each stack comes to, written over it where all have room; a dash where it is unknown.

    Beside one as high, it stands a line higher: bold letters of some fonts are wider than reckoned.
    """
    tops: list[tuple[float, float, str]] = []
    for n in range(len(chart.labels)):
        for place, stack in enumerate(chart.stacks):
            known = any(part.values[n] is not None for part in stack)
            down, up = reach(stack, n)
            text = unit.about(down + up) if known else NOTHING
            up = max([up, *(x.high[n] for x in chart.spans if x.place == place)])
            base = box.y(up) - 5
            if place and abs(base - tops[-1][1]) < _LETTER:
                base = tops[-1][1] - _LETTER
            tops.append((box.x(n, place + 0.5), base, text))
    if all(_wide(text) <= box.room - 2 for _, _, text in tops):
        for middle, base, text in tops:
            yield _filled(_VALUE, x=_n(middle), y=_n(base), text=text)


class Bar(NamedTuple):
    """One bar; `says` shows where a mouse rests on it."""

    key: str
    look: int
    says: str
    x: float
    wide: float

    def drawn(self, top: float, bottom: float) -> Markup:
        return _filled(
            _BAR,
            key=self.key,
            look=self.look,
            thin=" thin" if bottom - top < _THIN else "",
            x=_n(self.x + 1),
            y=_n(top),
            width=_n(self.wide - 2),
            height=_n(bottom - top),
            text=self.says,
        )


def _wide(text: str) -> float:
    """About how wide a text is drawn; rather too wide than too narrow."""
    return sum(
        _LETTER * (1 if ord(sign) >= _IDEOGRAPHS else 0.3 if sign in ",." else 0.6) for sign in text
    )


def _n(number: float) -> str:
    """A coordinate: no more digits than can be seen."""
    return f"{number:.2f}"


def _filled(element: Markup, **facts: object) -> Markup:
    """The element with these facts, escaped. Markup's own `format` reads it sign by sign."""
    escaped = {name: escape(fact) for name, fact in facts.items()}
    return Markup(str.format(element, **escaped))  # noqa: S704 - escaped


def _pattern(key: str, look: int) -> Markup:
    return _filled(_PATTERN, key=key, look=look, over=_OVER[look])


_SVG: Final = Markup(
    '<svg class="chart" viewBox="0 0 {width} {height}" font-size="{letter}" role="img"'
    ' aria-labelledby="{key}-title {key}-desc">'
    '<title id="{key}-title">{title}</title><desc id="{key}-desc">{told}</desc>'
    "<defs>{patterns}</defs>{marks}</svg>"
)
_SWATCH: Final = Markup(
    '<svg class="swatch" viewBox="0 0 18 14" width="18" height="14" aria-hidden="true">'
    '<rect class="bar" x="0.5" y="0.5" width="17" height="13" fill="url(#{key}-look-{look})"/>'
    "</svg>"
)
_PATTERN: Final = Markup(
    '<pattern id="{key}-look-{look}" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="look-{look}" width="8" height="8"/>{over}</pattern>'
)
_OVER: Final = {
    1: Markup(),
    2: Markup('<path class="over-2" d="M-2,2l4,-4M0,8l8,-8M6,10l4,-4"/>'),
    3: Markup('<path class="over-3" d="M1,2h2v2h-2zM5,6h2v2h-2z"/>'),
    4: Markup('<path class="over-4" d="M0,2h8M0,6h8"/>'),
    5: Markup(),
    6: Markup('<path class="over-6" d="M-2,6l4,4M0,0l8,8M6,-2l4,4"/>'),
}
"""What is drawn over a look's ground, so that looks differ without their colours."""
_UNIT: Final = Markup('<text class="tick" x="0" y="14">{text}</text>')
_LINE: Final = Markup(
    '<path class="{look}" d="M{left},{y}H{right}"/>'
    '<text class="tick" x="{at}" y="{base}" text-anchor="end">{text}</text>'
)
_LABEL: Final = Markup('<text class="label-x" x="{x}" y="{y}" text-anchor="middle">{text}</text>')
_SPAN: Final = Markup(
    '<path class="span" d="M{left},{low}H{right}M{left},{high}H{right}M{x},{low}V{high}"/>'
)
_VALUE: Final = Markup('<text class="value" x="{x}" y="{y}" text-anchor="middle">{text}</text>')
_BAR: Final = Markup(
    '<rect class="bar{thin}" x="{x}" y="{y}" width="{width}" height="{height}"'
    ' fill="url(#{key}-look-{look})"><title>{text}</title></rect>'
)
