"""Files of settlements as they come: packed, in two encodings, hostile, cut off."""

import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from tempfile import TemporaryFile

import pytest

from app.errors import FileFault
from app.feeds.apart import packed, unpacked
from app.feeds.faults import (
    CutOff,
    PackedBroken,
    PackedEmpty,
    PackedLocked,
    PackedUnsafe,
    TwoEncodings,
)
from app.feeds.packed import members_of, opened, shown_name
from app.feeds.reading import found_in, parts_of
from app.feeds.text import scanned
from app.files.rows import ColumnMissing, NotRows
from app.files.text import TextUnreadable
from app.texts import say
from tests.db.office import bill, bills_csv

ROWS = [
    bill(f"S{n:03}", n, "2023-05-10", f"{n}.00", dise_name="高血压二级很高危组") for n in range(9)
]
CSV = bills_csv(*ROWS)


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def lying(content: bytes) -> bytes:
    """A zip whose table of contents says that its member is smaller."""
    size = len(CSV).to_bytes(4, "little")
    assert content.count(size) == 2
    return content.replace(size, (99).to_bytes(4, "little"))


def locked() -> bytes:
    content = bytearray(zipped(("a.csv", CSV)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def read(content: bytes, encoding: str = "") -> list[str]:
    """Read a file as the child does, here: the lines of all its members."""
    file = io.BytesIO(content)
    found = []
    for member in members_of(file):
        with opened(file, member) as some:
            blocks = []
            while block := some(1 << 16):
                blocks.append(block)
        found.append(b"".join(blocks).decode())
    return found


def scan(content: bytes) -> str:
    *_, found = scanned(lambda: io.BytesIO(content).read)
    return found.encoding


def test_plain_gzip_and_several_in_a_zip_are_read():
    text = CSV.decode()
    assert read(CSV) == read(gzip.compress(CSV)) == [text]
    assert read(gzip.compress(CSV[:99]) + gzip.compress(CSV[99:])) == [text]
    assert read(zipped(("a.csv", CSV), ("d/", b""), ("d/b.csv", CSV))) == [text, text]
    assert shown_name("a/结算410599196001010012.csv") == "结算….csv"


@pytest.mark.parametrize(
    ("made", "refused"),
    [
        (lambda: zipped(("../a.csv", CSV)), PackedUnsafe),
        (lambda: zipped(("/a.csv", CSV)), PackedUnsafe),
        (lambda: zipped(("a.csv", CSV), ("A.csv", CSV)), PackedUnsafe),
        (lambda: zipped(*((f"{n}.csv", b"") for n in range(1_001))), PackedUnsafe),
        (lambda: zipped(("a.csv", zipped(("b.csv", CSV)))), PackedUnsafe),
        (lambda: gzip.compress(gzip.compress(CSV)), PackedUnsafe),
        (lambda: zipped(("bomb.csv", bytes(60_000_000))), PackedUnsafe),
        (lambda: gzip.compress(bytes(60_000_000)), PackedUnsafe),
        (lambda: zipped(("__MACOSX/x", b"x")), PackedEmpty),
        (lambda: lying(zipped(("a.csv", CSV))), PackedBroken),
        (lambda: zipped(("a.csv", CSV))[:-30], PackedBroken),
        (lambda: gzip.compress(CSV)[:-9], PackedBroken),
        (locked, PackedLocked),
    ],
)
def test_hostile_archives_are_refused(made: Callable[[], bytes], refused: type[FileFault]):
    content = made()
    tracemalloc.start()
    with pytest.raises(refused) as found:
        read(content)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()
    assert say(found.value, "zh") != say(found.value, "en")


def test_an_encoding_is_told_and_a_second_one_is_found():
    text = CSV.decode()
    assert scan(CSV) == "utf-8"
    assert scan(text.encode("utf-8-sig")) == "utf-8-sig"
    assert scan(text.encode("gb18030")) == "gb18030"
    assert scan("姓名\n石毛\n".encode("gbk")) == "gb18030"
    half = [*CSV.splitlines(keepends=True)]
    gbk = [x.decode().encode("gb18030") for x in half]
    for mixed in (half[:5] + gbk[5:], gbk[:5] + half[5:]):
        with pytest.raises(TwoEncodings) as found:
            scan(b"".join(mixed))
        assert found.value.facts == {"line": 6}
    for broken in (CSV.replace(b"S003", b"S\x00003"), text.encode("utf-8-sig") + b"\xff\xff\n"):
        with pytest.raises(TextUnreadable):
            scan(broken)


def test_the_child_reads_part_by_part_and_goes_on_behind_a_line(tmp_path):
    def at(content: bytes):
        path = tmp_path / "x"
        path.write_bytes(content)
        return path.open("rb")

    with at(zipped(("a.csv", CSV), ("b.csv", b"x,y\n1,2\n"))) as file:
        one, other = found_in(file)
        assert (one.name, one.fault) == ("a.csv", None)
        assert isinstance(other.fault, ColumnMissing)
        parts = [*parts_of(file, one, at_once=4)]
        assert [(x.rows_in, x.through_line) for x in parts] == [(4, 5), (4, 9), (1, 10)]
        [rest] = parts_of(file, one, after_line=9)
        assert [x.setl_id for x in rest.rows] == ["S008"]
    # Cut off in mid-row: all rows before it, and the line.
    ends = (CSV[:-3], CSV[: CSV.rindex(b"S008") + 30])  # within a letter; between two cells
    for cut in (*ends, CSV.decode().encode("gb18030")[:-3]):
        with at(cut) as file:
            [found] = found_in(file)
            *_, last = parts_of(file, found)
            assert (last.rows_in, last.fault.facts) == (8, {"line": 10})
            assert isinstance(last.fault, CutOff)
    # A quotation mark that never closes is no reason to hold the whole file.
    with at(CSV.replace(b"S008", b'"S008') + b"x" * 3_000_000) as file:
        [found] = found_in(file)
        *_, last = parts_of(file, found)
        assert isinstance(last.fault, NotRows)


HEAD = (
    "setl_id,certno,med_type,begndate,enddate,setl_time,inscp_scp_amt,hifp_pay,hifob_pay,hifmi_pay"
)
ABOVE = [f"S{n},x,21,2023-05-01,2023-05-02,2023-05-02 10:00:00,7040.97,0,0" for n in range(12)]


@pytest.mark.parametrize(
    ("above", "last", "end", "cut"),
    [
        ("7040.97", "7040", "", True),
        ("7040.97", "7040.9", "", True),
        ("7040.97", "", "", True),
        ("7040.97", "7040.97", "", False),
        ("7040.97", "7040", "\n", False),  # its line has an end: it is what the bureau wrote
        ("0", "7040", "", False),
        ("2023-05-02", "2023-05-0", "", True),
        ("2023-05-02 10:00:00", "2023-05-02 10:0", "", True),
    ],
)
def test_a_file_cut_off_within_its_last_cell_is_seen_where_the_rows_above_show_it(
    tmp_path, above, last, end, cut
):
    rows = [f"{row},{above}" for row in ABOVE] + [f"{ABOVE[0]},{last}".replace("S0", "SX")]
    path = tmp_path / "cut.csv"
    path.write_text("\n".join([HEAD, *rows]) + end, encoding="utf-8")
    with path.open("rb") as file:
        [found] = found_in(file)
        *_, part = parts_of(file, found)
    assert (part.fault is not None) is cut
    assert part.fault is None or part.fault.facts == {"line": len(rows) + 1}


@pytest.mark.parametrize(
    "rows", [["a\tb", ""], [""], ["\t\\N\t高血压"], ["a\x7fb\tc"], ["a\x80", "b"]]
)
def test_what_the_child_says_of_rows_is_unpacked_to_the_letter(rows):
    assert unpacked(json.loads(json.dumps(packed(rows), ensure_ascii=False))) == rows


@pytest.mark.parametrize("rows", [9, 20_000])
def test_a_file_that_is_just_read_may_be_read_again_from_its_beginning(rows):
    """By the same handle: neither reader moves the other's place, as one place for both would."""
    header, row = CSV.decode().splitlines()[:2]
    content = "\n".join([header, *(row.replace("S000", f"S{n}") for n in range(rows))]).encode()
    with TemporaryFile() as file:
        file.write(content)
        [found] = found_in(file)
        seen: list[list[str]] = [[], []]
        for part in parts_of(file, found, at_once=max(rows // 8, 1)):
            seen[0] += part.rows.setl_id
            seen[1] = [x for again in parts_of(file, found) for x in again.rows.setl_id]
        assert seen[0] == seen[1] == [f"S{n}" for n in range(rows)]


@pytest.mark.parametrize("rows", [9, 20_000])
def test_what_is_written_behind_a_file_while_it_is_read_is_another_file(rows):
    """The digest names what is taken: of a file that is still being sent, what was there."""
    content = bills_csv(*ROWS) if rows == len(ROWS) else CSV + CSV.splitlines(True)[1] * (rows - 9)
    with TemporaryFile() as file:  # many rows are read by a child
        file.write(content)
        [found] = found_in(file)
        file.seek(0, io.SEEK_END)
        file.write(CSV.splitlines(True)[1])
        file.flush()
        parts = [*parts_of(file, found)]
        assert sum(part.rows_in for part in parts) == rows
        assert [part.fault for part in parts if part.fault] == []
        [grown] = found_in(file)
        assert grown.sha256 != found.sha256
        assert sum(part.rows_in for part in parts_of(file, grown)) == rows + 1
