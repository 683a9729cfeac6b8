"""What identifies people is sealed for its row, found by an index, shown by a pseudonym."""

import pytest
from cryptography.exceptions import InvalidTag

from app.secrets import Keys, Vault, set_keys, vault
from tests.factories import make_account, make_id

KEYS = Keys(bytes([1] * 32), bytes([2] * 32), bytes([3] * 32))
VAULT = Vault(KEYS)


@pytest.mark.parametrize("plain", ["", make_id(1), make_account(1), "㛃䶮𬭚", "x" * 10_000])
def test_what_is_sealed_opens_for_its_row(plain):
    sealed = VAULT.seal(plain, "member", 7)
    assert VAULT.open(sealed, "member", 7) == plain
    assert plain == "" or plain.encode() not in sealed


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("member", (8,)),
        ("bank_account", (7,)),
        ("member", (7, 1)),
        ("member", ()),
    ],
)
def test_a_ciphertext_copied_to_another_row_does_not_open(table, row):
    sealed = VAULT.seal(make_id(1), "member", 7)
    with pytest.raises(InvalidTag):
        VAULT.open(sealed, table, *row)


def test_rows_of_several_numbers_are_not_mixed_up():
    sealed = VAULT.seal("x", "bank_account", 1, 23)
    with pytest.raises(InvalidTag):
        VAULT.open(sealed, "bank_account", 12, 3)


@pytest.mark.parametrize("place", [0, 5, 12, -1])
def test_a_flipped_bit_is_found(place):
    sealed = bytearray(VAULT.seal(make_id(1), "member", 7))
    sealed[place] ^= 1
    with pytest.raises(InvalidTag):
        VAULT.open(bytes(sealed), "member", 7)


def test_another_key_opens_nothing():
    other = Vault(Keys(bytes([9] * 32), KEYS.index, KEYS.pseudonym))
    with pytest.raises(InvalidTag):
        other.open(VAULT.seal("x", "member", 7), "member", 7)


def test_the_same_text_is_sealed_differently_each_time():
    assert len({VAULT.seal("x", "member", 7) for _ in range(100)}) == 100


def test_the_index_is_the_same_for_the_same_text_of_one_kind_and_key():
    index = VAULT.index("certno", make_id(1))
    assert len(index) == 16
    assert index == VAULT.index("certno", make_id(1))
    others = [
        VAULT.index("certno", make_id(2)),
        VAULT.index("account", make_id(1)),
        Vault(Keys(KEYS.encryption, bytes([9] * 32), KEYS.pseudonym)).index("certno", make_id(1)),
    ]
    assert index not in others


def test_indexes_of_many_people_differ():
    assert len({VAULT.index("certno", make_id(n)) for n in range(5_000)}) == 5_000


def test_pseudonyms_are_stable_and_depend_on_kind_and_key():
    assert VAULT.pseudonym("member", 1) == Vault(KEYS).pseudonym("member", 1)
    assert VAULT.pseudonym("member", 1).startswith("M-")
    other = Vault(Keys(KEYS.encryption, KEYS.index, bytes([9] * 32)))
    assert other.pseudonym("member", 1) != VAULT.pseudonym("member", 1)
    assert VAULT.pseudonym("member", 1)[1:] != VAULT.pseudonym("account", 1)[1:]


def test_keys_are_never_shown():
    assert repr(KEYS) == "Keys()"


def test_the_process_works_with_the_keys_it_was_given_last():
    set_keys(Keys(bytes([7] * 32), bytes([7] * 32), bytes([7] * 32)))
    set_keys(KEYS)
    assert vault().index("certno", "x") == VAULT.index("certno", "x")


def test_many_are_sealed_and_found_as_one_is():
    plains = ["", make_id(1), make_account(1), "㛃䶮𬭚", make_id(1)]
    rows = [(n, 2) for n in range(len(plains))]
    sealed = VAULT.seal_all(plains, "bank_account", rows)
    opened = [VAULT.open(x, "bank_account", *row) for x, row in zip(sealed, rows, strict=True)]
    assert opened == plains
    assert len({x[:12] for x in sealed}) == len(plains)  # no randomness is used twice
    assert VAULT.indexes("certno", plains) == [VAULT.index("certno", x) for x in plains]


def test_the_index_stays_what_it_was():
    """Rows written before are found by it."""
    assert VAULT.index("certno", "赵").hex() == "f5a1587a4b8028d79b037778645cdad8"
