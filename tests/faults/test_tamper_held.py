"""What people decide of held claims, and money that comes back: forged, it is found."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.adjudication.replay import replay
from app.audit import verify
from app.audit.make import make_bundle
from app.payments.due import expense_off_fen, untied
from tests.conftest import Database
from tests.db.held_year import held_year
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, fault_of, forged, holds_changed, put, where

OURS = (
    *("injury_statement", "held_decision", "recovery", "recovery_receipt"),
    *("recovery_write_off", "repayment", "write_off", "set_off"),
)
FREE = {
    *((name, "recorded_at") for name in OURS),
    *(("recovery_receipt", "reference"), ("repayment", "reference")),
    *(("injury_statement", "seq"), ("injury_statement", "apart")),
}
"""What nothing else in the bundle contradicts."""


@pytest.fixture(scope="module")
def whole(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("held") / "2021.zip"
    with shared_database.engine.connect() as connection, Session(connection) as session:
        held_year(session)
        for year in (2021, 2022):
            assert replay(session, year).differences == []
            assert untied(session, year) == []
            assert expense_off_fen(session, year) == 0
        make_bundle(session, 2022, path.with_name("2022.zip"))
        make_bundle(session, 2021, path)
        session.rollback()
    return path


@pytest.fixture
def bundle(whole: Path) -> Bundle:
    return Bundle(whole)


def test_the_years_hold_and_have_everything_in_them(whole: Path, bundle: Bundle) -> None:
    for path in (whole, whole.with_name("2022.zip")):
        assert verify.examine(str(path))["fault"] is None
    for name in OURS:
        assert len(bundle.table(name)) > 1, name


def test_every_changed_cell_is_found(bundle: Bundle, tmp_path: Path) -> None:
    missed: Counter[tuple[str, str]] = Counter()
    tried = 0
    for name in OURS:
        for field in verify.TABLES[name].columns:
            for row in range(1, len(bundle.table(name))):
                tried += 1
                missed[name, field] += holds_changed(bundle, tmp_path, name, field, row)
    print(f"{tried} changed cells, not found: {dict(+missed)}")
    assert set(+missed) <= FREE


LATER = ("line_resolution", "statement_line", "recovery_receipt", "repayment")
"""What the bundle of the bank's year decides."""


def test_what_left_suspense_rests_on_lines_of_the_banks_year(whole: Path, tmp_path: Path) -> None:
    bundle = Bundle(whole.with_name("2022.zip"))
    free = {
        *FREE,
        *((name, "recorded_at") for name in LATER),
        ("repayment", "grant_no"),
        ("repayment", "member"),
    }
    missed = {
        (name, field)
        for name in LATER
        for field in verify.TABLES[name].columns
        for row in range(1, len(bundle.table(name)))
        if holds_changed(bundle, tmp_path, name, field, row)
    }
    assert missed <= free
    for name in LATER:
        head, *rows = bundle.table(name)
        assert len(rows) == 2 - (name in ("recovery_receipt", "repayment"))
        for place in range(len(rows)):
            copy = bundle.copy()
            copy.put(name, [head, *rows[:place], *rows[place + 1 :]])
            assert fault_of(forged(copy, tmp_path)), (name, place)


def test_a_line_that_brings_two_repayments_is_found(whole: Path, tmp_path: Path) -> None:
    """One line's word names what another line brought: both would be of one."""
    bundle = Bundle(whole.with_name("2022.zip"))
    said = bundle.table("line_resolution")
    one, other = where(said, act="recovery"), where(said, act="repayment")
    for field in ("act", "recovery_receipt_id", "repayment_id"):
        put(said, other, field, cell(said, one, field))
    bundle.put("line_resolution", said)
    assert fault_of(forged(bundle, tmp_path))


def test_every_dropped_row_is_found(bundle: Bundle, tmp_path: Path) -> None:
    for name in OURS:
        head, *rows = bundle.table(name)
        for place in range(len(rows)):
            copy = bundle.copy()
            copy.put(name, [head, *rows[:place], *rows[place + 1 :]])
            assert fault_of(forged(copy, tmp_path)), (name, place)


def test_one_person_who_decides_alone_is_found(bundle: Bundle, tmp_path: Path) -> None:
    for name in ("held_decision", "recovery", "recovery_write_off", "write_off", "set_off"):
        copy, table = bundle.copy(), bundle.table(name)
        put(table, 1, "prepared_by", cell(table, 1, "approved_by"))
        copy.put(name, table)
        assert fault_of(forged(copy, tmp_path)).check == "same_person"


def test_a_reviewer_who_wrote_down_what_was_said_of_the_injury_is_found(
    bundle: Bundle, tmp_path: Path
) -> None:
    """Unless the statement is older than the rule."""
    reviews, statements = bundle.table("review"), bundle.table("injury_statement")
    at = where(reviews, stage="first")
    statements.append([*statements[1]])
    for name in ("claim_id", "member", "by", "recorded_at"):
        put(statements, -1, name, cell(reviews, at, name))
    added, place = statements[-1], statements[0].index("claim_id")
    for apart, check in (("true", "filer_confirms"), ("false", "no_event")):
        copy = bundle.copy()
        added[statements[0].index("apart")] = apart
        rows = sorted(statements[1:], key=lambda row: int(row[place]))
        copy.put("injury_statement", [statements[0], *rows])
        assert fault_of(forged(copy, tmp_path)).check == check


def test_what_an_operator_approved_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """One proposed how a claim is decided; that holds."""
    staff, decisions = bundle.table("staff"), bundle.table("held_decision")
    operator = cell(staff, where(staff, role="operator"), "staff")
    at = where(decisions, prepared_by=operator)
    put(decisions, at, "prepared_by", cell(decisions, at, "approved_by"))
    put(decisions, at, "approved_by", operator)
    bundle.put("held_decision", decisions)
    assert fault_of(forged(bundle, tmp_path)).check == "no_officer"


def test_an_injury_paid_without_the_members_word_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """The statement is gone from table and log."""
    statements, events = bundle.table("injury_statement"), bundle.table("event")
    del statements[1]
    del events[where(events, act="injury.stated")]
    bundle.put("injury_statement", statements)
    bundle.put("event", events)
    assert fault_of(forged(bundle, tmp_path)).check == "unstated"
