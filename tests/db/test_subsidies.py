"""The union's money: booked once, against what covers and gifts made due, with words for both."""

import json
import os
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from app.clock import today
from app.contributions.receive import (
    AmountNotPositive,
    ReceivedAhead,
    ReferenceMissing,
    ReferenceUsed,
)
from app.contributions.subsidise import subsidy_due
from app.ledger.balance import trial_balance
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.unions.models import Union
from tests import forks
from tests.conftest import Database
from tests.db.fund_year import Fund
from tests.db.office import Office

START = date(2021, 3, 1)


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_it_is_booked_against_what_covers_made_due(office: Office) -> None:
    """Four covers of 2021: 25.00 of each are the union's."""
    office.covered(range(4), START)
    assert subsidy_due(office.session) == {2021: 10_000}
    office.receive_subsidy("60.00", date(2021, 4, 1))
    assert subsidy_due(office.session) == {2021: 4_000}
    assert (office.balance("1101", 2021), office.balance("4003", 2021)) == (4_000, -10_000)
    assert office.balance("1001", 2021) == 20_000 + 6_000
    assert trial_balance(office.session, 2021).closes


def test_more_than_is_due_stands_the_other_way(office: Office) -> None:
    office.receive_subsidy("30.00", date(2021, 1, 4))
    assert subsidy_due(office.session) == {2021: -3_000}
    office.covered([0], START)
    assert subsidy_due(office.session) == {2021: -500}


def test_the_money_of_one_year_settles_no_other(office: Office) -> None:
    office.covered([0], START)
    office.receive_subsidy("25.00", START, year=2022)
    assert subsidy_due(office.session) == {2021: 2_500, 2022: -2_500}


def test_what_is_written(office: Office) -> None:
    received = office.receive_subsidy("25.00", START, ref=" S-1 ")
    entries = office.session.execute(
        text(
            "SELECT e.benefit_year, e.booked_on, e.memo, e.about, p.account, p.amount_fen,"
            " p.unit_id FROM entry e JOIN posting p ON p.entry_id = e.id ORDER BY p.line"
        )
    ).all()
    booked = (2021, START, "subsidy received", received.subsidy_id)
    assert [tuple(x) for x in entries] == [
        (*booked, "1001", 2_500, None),
        (*booked, "1101", -2_500, None),
    ]
    event = office.session.execute(
        text("SELECT act, by, about, benefit_years, facts FROM event ORDER BY id DESC LIMIT 1")
    ).one()
    union = office.session.scalars(select(Union.id)).one()
    facts = {"union_id": union, "amount_fen": 2_500}
    wanted = ("subsidy.received", office.by, received.subsidy_id, [2021], facts)
    assert tuple(event) == wanted
    kept = office.session.execute(text("SELECT reference, recorded_by FROM subsidy")).one()
    assert tuple(kept) == ("S-1", office.by)


def test_the_same_money_again_changes_nothing(office: Office) -> None:
    first = office.receive_subsidy("25.00", START, ref="S-1")
    before = office.counts()
    again = office.receive_subsidy("25.00", START, ref=" S-1 ")
    assert (again.again, again.subsidy_id) == (True, first.subsidy_id)
    assert office.counts() == before


@pytest.mark.parametrize(("amount", "day"), [("25.01", START), ("25.00", date(2021, 3, 2))])
def test_a_reference_used_for_other_money_is_refused(
    office: Office, amount: str, day: date
) -> None:
    office.receive_subsidy("25.00", START, ref="S-1")
    before = office.counts()
    with pytest.raises(ReferenceUsed):
        office.receive_subsidy(amount, day, ref="S-1")
    assert office.counts() == before


def test_another_year_or_union_may_use_the_same_reference(office: Office) -> None:
    other = Union(name="区总工会")
    office.session.add(other)
    office.session.flush()
    office.receive_subsidy("25.00", START, ref="S-1")
    assert not office.receive_subsidy("70.00", START, ref="S-1", year=2022).again
    assert not office.receive_subsidy("70.00", START, ref="S-1", union=other.id).again


@pytest.mark.parametrize("amount", ["0", "-1.00"])
def test_nothing_or_less_is_refused(office: Office, amount: str) -> None:
    with pytest.raises(AmountNotPositive):
        office.receive_subsidy(amount, START)


def test_it_needs_a_reference(office: Office) -> None:
    with pytest.raises(ReferenceMissing):
        office.receive_subsidy("1.00", START, ref="   ")


def test_no_money_has_come_on_a_day_to_come(office: Office) -> None:
    with pytest.raises(ReceivedAhead):
        office.receive_subsidy("7.00", today() + timedelta(days=1), year=today().year)
    office.receive_subsidy("1.00", today())
    assert office.balance("1001", today().year) == 100


numbers = count(1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("cover"), st.integers(2020, 2022), st.integers(1, 3)),
        st.tuples(st.just("pay"), st.integers(2020, 2022), st.integers(1, 20_000)),
        st.tuples(st.just("again"), st.integers(2020, 2022), st.integers(1, 20_000)),
    ),
    max_size=8,
)
EACH = {2020: 3_000, 2021: 2_500, 2022: 2_500}
"""The union's part a head, in fen, by the fund's published schemes."""


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_due_is_what_covers_made_due_less_what_came(
    session: Session, steps: list[tuple[str, int, int]]
) -> None:
    """In whatever order: by year the books say the plain difference, and the bank has it all."""
    office = Office(session)
    owed = subsidy_due(session)
    banked = {year: office.balance("1001", year) for year in EACH}
    people = count(1_000 * next(numbers))
    for what, year, size in steps:
        day = date(year, 1, 1) + timedelta(days=size % 300)
        if what == "cover":
            office.covered([next(people) for _ in range(size)], day)
            owed[year] = owed.get(year, 0) + size * EACH[year]
            banked[year] += size * 2 * EACH[year]
        else:
            for _ in range(1 + (what == "again")):
                reference = f"{what} {year} {size} {len(owed)}"
                again = office.receive_subsidy(f"{size / 100:.2f}", day, ref=reference).again
                owed[year] = owed.get(year, 0) - size * (not again)
                banked[year] += size * (not again)
    assert subsidy_due(session) == owed
    assert {year: office.balance("1001", year) for year in EACH} == banked


def checked(session: Session, year: int, folder: Path) -> dict[str, Any]:
    make_bundle(session, year, folder / f"{year}.zip")
    return verify.examine(str(folder / f"{year}.zip"))


def test_a_bundle_counts_it_and_says_what_is_due(lived: Session, tmp_path: Path) -> None:
    """2019: 180.00 of units, 90.00 of the union; 2021: 1,150.00 of it, more than was due."""
    session = lived
    result = checked(session, 2019, tmp_path)
    assert (result["ok"], result["received_fen"], result["union_due_fen"]) == (True, 27_000, 0)
    assert "270.00" in verify.report(result, "en")
    assert "Nothing is due from the union." in verify.report(result, "en")
    assert "270.00" in verify.report(result, "zh")
    assert "工会补助均已到账。" in verify.report(result, "zh")
    result = checked(session, 2021, tmp_path)
    units = session.scalar(text("SELECT sum(amount_fen) FROM receipt WHERE benefit_year = 2021"))
    # 7 yuan of it came by mistake and were reversed.
    assert (result["ok"], result["received_fen"]) == (True, units + 115_700)
    due = subsidy_due(session)[2021]
    assert due < 0
    assert result["union_due_fen"] == due
    assert f"Paid ahead by the union: {verify.yuan(-due)} yuan." in verify.report(result, "en")
    assert f"工会预付：{verify.yuan(-due)} 元。" in verify.report(result, "zh")
    result["union_due_fen"] = 275_01
    assert "Still due from the union: 275.01 yuan." in verify.report(result, "en")
    assert "工会补助尚未到账：275.01 元。" in verify.report(result, "zh")


@pytest.mark.parametrize(("closing_fen", "told"), [(-1, True), (0, False), (1, False)])
def test_the_verifier_explains_a_year_that_paid_more_than_came_in(
    session: Session, tmp_path: Path, closing_fen: int, told: bool
) -> None:
    Fund(session).receive_subsidy(2021, "1", START)
    result = checked(session, 2021, tmp_path)
    assert result["closing_fen"] == 100
    says = {lang: verify.report({**result, "closing_fen": closing_fen}, lang) for lang in LANGS}
    assert ("money of other years" in says["en"]) is told
    assert ("其他年度的款项" in says["zh"]) is told


LANGS = ("zh", "en")


def test_an_entry_without_its_fact_is_found(session: Session, tmp_path: Path) -> None:
    fund = Fund(session)
    fund.receive_subsidy(2021, "25", START)
    money = (Posting(Account.BANK, 2_500), Posting(Account.UNION_SUBSIDY_DUE, -2_500))
    assert checked(session, 2021, tmp_path)["ok"]
    post(session, Entry(2021, START, "subsidy received", money, 999))
    fault = checked(session, 2021, tmp_path)["fault"]
    assert fault.check == "journal"
    assert "subsidy received" in fault.record
    assert "about=999" in fault.record


def test_a_fact_without_its_entry_is_found(session: Session, tmp_path: Path) -> None:
    fund = Fund(session)
    fund.receive_subsidy(2021, "25", START)
    session.execute(
        text(
            "INSERT INTO subsidy (union_id, benefit_year, amount_fen, received_on, reference,"
            " recorded_by) SELECT union_id, benefit_year, amount_fen, received_on, 'unbooked',"
            " recorded_by FROM subsidy"
        )
    )
    fault = checked(session, 2021, tmp_path)["fault"]
    assert (fault.check, "subsidy received" in fault.record) == ("journal", True)


def test_the_command(database: Database) -> None:
    with Session(database.engine) as session:
        Office(session).covered([0, 1], START)
        session.commit()

    def typed(*words: str, lang: str = "en", more: tuple[str, ...] = ("--json",)) -> Any:
        said = (*words, "--year", "2021", "--by", "clerk", "--lang", lang, *more)
        done = forks.run("contributions", "subsidy", *said, env={**os.environ, **database.environ})
        return json.loads(done.stdout) if more else (done.returncode, done.stdout)

    told = typed("--amount", "30.00", "--on", "2021-03-02", "--ref", "S-1")
    assert (told["exit"], told["again"], told["due"], told["ahead"]) == (0, False, "20.00", "0.00")
    told = typed("--amount", "30.00", "--on", "2021-03-02", "--ref", "S-1")
    assert (told["exit"], told["again"], told["due"]) == (0, True, "20.00")
    told = typed("--amount", "30.01", "--on", "2021-03-02", "--ref", "S-1")
    assert (told["exit"], told["error"]) == (2, "ReferenceUsed")
    told = typed("--amount", "some", "--on", "2021-03-02", "--ref", "S-2")
    assert (told["exit"], told["error"]) == (2, "AmountWrong")
    rest = ("--amount", "50.00", "--on", "2021-03-03", "--ref", "S-3")
    assert typed(*rest, more=()) == (
        0,
        "Received 50.00 from the union.\nThe union has paid 30.00 ahead for 2021.\n",
    )
    assert typed(*rest, lang="zh", more=()) == (
        0,
        "这笔款以前已入账，没有变化。\n2021 年度工会已预付 30.00 元。\n",
    )
