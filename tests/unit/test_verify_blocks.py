"""The verifier reads tables in blocks, and names the first bad row all the same."""

import csv
import io
import random
from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO

import pytest

from app.audit import verify

AT_ONCE = verify.AT_ONCE // len("m000000\n")
ROWS = 2 * AT_ONCE + 10
LAST = ROWS - 1
MEMBERS = [f"m{n:06d}" for n in range(ROWS)]


class Files:
    """Tables in memory, as text."""

    def __init__(self, **tables: str) -> None:
        self.tables = tables

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.tables[name[len("data/") : -len(".csv")]].encode())


class Raw:
    """A table's bytes, whatever it is called."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open(self, _name: str) -> BinaryIO:
        return io.BytesIO(self.data)


def table(name: str, rows: list[str]) -> str:
    return "\n".join([",".join(verify.TABLES[name].columns), *rows, ""])


def merged(rows: int) -> list[str]:
    return [f"{n},1,2024-05-06,s1,s1,2024-05-06T07:08:09.123456Z" for n in range(1, rows + 1)]


def members_read(rows: list[str]) -> verify.Tables:
    tables = verify.Tables(Files(member=table("member", rows)))
    tables.read("member", None)
    return tables


def fault_of(read: Callable[[], object]) -> verify.Fault:
    with pytest.raises(verify.Fault) as raised:
        read()
    return raised.value


@pytest.mark.parametrize("place", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, LAST])
def test_a_row_out_of_order_is_named_in_whatever_block(place: int) -> None:
    rows = [*MEMBERS[:place], MEMBERS[place], MEMBERS[place], *MEMBERS[place + 1 :]]
    fault = fault_of(lambda: members_read(rows))
    assert (fault.check, fault.record) == ("order", f"member member={MEMBERS[place]}")


@pytest.mark.parametrize("place", [0, AT_ONCE - 1, AT_ONCE, LAST])
def test_a_bad_cell_is_named_by_its_line(place: int) -> None:
    rows = [*MEMBERS[:place], '""', *MEMBERS[place + 1 :]]
    fault = fault_of(lambda: members_read(rows))
    assert (fault.check, fault.record) == ("value", f"data/member.csv line {place + 2}")


@pytest.mark.parametrize("place", [1, AT_ONCE + 3])
def test_lines_are_counted_where_a_row_has_several(place: int) -> None:
    rows = [*MEMBERS[: place - 1], f'"{MEMBERS[place - 1]}\n\n"', '""']
    fault = fault_of(lambda: members_read(rows))
    assert (fault.check, fault.record) == ("value", f"data/member.csv line {place + 4}")


def test_of_two_bad_rows_the_first_is_named_whatever_is_wrong_with_it() -> None:
    """A quotation that never ends, behind a key that stands twice, behind a cell too many."""
    broken = [*MEMBERS[:9], MEMBERS[8], '"']
    fault = fault_of(lambda: members_read(broken))
    assert (fault.check, fault.record) == ("order", "member member=m000008")
    fault = fault_of(lambda: members_read([*MEMBERS[:5], "m000005,x", *broken]))
    assert (fault.check, fault.record) == ("csv", "data/member.csv line 7")


def test_rows_before_a_bad_one_are_still_looked_at_one_by_one() -> None:
    """What the year finds wrong with an earlier row comes first."""
    tables = verify.Tables(Files(number_gap=table("number_gap", ["claim,1,2,0,2", "x,y,2,0,2"])))
    seen: list[tuple[int, str]] = []

    class Year:
        def number_gap(self, first: int, sequence: str) -> None:
            seen.append((first, sequence))
            raise verify.Fault("gap", tables.record())

    fault = fault_of(lambda: tables.read("number_gap", Year().number_gap))
    assert (fault.check, fault.record) == ("gap", "number_gap sequence=claim first=1")
    assert seen == [(1, "claim")]


def test_a_reference_to_nothing_is_named() -> None:
    files = Files(unit=table("unit", ["1,x,y,50"]), staff=table("staff", ["s1,officer,"]))
    files.tables["unit_merge"] = table("unit_merge", merged(3))
    tables = verify.Tables(files)
    for name in ("unit", "staff"):
        tables.read(name, None)
    fault = fault_of(lambda: tables.read("unit_merge", None))
    assert (fault.check, fault.record) == ("foreign_key", "unit_merge unit_id=2")
    assert fault.facts["found"] == 2


@pytest.mark.parametrize("often", [1, 200])
@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        ("int", ["0", "-7", "9" * 18], [0, -7, 10**18 - 1]),
        ("fen", ["-" + "9" * 18, "12"], [1 - 10**18, 12]),
        ("day", ["2024-02-29", "2023-01-01"], [date(2024, 2, 29), date(2023, 1, 1)]),
        ("bool", ["true", "false"], [True, False]),
        ("text", ["职工", "x"], ["职工", "x"]),
        ("moment", ["2024-01-01T10:00:00"], ["2024-01-01T10:00:00"]),
        ("json", ['{"a":1}'], [{"a": 1}]),
    ],
)
def test_a_column_is_its_cells(kind: str, cells: list[str], values: list[Any], often: int) -> None:
    """Whether values repeat or not; empty ones are none, where there may be some."""
    assert list(verify.column_of(kind, False, tuple(cells * often))) == values * often
    with_none = tuple([*cells, ""] * often)
    assert list(verify.column_of(kind, True, with_none)) == [*values, None] * often
    with pytest.raises(ValueError, match=r"^"):
        verify.column_of(kind, False, with_none)


@pytest.mark.parametrize("often", [1, 200])
@pytest.mark.parametrize("cell", ["+1", " 1", "01", "-0", "1_0", "1.0", "9" * 19, "\u0661", "x"])
def test_one_malformed_number_spoils_its_column(cell: str, often: int) -> None:
    for cells in ([*map(str, range(often)), cell], ["7"] * often + [cell]):
        with pytest.raises(ValueError, match=r"^"):
            verify.column_of("int", True, tuple(cells))


PIECES = (
    *(
        "a",
        "职工",
        "1",
        "",
        "",
        ",",
        ",",
        ",",
        "\n",
        "\n",
        "a,b,c\n",
        "1,2,3\n",
        '"',
        '"x"',
        '"a\nb"',
    ),
    *("\r", "\r\n", "\n\n", "\0", '""', "x" * 90, "\u2028", "\x85"),
)


def without_nul(line: bytes) -> str:
    """As csv has it before Python 3.11; later ones take such a line."""
    if b"\0" in line:
        raise csv.Error
    return line.decode()


def as_csv_has_it(data: bytes) -> tuple[list[list[str]], list[bytes], str]:
    """Rows that csv reads one after the other, what each leaf is of, and what ends it all."""
    lines, rows, leaves = io.BytesIO(data).readlines(), [], []
    reader, done = csv.reader(map(without_nul, lines), strict=True), 0
    try:
        for row in reader:
            if len(row) != len(verify.TABLES["refund_share"].columns):
                return rows, leaves, "Fault"
            rows.append(row)
            leaves.append(b"\0" + b"".join(lines[done : reader.line_num]).removesuffix(b"\n"))
            done = reader.line_num
    except (csv.Error, UnicodeDecodeError) as error:
        return rows, leaves, "Fault" if isinstance(error, csv.Error) else "UnicodeDecodeError"
    return rows, leaves, ""


@pytest.mark.parametrize("at_once", [1, 7, 40, 1 << 16])
def test_rows_are_those_that_csv_reads(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands between the commas, and wherever a block ends."""
    monkeypatch.setattr(verify, "AT_ONCE", at_once)
    seen = set()
    for seed in range(400):
        chance = random.Random(seed)  # noqa: S311 - the same every time, and no secret
        plain = chance.random() < 0.5
        pieces = PIECES[:12] if plain else PIECES
        text = "".join(chance.choices(pieces, k=chance.randrange(30)))
        data = ("1,2,3\n" * chance.randrange(9) + text).encode()
        data += b"\xff" * (chance.random() < 0.1)
        head = ",".join(verify.TABLES["refund_share"].columns).encode() + b"\n"
        rows, leaves, flaw = [], [], ""
        source = Raw(head + data)
        for block in verify.Tables(source)._raw("refund_share"):
            rows += [list(row) for row in zip(*block.cells, strict=True)][: block.size]
            leaves += block.lines
            flaw = type(block.flaw).__name__ if block.flaw else ""
        assert (rows, leaves, flaw) == as_csv_has_it(data), (seed, data)
        seen.add((plain, flaw))
    assert {(True, "Fault"), (True, ""), (False, "Fault"), (False, "UnicodeDecodeError")} <= seen


def test_a_cell_longer_than_csv_reads_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * (csv.field_size_limit() + 1)
    for at_once in (1 << 10, 1 << 16, 1 << 20):
        monkeypatch.setattr(verify, "AT_ONCE", at_once)
        fault = fault_of(lambda: members_read([*MEMBERS[:9], long]))
        assert (fault.check, fault.record) == ("csv", "data/member.csv line 11")
        assert members_read([*MEMBERS[:9], long[:-1]]).totals["member"]["rows"] == 10


def test_covers_of_a_member_are_in_the_order_of_their_numbers() -> None:
    """In whatever blocks they came."""
    day, kept = date(2024, 1, 1), verify.Covers()
    for numbers, members in (([1, 2], ["a", "b"]), ([3, 4, 5], ["c", "a", "a"]), ([9], ["a"])):
        others = [[x] * len(numbers) for x in (1, "2024", day, day, None, "", ())]
        kept.add([numbers, members, *others])
    assert [x.cover_id for x in kept.of("a")] == [1, 4, 5, 9]
    assert [x.cover_id for x in kept.of("b")] == [2]
    assert kept.of("z") == []
    assert (kept.numbered(9).member, kept.numbered(3).member) == ("a", "c")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('"m\0"', "line contains NUL"),
        ("m\0", "line contains NUL"),
        ("m\rn", "new-line character seen in unquoted field"),
    ],
)
def test_what_pythons_take_or_word_differently_is_refused_in_the_same_words(
    row: str, why: str
) -> None:
    fault = fault_of(lambda: members_read([*MEMBERS[:9], row, *MEMBERS[9:]]))
    assert (fault.record, fault.facts["why"]) == ("data/member.csv line 11", why)
    headed = Raw(b"mem\0ber\nm1\n")
    fault = fault_of(lambda: verify.Tables(headed).read("member", None))
    assert (fault.check, fault.record) == ("csv", "data/member.csv line 1")
