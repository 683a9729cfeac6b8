"""A file's rows are what CSV says, whether anything in it is in quotes or not."""

import csv
import io

import pytest

from app.claims.settlement import NEEDED
from app.feeds.table import Table, split
from app.feeds.text import Lines
from app.files.rows import NotRows

WIDTH = len(NEEDED)


def row(*cells: str) -> str:
    return ",".join([*cells, *([""] * (WIDTH - len(cells)))])


HEADER = ",".join(NEEDED)
PLAIN = [HEADER, row("a1", " b "), row("\u3000a2"), row(), "", row("", "x"), row("a3"), "x,y,z"]
QUOTED = [*PLAIN, row('"a4\n,4"', "b"), row("a5"), "", row('"6"')]
FILES = {
    "plain": "\n".join(PLAIN) + "\n",
    "blank lines first": "\n,,\n" + "\n".join(PLAIN) + "\n",
    "without a last end": "\n".join(PLAIN),
    "as Windows writes it": "\r\n".join(PLAIN) + "\r\n",
    "as old Macs wrote it": "\r".join(PLAIN) + "\r",
    "quoted further down": "\n".join(QUOTED) + "\n",
    "quoted, as Windows": "\r\n".join(QUOTED),
    "quoted header": "\n".join([HEADER.replace("certno", '"certno"'), *PLAIN[1:]]),
    "header alone": HEADER,
}


def told(text: str, size: int) -> list[tuple[int, list[str]]]:
    """The rows as `Table` tells them, the file read so many bytes at a time."""
    file = io.BytesIO(text.encode())
    table = Table(Lines(lambda _: file.read(size), "utf-8"))
    rows = [(line, split(x)) for some in table.plain() for line, x in zip(*some, strict=True)]
    rows += table.rest()
    assert table.layout.names == [*NEEDED]
    return rows


@pytest.mark.parametrize("size", [7, 300, 1 << 20])
@pytest.mark.parametrize("kind", FILES)
def test_rows_are_those_of_csv(kind, size):
    reader, line, expected = csv.reader(io.StringIO(FILES[kind], newline="")), 1, []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            expected.append((line, stripped))
        line = reader.line_num + 1
    assert told(FILES[kind], size) == expected[1:]


def test_a_row_that_is_too_long_and_an_open_quote_are_told_with_their_line():
    for bad, line in ((row("x" * 200_000), 9), (row('"x'), 9)):
        with pytest.raises(NotRows) as refused:
            told("\n".join([*PLAIN, bad, row("a9")]) + "\n", 1 << 20)
        assert refused.value.facts == {"line": line}
