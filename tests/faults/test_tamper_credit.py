"""A unit's credit that is used beyond what it has: every entry is in order but that."""

import json
from pathlib import Path

import pytest

from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, fault_of, forged, put, where
from tests.faults.test_tamper_changes import made

__all__ = ["made"]


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
