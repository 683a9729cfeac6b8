"""A deed taken out of tables and books alike, so that they add up: the log still tells of it."""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from tests.conftest import Database
from tests.db.held_year import held_year
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, fault_of, forged, put, where

BOOKED = {
    "repayment": "repaid by member",
    "recovery_receipt": "recovery received",
    "recovery_write_off": "recovery given up",
    "write_off": "receivable written off",
    "recovery": "recovery opened",
}


@pytest.fixture(scope="module")
def whole(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gone") / "2021.zip"
    with shared_database.engine.connect() as connection, Session(connection) as session:
        held_year(session)
        add_account(session, "looker", "戊", Role.AUDITOR, "correct horse battery", by=None)
        for year in (2021, 2022):
            make_bundle(session, year, path.with_name(f"{year}.zip"))
        session.rollback()
    return path


def taken_out(bundle: Bundle, name: str, row: int) -> None:
    """The row, and its entries with their lines."""
    table = bundle.table(name)
    number = cell(table, row, verify.TABLES[name].key[0])
    del table[row]
    bundle.put(name, table)
    head, *entries = bundle.table("entry")
    about = (head.index("memo"), head.index("about"))
    gone = [x for x in entries if (x[about[0]], x[about[1]]) == (BOOKED[name], number)]
    assert gone
    bundle.put("entry", [head, *(x for x in entries if x not in gone)])
    head, *lines = bundle.table("posting")
    numbers = {x[0] for x in gone}
    bundle.put("posting", [head, *(x for x in lines if x[0] not in numbers)])


@pytest.mark.parametrize("name", BOOKED)
def test_what_is_gone_with_its_entry_is_found(whole: Path, tmp_path: Path, name: str) -> None:
    bundle = Bundle(whole)
    rows = len(bundle.table(name))
    assert rows > 1
    for row in range(1, rows):
        copy = bundle.copy()
        taken_out(copy, name, row)
        assert fault_of(forged(copy, tmp_path))


def the_debtor(bundle: Bundle) -> str:
    """Make the repayment's member an officer, in the log too, who did nothing so far."""
    staff, events = bundle.table("staff"), bundle.table("event")
    member = cell(bundle.table("repayment"), 1, "member")
    found = (bundle.table(name) for name in ("audit_sample", "audit_finding", "audit_finding_step"))
    busy = {cell(table, row, "by") for table in found for row in range(1, len(table))}
    roles = (
        (row, cell(staff, row, "staff"), cell(staff, row, "role")) for row in range(1, len(staff))
    )
    spare = next(row for row, who, role in roles if role == "auditor" and who not in busy)
    put(staff, spare, "role", "officer")
    put(staff, spare, "member", member)
    who = cell(staff, spare, "staff")
    row = where(events, act="account.added", about=who)
    facts = {**json.loads(cell(events, row, "facts")), "role": "officer", "member": member}
    put(events, row, "facts", json.dumps(facts))
    bundle.put("staff", staff)
    bundle.put("event", events)
    return who


def test_a_debtor_who_says_that_the_own_debt_is_paid_is_found(whole: Path, tmp_path: Path) -> None:
    bundle = Bundle(whole)
    who, repaid = the_debtor(bundle), bundle.table("repayment")
    row = where(repaid, suspense_year="")
    put(repaid, row, "by", who)
    number = cell(repaid, row, "repayment_id")
    bundle.put("repayment", repaid)
    told = bundle.table("event")
    put(told, where(told, act="receivable.repaid", about=number), "by", who)
    bundle.put("event", told)
    assert fault_of(forged(bundle, tmp_path)).check == "own_claim"


def test_a_debtor_who_proposes_it_of_a_line_is_found(whole: Path, tmp_path: Path) -> None:
    bundle = Bundle(whole.with_name("2022.zip"))
    who, said = the_debtor(bundle), bundle.table("line_resolution")
    put(said, where(said, act="repayment"), "proposed_by", who)
    bundle.put("line_resolution", said)
    assert fault_of(forged(bundle, tmp_path)).check == "own_claim"
