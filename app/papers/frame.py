"""The frame of every paper: A4, the fund's font, tables that go on, numbered pages. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace, SubsetMap

from app.errors import Refusal
from app.papers.breaking import broken
from app.papers.font import NAME, Producer, borrowed, known

_TEXT: Final = 10.5
_SMALL: Final = 9
_TABLE: Final = 8.5
_LINE: Final = 6.2
_MARGIN: Final = 18
_LABEL: Final = 38
_QUIET: Final = 90
_KEPT: Final = 4
"""Lines that a heading keeps with it."""
_PADDED: Final = (0.6, 0.8)
"""Millimetres around what a table's cell holds: above and below, at its sides."""
_ROUNDING: Final = 0.01
"""Millimetres by which sums of widths may differ with their order; no eye sees them."""


class GlyphMissing(Refusal):
    """The font has no picture of a character: a paper with a box in a name is no paper."""


class Column(NamedTuple):
    """A table's column: its heading, its share of the width, and whether it holds numbers."""

    heading: str
    width: int
    number: bool = False


class Paper(FPDF):
    """One document. Add its parts from top to bottom, then take `document()`."""

    def __init__(self, title: str, made_on: date) -> None:
        super().__init__(format="A4")
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN + 4)
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_creator("huzhu")
        self.set_producer("huzhu")
        self.set_creation_date(datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC))
        self.fonts[NAME] = borrowed()
        self.set_font(NAME, size=_TEXT)
        self.add_page()

    def footer(self) -> None:
        """第 1 页 共 3 页."""
        self.set_y(-_MARGIN + 4)
        self.set_text_color(0)
        self._small()
        self.cell(0, _LINE, f"第 {self.page_no()} 页 共 {{nb}} 页", align="C")
        self._plain()

    def heading(self, text: str, under: str = "") -> None:
        """What the paper is, and under it, smaller, its number."""
        self.set_font(NAME, size=18)
        self._write(text, 11, "C")
        self._small()
        if under:
            self._write(under, _LINE, "C")
        self._plain()
        self.ln(3)

    def part(self, text: str) -> None:
        """A heading inside; never the last line of a page."""
        if self.will_page_break(8 + _KEPT * _LINE):
            self.add_page()
        self.ln(2.5)
        self.set_font(NAME, size=12)
        self._write(text, 8)
        self._plain()

    def keep_lines(self, lines: int) -> None:
        """So many lines from here on stand on one page."""
        if self.will_page_break(lines * _LINE):
            self.add_page()

    def text(self, text: str) -> None:  # type: ignore[override]
        """A paragraph."""
        self._write(text, _LINE)

    def note(self, text: str) -> None:
        """A paragraph in small letters."""
        self._small()
        self._write(text, _LINE - 1)
        self._plain()

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """A label and what it says, a line each; long ones go on under themselves."""
        for label, said in pairs:
            self.set_text_color(_QUIET)
            self.cell(_LABEL, _LINE, self.readable(label))
            self.set_text_color(0)
            self._write(said, _LINE)

    def rows(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str]],
        total: Sequence[str] | None = None,
    ) -> None:
        """A table; its head stands again on every page. `total` is its last row."""
        self.set_font(NAME, size=_TABLE)
        self.ln(1)
        with self.table(
            col_widths=tuple(column.width for column in columns),
            text_align=tuple("RIGHT" if column.number else "LEFT" for column in columns),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(fill_color=(236, 239, 243)),
            line_height=_LINE - 0.6,
            padding=_PADDED,
            wrapmode=WrapMode.CHAR,
        ) as table:
            table.row(self._fitted(columns, [column.heading for column in columns]))
            for row in rows:
                table.row(self._fitted(columns, row))
            if total:
                style = FontFace(fill_color=(246, 247, 249))
                table.row(self._fitted(columns, total), style=style)
        self._plain()
        self.ln(1)

    def signed(self, *lines: str) -> None:
        """Who and when, at the right; kept together."""
        self.ln(4)
        if self.will_page_break(_LINE * len(lines)):
            self.add_page()
        for line in lines:
            self._write(line, _LINE, "R")

    def readable(self, text: str) -> str:
        """The text, all of whose characters the font has. Raises GlyphMissing."""
        lost = sorted({char for char in text if char != "\n" and ord(char) not in known()})
        if lost:
            raise GlyphMissing(characters=" ".join(f"U+{ord(char):04X}" for char in lost))
        return text

    def document(self) -> bytes:
        """The finished paper."""
        try:
            made: bytearray = self.output(output_producer_class=Producer)
        finally:
            # fpdf2 remembers by paper what each wrote, for ever: a worker makes thousands.
            SubsetMap.pick.cache_clear()
            SubsetMap.get_glyph.cache_clear()
        return bytes(made)

    def _fitted(self, columns: Sequence[Column], cells: Sequence[str]) -> list[str]:
        share = self.epw / sum(column.width for column in columns)
        return [
            self._broken(cell, column.width * share - 2 * _PADDED[1])
            for column, cell in zip(columns, cells, strict=True)
        ]

    def _broken(self, text: str, width: float) -> str:
        return broken(self.readable(text), width - _ROUNDING, self.get_string_width)

    def _write(self, text: str, height: float, align: str = "L") -> None:
        self.multi_cell(
            0,
            height,
            self._broken(text, self.w - self.r_margin - self.x - 2 * self.c_margin),
            align=align,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            wrapmode=WrapMode.CHAR,
        )

    def _small(self) -> None:
        self.set_font(NAME, size=_SMALL)

    def _plain(self) -> None:
        self.set_font(NAME, size=_TEXT)
