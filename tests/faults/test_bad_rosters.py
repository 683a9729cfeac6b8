"""The roster files of the list of bad inputs, 1 to 15: each ends soon, small, with a sentence.

What each may take: see `measured`.
"""

import pytest

from app.errors import FileFault
from app.files.workbook import read_book
from app.texts import LANGUAGES, word
from tests.faults import hostile_books as books
from tests.faults.measured import measured

REFUSED = {
    "1 279 KB of zip, 81 MB of rows": (books.rows_without_end, "WorkbookTooBig"),
    "1 81 MB of rows at an honest ratio": (books.rows_at_an_honest_ratio, "WorkbookTooBig"),
    "2 one cell of 300 MB": (lambda: books.one_cell(300_000_000, shrinks=True), "WorkbookTooBig"),
    "2 one cell of 140 MB at an honest ratio": (
        lambda: books.one_cell(140_000_000, shrinks=False),
        "WorkbookTooBig",
    ),
    "3 shared strings that take minutes": (books.strings_that_take_minutes, "WorkbookTooBig"),
    "3 shared strings, plainly written": (books.plain_strings_that_take_minutes, "WorkbookTooBig"),
    "4 a cell at XFD1048576": (books.cell_at_the_far_corner, "WorkbookTooBig"),
    "5 quadratic entities": (books.quadratic_entities, "WorkbookUnsafe"),
    "6 an external entity": (books.external_entity, "WorkbookUnsafe"),
    "7 sizes said too small": (lambda: books.lying_sizes(1_000), "WorkbookBroken"),
    "7 sizes said too large": (lambda: books.lying_sizes(4_000_000_000), "WorkbookTooBig"),
    "8 100,000 zip entries": (books.many_entries, "WorkbookTooBig"),
    "9 one name twice": (books.doubled_entry, "WorkbookUnsafe"),
    "10 ../ in a name": (books.climbing_entry, "WorkbookUnsafe"),
    "11 macros": (books.macros, "WorkbookMacros"),
    "13 a password": (books.encrypted, "WorkbookEncrypted"),
    "14 a web page": (books.html, "FileIsWebPage"),
    "15 cut short": (books.truncated, "WorkbookBroken"),
    "commas without end": (books.commas, "WorkbookTooBig"),
}
OTHERS = {
    "old .xls": (books.old_workbook(), "WorkbookOld"),
    ".xlsb": (books.zip_of(xl__workbook_bin=b"x"), "WorkbookBinary"),
    ".ods": (books.zip_of(mimetype=b"x", content_xml=b"<x/>"), "FileIsOpenDocument"),
    ".numbers": (books.zip_of(Index__Document_iwa=b"x"), "FileIsNumbers"),
    ".docx": (books.zip_of(word__document_xml=b"<x/>"), "FileIsDocument"),
    ".doc": (books.old_workbook() + "WordDocument".encode("utf-16-le"), "FileIsDocument"),
    ".pdf": (b"%PDF-1.7\n" + bytes(200), "FileIsPdf"),
    ".png": (b"\x89PNG\r\n\x1a\n" + bytes(200), "FileIsPicture"),
    ".jpg": (b"\xff\xd8\xff\xe0" + bytes(200), "FileIsPicture"),
    ".heic": (b"\0\0\0\x18ftypheic" + bytes(200), "FileIsPicture"),
    ".zip": (books.zip_of(roster_xlsx=b"x"), "FileIsArchive"),
    ".rar": (b"Rar!\x1a\x07\x00" + bytes(200), "FileIsArchive"),
}


@pytest.fixture
def read(tmp_path):
    """Read a file as both doors do; what was told and what it took."""

    return lambda data: measured(data, tmp_path)


def assert_refused(told: dict, fault: str) -> None:
    assert told["fault"] == fault
    facts = told["cli"]["facts"]
    assert {lang: told[lang] for lang in LANGUAGES} == {
        lang: word(fault, lang, **facts) for lang in LANGUAGES
    }
    assert told["exit"] == 2
    assert (told["cli"]["error"], told["cli"]["message"]) == (fault, told["zh"])


@pytest.mark.parametrize(("make", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_a_hostile_workbook_ends_soon_and_small_with_a_sentence(read, make, fault):
    assert_refused(read(make()), fault)


def test_4_a_sheet_that_declares_everything_is_read_as_far_as_it_goes(read):
    data = books.declares_everything()
    assert len(data) < 10_000
    assert (told := read(data))["fault"] is None
    assert (told["rows"], told["faults"]) == (2, [])


def test_12_a_link_to_another_file_is_told_and_not_followed(read):
    told = read(books.external_link())
    assert (told["rows"], told["faults"]) == (1, ["NameFormula"])
    assert told["notes"] == ["WorkbookLinked"]


def test_the_generators_make_what_they_say():
    assert len(books.rows_without_end()) < 279_000
    assert len(books.strings_that_take_minutes()) < 600_000
    assert len(books.plain_strings_that_take_minutes()) < 600_000


@pytest.mark.parametrize(("data", "fault"), OTHERS.values(), ids=OTHERS.keys())
def test_another_kind_of_file_is_called_by_its_name(data, fault):
    with pytest.raises(FileFault) as refused:
        read_book(data)
    assert refused.value.name == fault
    assert all(word(fault, lang) for lang in LANGUAGES)
