"""Forged words of death, and whatever else changes covers and money in the course of a year."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from app.clock import today
from app.contributions.credit import credit_late, use_credit
from app.enrolment.self_enrol import open_gig_unit, self_enrol
from tests.conftest import Database
from tests.db.changing import Changing
from tests.db.office import bill
from tests.db.test_gig import ask, pay
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, fault_of, forged, holds_changed, put, where

YEAR = 2023
YEARS = (YEAR, YEAR + 1, today().year)
START = date(2023, 1, 1)


@pytest.fixture(scope="module")
def made(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("changes")
    with shared_database.engine.connect() as connection, Session(connection) as session:
        office = Changing(session)
        office.sign()
        changed_year(office)
        for year in YEARS:
            make_bundle(session, year, folder / f"{year}.zip")
        session.rollback()
    return [folder / f"{year}.zip" for year in YEARS]


def changed_year(office: Changing) -> None:
    """A year in which people die, one of them wrongly; some had paid for the next, too."""
    office.covered([1, 2, 3, 4], START)
    office.open()
    office.give([5], date(2023, 3, 1))
    office.covered([1, 5], date(2024, 1, 1))
    office.determine(bill("A", 1, "2023-05-10", "1000.00"), bill("B", 1, "2023-05-11", "2000.00"))
    office.fates((1, "died", date(2023, 5, 10)), (2, "died", date(2023, 6, 1)))
    office.fates((5, "died", date(2023, 4, 1)), (3, "retired", date(2023, 4, 2)))
    office.look_again()
    office.drain()
    office.alive(2)
    office.look_again()
    office.determine(bill("C", 2, "2023-08-10", "1000.00"))
    late_and_alone(office)


def late_and_alone(office: Changing) -> None:
    """Late money carried to the next year, credit used within one, somebody who enrolled alone."""
    late = office.enrol([10, 11], date(2023, 11, 1), unit=3)
    office.receive("100", date(2023, 12, 31), unit=3, ref="L")
    office.enrol([10, 11], date(2024, 1, 1), unit=3)
    credit_late(office.session, late.roster_id or 0, on=date(2024, 1, 5), by=office.by, carry=True)
    office.enrol([12], date(2024, 3, 1), unit=4)
    office.covered([12], date(2024, 3, 1), unit=3)
    office.receive("50", date(2024, 3, 1), unit=4, ref="twice")
    office.enrol([13], date(2024, 5, 1), unit=4)
    unit = office.unit(4).id
    use_credit(
        office.session, unit_id=unit, from_year=2024, year=2024, on=date(2024, 4, 1), by=office.by
    )
    office.unit(9, percent=0)
    open_gig_unit(office.session, office.unit(9).id, by=office.by)
    pay(office, self_enrol(office.session, ask(office, 20)))
    self_enrol(office.session, ask(office, 21))


def test_such_years_hold(made: list[Path]) -> None:
    for path in made:
        assert verify.examine(str(path))["fault"] is None
    names = Bundle(made[0]).table("cover_change")[0]
    assert "why" in names


DECIDES = [
    (0, "member_fate", ("seq", "member", "fate", "on_day")),
    (0, "cover_change", ("seq", "member", "why", "ends_on", "because_cover_id")),
    (0, "late_credit", ("roster_id", "decided_on", "by")),
    (0, "receipt", ("benefit_year", "from_year", "amount_fen", "received_on", "by")),
    (1, "receipt", ("benefit_year", "from_year", "amount_fen", "received_on", "by")),
    (2, "receipt", ("roster_id", "from_year", "amount_fen")),
]


@pytest.mark.parametrize(("which", "table", "fields"), DECIDES)
def test_a_changed_cell_is_found(
    made: list[Path], tmp_path: Path, which: int, table: str, fields: tuple[str, ...]
) -> None:
    bundle = Bundle(made[which])
    rows = range(1, len(bundle.table(table)))
    assert len(rows) >= 1
    kept = {
        (field, row)
        for field in fields
        for row in rows
        if holds_changed(bundle, tmp_path, table, field, row)
    }
    assert not kept


def test_money_of_others_for_somebody_who_enrolled_alone_is_found(
    made: list[Path], tmp_path: Path
) -> None:
    assert not holds_changed(Bundle(made[0]), tmp_path, "roster", "own_money", 1)


@pytest.mark.parametrize(
    ("which", "table"),
    [(0, "member_fate"), (0, "cover_change"), (0, "late_credit"), (1, "receipt")],
)
def test_a_dropped_row_is_found(made: list[Path], tmp_path: Path, which: int, table: str) -> None:
    bundle = Bundle(made[which])
    head, *rows = bundle.table(table)
    for place in range(len(rows)):
        copy = bundle.copy()
        copy.put(table, [head, *rows[:place], *rows[place + 1 :]])
        assert fault_of(forged(copy, tmp_path)), rows[place]


def test_a_death_that_ended_no_cover_is_found(made: list[Path], tmp_path: Path) -> None:
    bundle = Bundle(made[0])
    changes = bundle.table("cover_change")
    row = where(changes, why="died")
    del changes[row]
    bundle.put("cover_change", changes)
    assert fault_of(forged(bundle, tmp_path))


def test_a_grant_after_the_death_is_found(made: list[Path], tmp_path: Path) -> None:
    """The change is said to have come before the grant that it took back."""
    bundle = Bundle(made[0])
    changes, grants = bundle.table("cover_change"), bundle.table("determination")
    first = where(grants, setl_id="B", seq="1")
    put(changes, where(changes, why="died"), "change_no", "1")
    bundle.put("cover_change", changes)
    fault = fault_of(forged(bundle, tmp_path))
    assert fault.record == f"determination grant_no={cell(grants, first, 'grant_no')}"
