"""Numbers that rows of a bundle come with: when they were recorded, and whose they may be."""

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.audit.near import bits_of, codes_of
from app.audit.places import Places, moments

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
TIMES = st.datetimes(datetime(1999, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis gives the zone
NUMBERS = st.lists(st.integers(1, 5_000), min_size=1)


def micros(at: datetime) -> int:
    return (at - FIRST) // timedelta(microseconds=1)


@given(st.lists(TIMES, min_size=1))
def test_moments_are_written_in_utc_to_the_microsecond(times: list[datetime]) -> None:
    told, which = moments(np.array([micros(at) for at in times]))
    assert [bytes(told[n]).decode() for n in which.tolist()] == [
        at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for at in times
    ]


def test_a_row_is_in_the_seal_that_ends_after_it() -> None:
    until = FIRST + timedelta(days=1)
    places = Places([until.strftime("%Y-%m-%dT%H:%M:%S.%fZ")], {-7: ("2021+2022", "000000+000001")})
    end = micros(until)
    since, codes = np.array([end - 1, end, end, end]), np.array([2023, 2023, 2023, 0])
    assert places.runs("cover", since, codes) == [(b"0,2023,,", 1), (b"1,2023,,", 2), (b"1,,,", 1)]
    assert places.runs("scheme", since[:1], codes[3:]) == [(b"0,*,,", 1)]
    of_claims = np.array([10_000 * 3 + 2023, 0, -7, -7])
    assert places.runs("claim_move", since, of_claims) == [
        (b"0,,2023,000003", 1),
        (b"1,,,", 1),
        (b"1,,2021+2022,000000+000001", 2),
    ]


def has_bit(bits: bytes, at: int) -> bool:
    """As the server's get_bit reads it."""
    return bool(bits[at // 8] >> at % 8 & 1)


@given(NUMBERS, st.integers(0, 30))
def test_a_number_has_its_bit_and_near_ones_none(numbers: list[int], apart: int) -> None:
    numbers = [number << apart for number in numbers]
    sent = np.array(numbers, dtype=">i8").tobytes()
    found = bits_of(min(numbers), max(numbers), [sent[:8], sent[8:]])
    assert len(found.bits) <= (1 << 24) // 8 + 1
    known = {(number - found.first) >> found.shift for number in numbers}
    shown = (
        {at for at in range(8 * len(found.bits)) if has_bit(found.bits, at)} if not apart else known
    )
    assert shown == known
    assert all(has_bit(found.bits, at) for at in known)
    assert found.shift == 0 or found.last - found.first >= 1 << 24


@given(st.dictionaries(st.integers(1, 5_000), st.integers(-9, 20_240_000), min_size=1))
def test_a_number_s_code_comes_back_and_others_have_no_bit(codes: dict[int, int]) -> None:
    numbers = np.array([*codes], dtype=np.int64)
    found = codes_of(numbers, np.array([*codes.values()], dtype=np.int64))
    assert found is not None
    assert found.of(numbers).tolist() == [*codes.values()]
    told = found.bits()
    shown = {at + told.first for at in range(told.last - told.first + 1) if has_bit(told.bits, at)}
    assert (told.shift, shown, told.last) == (0, set(codes), max(codes))


def test_numbers_far_apart_and_codes_by_the_thousand_are_known_in_another_way() -> None:
    few = np.array([1, 1 << 24], dtype=np.int64)
    assert codes_of(few, few) is not None
    assert codes_of(np.array([1, 2 + (1 << 24)]), few) is None
    assert codes_of(few[:0], few[:0]) is None
    many = np.arange(1 << 16, dtype=np.int64)
    assert codes_of(many[1:], many[1:]) is not None
    assert codes_of(many, many) is None
