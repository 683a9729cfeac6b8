"""What can be asked for about a unit, and whether it can be read. Pure."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.errors import Refusal

LONGEST_CONTACT: Final = 50
LONGEST_BANK: Final = 100
LONGEST_REASON: Final = 200
_PHONE: Final = re.compile(r"\+?[0-9]{5,20}")
_ACCOUNT: Final = re.compile(r"[0-9]{6,32}")


class Kind(StrEnum):
    """What is asked for."""

    REGISTER = "register"
    CHANGE = "change"
    CONTACT = "contact"
    MERGE = "merge"
    SPLIT = "split"


class State(StrEnum):
    """How a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ContactMissing(Refusal):
    """A unit needs a contact person's name of at most 50 characters."""


class PhoneWrong(Refusal):
    """A phone number is 5 to 20 digits."""


class UnitAccountWrong(Refusal):
    """A unit's bank account is 6 to 32 digits; its bank's name at most 100 characters."""


class NothingChanges(Refusal):
    """What is asked for is what stands already."""


class ReasonMissing(Refusal):
    """Whoever refuses says why, in at most 200 characters."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A unit that wants to take part. `union_id`: of its district; no account is "".

    Its history begins on `from_on`; None: on the day it is approved.
    """

    uscc: str
    name: str
    union_id: int
    unit_percent: int
    contact: str
    phone: str
    account: str = ""
    bank: str = ""
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What of a unit changes from a day on; None stays. `union_id`: of its new district."""

    from_on: date
    name: str | None = None
    union_id: int | None = None
    unit_percent: int | None = None
    account: str | None = None
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is to act for a unit."""

    contact: str
    phone: str


@dataclass(frozen=True, slots=True)
class Merger:
    """A unit goes into another on a day."""

    on_day: date


@dataclass(frozen=True, slots=True)
class Split:
    """These members go to another unit on a day."""

    on_day: date
    members: tuple[int, ...]


Content = Registration | Change | Contact | Merger | Split

_OF: Final[dict[Kind, type[Any]]] = {
    Kind.REGISTER: Registration,
    Kind.CHANGE: Change,
    Kind.CONTACT: Contact,
    Kind.MERGE: Merger,
    Kind.SPLIT: Split,
}
_DAYS: Final = ("from_on", "on_day")


def as_json(content: Content) -> str:
    """One text for one content, for ever."""
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, default=str)


def from_json(kind: Kind, text: str) -> Any:
    """What `as_json` wrote."""
    held: Mapping[str, Any] = json.loads(text)
    read = {
        name: date.fromisoformat(value)
        if name in _DAYS and value
        else tuple(value)
        if name == "members"
        else value
        for name, value in held.items()
    }
    return _OF[kind](**read)


def read_contact(typed: str) -> str:
    """A person's name. Raises ContactMissing."""
    name = " ".join(typed.split())
    if not 0 < len(name) <= LONGEST_CONTACT or not name.isprintable():
        raise ContactMissing(longest=LONGEST_CONTACT)
    return name


def read_phone(typed: str) -> str:
    """A phone number as it is kept. Raises PhoneWrong."""
    phone = _digits(typed, " -()")
    if not _PHONE.fullmatch(phone):
        raise PhoneWrong
    return phone


def read_unit_account(typed: str) -> str:
    """A unit's account number as it is kept. Raises UnitAccountWrong."""
    account = _digits(typed, " -")
    if not _ACCOUNT.fullmatch(account):
        raise UnitAccountWrong
    return account


def read_bank(typed: str) -> str:
    """The name of the unit's bank, or "". Raises UnitAccountWrong."""
    bank = " ".join(typed.split())
    if len(bank) > LONGEST_BANK or not (bank.isprintable() or not bank):
        raise UnitAccountWrong
    return bank


def read_reason(typed: str) -> str:
    """Why something is refused. Raises ReasonMissing."""
    reason = " ".join(typed.split())
    if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise ReasonMissing(longest=LONGEST_REASON)
    return reason


def _digits(typed: str, dropped: str) -> str:
    narrow = unicodedata.normalize("NFKC", typed).strip()
    return "".join(x for x in narrow if x not in dropped)
