"""Passwords: taken, refused, checked."""

from time import perf_counter

import pytest

from app.accounts import password
from app.accounts.password import (
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnreadable,
    hashed,
    made_up,
    matches,
    nobodys,
    outdated,
)
from tests.conftest import AS_INSTALLED

GOOD = "a good long password"


@pytest.fixture(autouse=True)
def as_installed(monkeypatch):
    monkeypatch.setattr(password, "_HASHER", AS_INSTALLED)
    nobodys.cache_clear()
    yield
    nobodys.cache_clear()


def test_only_the_password_that_was_set_matches():
    stored = hashed(GOOD)
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    assert matches(stored, GOOD)
    assert not matches(stored, GOOD + " ")
    assert not matches(stored, "")


def test_the_same_password_is_stored_differently_every_time():
    assert hashed(GOOD) != hashed(GOOD)


@pytest.mark.parametrize("length", [0, 1, password.SHORTEST - 1])
def test_a_short_password_is_refused(length):
    with pytest.raises(PasswordTooShort) as refused:
        hashed("x" * length)
    assert refused.value.facts == {"shortest": 10}


def test_the_lengths_at_the_limits_are_taken():
    for length in (password.SHORTEST, password.LONGEST):
        assert matches(hashed("x" * length), "x" * length)


def test_a_long_password_is_refused_before_it_is_hashed():
    stored = hashed(GOOD)
    megabyte = "x" * 1_000_000
    began = perf_counter()
    for _ in range(100):
        assert not matches(stored, megabyte)
        with pytest.raises(PasswordTooLong):
            hashed(megabyte)
    # Two hundred hashes take six seconds; this many comparisons of a length take none.
    assert perf_counter() - began < 1


def test_full_width_characters_of_an_input_method_count_as_narrow_ones():
    assert matches(hashed("Passw0rd2024"), "Passw0rd2024")


def test_what_is_no_character_is_refused_and_never_matches():
    with pytest.raises(PasswordUnreadable):
        hashed("password\ud800\ud800")
    assert not matches(hashed(GOOD), "password\ud800\ud800")


def test_a_hash_that_is_none_matches_nothing():
    assert not matches("", GOOD)
    assert not matches("not a hash", GOOD)


def test_nobodys_hash_costs_what_an_accounts_costs_and_matches_nothing():
    assert nobodys().split("$")[:4] == hashed(GOOD).split("$")[:4]
    assert nobodys() == nobodys()
    assert not matches(nobodys(), "")
    assert not matches(nobodys(), GOOD)


def test_a_hash_of_another_cost_is_outdated():
    assert not outdated(hashed(GOOD))
    assert outdated(hashed(GOOD).replace("t=2", "t=1"))


def test_made_up_passwords_are_long_and_differ():
    made = {made_up() for _ in range(100)}
    assert len(made) == 100
    assert min(map(len, made)) >= 20
