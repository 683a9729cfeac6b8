"""Many bills of few members, at random: rooms run out, stays grow long, refunds come between."""

import random
from datetime import date, datetime, time, timedelta

from tests.unit.model import Bill, Cover, twelve_months
from tests.unit.strategies import NOT_PAID, PAID


def busy_years(seed: int, members: int = 30, count: int = 1_500) -> tuple[list[Cover], list[Bill]]:
    chance = random.Random(seed)  # noqa: S311 - the same seed is the same years
    covers = [cover for n in range(members) for cover in _covers(f"M{n}", chance)]
    bills = [_bill(number, chance.choice(covers), chance) for number in range(count)]
    return covers, bills


def _covers(who: str, chance: random.Random) -> list[Cover]:
    found = []
    starts_on = date(2019, 9, 1) + timedelta(days=chance.randrange(300))
    while starts_on.year < 2025:
        whole = twelve_months(starts_on)
        ends_on = chance.choice([whole, whole, starts_on + timedelta(days=chance.randrange(200))])
        if starts_on.year >= 2023:
            ends_on = min(ends_on, date(starts_on.year, 12, 31))
        waits = chance.choice([None, None, starts_on + timedelta(days=30)])
        cares = frozenset(chance.choice([("inpatient", "chronic")] * 4 + [("inpatient",)]))
        found.append(Cover(who, starts_on, ends_on, waits, cares))
        starts_on = ends_on + timedelta(days=chance.choice([1, 1, 1, 40, 120]))
    return found


def _bill(number: int, cover: Cover, chance: random.Random) -> Bill:
    length = (cover.ends_on - cover.starts_on).days
    discharged_on = cover.starts_on + timedelta(days=chance.randint(-3, length + 3))
    settled_on = discharged_on + timedelta(days=chance.choice([0, 0, 0, 1, 30]))
    paid = chance.random()
    sums = chance.choice([300, 20_000, 100_000, 300_000, 3_000_000, 9_000_000])
    refund = chance.random() < 0.04
    part = chance.choice([None, None, sums * 3 // 4])
    return Bill(
        setl_id=f"{chance.choice('aZ9单')}{number}",
        certno=cover.certno,
        med_type=chance.choice(PAID if paid < 0.93 else NOT_PAID),
        begndate=discharged_on - timedelta(days=chance.choice([0, 3, 9, 35])),
        enddate=discharged_on,
        setl_time=datetime.combine(settled_on, time(chance.choice([0, 9]))),
        inscp_scp_amt=chance.randrange(sums) * (-1 if refund else 1),
        hifp_pay=0 if refund else chance.randrange(sums) // chance.choice([2, 10, 100]),
        hifob_pay=chance.choice([0, 0, chance.randrange(sums) // 10]),
        hifmi_pay=chance.choice([0, 0, chance.randrange(sums) // 10]),
        psn_part_amt=part,
        fulamt_ownpay_amt=chance.choice([0, sums // 50]),
        overlmt_selfpay=chance.choice([0, sums // 70]),
        preselfpay_amt=chance.choice([0, sums // 90]),
        mdtrt_id=chance.choice(["", "S1", "S1", "S2", f"S{number}"]),
        refd_setl_flag=refund,
        init_setl_id=chance.choice([f"a{number - 7}", "", f"Z{number - 2}"]) if refund else "",
    )
