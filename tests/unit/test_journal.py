"""An unbalanced entry cannot be constructed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.chart import BENEFITS, NAMES, Account
from app.ledger.journal import Entry, Posting, Unbalanced, lines, total_fen

DAY = date(2023, 1, 1)
BANK, HELD = Account.BANK, Account.MONEY_HELD


def entry(*amounts: int) -> Entry:
    return Entry(2023, DAY, "x", tuple(Posting(BANK, amount) for amount in amounts))


@pytest.mark.parametrize("amounts", [(), (0,), (5,), (5, -4), (1, 1, -1), (10**18, -(10**18) + 1)])
def test_an_unbalanced_or_one_sided_entry_is_refused_with_what_it_is_off_by(amounts):
    with pytest.raises(Unbalanced) as refused:
        entry(*amounts)
    assert refused.value.facts == {"memo": "x", "off_fen": sum(amounts), "lines": len(amounts)}


@given(st.lists(st.integers(-(10**16), 10**16), min_size=1))
def test_any_amounts_and_their_counterpart_are_an_entry(amounts):
    made = entry(*amounts, -sum(amounts))
    assert total_fen(made.postings) == 0


def test_an_entry_cannot_be_changed():
    with pytest.raises(AttributeError):
        entry(1, -1).benefit_year = 2024


def test_lines_of_nothing_are_left_out():
    assert lines(Posting(BANK, 5), Posting(HELD, 0), Posting(HELD, -5)) == (
        Posting(BANK, 5),
        Posting(HELD, -5),
    )


def test_every_account_has_a_name_in_both_languages_and_every_benefit_an_account():
    assert set(NAMES) == set(Account)
    assert all(zh and en for zh, en in NAMES.values())
    assert BENEFITS == {"inpatient": "5001", "chronic": "5002"}
