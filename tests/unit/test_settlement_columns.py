"""Many rows read at once say what each says by itself, to the letter."""

import random

from app.claims.columns import layout_of, read_piece, read_texts
from app.claims.rows import bill_row, bill_rows
from app.claims.settlement import FIELDS, read_settlements
from tests.factories import csv_bytes, make_id

GOOD = {
    "setl_time": ("2023-05-09 10:30:00", "2023-05-09", "2023-05-09T10:30", "2023-05-09 10:30:00.5"),
    "begndate": ("2023-05-01", "", "2023-05-01 08:00:00"),
    "enddate": ("2023-05-01", "", "2023-05-09 00:00:00"),
    "med_type": ("21", "14", "28"),
    "refd_setl_flag": ("", "0", "0", "1"),
    "psn_part_amt": ("", "0", "12.30", "5"),
    "psn_cert_type": ("", "01", "02"),
    "dise_name": ("高血压", "a\\b", "x\ty", ""),
}
BAD = {
    "setl_time": ("", "2023-02-30", "10:30"),
    "begndate": ("2023-13-01", "x", "2023-05-10", "2023-05-02 00:00:00"),
    "enddate": ("2023-04-30", "2023-04-30 12:00:00"),
    "refd_setl_flag": ("2",),
    "setl_id": ("", "a\u200bb"),
    "hifp_pay": ("-1", "1e5", "0.005", "1000000000.00", "100000000000000.00", "x"),
    "psn_part_amt": ("-0.01", "NaN"),
    "certno": ("4105991960A1010012", "ABC"),
}


def row(chance: random.Random, number: int, odds: float) -> dict[str, str]:
    made = dict.fromkeys(FIELDS, "")
    made |= {name: f"{name}{chance.randrange(9)}" for name in ("mdtrt_id", "psn_name", "emp_name")}
    amounts = FIELDS[FIELDS.index("medfee_sumamt") :]
    made |= {name: chance.choice(("0", "", f"{chance.randrange(9999)}.07")) for name in amounts}
    made |= {"setl_id": f"S{number}", "certno": make_id(number % 7)}
    made |= {name: chance.choice(values) for name, values in GOOD.items()}
    if chance.random() < odds:
        name = chance.choice([*BAD])
        made[name] = chance.choice(BAD[name])
    return made


def test_pieces_are_read_as_rows_are():
    chance = random.Random(7)  # noqa: S311 - made-up rows
    faulty = 0
    for odds in (0, 0.02, 0.5):
        rows = [row(chance, number, odds) for number in range(120)]
        table = [[*FIELDS], *([*x.values()] for x in rows)]
        table[60].append("one too many")
        slow = read_settlements(csv_bytes(table))
        stripped = [[cell.strip() for cell in x] for x in table]
        fast = read_piece(layout_of(1, stripped[0]), [*enumerate(stripped[1:], 2)])
        texts = [",".join(cells) for cells in table[1:]]
        lines = range(2, len(table) + 1)
        assert read_texts(layout_of(1, stripped[0]), lines, texts) == fast
        few = [
            read_texts(layout_of(1, stripped[0]), lines[at : at + 3], texts[at : at + 3])
            for at in range(0, len(texts), 3)
        ]
        assert [told for each in few for told in each.rows] == [*fast.rows]
        twice = [x for x in slow.faults if x.reason != "SetlIdTwice"]
        assert (fast.rows_in, fast.faults) == (slow.rows_in, twice)
        assert [*fast.rows] == bill_rows(slow.rows)
        for told, known in zip(fast.rows, slow.rows, strict=True):
            assert bill_row(known) == told
        faulty += len(fast.faults)
    assert faulty > 40


def test_a_cell_of_two_lines_is_read_as_one_cell():
    """Each of its lines might be a moment or an amount; to COPY they would be two rows."""
    chance = random.Random(8)  # noqa: S311 - made-up rows
    for name, line in (("setl_time", "2023-05-09 10:30:00"), ("hifp_pay", "1.00")):
        rows = [row(chance, number, 0) | {name: line} for number in range(6)]
        rows[3][name] = f"{line}\n{line}"
        found = read_piece(
            layout_of(1, [*FIELDS]), [(n, [*x.values()]) for n, x in enumerate(rows, 2)]
        )
        assert [(x.line, x.field) for x in found.faults] == [(5, name)]
        assert len(found.rows) == 5
        assert not any("\n" in x for x in found.rows.told)
