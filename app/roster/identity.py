"""Citizen ID numbers (GB 11643), social credit codes (GB 32100) and bank accounts, as texts."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Final

from stdnum import luhn
from stdnum.cn import uscc

CERTNO_LENGTH: Final = 18
_OLD_CERTNO_LENGTH: Final = 15
_LONGEST: Final = 200
_WITHIN: Final = re.compile(r"(?=([0-9]{17}[0-9Xx]))")
_BETWEEN: Final = re.compile(r"(?<=\w)[\s\-.·_]+(?=\w)")
_OF_A_PERSON: Final = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|\d{15,19}|\d{17}[Xx]|\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?)(?!\d)"
)
_SPACED_PHONE: Final = re.compile(r"(?<!\d)1[3-9]\d([ -])\d{4}\1\d{4}(?!\d)")
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SHOWN: Final = (6, 4)
_CHECK_DIGITS: Final = "10X98765432"
OLDEST_BIRTH_YEAR: Final = 1900
# GB 2260: the provinces; 9 begins the cards of foreign permanent residents.
_PROVINCE: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9")
# Zero-width marks that come along when a number is copied from a web page or a chat. The
# overrides (U+202A to U+202E) stay: they change what a reader sees, so such a number is refused.
_ZERO_WIDTH: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_NARROWED: Final = (
    {0xFF10 + n: ord("0") + n for n in range(10)}
    | {0xFF21 + n: ord("A") + n for n in range(26)}
    | {0xFF41 + n: ord("A") + n for n in range(26)}
    | dict.fromkeys(map(ord, _ZERO_WIDTH))
)


def normalise_certno(text: str) -> tuple[str, bool]:
    """The number as it is stored, and whether more than surrounding blanks had to change."""
    stripped = text.strip()
    certno = _narrow(stripped)
    return certno, certno != stripped


def normalised(texts: Sequence[str]) -> list[str]:
    """Numbers without blanks around them as they are stored; asked together where all are clean."""
    joined = "".join(texts)
    if joined.isascii() and joined.isalnum() and max(map(len, texts)) <= _LONGEST:
        return [*texts] if joined == joined.upper() else [x.upper() for x in texts]
    return [*map(_narrow, texts)]


def check_citizen_id(certno: str, today: date) -> str | None:
    """Why a normalised number is not a citizen ID (a key of `app.texts`), or None."""
    if len(certno) == _OLD_CERTNO_LENGTH and _digits(certno):
        return "CertnoOldStyle"
    if len(certno) != CERTNO_LENGTH:
        return "CertnoLength"
    if not _digits(certno[:-1]) or certno[-1] not in _CHECK_DIGITS:
        return "CertnoCharacters"
    if certno[-1] != certno_check_digit(certno[:-1]):
        return "CertnoCheckDigit"
    born_on = _date(certno[6:14])
    if born_on is None or born_on.year < OLDEST_BIRTH_YEAR:
        return "CertnoBirthDate"
    return "CertnoBornLater" if born_on > today else None


def holds_certno(text: str) -> bool:
    """Whether an ID number stands in a text that would be stored and shown as a plain one.

    Wide or other digits count as what they mean, and spaces and dashes between them as nothing.
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    digits = "".join(
        str(unicodedata.decimal(sign, -1)) if sign.isdecimal() else sign for sign in plain
    )
    # A number of 20 digits holds one now and then by its check digit alone, hardly by its day.
    return any(
        check_citizen_id(found.upper(), date.max) is None for found in _WITHIN.findall(digits)
    )


def names_somebody(text: str) -> bool:
    """Whether what looks like an ID number, a card or a telephone number stands in a text."""
    plain = unicodedata.normalize("NFKC", text)
    found = _OF_A_PERSON.search(plain) or _SPACED_PHONE.search(plain)
    return found is not None or holds_certno(text)


def certno_check_digit(body: str) -> str:
    """GB 11643: the last character for the 17 digits before it."""
    weighted = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return _CHECK_DIGITS[weighted % 11]


def birth_date(certno: str) -> date:
    """The birth date inside a number that `check_citizen_id` accepts."""
    return date(int(certno[6:10]), int(certno[10:12]), int(certno[12:14]))


def masked_certno(certno: str) -> str:
    """410599********0012: enough to tell people apart at a counter, not enough to use."""
    hidden = max(len(certno) - sum(_SHOWN), 0)
    return certno[: _SHOWN[0]] + "*" * hidden + certno[_SHOWN[0] + hidden :]


def region_known(certno: str) -> bool:
    """Whether a citizen ID begins with a province. Worth a note, never a refusal."""
    return _PROVINCE.match(certno) is not None


def normalise_uscc(text: str) -> tuple[str, bool]:
    """The code as it is stored, and whether more than surrounding blanks had to change."""
    stripped = text.strip()
    code = _narrow(stripped).replace("-", "")
    return code, code != stripped


def check_uscc(code: str) -> str | None:
    """Why a normalised code is not a social credit code (a key of `app.texts`), or None."""
    if len(code) != CERTNO_LENGTH:
        return "UsccLength"
    if not code.isascii() or not code.isalnum():
        return "UsccCharacters"
    return None if uscc.is_valid(code) or uscc_unverified(code) else "UsccCheckDigit"


def uscc_unverified(code: str) -> bool:
    """Whether a code is of a kind whose check character is not known here (a warning)."""
    return len(code) == CERTNO_LENGTH and code[0].isalpha() and not uscc.is_valid(code)


def normalise_account(text: str) -> str:
    """A bank account without the blanks and hyphens people write between its groups.

    And without the apostrophe with which a spreadsheet is told that a number is a text.
    """
    return _narrow(text).removeprefix("'").replace("-", "")


def luhn_ok(account: str) -> bool:
    """Whether an account passes Luhn. Cards do, passbook accounts need not: a note at most."""
    return luhn.is_valid(account)


def _narrow(text: str) -> str:
    if len(text) > _LONGEST:
        return text  # no number, and 100,000 of them need not be gone through
    # By far most numbers are clean already; a roster has 100,000 of them.
    if text.isascii() and text.isalnum():
        return text.upper()
    return "".join(text.translate(_NARROWED).split()).upper()


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
