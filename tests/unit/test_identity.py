"""Citizen IDs, social credit codes and bank accounts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.roster.identity import (
    birth_date,
    check_citizen_id,
    check_uscc,
    luhn_ok,
    names_somebody,
    normalise_account,
    normalise_certno,
    normalise_uscc,
    region_known,
    uscc_unverified,
)
from tests.factories import check_digit, make_account, make_id, make_uscc

TODAY = date(2024, 6, 1)
STANDARDS_OWN = "11010519491231002X"  # the example of GB 11643


def with_check(body: str) -> str:
    return body + check_digit(body)


def test_the_standards_own_example_is_valid():
    assert check_citizen_id(STANDARDS_OWN, TODAY) is None
    assert birth_date(STANDARDS_OWN) == date(1949, 12, 31)


@given(seed=st.integers(0, 10**6 - 1), born=st.none() | st.dates(date(1900, 1, 1), TODAY))
def test_every_made_up_id_is_valid_and_keeps_its_birth_date(seed, born):
    certno = make_id(seed, born=born)
    assert check_citizen_id(certno, date(2062, 12, 31)) is None
    assert born is None or birth_date(certno) == born


def test_seeds_are_different_people():
    assert len({make_id(seed) for seed in range(5_000)}) == 5_000
    assert len({make_account(seed) for seed in range(500)}) == 500
    assert len({make_uscc(seed) for seed in range(500)}) == 500


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (make_id(3), True),
        (f"王五{make_id(3).lower()}的住院", True),
        (f"{make_id(3)[:6]} {make_id(3)[6:14]} {make_id(3)[14:]}", True),
        ("13812345678", True),
        ("电话138 1234 5678", True),
        ("138-1234-5678待退", True),
        ("\uff11\uff13\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", True),
        ("6222 0000 1111 2222", True),
        ("2024 年住院", False),
        ("202401", False),
        ("2024-01-01 2024-12-31", False),
        ("P2024-0012 至 0034", False),
        ("超过 1,000,000.00 元", False),
        ("", False),
    ],
)
def test_a_text_that_holds_somebodys_number_is_known(text, names):
    assert names_somebody(text) is names


@given(seed=st.integers(0, 9_999), place=st.integers(0, 17), digit=st.sampled_from("0123456789X"))
def test_one_changed_character_never_passes(seed, place, digit):
    certno = make_id(seed)
    changed = certno[:place] + digit + certno[place + 1 :]
    assert changed == certno or check_citizen_id(changed, TODAY) is not None


@given(seed=st.integers(0, 9_999), place=st.integers(0, 16))
def test_two_neighbours_swapped_never_pass(seed, place):
    certno = make_id(seed)
    swapped = certno[:place] + certno[place + 1] + certno[place] + certno[place + 2 :]
    assert swapped == certno or check_citizen_id(swapped, TODAY) is not None


@pytest.mark.parametrize(
    ("certno", "reason"),
    [
        ("", "CertnoLength"),
        (STANDARDS_OWN[:-1], "CertnoLength"),
        (STANDARDS_OWN + "0", "CertnoLength"),
        ("410503700101123", "CertnoOldStyle"),
        ("41050370010112X", "CertnoLength"),
        ("110105194912310020", "CertnoCheckDigit"),
        ("1101051949123100XX", "CertnoCharacters"),
        ("11010519491231002Y", "CertnoCharacters"),
        ("1101051949123100\N{SUPERSCRIPT TWO}X", "CertnoCharacters"),
        ("1101051949123100\N{ARABIC-INDIC DIGIT TWO}X", "CertnoCharacters"),
        ("110105194912310\x0002", "CertnoCharacters"),
        (with_check("41059920230229001"), "CertnoBirthDate"),
        (with_check("41059919001301001"), "CertnoBirthDate"),
        (with_check("41059900000101001"), "CertnoBirthDate"),
        (with_check("41059918991231001"), "CertnoBirthDate"),
        (make_id(1, born=TODAY + timedelta(days=1)), "CertnoBornLater"),
        (make_id(1, born=TODAY), None),
        (with_check("41059920240229001"), None),
    ],
)
def test_the_reason_says_what_is_wrong(certno, reason):
    assert check_citizen_id(certno, TODAY) == reason


def test_a_letter_before_the_last_place_is_told_apart_from_a_wrong_check_digit():
    assert check_citizen_id("1101051949123X002X", TODAY) == "CertnoCharacters"


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        (STANDARDS_OWN, False),
        (f"  {STANDARDS_OWN}\t\n", False),
        (f"\u3000{STANDARDS_OWN}\u00a0", False),
        (STANDARDS_OWN.lower(), True),
        ("110105 19491231 002X", True),
        ("11010519491231\u3000002X", True),
        ("110105-194912310-02X".replace("-", "\u200c"), True),
        ("".join(chr(ord(c) + 0xFEE0) for c in STANDARDS_OWN), True),
        ("".join(chr(ord(c) + 0xFEE0) for c in STANDARDS_OWN.lower()), True),
        (f"\u200b{STANDARDS_OWN}", True),
        (f"{STANDARDS_OWN}\ufeff", True),
        ("110105\u200d1949\u20601231\u00ad002X", True),
    ],
)
def test_an_id_is_tidied_up_and_told_so(typed, changed):
    assert normalise_certno(typed) == (STANDARDS_OWN, changed)


@given(st.text())
def test_tidying_twice_is_tidying_once(text):
    once, _ = normalise_certno(text)
    assert normalise_certno(once) == (once, False)


def test_an_override_in_an_id_is_not_tidied_away():
    certno, _ = normalise_certno(f"{STANDARDS_OWN[:6]}\u202e{STANDARDS_OWN[6:]}")
    assert check_citizen_id(certno, TODAY) is not None


@pytest.mark.parametrize("region", ["410503", "330114", "310151", "659001", "810000", "911110"])
def test_regions_that_libraries_refuse_are_valid(region):
    certno = make_id(7, born=date(1970, 1, 1), region=region)
    assert check_citizen_id(certno, TODAY) is None
    assert region_known(certno)


@pytest.mark.parametrize("region", ["000000", "160101", "380101", "550101", "700101", "840101"])
def test_an_unknown_province_is_worth_a_note_only(region):
    certno = make_id(7, region=region)
    assert check_citizen_id(certno, TODAY) is None
    assert not region_known(certno)


@given(st.integers(0, 10**9 - 1))
def test_made_up_codes_of_units_are_valid(seed):
    code = make_uscc(seed)
    assert check_uscc(code) is None
    assert not uscc_unverified(code)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91110000600037341L", None),  # python-stdnum's own example
        ("911100006000373411", "UsccCheckDigit"),
        ("9111000060003734", "UsccLength"),
        ("9111000060003734*L", "UsccCharacters"),
        ("91110000600037341", "UsccLength"),
        ("91110000600037341\N{FULLWIDTH LATIN CAPITAL LETTER L}", "UsccCharacters"),
    ],
)
def test_a_units_code(code, reason):
    assert check_uscc(code) == reason


def test_a_rural_collectives_code_is_taken_and_called_unverified():
    code = "N2410599MF0000001X"
    assert check_uscc(code) is None
    assert uscc_unverified(code)


def test_a_units_code_is_tidied_up():
    assert normalise_uscc(" 9111-0000 60003734 1l ") == ("91110000600037341L", True)
    assert normalise_uscc("91110000600037341L ") == ("91110000600037341L", False)


def test_luhn_is_a_question_not_a_refusal():
    account = make_account(3)
    assert luhn_ok(account)
    assert not luhn_ok(str(int(account) + 1))
    assert not luhn_ok("")


def test_an_account_loses_its_blanks_and_hyphens():
    assert normalise_account(" '6221990000000008\t") == "6221990000000008"
    assert normalise_account("6221'990000000008") == "6221'990000000008"
    assert normalise_account(" 6221-9900 0000\u30000008 ") == "6221990000000008"
