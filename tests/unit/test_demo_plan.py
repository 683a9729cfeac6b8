"""The demonstration city's plan: the same everywhere, possible, and of the size it says."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from app.claims.settlement import read_settlements, sums_differ
from app.claims.sheet import read_sheet
from app.config import ROOT
from app.demo import riders
from app.demo.draw import Draw
from app.demo.files import roster_file, settlement_file
from app.demo.filing import sheet_texts
from app.demo.payments import Bank
from app.demo.plan import City, city
from app.demo.reading import read
from app.demo.riders import COVERS
from app.demo.scale import FULL, SMALL, Scale
from app.demo.staff import staff
from app.demo.timeline import timeline
from app.enrolment.confirmed import check_confirmed
from app.roster.identity import check_citizen_id, check_uscc, luhn_ok
from tests.factories import check_digit

LAST = date(2024, 12, 31)
TODAY = date(2026, 11, 29)
DIGEST = """
import sys
from tests.unit.test_demo_plan import digest
from app.demo.plan import city
from app.demo.scale import SMALL
sys.stdout.write(digest(city(SMALL)))
"""


@pytest.fixture(scope="module")
def small() -> City:
    return city(SMALL)


def digest(planned: City) -> str:
    """Of every file and of everything that happens."""
    told = hashlib.sha256()
    for roster in planned.rosters:
        told.update(roster_file(planned, roster))
        told.update(repr((roster.people.tolist(), roster.payments, roster.starts_on)).encode())
    told.update(settlement_file(planned, planned.bills))
    told.update(repr([(day, type(what).__name__) for day, what in timeline(planned)]).encode())
    return told.hexdigest()


def test_another_process_plans_the_same_city(small: City) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == digest(small)


def test_a_single_draw_is_the_draw_of_many() -> None:
    draw, keys = Draw("a seed"), np.arange(500)
    table, weights = (1, 40, 900), (3, 4, 5)
    assert draw.below(77, "x", keys, 5).tolist() == [draw.one(77, "x", n, 5) for n in range(500)]
    assert draw.happens(300, "x", keys).tolist() == [
        draw.one_happens(300, "x", n) for n in range(500)
    ]
    assert draw.weighted(weights, "x", keys).tolist() == [
        draw.one_weighted(weights, "x", n) for n in range(500)
    ]
    assert draw.amount(table, "x", keys).tolist() == [
        draw.one_amount(table, "x", n) for n in range(500)
    ]


def test_draws_are_known_numbers() -> None:
    """Pinned: whoever changes the mixing changes every city there is."""
    draw = Draw("a seed")
    assert [draw.one(1_000_000, "x", n) for n in range(3)] == PINNED


PINNED = [528331, 133966, 161695]


def test_everybody_has_a_number_of_their_own(small: City) -> None:
    certnos = small.people.certnos
    assert len(set(certnos)) == len(certnos) > 3_000
    for person, certno in enumerate(certnos):
        assert check_citizen_id(certno, LAST) is None
        assert certno[-1] == check_digit(certno[:17])
        assert int(certno[16]) % 2 == 1 - small.people.woman[person]
        # The county does not exist, so that the number belongs to nobody.
        assert certno[:6] in {"410597", "410598", "410599"}
    cards = [small.people.card(person, number) for person in range(3_000) for number in (0, 1)]
    assert len(set(cards)) == len(cards)
    assert all(map(luhn_ok, cards))


def test_units_are_told_apart_and_their_codes_are_valid(small: City) -> None:
    names, codes = ([getattr(x, f) for x in small.employers] for f in ("name", "uscc"))
    assert len(set(names)) == len(set(codes)) == 40
    assert [check_uscc(code) for code in codes] == [None] * 40


def test_names_are_as_common_as_in_such_a_city(small: City) -> None:
    surnames = Counter(name[0] for name in small.people.names)
    assert {name for name, _ in surnames.most_common(3)} == {"王", "李", "张"}
    assert any(name.encode("gbk", "ignore").decode("gbk") != name for name in small.people.names)


@pytest.mark.parametrize("scale", [SMALL, FULL], ids=lambda scale: scale.name)
def test_nobody_works_at_two_units_and_the_heads_are_those_planned(scale: Scale) -> None:
    extra = {year: [5] for year in scale.years[1:]}
    rows = staff(Draw(scale.name), scale, extra).rows
    for year, units in rows.items():
        people = np.concatenate(units)
        assert len(np.unique(people)) == len(people)
        assert len(units) == scale.units[year]
        counted = [row for unit, row in enumerate(units) if unit not in extra.get(year, [])]
        assert sum(map(len, counted)) == scale.heads[year]
    before, after = (set(np.concatenate(rows[year]).tolist()) for year in scale.years[-2:])
    assert 0.85 < len(before & after) / len(before) < 1


def test_every_roster_reads_as_planned(small: City) -> None:
    for roster in small.rosters:
        told = read(roster_file(small, roster), roster.confirmed_on)
        assert len(told.rows) == len(roster.people) + len(roster.guests)
        assert told.unreadable == roster.spoiled
        check_confirmed(roster.confirmed_on, roster.year, LAST)
    assert {roster.way for roster in small.rosters} == {"xlsx", "csv", "bom", "gbk"}
    assert sum(roster.spoiled for roster in small.rosters)
    assert sum(len(roster.guests) for roster in small.rosters)


def test_bills_add_up(small: City) -> None:
    file = read_settlements(settlement_file(small, [x for x in small.bills if not x.refund]))
    one_state_each = {x.line for x in file.rows}
    assert {x.reason for x in file.faults} <= {"SetlIdTwice"}
    assert file.rows_in == len(one_state_each) + len(file.faults)
    assert not [x.line for x in file.rows if sums_differ(x)]
    assert any(x.psn_part_amt is None for x in file.rows)
    for x in file.rows:
        funds = x.hifp_pay + x.cvlserv_pay + x.hifob_pay + x.maf_pay
        assert funds == x.fund_pay_sumamt <= x.inscp_scp_amt
        if x.psn_part_amt is not None:
            assert x.psn_part_amt == x.medfee_sumamt - funds == x.acct_pay + x.psn_cash_pay


def test_a_closed_card_bounces_and_the_new_one_does_not(small: City) -> None:
    bank, people = Bank({7}), small.people
    lines = "".join(f"{n},某,{card},1.00,\r\n" for n, card in enumerate(_cards(people), 1))
    head = "批次号,P2024-0001,制单日期,2024-01-05\r\n序号,户名,账号,金额,附言\r\n"
    file = f"{head}{lines}合计,3,3.00\r\n"
    answer = bank.answer(file.encode("utf-8-sig"), date(2024, 1, 8)).decode("utf-8-sig")
    assert [line.split(",")[2] for line in answer.splitlines()[2:5]] == ["失败", "成功", "成功"]
    assert answer.splitlines()[-1] == "合计,3,3.00"


def _cards(people):
    return people.card(7), people.card(7, 1), people.card(8)


@pytest.mark.parametrize("size", [SMALL, FULL])
def test_no_number_of_a_sheet_is_somebodys_id(size: Scale) -> None:
    """Eighteen digits with a date in them, on whatever day the city is made."""
    day = size.last_feed + timedelta(days=1)
    for days_ago in range(365):
        assert read_sheet(sheet_texts(size, days_ago), day)[1] == []
    for number in range(COVERS):
        for days_ago in range(365):
            ended = TODAY - timedelta(days=days_ago)
            assert read_sheet(riders._sheet(ended, number), TODAY)[1] == []
