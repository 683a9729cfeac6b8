"""A table as a PDF page to print and sign. Pure: the same table, the same bytes."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TextEmphasis

from app.books.table import NUMBERS, Said, Table, grouped
from app.papers.font import NAME, Producer, borrowed, known

_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_UPRIGHT: Final = 5
"""So many columns stand on an upright page."""
SIGNED: Final[tuple[Said, ...]] = (("制表", "Made by"), ("复核", "Checked by"), ("日期", "Day"))

logging.getLogger("fontTools").setLevel(logging.ERROR)


class GlyphMissing(Exception):
    """The font lacks a character: it would be a box on somebody's paper."""


def paper(table: Table, lang: str, signed: tuple[Said, ...] = SIGNED) -> bytes:
    """The table on A4, as many pages as it takes, with lines to sign. Raises GlyphMissing."""
    english = lang == "en"
    pdf = FPDF(orientation="landscape" if len(table.columns) > _UPRIGHT else "portrait")
    pdf.set_creation_date(_MADE)
    pdf.fonts[NAME] = borrowed()
    check_letters([*letters_of(table, english), *(x[english] for x in SIGNED)])
    pdf.set_title(table.title[english])
    pdf.add_page()
    pdf.set_font(NAME, size=16)
    pdf.cell(0, 10, table.title[english], align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(NAME, size=9)
    for said in table.about:
        pdf.cell(0, 5, said[english], new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    draw_lines(pdf, table, english)
    pdf.ln(8)
    for said in signed:
        pdf.cell(60, 8, said[english] + (": " if english else "："))
    return bytes(pdf.output(output_producer_class=Producer))


def draw_lines(pdf: FPDF, table: Table, english: bool, line_mm: float = 5.5) -> None:
    """Headings, rows and sums, on as many pages as they take."""
    columns = table.columns
    with pdf.table(
        col_widths=tuple(column.width for column in columns),
        text_align=tuple("RIGHT" if x.kind in NUMBERS else "LEFT" for x in columns),
        headings_style=FontFace(emphasis=TextEmphasis.NONE, fill_color=(237, 237, 237)),
        borders_layout=TableBordersLayout.ALL,
        line_height=line_mm,
    ) as lines:
        lines.row([column.name[english] for column in columns])
        for row in (*table.rows, *([table.sums] if table.sums else [])):
            lines.row([grouped(x, column.kind) for x, column in zip(row, columns, strict=True)])


def letters_of(table: Table, english: bool) -> list[str]:
    """All that is written of a table."""
    said = [table.title[english], *(x[english] for x in table.about)]
    said += [column.name[english] for column in table.columns]
    rows = (*table.rows, *([table.sums] if table.sums else []))
    return said + [cell for row in rows for cell in row if isinstance(cell, str)]


def check_letters(said: Iterable[str]) -> None:
    """Raises GlyphMissing."""
    missing = {letter for text in said for letter in text if ord(letter) not in known()}
    if missing:
        raise GlyphMissing(" ".join(f"U+{ord(letter):04X}" for letter in sorted(missing)))
