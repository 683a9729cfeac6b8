"""Invented papers as pictures, for claims of the demonstration city."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from app.papers.font import FONT

_SIZE: Final = (1240, 1000)
_LINE: Final = 62
_LEFT: Final = 90
_VALUE: Final = 620


def drawn(title: str, lines: Sequence[tuple[str, str]]) -> bytes:
    """A sheet of paper with a title, and a label and a value a line, as a scan."""
    paper = Image.new("RGB", _SIZE, "#fdfdfb")
    pen = ImageDraw.Draw(paper)
    pen.text((_SIZE[0] // 2, 70), title, fill="#222", font=_font(44), anchor="mm")
    pen.text((_LEFT, 125), "演示用，内容均为虚构", fill="#a33", font=_font(24))
    for number, (label, value) in enumerate(lines):
        height = 190 + number * _LINE
        pen.text((_LEFT, height), label, fill="#444", font=_font(30))
        pen.text((_VALUE, height), value, fill="#111", font=_font(32))
        pen.line((_LEFT, height + 50, _SIZE[0] - _LEFT, height + 50), fill="#ccc", width=2)
    out = io.BytesIO()
    paper.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
