"""Whatever is changed about money that came by statements, the verifier finds it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from tests.conftest import Database
from tests.db.money_year import money_year
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, chances, fault_of, forged, holds_changed, put, where

TABLES = (
    *("bank_statement", "statement_line", "line_resolution", "receipt", "receipt_undone"),
    *("unit_refund", "refund_share", "refund_step", "subsidy"),
    *("online_payout", "online_payout_year", "entry_reversal"),
)
FREE = {
    *((name, "recorded_at") for name in TABLES),
    *(("receipt", "reference"), ("subsidy", "reference"), ("online_payout", "reference")),
    # In which file the bank was asked: its word, which the bundle has not.
    ("refund_step", "file_sha256"),
    # Money that filled one roster may have named it: nothing else would be different.
    ("receipt", "roster_id"),
}
ELSEWHERE = {
    *(("line_resolution", field) for field in ("receipt_id", "subsidy_id")),
    ("bank_statement", "file_sha256"),
}
"""In the calendar year before: what is the benefit year's money, its own bundle decides."""
MUTATIONS = 200


@pytest.fixture(scope="module")
def made(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("money")
    paths = [folder / f"{year}.zip" for year in (2023, 2024)]
    with shared_database.engine.connect() as connection, Session(connection) as session:
        money_year(session)
        for path in paths:
            make_bundle(session, int(path.stem), path)
        session.rollback()
    return paths


def rows_of_year(bundle: Bundle, year: str, name: str) -> list[int]:
    """The rows that this year's bundle decides: what is of another year only is decided there."""
    table = bundle.table(name)
    lines, refunds = bundle.table("statement_line"), bundle.table("unit_refund")
    known = {cell(refunds, row, "refund_id") for row in range(1, len(refunds))}
    days = {cell(lines, x, "line_id"): cell(lines, x, "booked_on") for x in range(1, len(lines))}

    def decides(row: int) -> bool:
        if name == "statement_line":
            refund = cell(table, row, "refund_id")
            return refund in known if refund else cell(table, row, "booked_on").startswith(year)
        if name == "line_resolution":
            return days[cell(table, row, "line_id")].startswith(year)
        return True

    return [row for row in range(1, len(table)) if decides(row)]


@pytest.mark.parametrize("nth", [0, 1])
def test_a_changed_cell_is_found(made: list[Path], tmp_path: Path, nth: int) -> None:
    """One cell of any of these tables, digests and totals repaired."""
    bundle, year = Bundle(made[nth]), made[nth].stem
    cells = [
        (name, field, row)
        for name in TABLES
        for row in rows_of_year(bundle, year, name)
        for field in verify.TABLES[name].columns
        if (name, field) not in (FREE if nth else FREE | ELSEWHERE)
    ]
    some = chances(7).sample(cells, min(len(cells), MUTATIONS))
    missed = [x for x in some if holds_changed(bundle, tmp_path, *x)]
    print(f"{len(some)} changed cells of {len(cells)}, not found: {missed}")
    assert len(some) > 50
    assert not missed


@pytest.mark.parametrize("nth", [0, 1])
@pytest.mark.parametrize("name", TABLES)
def test_rows_dropped_or_doubled_are_found(
    made: list[Path], tmp_path: Path, name: str, nth: int
) -> None:
    bundle, year = Bundle(made[nth]), made[nth].stem
    head, *rows = bundle.table(name)
    assert nth == 0 or rows
    for row in rows_of_year(bundle, year, name):
        dropped = [*rows[: row - 1], *rows[row:]]
        for table in (dropped, [*rows[:row], *rows[row - 1 :]]):
            copy = bundle.copy()
            copy.put(name, [head, *table])
            assert fault_of(forged(copy, tmp_path)), rows[row - 1]


def another_account(bundle: Bundle) -> None:
    """Interest is booked as recovered money."""
    table = bundle.table("posting")
    put(table, _booked(bundle, "4101"), "account", "4102")
    bundle.put("posting", table)


def another_sign(bundle: Bundle) -> None:
    """It is booked the other way: as if the bank had taken it."""
    table = bundle.table("posting")
    for account in ("4101", "2103"):
        row = _booked(bundle, account)
        put(table, row, "amount_fen", str(-int(cell(table, row, "amount_fen"))))
    bundle.put("posting", table)


def money_out(bundle: Bundle) -> None:
    """A fee is said to be interest."""
    table = bundle.table("line_resolution")
    row = where(table, act="fee")
    staff = bundle.table("staff")
    one = next(
        cell(staff, x, "staff")
        for x in range(1, len(staff))
        if cell(staff, x, "staff") != cell(table, row, "by")
    )
    put(table, row, "act", "interest")
    put(table, row, "proposed_by", one)
    bundle.put("line_resolution", table)


def one_person(bundle: Bundle) -> None:
    table = bundle.table("line_resolution")
    row = where(table, act="interest")
    put(table, row, "proposed_by", cell(table, row, "by"))
    bundle.put("line_resolution", table)


def not_undone(bundle: Bundle) -> None:
    """Typed money is reversed in the books, and still counts for the unit."""
    table = bundle.table("receipt_undone")
    table.pop(_typed(bundle))
    bundle.put("receipt_undone", table)


def another_undid_it(bundle: Bundle) -> None:
    """The two changed places: the entry says otherwise."""
    table, row = bundle.table("receipt_undone"), _typed(bundle)
    one, other = (cell(table, row, x) for x in ("proposed_by", "by"))
    put(table, row, "proposed_by", other)
    put(table, row, "by", one)
    bundle.put("receipt_undone", table)


def not_reversed(bundle: Bundle) -> None:
    """It is undone, and its money stays in the books."""
    table = bundle.table("entry_reversal")
    bundle.put("entry_reversal", table[:1])


def on_a_line(bundle: Bundle) -> None:
    """The bank had brought it."""
    lines, undone = bundle.table("statement_line"), bundle.table("receipt_undone")
    put(lines, where(lines, taken_as="receipt"), "receipt_id", undone[_typed(bundle)][0])
    bundle.put("statement_line", lines)


def _typed(bundle: Bundle) -> int:
    """The row of the receipt that was typed and undone."""
    undone, receipts = bundle.table("receipt_undone"), bundle.table("receipt")
    typed = cell(receipts, where(receipts, reference="slip"), "receipt_id")
    return where(undone, receipt_id=typed)


@pytest.mark.parametrize(
    ("forge", "found"),
    [
        (not_undone, ("no_number", "entry_reversal")),
        (another_undid_it, ("differs", "entry_reversal")),
        (not_reversed, ("differs", "receipt_undone")),
        (on_a_line, ("no_number", "entry_reversal")),
    ],
)
def test_typed_money_that_was_not_taken_back_is_found(
    made: list[Path], tmp_path: Path, forge: Callable[[Bundle], None], found: tuple[str, str]
) -> None:
    bundle = Bundle(made[1])
    forge(bundle)
    fault = fault_of(forged(bundle, tmp_path))
    assert (fault.check, fault.record.split(" ")[0]) == found


def _booked(bundle: Bundle, account: str) -> int:
    """The row of the posting that interest out of suspense has on an account."""
    entries = bundle.table("entry")
    entry = cell(entries, where(entries, memo="interest resolved"), "entry_id")
    return where(bundle.table("posting"), entry_id=entry, account=account)


@pytest.mark.parametrize(
    ("forge", "nth", "check"),
    [
        (another_account, 1, "journal"),
        (another_sign, 1, "journal"),
        (money_out, 0, "move"),
        (one_person, 1, "same_person"),
    ],
)
def test_interest_that_was_none_is_found(
    made: list[Path], tmp_path: Path, forge: Callable[[Bundle], None], nth: int, check: str
) -> None:
    bundle = Bundle(made[nth])
    forge(bundle)
    assert fault_of(forged(bundle, tmp_path)).check == check
