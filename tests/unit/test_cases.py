"""The rules as cases that an officer can read: tests/cases/*.toml.

A case of bills has covers and bills; a bill says what it gets, in the words of D.csv (what a case
leaves out it does not speak of). A case of a term has a scheme and days.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.adjudication.offline import HEADER
from app.benefits.scheme_file import package_schemes
from app.cover.periods import benefit_year, file_by, last_waiting_day, term_end, waits_until
from tests.unit.model import Bill, Cover
from tests.unit.runs import determine_run

FOLDER = Path(__file__).parent.parent / "cases"
AMOUNTS = {
    *("inscp_scp_amt", "hifp_pay", "hifob_pay", "hifmi_pay", "psn_part_amt"),
    *("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"),
}
USUAL_CODE = {"inpatient": "21", "chronic": "14"}


def cases(key: str) -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        with path.open("rb") as file:
            for case in tomllib.load(file)["case"]:
                assert case["says"]
                if key in case:
                    found.append(pytest.param(case, id=f"{path.stem}: {case['says']}"))
    return found


@pytest.mark.parametrize("case", cases("bills"))
def test_bills(case: dict[str, Any]) -> None:
    covers = [_cover(table) for table in case.get("covers", [])]
    bills = [_bill(number, table) for number, table in enumerate(case["bills"])]
    answers = determine_run(covers, bills)
    for table, answer in zip(case["bills"], answers, strict=True):
        told = dict(zip(HEADER, answer, strict=True))
        assert {name: told[name] for name in table["gets"]} == table["gets"], case["says"]


@pytest.mark.parametrize("case", cases("term"))
def test_terms(case: dict[str, Any]) -> None:
    term = case["term"]
    scheme = next(x for x in package_schemes() if x.id == term["scheme"])
    starts_on = term["starts_on"]
    waits = waits_until(
        starts_on, term.get("previous_ends_on"), term.get("confirmed_on", starts_on), scheme
    )
    ends_on = term_end(scheme, starts_on)
    found = {
        "ends_on": ends_on,
        "benefit_year": benefit_year(starts_on),
        "pays_from": waits or starts_on,
        "last_waiting_day": last_waiting_day(waits) if waits else "none",
        "file_by": file_by(scheme, ends_on, term.get("settled_on", starts_on)),
        "pay_by": scheme.pay_by_for(starts_on),
    }
    assert {name: found[name] for name in case["gets"]} == case["gets"]


def _cover(table: dict[str, Any]) -> Cover:
    cares = frozenset(table.get("cares", ["inpatient", "chronic"]))
    who = table.get("who", "A")
    return Cover(who, table["starts_on"], table["ends_on"], table.get("waits_until"), cares)


def _bill(number: int, table: dict[str, Any]) -> Bill:
    """`care` and `discharged_on` or `settled_at` are enough; the rest has usual values."""
    table = dict(table)
    discharged_on: date | None = table.pop("discharged_on", None)
    settled_at = table.pop("settled_at", discharged_on)
    usual_admission = discharged_on - timedelta(days=5) if discharged_on else None
    amounts = {name: _fen(table.pop(name)) for name in AMOUNTS & table.keys()}
    code = table.pop("med_type", None) or USUAL_CODE[table.pop("care", "inpatient")]
    del table["gets"]
    return Bill(
        setl_id=table.pop("setl_id", f"{number:04d}"),
        certno=table.pop("who", "A"),
        med_type=code,
        begndate=table.pop("admitted_on", usual_admission),
        enddate=discharged_on,
        setl_time=_moment(settled_at),
        mdtrt_id=table.pop("stay", ""),
        refd_setl_flag=table.pop("refund", False),
        init_setl_id=table.pop("undoes", ""),
        **amounts,
        **table,
    )


def _fen(yuan: str) -> int:
    whole, _, decimals = yuan.partition(".")
    assert len(decimals) == 2
    return int(whole + decimals)


def _moment(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time())
