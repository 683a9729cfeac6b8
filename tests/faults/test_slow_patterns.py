"""Openings without end, by the hundred thousand: time stays in proportion."""

import contextlib
import io
import os
import time
import zipfile

import pytest

from app.errors import FileFault
from app.files.marked import CHAINED, POINTING, not_naming
from app.files.remark import Remarker, Task
from app.files.restyle import NotPatchable, Styles
from app.files.scan import NotPlain
from app.files.shared import number_styles, shared_strings
from app.files.workbook import read_book
from tests.faults import hostile_books as books

TIMES = 390_000 if "HUZHU_LONG" in os.environ else 200_000
SECONDS = 5
STYLES = b"<styleSheet><fills>%s</fills><cellXfs>%s</cellXfs></styleSheet>"


def remarked(content):
    styles = Styles(STYLES % (b"<fill/>", b"<xf/>"))
    task = Task({1: "x"}, 0, 0, "x", 1, old_reasons=False, only_refused=True)
    list(Remarker(content, styles, task).pieces([]))


def unmarked(content):
    """What a copy that comes back asks of each of its red styles."""
    styles = Styles(content)
    assert {styles.unmarked(style) for style in range(1, FORMATS)} == {0}


def listed(content):
    """The tags of a list of parts, in a workbook of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("list", content)
    with zipfile.ZipFile(out) as made:
        not_naming([CHAINED, POINTING], made, "list")


FORMATS = 60_000
RED_FILL = b"<fill/><fill><patternFill patternType='solid'><fgColor rgb='FFFFC7CE'/></fill>"
RED_FORMATS = b"".join(b'<xf numFmtId="%d" fillId="1"/>' % n for n in range(1, FORMATS))
ROW = b"<sheetData><row>%s</row></sheetData>"
SLOW = {
    "items": (shared_strings, b"<sst>" + b"<si>" * TIMES + b"</sst>"),
    "spoken": (shared_strings, b"<sst><si>" + b"<rPh>" * TIMES + b"</si></sst>"),
    "formats": (number_styles, b"<cellXfs>" * TIMES),
    "names": (number_styles, b"<numFmt " + b"a" * TIMES + b"/>"),
    "fills block": (Styles, b"<fills>" * TIMES),
    "formats block": (Styles, b"<cellXfs>" * TIMES),
    "fill": (Styles, STYLES % (b"<fill>" * TIMES, b"<xf/>")),
    "format": (Styles, STYLES % (b"<fill/>", b"<xf>" * TIMES)),
    "cells": (remarked, ROW % (b"<c>" * TIMES)),
    "cells in an instruction": (remarked, ROW % (b"<?x " + b"<c>" * TIMES + b"?>")),
    "columns": (remarked, b"<cols>" * TIMES + ROW % b""),
    "merges": (remarked, ROW % b"" + b"<mergeCells>" * TIMES),
    "red formats": (unmarked, STYLES % (RED_FILL, b'<xf fillId="0"/>' + RED_FORMATS)),
    "kinds in a list": (listed, b"<Relationship " + b'/comments"' * (TIMES // 2)),
    "names in a list": (listed, b"<Override " + b"calcChain" * (TIMES // 2)),
    "names in a row": (remarked, b"<sheetData><row " + b"a" * TIMES + b"/></sheetData>"),
}


@pytest.mark.parametrize(("read", "content"), SLOW.values(), ids=SLOW.keys())
def test_openings_without_end_take_no_time(read, content):
    began = time.process_time()
    with contextlib.suppress(NotPlain, NotPatchable):
        read(content)
    assert time.process_time() - began <= SECONDS


@pytest.mark.parametrize("code", ["#xD800", "#xDFFF", "#xFFFE", "#xFFFF", "#1", "#x110000"])
def test_what_is_no_character_is_not_read_as_one(code):
    text = b"<sst><si><t>&%s;</t></si></sst>" % code.encode()
    with pytest.raises(NotPlain):
        shared_strings(text)
    try:
        book = read_book(books.with_part(books.STRINGS, text))
    except FileFault:
        return
    str([list(sheet.rows) for sheet in book.sheets]).encode()


@pytest.mark.parametrize("name", [b"x", b"-1", b"", b"9" * 5_000])
def test_a_format_whose_number_is_none_is_not_taken(name):
    for tag in (
        b'<numFmt numFmtId="%s" formatCode="0"/>',
        b'<cellXfs><xf numFmtId="%s"></cellXfs>',
    ):
        with pytest.raises(NotPlain):
            number_styles(tag % name)
