"""The pages of a PDF as pictures, in the child only (`limited`).

Invoices name Chinese fonts and do not always carry them. The library would look for the machine's
and draw nothing where there are none; it is given the fund's own instead, so that a paper looks the
same on every server.
"""

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from app.attachments.faults import PaperBroken, PdfLocked, PdfTooLong

MOST_PAGES: Final = 10
# The folder's name and no import: its module would open the font for writing.
_FONTS: Final = Path(__file__).resolve().parent.parent / "papers"
_FOLDERS: Final = (ctypes.c_char_p * 2)(str(_FONTS).encode(), None)
"""Ends with nothing; the library reads it for as long as it is there."""


def pages(data: bytes, longest_px: int) -> Iterator[Image.Image]:
    """Each page, its longer side so long. Raises PdfLocked, PdfTooLong, PaperBroken."""
    _take_our_font()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as refused:
        locked = refused.err_code == raw.FPDF_ERR_PASSWORD
        raise (PdfLocked if locked else PaperBroken) from refused
    if len(document) > MOST_PAGES:
        raise PdfTooLong(pages=len(document), most=MOST_PAGES)
    for page in document:
        scale = longest_px / max(*page.get_size(), 1)
        yield page.render(scale=scale).to_pil()
        page.close()


def _take_our_font() -> None:
    """Begin the library again: it looks for fonts when it begins, which is when it is imported."""
    raw.FPDF_DestroyLibrary()
    config = raw.FPDF_LIBRARY_CONFIG(version=2)
    config.m_pUserFontPaths = ctypes.cast(_FOLDERS, type(config.m_pUserFontPaths))
    raw.FPDF_InitLibraryWithConfig(config)
