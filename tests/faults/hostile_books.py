"""Workbooks built to harm whoever opens them, each made here at full size, none kept.

A roster of two people is the start of each; one of its parts is replaced, or something is added.
"""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterable
from typing import Final

from tests.factories import formula, make_id, roster_rows, xlsx_bytes

SHEET: Final = "xl/worksheets/sheet1.xml"
STRINGS: Final = "xl/sharedStrings.xml"
_ROW: Final = b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>2</v></c></row>'


def rebuilt(
    data: bytes,
    change: Callable[[str, bytes], bytes] = lambda name, content: content,
    add: Iterable[tuple[str, bytes]] = (),
    level: int = 6,
) -> bytes:
    """A workbook's zip with its parts changed and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in add:
            new.writestr(name, content)
    return out.getvalue()


def roster() -> bytes:
    return xlsx_bytes(roster_rows(2))


def with_part(part: str, content: bytes, level: int = 6) -> bytes:
    return rebuilt(roster(), lambda name, old: content if name == part else old, level=level)


def with_sheet(pattern: bytes, text: bytes, level: int = 6) -> bytes:
    """The worksheet's XML with one place replaced."""

    def change(name: str, content: bytes) -> bytes:
        if name != SHEET:
            return content
        changed, times = re.subn(pattern, lambda _: text, content, count=1)
        assert times == 1
        return changed

    return rebuilt(roster(), change, level=level)


def rows_without_end() -> bytes:
    """279 KB that become 81 MB of rows."""
    row = b"<row>" + b"<c><v>1</v></c>" * 60 + b"</row>"
    return with_sheet(rb"<row .*</row>", row * (81_000_000 // len(row)), level=9)


def rows_at_an_honest_ratio() -> bytes:
    """81 MB of rows that shrink no more than those of an honest file."""
    chance = random.Random(1)  # noqa: S311 - the same file every time
    row = b'<row><c s="0"><v>%d</v></c><c s="0"><v>%d</v></c></row>'
    rows = b"".join(row % (chance.getrandbits(20), n) for n in range(2_000))
    return with_sheet(rb"<row .*</row>", rows * (81_000_000 // len(rows)), level=1)


def one_cell(size: int, *, shrinks: bool) -> bytes:
    """One text of `size` bytes, which shrinks to nothing or to a tenth."""
    text = bytes(size) if shrinks else b"".join(_noise(size))
    text = text.replace(b"\0", b"A")
    body = b"<sst><si><t>%s</t></si></sst>" % text
    return with_part(STRINGS, body, level=1)


def _noise(size: int) -> Iterable[bytes]:
    chance = random.Random(2)  # noqa: S311
    for _ in range(size // 1_000):
        yield chance.randbytes(45).hex().encode() + b"A" * 910


def strings_that_take_minutes() -> bytes:
    """A quarter of a megabyte: one text of a megabyte, and 120,000 cells that show it."""
    text = b"<sst><si>%s</si></sst>" % (b"<r><t>\xe7\x8e\x8b\xe5\xae\x89</t></r>" * 150_000)
    row = b'<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="B%d" t="s"><v>0</v></c></row>'
    rows = b"".join(row % (n, n, n) for n in range(2, 60_000))
    heading = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xe5\xa7\x93\xe5\x90\x8d</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>certno</t></is></c></row>'
    )
    made = with_sheet(rb"<row .*</row>", heading + rows)
    return rebuilt(made, lambda name, old: text if name == STRINGS else old)


def plain_strings_that_take_minutes() -> bytes:
    """The same with shared headings, such as the quick reader takes."""
    headings = "<si><t>姓名</t></si><si><t>身份证号</t></si>".encode()
    text = b"<sst>%s<si><t>%s</t></si></sst>" % (headings, "王".encode() * 3_000_000)
    row = b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c><c r="B%d" t="s"><v>%d</v></c></row>'
    rows = b"".join(row % (n, n, 2, n, 2) for n in range(2, 60_000))
    made = with_sheet(rb"<row .*</row>", row % (1, 1, 0, 1, 1) + rows)
    return rebuilt(made, lambda name, old: text if name == STRINGS else old)


def declares_everything() -> bytes:
    """2 KB that say the sheet goes to XFD1048576."""
    return with_sheet(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>')


def cell_at_the_far_corner() -> bytes:
    far = rb'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return with_sheet(rb"</sheetData>", far)


def quadratic_entities() -> bytes:
    declared = b'<!DOCTYPE x [<!ENTITY a "%s">]>' % (b"a" * 50_000)
    used = b"<sst><si><t>%s</t></si></sst>" % (b"&a;" * 50_000)
    return with_part(STRINGS, declared + used)


def external_entity() -> bytes:
    declared = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    return with_part(STRINGS, declared + b"<sst><si><t>&a;</t></si></sst>")


def lying_sizes(says: int) -> bytes:
    """100 MB of blanks in the worksheet, of which both tables of contents say `says`."""
    made = bytearray(with_sheet(rb"<sheetData>", b"<sheetData>" + b" " * 100_000_000, level=1))
    real = struct.pack("<I", zipfile.ZipFile(io.BytesIO(made)).getinfo(SHEET).file_size)
    assert made.count(real) >= 1
    at = made.find(real)
    while at >= 0:
        made[at : at + 4] = struct.pack("<I", says)
        at = made.find(real, at + 4)
    return bytes(made)


def many_entries(count: int = 100_000) -> bytes:
    """A roster's zip with as many empty parts; a table of contents counts to 65,535."""
    names = [b"x/%d" % n for n in range(count)]
    empty = struct.pack("<5H3L", 20, 0, 0, 0, 33, 0, 0, 0)
    parts = [b"PK\3\4" + empty + struct.pack("<2H", len(x), 0) + x for x in names]
    listed, at = [], 0
    for name, part in zip(names, parts, strict=True):
        facts = struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, at)
        listed.append(b"PK\1\2\x14\0" + empty + facts + name)
        at += len(part)
    table = b"".join(listed)
    end = struct.pack("<4H2LH", 0, 0, count % 65536, count % 65536, len(table), at, 0)
    return b"".join(parts) + table + b"PK\5\6" + end


def doubled_entry() -> bytes:
    """The worksheet twice under one name: readers differ over which they take."""
    made = bytearray(rebuilt(roster(), add=[("xl/worksheets/sheet9.xml", b"<worksheet/>")]))
    return bytes(made).replace(b"xl/worksheets/sheet9.xml", SHEET.encode())


def climbing_entry() -> bytes:
    return rebuilt(roster(), add=[("../../etc/cron.d/x", b"x")])


def macros() -> bytes:
    return rebuilt(roster(), add=[("xl/vbaProject.bin", b"x")])


def external_link() -> bytes:
    """A link to another file, and a cell computed with it."""
    rows = roster_rows(2)
    rows[2][0] = formula("='[1]other'!A1|王安")
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    return rebuilt(xlsx_bytes(rows), add=[("xl/externalLinks/externalLink1.xml", link)])


def encrypted() -> bytes:
    """What a workbook with a password is: a container of 1997 with an encrypted package in it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")


def html() -> bytes:
    rows = "".join(f"<tr><td>王安</td><td>{make_id(n)}</td></tr>" for n in range(3))
    return f"<html><body><table>{rows}</table></body></html>".encode()


def truncated() -> bytes:
    data = xlsx_bytes(roster_rows(500))
    return data[: len(data) * 2 // 3]


def old_workbook() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000) + "Workbook".encode("utf-16-le")


def zip_of(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def commas() -> bytes:
    """A CSV line of nineteen million cells."""
    return b"," * 19_000_000
