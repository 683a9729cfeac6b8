"""The kernel against a plain loop over Python integers, on the same million bills in memory.

    python -m pytest --import-mode=importlib -s tests/bench/bench_kernel.py

The loop is written for speed: columns as lists, one pass, dictionaries for rooms and stays. Both
index the covers, match, assess and grant; results must be identical. Times are printed, not judged.
"""

import time
from bisect import bisect_right
from collections import defaultdict
from statistics import median

import numpy as np

from app.benefits.columns import (
    ALL_CARES,
    MISSING_DAY,
    MISSING_FEN,
    Bills,
    Covers,
    date_of,
    days,
    nothing_granted,
)
from app.benefits.kernel import determine
from app.benefits.scheme_file import package_schemes
from app.benefits.tariffs import in_force

BILLS = 1_000_000
ROUNDS = 5
ANYANG = in_force(package_schemes())
STARTS = days(date_of(day) for day in range(18_170, 19_700, 365))
"""30 September 2019 and four more, each year a day or two earlier; spread over 60 days."""
Terms = dict[int, list[tuple[int, int, int, str, int]]]
TARIFFS = {
    ("2019", 0): (True, None),
    ("2021", 0): (False, 10_000_000),
    ("2022", 0): (False, 10_000_000),
    ("2023", 0): (False, 10_000_000),
    ("2021", 1): (False, 300_000),
    ("2022", 1): (False, 300_000),
    ("2023", 1): (False, 300_000),
}


def so_many(count: int) -> tuple[Bills, Covers]:
    """Five years of covers for each member, October 2019 on; bills in no order of members."""
    members = count * 3 // 20
    chance = np.random.default_rng(2023)
    member = np.repeat(np.arange(1, members + 1), len(STARTS))
    starts = np.tile(STARTS, members) + chance.integers(0, 60, len(member), dtype=np.int32)
    covers = Covers(
        member=member,
        starts_day=starts,
        ends_day=starts + chance.integers(200, 305, len(member), dtype=np.int32),
        waits_until=np.where(chance.random(len(member)) < 0.3, starts + 30, MISSING_DAY).astype(
            np.int32
        ),
        cares=np.full(len(member), ALL_CARES, np.uint8),
    )
    # Every third bill under the scheme of 2019, whose bands run over stays.
    of_2019 = chance.random(count) < 1 / 3
    which = np.where(of_2019, chance.integers(0, 2, count), chance.integers(0, 5, count))
    place = chance.integers(0, members, count) * len(STARTS) + which
    discharged = starts[place] + chance.integers(-5, 320, count, dtype=np.int32)
    sums = chance.integers(0, 4_000_000, count)
    codes = chance.choice(5, count, p=[0.7, 0.24, 0.03, 0.02, 0.01]).astype(np.uint8)
    part = np.where(chance.random(count) < 0.5, MISSING_FEN, sums * 2 // 3)
    bills = Bills(
        member=member[place],
        care=codes,
        refunded=chance.random(count) < 0.01,
        admitted_day=discharged - chance.integers(0, 12, count, dtype=np.int32),
        discharged_day=discharged,
        settled_day=discharged + 1,
        stay=chance.integers(0, 2, count),
        inscp_scp=sums,
        hifp=sums * chance.integers(0, 70, count) // 100,
        hifob=sums * chance.integers(0, 10, count) // 100,
        hifmi=sums * chance.integers(0, 10, count) // 100,
        act_pay_dedc=np.full(count, 50_000),
        psn_part=part,
        fulamt_ownpay=sums // 20,
        overlmt_selfpay=sums // 90,
        preselfpay=sums // 50,
        waived=np.zeros(count, np.bool_),
    )
    return bills, covers


def as_lists(columns: Bills | Covers) -> list[list[int]]:
    return [getattr(columns, name).tolist() for name in columns.__slots__]


def gross_2019(base: int) -> int:
    if base <= 100_000:
        return (base * 30 + 50) // 100
    return (base * 50 - 2_000_000 + 50) // 100


def indexed(covers: list[list[int]]) -> Terms:
    """(starts, ends, waits_until, scheme, benefit year) of each member's covers, in order."""
    ends_day = ANYANG.ends_day.tolist()
    names = [scheme.id for scheme in ANYANG.schemes]
    schemes = list(zip(ANYANG.starts_day.tolist(), ends_day, names, strict=True))
    terms: Terms = defaultdict(list)
    for who, starts, ends, waits, _ in zip(*covers, strict=True):
        scheme = next((name for first, last, name in schemes if first <= starts <= last), "")
        terms[who].append((starts, ends, waits, scheme, date_of(starts).year))
    for of_member in terms.values():
        of_member.sort()
    return terms


def plain_loop(bills: list[list[int]], terms: Terms) -> list[tuple[int, int, int, int]]:
    """(refusal, base, gross, payable) of each bill."""
    used: dict[tuple[int, int, int], int] = defaultdict(int)
    stays: dict[tuple[int, int, int], int] = defaultdict(int)
    answers = []
    for (
        who, care, refunded, admitted, discharged, settled, stay, scope, hifp, hifob, hifmi, _,
        part, own, over, first, _,
    ) in zip(*bills, strict=True):  # fmt: skip
        if refunded or care > 1:
            answers.append((1 if refunded else care if care != 4 else 4, 0, 0, 0))
            continue
        day, waits_by = (settled, settled) if care else (discharged, admitted)
        of_member = terms[who]
        place = bisect_right(of_member, (day + 1,)) - 1
        if place < 0 or of_member[place][1] < day:
            answers.append((5, 0, 0, 0))
            continue
        _, _, waits, scheme, year = of_member[place]
        tariff = TARIFFS.get((scheme, care))
        if tariff is None:
            answers.append((3, 0, 0, 0))
            continue
        if waits_by < waits:
            answers.append((6, 0, 0, 0))
            continue
        base = scope - hifp if care else scope - hifp - hifob - hifmi
        if part != MISSING_FEN:
            base = min(base, part - own - over - first)
        base = max(base, 0)
        per_stay, cap = tariff
        if not per_stay:
            gross = (base * (20 if care else 50) + 50) // 100
        elif stay:
            key = (who, year, stay)
            before = stays[key]
            stays[key] = before + base
            gross = gross_2019(before + base) - gross_2019(before)
        else:
            gross = gross_2019(base)
        payable = gross
        if cap is not None:
            key = (who, care, year)
            room = cap - used[key]
            payable = min(gross, room)
            used[key] += payable
        answers.append((0, base, gross, payable))
    return answers


def test_a_million_bills() -> None:
    bills, covers = so_many(BILLS)
    lists = as_lists(bills), as_lists(covers)
    kernel, index, loop = [], [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answers = determine(bills, covers, ANYANG, nothing_granted())
        kernel.append(time.perf_counter() - began)
        began = time.perf_counter()
        terms = indexed(lists[1])
        index.append(time.perf_counter() - began)
        began = time.perf_counter()
        expected = plain_loop(lists[0], terms)
        loop.append(time.perf_counter() - began)
    found = zip(
        *(x.tolist() for x in (answers.refusal, answers.base, answers.gross, answers.payable)),
        strict=True,
    )
    assert list(found) == expected
    refused = np.bincount(answers.refusal, minlength=7).tolist()
    assert all(refused)
    in_stays = int((answers.stay_before > 0).sum())
    short = int((answers.payable < answers.gross).sum())
    assert in_stays > 10_000
    assert short > 10_000
    print(
        f"\n{BILLS:,} bills, {len(covers):,} covers; by refusal {refused}; "
        f"{in_stays:,} later in a stay, {short:,} cut by the cap"
    )
    whole, alone = median(index) + median(loop), median(loop)
    print(f"kernel, covers and bills      {median(kernel):7.3f} s")
    print(f"plain loop, covers and bills  {whole:7.3f} s   {whole / median(kernel):5.1f} x")
    print(f"plain loop, bills alone       {alone:7.3f} s   {alone / median(kernel):5.1f} x")


if __name__ == "__main__":
    test_a_million_bills()
