"""One person of a roster, from the cells of a row. Nothing is guessed; what is odd is noted."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, NamedTuple

from app.files.cells import Cell, Formula, Plain
from app.roster.identity import (
    birth_date,
    check_citizen_id,
    luhn_ok,
    normalise_account,
    normalise_certno,
    region_known,
)

LONGEST_NAME: Final = 50
LONGEST_TEXT: Final = 100
_ACCOUNT: Final = re.compile(r"[0-9]{8,32}")
CARD_LENGTHS: Final = range(13, 20)
# Full-width ones too: some programs take them for the beginning of a formula.
FORMULA_STARTS: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_EXPONENT: Final = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
# Characters that show nothing, or turn the text around them (U+202E), and line breaks.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})?日?)?")
_CLOSE_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_EPOCHS_APART: Final = timedelta(days=1462)

Noter = Callable[[str], None]


class RosterRow(NamedTuple):
    """One person to enrol. (A tuple: there are 100,000 of them in a file.)"""

    line: int
    name: str
    certno: str
    bank_account: str | None


class Refused(Exception):
    """A row is refused; caught where the row was read."""

    def __init__(self, field: str, reason: str, **facts: object) -> None:
        super().__init__(field, reason)
        self.field, self.reason, self.facts = field, reason, facts


def read_name(cell: Cell, note: Noter) -> str:
    """A name as typed, without the blanks around it."""
    text = _text(cell, "name", "Name")
    if not text:
        raise Refused("name", "NameMissing")
    if len(text) > LONGEST_NAME:
        raise Refused("name", "NameTooLong", limit=LONGEST_NAME)
    if not text.isalpha():
        _check_name(text, note)
    return text


def read_certno(cell: Cell, today: date, note: Noter) -> str:
    """A valid citizen ID; full-width digits and the like are tidied up, and that is noted."""
    text = _text(cell, "certno", "Certno")
    if not text:
        raise Refused("certno", "CertnoMissing")
    certno, changed = normalise_certno(text)
    reason = check_citizen_id(certno, today)
    if reason is not None:
        raise Refused("certno", reason)
    if changed:
        note("CertnoTidied")
    if not region_known(certno):
        note("CertnoRegion")
    return certno


def read_account(cell: Cell, note: Noter) -> str | None:
    """A bank account, or None where the cell is empty."""
    text = _text(cell, "account", "Account")
    if not text:
        return None
    account = normalise_account(text)
    if not _ACCOUNT.fullmatch(account):
        raise Refused("account", "AccountFormat")
    if odd_card(account):
        note("AccountLuhn")
    return account


def odd_card(account: str) -> bool:
    """Whether a number as long as a card's is not made as those are: a digit is wrong, mostly."""
    return len(account) in CARD_LENGTHS and not luhn_ok(account)


def check_birth(cell: Cell, certno: str, note: Noter) -> None:
    """The birth date beside an ID must be the one inside it; a month alone is compared so far."""
    shown = cell.shown if isinstance(cell, Formula) else cell
    if shown is None or (isinstance(shown, str) and not shown.strip()):
        return
    born_on = birth_date(certno)
    given = _given(shown)
    if given is None:
        note("BirthUnreadable")
    elif given != (born_on.year, born_on.month, born_on.day)[: len(given)]:
        shifted = isinstance(shown, date) and abs(shown - born_on) == _EPOCHS_APART
        raise Refused("birth", "Birth1904" if shifted else "BirthDiffers")


def _text(cell: Cell, field: str, what: str) -> str:
    if isinstance(cell, str):
        text = cell.strip()
        if text.removeprefix("'").startswith(FORMULA_STARTS):
            raise Refused(field, f"{what}Formula")
        if field != "name" and _EXPONENT.fullmatch(text):
            raise Refused(field, f"{what}IsNumber")
        return text
    if cell is None:
        return ""
    raise Refused(field, f"{what}Formula" if isinstance(cell, Formula) else f"{what}IsNumber")


def _check_name(name: str, note: Noter) -> None:
    for letter in name:
        kind = unicodedata.category(letter)
        if kind in _UNSEEN:
            raise Refused("name", "NameUnseen", code=f"U+{ord(letter):04X}")
        if letter in "?\uff1f\ufffd":
            raise Refused("name", "NameDamaged")
        if kind == "Co":
            note("NamePrivate")


def text_of(cell: Cell) -> str:
    """A cell as one line of text, cut where nobody writes so much."""
    shown = cell.shown if isinstance(cell, Formula) else cell
    if shown is None:
        return ""
    normal = unicodedata.normalize("NFKC", str(shown))
    seen = "".join(x if unicodedata.category(x)[0] != "C" else " " for x in normal)
    return " ".join(seen.split())[:LONGEST_TEXT]


def day_given(shown: Plain) -> date | None:
    """A whole day that a cell shows, as a date or in one of the ways people write it."""
    given = _given(shown)
    if given is None or len(given) != 3:  # noqa: PLR2004 - year, month, day
        return None
    try:
        return date(*given)
    except ValueError:
        return None


def _given(shown: Plain) -> tuple[int, ...] | None:
    """Year, month and, where it is given, day."""
    if isinstance(shown, date):
        return shown.year, shown.month, shown.day
    if not isinstance(shown, str | int):
        return None  # 1988.1 as a number: January or October
    text = str(shown).strip()
    found = _DAY.fullmatch(text) or _CLOSE_DAY.fullmatch(text)
    return tuple(int(part) for part in found.groups() if part) if found else None
