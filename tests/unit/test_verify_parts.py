"""What two processes ask of rows, together, is what one asks alone: WHOLE is ROWS and RULES."""

import random
from typing import Any

import pytest

from app.audit import verify
from tests.unit.test_verify_blocks import Files, fault_of, merged, table

WRITTEN = (
    "0",
    "7",
    "-7",
    "12",
    "9" * 18,
    "-" + "9" * 18,
    "true",
    "false",
    "2024-02-29",
    "x",
    "职工",
)
TIMES = (
    "2024-02-29T07:08:09",
    "2024-02-29T07:08:09.123456Z",
    "2024-02-30T07:08:09",
    "{}",
    '{"a":1}',
)
ODD = (
    "",
    "01",
    "-0",
    "+1",
    " 1",
    "1_0",
    "9" * 19,
    "1.0",
    "1,2",
    "1\n2",
    "\u0661",
    "20240229",
    "24",
)
ORDERED = ("1", "2", "3", "4")
STAFF = table("staff", ["s1,officer,"])
GOOD = {
    "unit": table("unit", [f"{n},x,y,50" for n in range(1, 4)]),
    "staff": STAFF,
    "unit_merge": table("unit_merge", merged(3)),
}


def column(kind: str, empty: bool, cells: Any) -> list[Any] | None:
    """As one process alone has it."""
    try:
        return list(verify.column_of(kind, empty, cells))
    except (ValueError, verify.Fault):
        return None


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("kind", ["int", "fen", "text", "bool", "day", "moment", "time", "json"])
def test_a_column_is_taken_by_two_as_by_one(kind: str, empty: bool) -> None:
    """The second process says which are values; the first one reads them as if they were."""
    taken = 0
    for seed in range(2_000):
        chance = random.Random(seed)  # noqa: S311 - the same every time, and no secret
        some = chance.choices([*WRITTEN, *TIMES], k=chance.choice((1, 1, 2, 3)))
        some += chance.choices(ODD, k=chance.random() < 0.2)
        cells: Any = chance.choices(some, k=chance.choice((1, 2, 70, 200)))
        cells = tuple(cells) if chance.random() < 0.2 else cells
        wanted = column(kind, empty, cells)
        if verify.are_values(kind, empty, cells):
            assert wanted is not None, (seed, cells)
        if wanted is not None:
            assert list(verify.values_of(kind, cells)) == wanted, (seed, cells)
            taken += 1
    assert taken > 20


def test_what_is_usual_need_not_be_read_to_be_seen_as_right() -> None:
    assert verify.are_values("int", False, [*map(str, range(1, 300))])
    assert verify.are_values("text", False, ["x", "y"])
    assert verify.are_values("text", True, ["x", ""])


def members_and(part: str, **tables: str) -> verify.Tables:
    read = verify.Tables(Files(**{**GOOD, **tables}), part=part)
    for name in GOOD:
        read.read(name, None)
    return read


def test_both_add_up_what_one_does() -> None:
    whole, rows = members_and(verify.WHOLE), members_and(verify.ROWS)
    assert whole.totals == rows.totals
    assert rows.numbers == {}
    assert members_and(verify.RULES).numbers == whole.numbers == {"unit": [[1, 3]]}


@pytest.mark.parametrize(
    ("rows", "check"),
    [
        ([*merged(2), merged(3)[2].replace("2024-05-06,", "2024-02-30,")], "value"),
        ([*merged(2), merged(3)[2].replace("3,1,", "3,,")], "value"),
        ([*merged(2), merged(3)[2].replace("3,1,", "3,01,")], "value"),
        ([merged(3)[0], merged(3)[2], merged(3)[1]], "order"),
        ([merged(3)[0], merged(3)[0]], "order"),
        (merged(4), "foreign_key"),
        ([*merged(2), merged(3)[2].replace("s1", "s2")], "foreign_key"),
        ([*merged(2), merged(3)[2] + ",x"], "csv"),
        ([*merged(2), '"'], "csv"),
    ],
)
def test_what_one_finds_in_rows_the_second_does(rows: list[str], check: str) -> None:
    """It need not say what: one process alone says that then."""
    bad = table("unit_merge", rows)
    fault = fault_of(lambda: members_and(verify.WHOLE, unit_merge=bad))
    assert fault.check == check
    with pytest.raises((verify.Fault, ValueError)):
        members_and(verify.ROWS, unit_merge=bad)


def test_the_first_reads_no_more_than_rules_ask_for() -> None:
    bad = table("unit_merge", [merged(3)[0].replace("2024-05-06,", "x,")])
    asked: list[Any] = []

    class Year:
        def unit_merge(self, unit_id: int, by: str) -> None:
            asked.append((unit_id, by))

    read = verify.Tables(Files(unit_merge=bad), part=verify.RULES)
    read.read("unit_merge", Year().unit_merge)
    assert asked == [(1, "s1")]
    assert set(read.block.columns) == {"unit_id", "by"}


def test_a_block_that_is_cut_has_columns_as_long() -> None:
    block = verify.Block("unit", [["1", "2"], ["a", "b"], ["c", "d"], ["5", "6"]], 2, b"x\ny\n", 1)
    assert block.columns["unit_id"] == [1, 2]
    block.cut(1, verify.Fault("order", ""))
    assert [block.columns[field] for field in ("unit_id", "unit_percent")] == [[1], [5]]


def test_a_batch_that_tells_of_billions_of_lines_takes_no_memory_for_them() -> None:
    year = verify.Year(verify.Tables(Files()), 2024, [])
    year.batches[1] = {"benefit_year": 2024, "lines": 10**17}
    year.out.lines[1] = {1, 2}
    fault = fault_of(year.close_payments)
    assert (fault.check, fault.record, fault.facts["found"]) == (
        *("differs", "payment_batch batch_id=1", "[1, 2]"),
    )
    assert str(fault.facts["wanted"]).startswith("[1, 2, 3, ")
