"""The full city is planned at the published size, and the kernel pays what was published."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from app.adjudication.offline import determine_files
from app.demo.files import settlement_file
from app.demo.plan import City, city, planned_covers
from app.demo.scale import FULL

COVERS, UNITS, PAID = 755_100, 1_611, 44_100
PAID_FEN = 4_420_890_000
GIVEN = [(2022, 6), (2023, 12), (2024, 12)]


@pytest.mark.skipif(os.environ.get("HUZHU_LONG") != "1", reason="half a minute of planning")
def test_the_full_city_is_of_the_published_size(tmp_path: Path) -> None:
    planned = city(FULL)
    covers = list(planned_covers(planned))
    assert len(covers) == planned.covers == COVERS
    starts = [cover.term.starts_on for cover in covers]
    assert (min(starts), max(starts) <= date(2024, 10, 31)) == (date(2019, 10, 1), True)
    years = {roster.unit: roster.year for roster in planned.rosters if roster.full_on}
    assert len(planned.employers) == len(years) == UNITS
    assert set(years.values()) == {2024}
    first_year = {roster.unit for roster in planned.rosters if roster.year == 2019}
    assert 690 <= len(first_year) <= 710
    gifts = [(gift.starts_on.year, gift.term_months, len(who)) for gift, who in planned.gifted]
    assert gifts == [(year, months, 2_000) for year, months in GIVEN]
    assert planned.gifted[-1][0].starts_on <= FULL.last_feed == date(2024, 10, 31)
    paid_fen = _paid_fen(planned, tmp_path)
    assert abs(paid_fen - PAID_FEN) <= PAID_FEN // 100


def _paid_fen(planned: City, place: Path) -> int:
    """What the kernel grants the bills that are to be paid, each in its last state."""
    last = {bill.number: bill for bill in planned.bills if bill.number in planned.will_be_paid}
    assert len(last) == PAID
    bills = sorted(last.values(), key=lambda bill: (bill.setl_time, bill.setl_id))
    (place / "settlements.csv").write_bytes(settlement_file(planned, bills))
    ill = {bill.person for bill in bills}
    with (place / "covers.csv").open("w", newline="") as out:
        write = csv.writer(out).writerow
        write(("certno", "starts_on", "ends_on", "waits_until", "cares"))
        for person in ill:
            for cover in planned.covered.of(person):
                days = (cover.term.starts_on, cover.term.ends_on, cover.waits_until or "")
                write((planned.people.certnos[person], *days, " ".join(cover.cares or ())))
    answers = place / "determinations.csv"
    done = determine_files(place / "covers.csv", place / "settlements.csv", answers)
    assert done.granted == PAID
    assert not done.refused
    with answers.open(newline="") as written:
        assert all(row["payable"] != "0.00" for row in csv.DictReader(written))
    return done.payable_fen
