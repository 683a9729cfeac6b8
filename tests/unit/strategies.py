"""Made-up years of a few members: covers near days where rules change, bills near their ends."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from tests.unit.model import Bill, Cover

WHO = ("A", "B")
STARTS = [
    *(date(2019, 9, 30), date(2019, 10, 1), date(2019, 12, 31), date(2020, 2, 28)),
    *(date(2020, 2, 29), date(2020, 3, 1), date(2020, 7, 1), date(2020, 12, 31)),
    *(date(2021, 1, 1), date(2021, 6, 30), date(2021, 12, 31), date(2022, 1, 1), date(2022, 7, 1)),
    *(date(2022, 12, 31), date(2023, 1, 1), date(2023, 6, 1), date(2024, 1, 1), date(2024, 2, 29)),
]
PAID = ["21"] * 6 + ["28", "24", "14", "14", "140104"]
NOT_PAID = ["22", "140201", "11", "27", "53", "99", ""]
CARES = st.sampled_from(
    [frozenset({"inpatient", "chronic"})] * 4 + [frozenset({"inpatient"}), frozenset({"chronic"})]
)
SUMS = st.one_of(
    st.integers(0, 400),
    st.integers(99_900, 100_100),
    st.integers(0, 500_000),
    st.integers(600_000, 1_600_000),
    st.integers(8_000_000, 25_000_000),
    st.sampled_from([20_000_000, 1_500_000, 19_999_999]),
)
PARTS = st.one_of(st.just(0), st.just(0), st.just(0), st.integers(0, 300), st.integers(0, 100_000))


@st.composite
def covers(draw: st.DrawFn) -> list[Cover]:
    """Covers of each member, one after another, now and then with a gap."""
    found = []
    for who in WHO:
        starts = sorted(
            draw(st.lists(st.sampled_from(STARTS), min_size=1, max_size=4, unique=True))
        )
        for starts_on, following in pairwise([*starts, date(2025, 1, 1)]):
            latest = min(following - timedelta(days=1), starts_on + timedelta(days=365))
            ends_on = draw(st.sampled_from([latest, starts_on, latest - timedelta(days=1)]))
            waits = draw(st.sampled_from([None, None, starts_on + timedelta(days=30), starts_on]))
            found.append(Cover(who, starts_on, max(starts_on, ends_on), waits, draw(CARES)))
    return draw(st.permutations(found))


@st.composite
def bills(draw: st.DrawFn, terms: list[Cover], *, max_size: int = 14) -> list[Bill]:
    """Bills in and just outside these covers; most are of a kind that is paid."""
    anywhere = Cover("B", date(2020, 2, 28), date(2021, 5, 5))
    found = []
    for number in range(draw(st.integers(0, max_size))):
        term = draw(st.sampled_from([*terms * 4, anywhere]))
        inside = st.integers(0, (term.ends_on - term.starts_on).days)
        off = st.one_of(inside, inside, st.sampled_from([-1, 0, 29, 30, 31]))
        discharged_on, settled_on = (term.starts_on + timedelta(days=draw(off)) for _ in "ds")
        stayed = timedelta(days=draw(st.sampled_from([0, 0, 1, 5, 40])))
        hour = draw(st.sampled_from([0, 0, 12, 23]))
        rare = draw(st.integers(0, 9))
        sign = -1 if rare == 0 and draw(st.booleans()) else 1
        found.append(
            Bill(
                setl_id=draw(st.sampled_from("aZ9单")) + str(number),
                certno=term.certno,
                med_type=draw(st.sampled_from(NOT_PAID if rare == 1 else PAID)),
                begndate=discharged_on - stayed,
                enddate=discharged_on,
                setl_time=datetime.combine(settled_on, time(hour)),
                inscp_scp_amt=sign * draw(SUMS),
                hifp_pay=sign * draw(PARTS),
                hifob_pay=sign * draw(PARTS),
                hifmi_pay=sign * draw(PARTS),
                psn_part_amt=draw(st.one_of(st.none(), st.none(), SUMS)),
                fulamt_ownpay_amt=draw(PARTS),
                overlmt_selfpay=draw(PARTS),
                preselfpay_amt=draw(PARTS),
                mdtrt_id=draw(st.sampled_from(["", "S1", "S1", "S2"])),
                refd_setl_flag=rare == 0,
                init_setl_id=draw(st.sampled_from(["", "", "a0", "Z1", "92"])),
            )
        )
    return found


@st.composite
def years(draw: st.DrawFn) -> tuple[list[Cover], list[Bill]]:
    terms = draw(covers())
    return terms, draw(bills(terms))
