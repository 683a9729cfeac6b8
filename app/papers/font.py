"""The fund's font, opened once for all papers of a process. Pure.

fpdf2 opens a font anew for every document, 0.3 s for thirty thousand characters: making a
document's subset uses the opened font up. Here it is opened once. A paper borrows what is known of
its characters, and is handed the few glyphs it has written, as a small font of its own, when fpdf2
makes the subset. The bytes are those that fpdf2 makes of the whole font; a test says so.
"""

from collections.abc import Iterable
from copy import copy, deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.otBase import BaseTTXConverter
from fpdf import FPDF
from fpdf.fonts import SubsetMap, TTFFont
from fpdf.output import OutputProducer

FONT: Final = Path(__file__).with_name("NotoSansSC-Regular.ttf")
NAME: Final = "noto"
_FIRST: Final = 4
"""Glyphs at a font's beginning that every subset keeps."""
_WHOLE: Final = (
    *("head", "hhea", "vhea", "maxp", "OS/2", "prep", "gasp", "name", "post", "BASE", "STAT"),
)
_BY_GLYPH: Final = ("hmtx", "vmtx")
_SEQUENCES: Final = 14
"""The format of a character table that holds variants of characters."""


@cache
def _opened() -> TTFFont:
    """The font as fpdf2 knows it, everything a paper may need of it read."""
    paper = FPDF()
    paper.add_font(NAME, fname=FONT)
    font = paper.fonts[NAME]
    assert isinstance(font, TTFFont)  # noqa: S101 - for the type checker
    for tag in (*_WHOLE, *_BY_GLYPH, "glyf", "cmap"):
        table = font.ttfont[tag]
        if isinstance(table, BaseTTXConverter):  # read as it is used
            table.ensureDecompiled(recurse=True)
    font.close()
    return font


@cache
def known() -> frozenset[int]:
    """The code points the font has a picture of."""
    return frozenset(_opened().cmap)


@cache
def _codes() -> dict[str, list[int]]:
    """The characters a glyph is the picture of."""
    codes: dict[str, list[int]] = {}
    for code, glyph in _opened().cmap.items():
        codes.setdefault(glyph, []).append(code)
    return codes


def borrowed() -> TTFFont:
    """The font for one more paper; it has written nothing yet."""
    opened = _opened()
    font = TTFFont.__new__(TTFFont)
    for name in TTFFont.__slots__:
        if hasattr(opened, name):
            setattr(font, name, getattr(opened, name))
    font.desc = copy(opened.desc)
    font.missing_glyphs = []
    font.biggest_size_pt = 0
    font.subset = SubsetMap(font)
    return font


class Producer(OutputProducer):
    """Gives each font the glyphs that were written, when all pages are."""

    def bufferize(self) -> bytearray:
        """The document's bytes."""
        for font in self.fpdf.fonts.values():
            if isinstance(font, TTFFont):
                glyphs = (glyph.glyph_name for glyph, _ in font.subset.items() if glyph)
                font.ttfont = _small(glyphs)
        return super().bufferize()


def _small(glyphs: Iterable[str]) -> TTFont:
    whole = _opened().ttfont
    order = whole.getGlyphOrder()
    wanted = {*order[:_FIRST], *glyphs}
    made = TTFont(recalcTimestamp=False)
    made.setGlyphOrder(sorted(wanted, key=whole.getGlyphID))
    for tag in _WHOLE:
        made[tag] = deepcopy(whole[tag])
    for tag in _BY_GLYPH:
        made[tag] = newTable(tag)
        made[tag].metrics = {name: whole[tag].metrics[name] for name in wanted}
    made["loca"], made["glyf"] = newTable("loca"), newTable("glyf")
    made["glyf"].glyphOrder = made.getGlyphOrder()
    made["glyf"].glyphs = {name: deepcopy(whole["glyf"].glyphs[name]) for name in wanted}
    made["cmap"] = copy(whole["cmap"])
    made["cmap"].tables = [_characters(table, wanted) for table in whole["cmap"].tables]
    return made


def _characters(table: Any, wanted: set[str]) -> Any:
    """A table of characters, as far as it is about these glyphs."""
    made = copy(table)
    if table.format == _SEQUENCES:
        made.uvsDict = {
            variant: [(code, glyph) for code, glyph in pairs if glyph in wanted or glyph is None]
            for variant, pairs in table.uvsDict.items()
        }
        return made
    codes = (code for name in wanted for code in _codes().get(name, ()))
    made.cmap = {code: table.cmap[code] for code in codes if code in table.cmap}
    return made
