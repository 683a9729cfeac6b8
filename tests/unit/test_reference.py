"""A transfer's reference: made, written in all kinds of ways, and read again."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contributions.reference import notice_reference, numbered, references_in, without_numbers

units = st.integers(1, 2**63 - 1) | st.integers(1, 2_000_000)
years = st.integers(1900, 9999)


def read_reference(text: str) -> tuple[int, int] | None:
    """The one reference a text names without doubt."""
    found = references_in(text)
    return tuple(found.right[0]) if len(found.right) == 1 and not found.wrong else None


def test_the_shape_of_a_reference():
    made = notice_reference(123, 2024)
    assert made[:12] == "HZ2024000123"
    assert len(made) == 14
    assert int(made[2:]) % 97 == 1  # ISO 7064 MOD 97-10


@given(unit=units, year=years, before=st.sampled_from(["", "职工互助金", "A/", "2024 ", "SHZ"]))
def test_what_is_written_is_read(unit, year, before):
    assert read_reference(f"{before}{notice_reference(unit, year)} 缴费") == (unit, year)


@pytest.mark.parametrize(
    "write",
    [
        lambda x: f"{x[:2]} {x[2:6]} {x[6:12]} {x[12:]}",
        lambda x: f"{x[:6]}-{x[6:]}",
        str.lower,
        lambda x: x.translate({ord("0") + n: ord("0") + n for n in range(10)}),
        lambda x: f"转账 {x[:9]} {x[9:]} 500.00",
        lambda x: f"{x},{x}",
        lambda x: f"HZ市总工会 {x}",
    ],
)
def test_as_people_and_banks_write_it(write):
    assert read_reference(write(notice_reference(1204, 2025))) == (1204, 2025)


@given(unit=st.integers(1, 999_999), year=years, at=st.integers(2, 13), by=st.integers(1, 9))
def test_one_wrong_digit_is_no_reference(unit, year, at, by):
    made = notice_reference(unit, year)
    wrong = made[:at] + str((int(made[at]) + by) % 10) + made[at + 1 :]
    assert read_reference(wrong) is None


@given(unit=st.integers(1, 999_999), year=years, at=st.integers(2, 12))
def test_two_neighbours_swapped_are_no_reference(unit, year, at):
    made = notice_reference(unit, year)
    swapped = made[:at] + made[at + 1] + made[at] + made[at + 2 :]
    if swapped != made:
        assert read_reference(swapped) is None


@pytest.mark.parametrize(
    "text", ["", "互助金", "HZ", "HZ2024", "HZ202400012300", "2024000123", f"HZ{'1' * 300}"]
)
def test_what_is_none(text):
    assert read_reference(text) is None


def test_two_references_are_none():
    assert read_reference(f"{notice_reference(1, 2024)} {notice_reference(2, 2024)}") is None


@given(st.text())
def test_any_text_is_read_without_trouble(text):
    read_reference(text)


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        ("S1", []),
        ("S1#2", ["S1"]),
        ("S1#10#2", ["S1#10", "S1"]),
        ("S1#1", []),
        ("S1#02", []),
        ("S1#2 ", []),
        ("#2", []),
        ("a#b#3", ["a#b"]),
        ("a\n#3", ["a\n"]),
    ],
)
def test_numbers_are_cut_off_one_by_one(reference, names):
    assert without_numbers(reference) == names


@pytest.mark.parametrize("name", ["S1", "S1#2", "#", "20231220 S1"])
def test_every_numbered_reference_has_its_name(name):
    first, *others = islice(numbered(name), 12)
    assert first == name
    assert all(without_numbers(x)[0] == name for x in others)
