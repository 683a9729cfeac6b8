"""Pseudonyms for people and papers: stable, so that the same one shows wherever it comes again."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from app.audit.verify import TABLES
from app.secrets import vault

STAFF: Final = (
    *("staff", "by", "prepared_by", "approved_by", "closed_by", "reversed_by", "proposed_by"),
    *("third_by", "decided_by", "helper"),
)
PAPERS: Final = ("visit", "invoice", "card")
_OF_STAFF: Final = ("account.", "sign_in.")
"""Acts whose `about` is an account."""
_STAFF_FACTS: Final = frozenset(
    {"account", "account_id", "by", "officer", "prepared_by", "approved_by", "asked_by"}
    | {"proposed_by"}
)
_MEMBER_FACTS: Final = frozenset({"member", "member_id"})

Cells = Sequence[str | None]


class Mask:
    """Masks the rows of a bundle; `staff` collects the accounts that appear."""

    def __init__(self) -> None:
        self.staff: set[int] = set()

    def of(
        self, table: str, names: Iterable[str] | None = None
    ) -> Callable[[Cells], list[str | None]]:
        """A function that masks this table's rows, or these columns of them; others stay."""
        names = list(TABLES[table].columns) if names is None else names
        ways = [(place, self._way(name)) for place, name in enumerate(names)]
        masked = [(place, way) for place, way in ways if way]

        def mask(cells: Cells) -> list[str | None]:
            row = list(cells)
            for place, way in masked:
                cell = row[place]
                row[place] = way(cell) if cell else None
            return self.event(row) if table == "event" else row

        return mask

    def _way(self, name: str) -> Callable[[str], str] | None:
        if name == "member":
            return _member
        if name in STAFF:
            return self._staff
        if name in ("visit", "invoice"):
            return lambda text: paper_of(name, text)
        return card_of if name == "card" else None

    def _staff(self, number: str) -> str:
        self.staff.add(int(number))
        return vault().pseudonym("staff", int(number))

    def event(self, row: list[str | None]) -> list[str | None]:
        """An event whose own columns are masked: what it is about, and its facts."""
        event_id, act, by, about, years, facts, *rest = row
        if about and str(act).startswith(_OF_STAFF):
            about = self._staff(about)
        told = {name: self._fact(name, value) for name, value in json.loads(facts or "{}").items()}
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return [event_id, act, by, about, years, text, *rest]

    def _fact(self, name: str, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            if name in _MEMBER_FACTS:
                return _member(str(value))
            if name in _STAFF_FACTS:
                return self._staff(str(value))
        return value


@lru_cache(maxsize=1 << 17)
def _member(number: str) -> str:
    return vault().pseudonym("member", int(number))


def card_of(index: str) -> str:
    """From the account's blind index: one card of several members shows as one."""
    return vault().pseudonym("card", int(index, 16))


def paper_of(kind: str, text: str) -> str:
    """The pseudonym of a visit or an invoice."""
    return vault().pseudonym(kind, int.from_bytes(vault().index(kind, text)))
