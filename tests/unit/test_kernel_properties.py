"""What must always hold, and that the kernel equals a slow model written apart from it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.adjudication.covers_file import CoverRow
from app.adjudication.offline import columns
from app.benefits import matching
from app.benefits.benefit import Band
from app.benefits.care import CARES
from app.benefits.columns import (
    ALL_CARES,
    NO_CAP,
    Bills,
    Covers,
    Determinations,
    Granted,
    Refused,
    days,
    nothing_granted,
)
from app.benefits.kernel import StayTooLarge, assess, determine, determine_against
from app.benefits.matching import begun_last
from app.benefits.running import grouped, sum_before, summable
from app.benefits.scheme_file import package_schemes
from app.benefits.tariffs import Schemes, in_force
from app.claims.settlement import Settlement
from tests.unit import model
from tests.unit.busy_years import busy_years
from tests.unit.runs import determine_run
from tests.unit.strategies import years

ANYANG = in_force(package_schemes())
EMPTY = Settlement(
    **{name: 0 if name.endswith(("amt", "pay", "dedc")) else "" for name in Settlement._fields}  # type: ignore[arg-type]
)


def as_columns(
    covers: Sequence[model.Cover], bills: Sequence[model.Bill], undone: set[str]
) -> tuple[Bills, Covers]:
    """Model bills, in the order given, as the kernel's columns."""
    rows = []
    for line, bill in enumerate(bills):
        cells = {x.name: getattr(bill, x.name) for x in fields(bill)}
        cells["refd_setl_flag"] = bill.refd_setl_flag or bill.setl_id in undone
        rows.append(EMPTY._replace(line=line, **cells))
    terms = [
        CoverRow(line, x.certno, x.starts_on, x.ends_on, x.waits_until, cares_mask(x.cares))
        for line, x in enumerate(covers)
    ]
    return columns(rows, terms)


def cares_mask(cares: Iterable[str]) -> int:
    return sum(1 << CARES.index(care) for care in cares)


def in_order(bills: Iterable[model.Bill]) -> list[model.Bill]:
    return sorted(bills, key=lambda bill: (bill.setl_time, bill.setl_id))


def rows_of(bills: Bills, rows: object) -> Bills:
    return Bills(*(getattr(bills, x.name)[rows] for x in fields(Bills)))


def carried_on(granted: Granted, bills: Bills, answers: Determinations) -> Granted:
    """What stands granted after a run: what a drain reads back under its locks."""
    used: dict[tuple[int, ...], int] = defaultdict(int)
    stays: dict[tuple[int, ...], int] = defaultdict(int)
    for key in zip(
        granted.member, granted.care, granted.benefit_year, granted.used_fen, strict=True
    ):
        used[key[:3]] += key[3]
    for key in zip(
        *(granted.stay_member, granted.stay_care, granted.stay_benefit_year),
        *(granted.stay, granted.stay_base_fen),
        strict=True,
    ):
        stays[key[:4]] += key[4]
    for row in np.flatnonzero(answers.refusal == Refused.NO):
        key = (bills.member[row], answers.care[row], answers.benefit_year[row])
        used[key] += answers.payable[row]
        if bills.stay[row]:
            stays[*key, bills.stay[row]] += answers.base[row]

    def column(table: dict[tuple[int, ...], int], place: int) -> list[int]:
        return [(*key, amount)[place] for key, amount in table.items()]

    return Granted(
        *(
            np.array(column(used, place), np.uint8 if place == 1 else np.int64)
            for place in range(4)
        ),
        *(np.array(column(stays, x), np.uint8 if x == 1 else np.int64) for x in range(5)),
    )


@given(years())
@settings(max_examples=300, deadline=None)
def test_files_give_what_the_model_gives(
    year: tuple[list[model.Cover], list[model.Bill]],
) -> None:
    covers, bills = year
    assert determine_run(covers, bills) == model.determine(covers, bills)


@pytest.mark.parametrize("seed", range(6))
def test_busy_years_give_what_the_model_gives(seed: int) -> None:
    """Where many bills meet few rooms; every kind of answer must occur, or nothing is tested."""
    covers, bills = busy_years(seed)
    expected = model.determine(covers, bills)
    assert determine_run(covers, bills) == expected
    reasons = {row[-1] for row in expected}
    assert reasons >= {"", "refunded", "held", "no_cover", "not_in_scheme", "waiting"}
    granted = [row for row in expected if not row[-1]]
    assert sum(
        row[6] not in {"", "0.00"} and Fraction(row[6]) < Fraction(row[5]) for row in granted
    )
    assert sum(row[6] == "0.00" for row in granted)


@given(years())
@settings(max_examples=200, deadline=None)
def test_nobody_gets_more_than_the_cap_or_than_half_or_than_was_borne(
    year: tuple[list[model.Cover], list[model.Bill]],
) -> None:
    bills, covers = as_columns(year[0], in_order(year[1]), set())
    answers = determine(bills, covers, ANYANG, nothing_granted())
    paid: dict[tuple[int, ...], int] = defaultdict(int)
    for row in range(len(answers)):
        payable, base = int(answers.payable[row]), int(answers.base[row])
        assert payable >= 0
        assert Fraction(payable) <= Fraction(base + 1, 2)
        assert (payable, base) == (0, 0) or answers.refusal[row] == Refused.NO
        if answers.refusal[row] == Refused.NO and answers.room[row] != NO_CAP:
            paid[bills.member[row], answers.care[row], answers.benefit_year[row]] += payable
    for (_, care, _), total in paid.items():
        assert total <= (10_000_000, 300_000)[care]


@given(years(), st.lists(st.integers(0, 14), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_number_of_drains_in_order_grants_what_one_run_grants(
    year: tuple[list[model.Cover], list[model.Bill]], cuts: list[int]
) -> None:
    """Whole, cut into runs with Granted carried on, and member by member in either order."""
    undone = model.undone_by(year[1])
    bills, covers = as_columns(year[0], in_order(year[1]), undone)
    whole = determine(bills, covers, ANYANG, nothing_granted())
    parts = np.split(np.arange(len(bills)), sorted(min(cut, len(bills)) for cut in cuts))
    by_member = [np.flatnonzero(bills.member == x) for x in np.unique(bills.member)[::-1]]
    for pieces in (parts, by_member):
        granted = nothing_granted()
        for rows in pieces:
            some = rows_of(bills, rows)
            answers = determine(some, covers, ANYANG, granted)
            granted = carried_on(granted, some, answers)
            for column in fields(Determinations):
                found = getattr(answers, column.name)
                assert found.tolist() == getattr(whole, column.name)[rows].tolist()


@given(years())
@settings(max_examples=100, deadline=None)
def test_recomputing_each_bill_against_what_stood_before_it_finds_the_same(
    year: tuple[list[model.Cover], list[model.Bill]],
) -> None:
    bills, covers = as_columns(year[0], in_order(year[1]), set())
    whole = determine(bills, covers, ANYANG, nothing_granted())
    used: dict[tuple[int, ...], int] = defaultdict(int)
    used_before = []
    for row in range(len(bills)):
        key = (bills.member[row], whole.care[row], whole.benefit_year[row])
        used_before.append(used[key])
        used[key] += int(whole.payable[row])
    again = determine_against(
        bills, covers, ANYANG, whole.stay_before, np.array(used_before, np.int64)
    )
    for column in fields(Determinations):
        assert getattr(again, column.name).tolist() == getattr(whole, column.name).tolist()


@given(years())
@settings(max_examples=100, deadline=None)
def test_a_bill_that_is_refused_changes_nobody_elses_answer(
    year: tuple[list[model.Cover], list[model.Bill]],
) -> None:
    bills, covers = as_columns(year[0], in_order(year[1]), model.undone_by(year[1]))
    whole = determine(bills, covers, ANYANG, nothing_granted())
    rows = np.flatnonzero(whole.refusal == Refused.NO)
    alone = determine(rows_of(bills, rows), covers, ANYANG, nothing_granted())
    assert alone.payable.tolist() == whole.payable[rows].tolist()
    assert alone.gross.tolist() == whole.gross[rows].tolist()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([-(2**62), -5, 0, 1, 7, 2**40, 2**62]),
            st.integers(0, 3),
            st.sampled_from([0, 1, 2**61]),
        ),
        max_size=40,
    )
)
def test_groups_come_together_in_their_order_however_wide_the_numbers(
    rows: list[tuple[int, int, int]],
) -> None:
    columns_ = [np.array([row[place] for row in rows], np.int64) for place in range(3)]
    order, begins = grouped(*columns_)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[row].append(place)
    expected = [place for row in sorted(groups) for place in groups[row]]
    assert order.tolist() == expected
    assert np.flatnonzero(begins).tolist() == [
        expected.index(groups[row][0]) for row in sorted(groups)
    ]


def test_columns_too_wide_for_one_number_are_sorted_all_the_same() -> None:
    """Twelve columns of 64 different values each do not fit into 63 bits, ranked or not."""
    spread = np.random.default_rng(7).integers(0, 2, (12, 500)) * (2**60 + 1)
    spread += np.random.default_rng(8).integers(0, 64, (12, 500))
    order, begins = grouped(*spread)
    assert order.tolist() == sorted(range(500), key=lambda row: spread[:, row].tolist())
    assert begins.all()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**16)), max_size=30),
)
@example([(0, 7), *[(1, 10**16)] * 29])
def test_sums_before_are_exact_beyond_sixty_four_bits(rows: list[tuple[int, int]]) -> None:
    rows = [(group, amount * 100) for group, amount in sorted(rows, key=lambda row: row[0])]
    amount = np.array([row[1] for row in rows], np.int64)
    groups = np.array([row[0] for row in rows], np.int64)
    begins = np.append(True, groups[1:] != groups[:-1])[: len(rows)]
    expected = [
        sum(y for x, y in rows[:place] if x == group) for place, (group, _) in enumerate(rows)
    ]
    assert sum_before(summable(amount), begins).tolist() == expected


LARGEST = 10**16 - 1


def one_stay(count: int, base: int, on: date) -> tuple[Bills, Covers]:
    cover = model.Cover("A", date(on.year, 1, 1), date(on.year, 12, 31))
    at = datetime.combine(on, time())
    bills = [
        model.Bill(f"{n:04d}", "A", "21", on, on, at, inscp_scp_amt=base, mdtrt_id="S")
        for n in range(count)
    ]
    return as_columns([cover], bills, set())


def test_the_largest_amounts_are_computed_exactly() -> None:
    bills, covers = one_stay(460, LARGEST, date(2020, 5, 5))
    answers = determine(bills, covers, ANYANG, nothing_granted())
    total = 460 * LARGEST
    assert sum(answers.payable.tolist()) == model.gross_of("2019", "inpatient", total)
    bills, covers = one_stay(3, LARGEST, date(2021, 5, 5))
    answers = determine(bills, covers, ANYANG, nothing_granted())
    assert answers.payable.tolist() == [10_000_000, 0, 0]


def test_a_given_sum_counts_only_where_the_bands_run_over_a_stay() -> None:
    before = np.array([100_000], np.int64)
    for on, stay, gross in ((2020, 1, 50_000), (2020, 0, 30_000), (2021, 1, 50_000)):
        bills, covers = one_stay(1, 100_000, date(on, 5, 5))
        bills = replace(bills, stay=np.array([stay], np.int64))
        answers = determine_against(bills, covers, ANYANG, before, np.zeros(1, np.int64))
        assert answers.gross.tolist() == [gross]
        assert answers.stay_before.tolist() == [100_000 if (on, stay) == (2020, 1) else 0]


def test_a_stay_beyond_counting_is_refused_and_never_wraps() -> None:
    bills, covers = one_stay(1_900, LARGEST, date(2020, 5, 5))
    with pytest.raises(StayTooLarge):
        determine(bills, covers, ANYANG, nothing_granted())


def test_nothing_in_nothing_out() -> None:
    none = as_columns([], [], set())
    assert len(determine(*none, ANYANG, nothing_granted())) == 0
    assert len(determine(*none, in_force([]), nothing_granted())) == 0


def test_without_schemes_no_cover_is_in_one() -> None:
    bills, covers = one_stay(1, 100, date(2021, 5, 5))
    answers = determine(bills, covers, in_force([]), nothing_granted())
    assert answers.refusal.tolist() == [Refused.NOT_IN_SCHEME]


def test_members_of_any_number_are_matched() -> None:
    member = np.array([-5, 2**62, 7, 8], np.int64)
    day = days([date(2021, 1, 2)] * 4)
    covers = Covers(
        member=np.array([7, 2**62, -5], np.int64),
        starts_day=days([date(2021, 1, 1)] * 3),
        ends_day=days([date(2021, 1, 2)] * 3),
        waits_until=days([None] * 3),
        cares=np.full(3, ALL_CARES, np.uint8),
    )
    assert begun_last(covers)(member, day).tolist() == [2, 1, 0, -1]
    assert begun_last(covers)(member, days([None] * 4)).tolist() == [-1] * 4
    assert begun_last(covers)(member, days([date(2020, 12, 31)] * 4)).tolist() == [-1] * 4


@given(st.data())
def test_a_table_of_covers_finds_what_a_search_finds(data: st.DataObject) -> None:
    starts = data.draw(st.lists(st.tuples(st.integers(-3, 6), st.integers(0, 9)), min_size=1))
    covered = sorted(set(starts)) if data.draw(st.booleans()) else list(dict.fromkeys(starts))
    member, begins = (np.array(x) for x in zip(*covered, strict=True))
    begins = begins.astype(np.int32)
    covers = Covers(member, begins, begins, begins, np.full(len(member), ALL_CARES, np.uint8))
    asked = [(who, day) for who in (-(2**63), *range(-5, 9), 2**63 - 1) for day in range(-1, 11)]
    who, day = (np.array(x) for x in zip(*asked, strict=True))
    day = np.append(day.astype(np.int32), days([None]))
    who = np.append(who, member[0])
    searched = matching._by_search(covers)(who, day)
    assert begun_last(covers)(who, day).tolist() == searched.tolist()


def _schemes(*, falls_on: str) -> Schemes:
    """2022 as it is, 2023 by another day."""
    last, this = package_schemes()[2:4]
    benefits = tuple(replace(x, falls_on=falls_on, waits_by=falls_on) for x in this.benefits)
    return in_force([last, replace(this, benefits=benefits)])


def test_schemes_that_go_by_different_days_are_each_asked_by_their_own() -> None:
    covers = [
        model.Cover("A", date(2022, 7, 1), date(2022, 12, 31)),
        model.Cover("A", date(2023, 1, 1), date(2023, 12, 31)),
    ]
    at = datetime.combine(date(2023, 2, 1), time())
    stays = [
        (date(2022, 12, 30), date(2023, 1, 2)),  # 2022 asks by discharge, 2023 by admission
        (date(2022, 12, 30), date(2022, 12, 31)),
        (date(2023, 1, 1), date(2023, 1, 2)),
        (date(2023, 12, 31), date(2024, 1, 5)),
    ]
    bills = [model.Bill(str(n), "A", "21", *stay, at, 100) for n, stay in enumerate(stays)]
    assessed = assess(*as_columns(covers, bills, set()), _schemes(falls_on="admitted_on"))
    assert assessed.cover.tolist() == [-1, 0, 1, 1]
    usual = assess(*as_columns(covers, bills, set()), _schemes(falls_on="discharged_on"))
    assert usual.cover.tolist() == [1, 0, 1, -1]


def test_a_scheme_may_exclude_the_deductible() -> None:
    scheme = package_schemes()[1]
    benefits = tuple(replace(x, exclude_deductible=True) for x in scheme.benefits)
    bills, covers = one_stay(2, 100_000, date(2021, 5, 5))
    bills = replace(bills, act_pay_dedc=np.array([30_000, 100_001], np.int64))
    schemes = in_force([replace(scheme, benefits=benefits)])
    assert determine(bills, covers, schemes, nothing_granted()).base.tolist() == [70_000, 0]


def test_shares_finer_than_a_percent_are_exact() -> None:
    scheme = package_schemes()[1]
    bands = (Band(0, 3_333), Band(150, 1))
    benefits = tuple(replace(x, bands=bands, cap_fen=None) for x in scheme.benefits)
    schemes = in_force([replace(scheme, benefits=benefits)])
    for base in (1, 2, 149, 150, 151, 5_149, 5_150, 12_345_678_901_234):
        bills, covers = one_stay(1, base, date(2021, 5, 5))
        share = Fraction(min(base, 150) * 3_333 + max(base - 150, 0), 10_000)
        answers = determine(bills, covers, schemes, nothing_granted())
        assert answers.gross.tolist() == [model.half_up(share)]
