"""A unit's credit that is used beyond what it has: every entry is in order but that."""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.audit.make import make_bundle
from tests.conftest import Database
from tests.db.money_year import money_year
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, fault_of, forged, put, where
from tests.faults.test_tamper_changes import made

__all__ = ["made"]


@pytest.fixture(scope="module")
def money(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("credit") / "2024.zip"
    with shared_database.engine.connect() as connection, Session(connection) as session:
        money_year(session)
        make_bundle(session, 2024, path)
        session.rollback()
    return path


@pytest.mark.parametrize("from_year", ["2023", "2024"])
def test_credit_used_twice_over_is_found(made: list[Path], tmp_path: Path, from_year: str) -> None:
    """Receipt, journal and log say twice the credit there was, alike in both years' bundles."""
    bundles = [Bundle(path) for path in made[:2]]
    wrong = []
    for bundle in bundles:
        receipts, entries = bundle.table("receipt"), bundle.table("entry")
        postings, events = bundle.table("posting"), bundle.table("event")
        found = [x for x in range(1, len(receipts)) if cell(receipts, x, "from_year") == from_year]
        for row in found:
            number = cell(receipts, row, "receipt_id")
            twice = str(2 * int(cell(receipts, row, "amount_fen")))
            put(receipts, row, "amount_fen", twice)
            entry = cell(entries, where(entries, memo="credit used", about=number), "entry_id")
            for line in range(1, len(postings)):
                if cell(postings, line, "entry_id") == entry:
                    amount = str(2 * int(cell(postings, line, "amount_fen")))
                    put(postings, line, "amount_fen", amount)
            told = where(events, act="credit.used", about=number)
            facts = {**json.loads(cell(events, told, "facts")), "amount_fen": int(twice)}
            put(events, told, "facts", json.dumps(facts))
            for name, table in (("receipt", receipts), ("posting", postings), ("event", events)):
                bundle.put(name, table)
            wrong.append(bundle)
    assert wrong
    assert fault_of(forged(wrong[0], tmp_path)).check == "overdrawn"


def test_a_payout_of_more_than_was_paid_online_is_found(money: Path, tmp_path: Path) -> None:
    """The bank's money is the same; the rest is said to be the platform's fee."""
    bundle = Bundle(money)
    payouts, years = bundle.table("online_payout"), bundle.table("online_payout_year")
    number = cell(payouts, 1, "payout_id")
    more(payouts, 1, "fee_fen", 100)
    more(years, where(years, payout_id=number), "amount_fen", 100)
    entries, postings = bundle.table("entry"), bundle.table("posting")
    entry = cell(entries, where(entries, memo="online settled", about=number), "entry_id")
    more(postings, where(postings, entry_id=entry, account="5101"), "amount_fen", 100)
    more(postings, where(postings, entry_id=entry, account="1002"), "amount_fen", -100)
    events = bundle.table("event")
    told = where(events, act="online.settled", about=number)
    facts = json.loads(cell(events, told, "facts"))
    put(events, told, "facts", json.dumps({**facts, "fee_fen": facts["fee_fen"] + 100}))
    for name, table in (
        *(("online_payout", payouts), ("online_payout_year", years)),
        *(("posting", postings), ("event", events)),
    ):
        bundle.put(name, table)
    assert fault_of(forged(bundle, tmp_path)).check == "overdrawn"


def more(table: list[list[str]], row: int, field: str, by: int) -> None:
    put(table, row, field, str(int(cell(table, row, field)) + by))
