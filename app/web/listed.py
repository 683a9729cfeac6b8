"""What a list is asked for in the address, and its rows as people and files have them. Pure but for
the request."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import request, url_for

from app.lists.listing import Asks, Column, Filter, Form, Listing
from app.lists.tables_out import Cell, Count
from app.money import NotAnAmount, fen
from app.texts.listed import CHOICES, COLUMNS, called
from app.web.languages import language

_NUMBER: Final = re.compile(r"[0-9]{1,18}\Z")
_YEAR: Final = re.compile(r"[0-9]{4}\Z")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class At:
    """A list, or a part of one, and where it stands."""

    listing: Listing
    part: str = ""

    @property
    def view(self) -> str:
        """What its saved views are kept by."""
        return self.part or self.listing.name

    @property
    def views(self) -> frozenset[str]:
        """Whose views stand above it: of a list in parts, those of all."""
        return frozenset(self.listing.parts or (self.listing.name,))

    @property
    def logged(self) -> str:
        """What a file of it is called."""
        return f"{self.listing.name}.{self.part}" if self.part else self.listing.name

    def page(self, view: str = "", **asked: Any) -> str:
        """Its page; of a list in parts that of a view's."""
        if self.part:
            return url_for("claims.in_state", state=view or self.part, **asked)
        return url_for("lists.show", listed=self.listing.name, **asked)

    def act(self, what: str, **asked: Any) -> str:
        """Where a form of its page is sent."""
        if not self.part:
            return url_for(f"lists.{what}", listed=self.listing.name, **asked)
        of_part: dict[str, Any] = {} if what == "forget" else {"state": self.part}
        return url_for(f"claim_list.{what}", **of_part, **asked)


@dataclass(frozen=True, slots=True)
class AskedOf:
    """`typed` as the address has it, `values` as a query asks; `search`: whom, kept elsewhere."""

    typed: dict[str, str]
    values: dict[str, object]
    order: str
    district: int | None
    search: int | None

    @property
    def kept(self) -> dict[str, Any]:
        """What the address keeps, and a saved view but for the search, which is over in an hour."""
        found: dict[str, Any] = dict(self.typed)
        if self.order:
            found["order"] = self.order
        if self.district:
            found["district"] = str(self.district)
        return found

    @property
    def with_search(self) -> dict[str, Any]:
        return self.kept | ({"search": str(self.search)} if self.search else {})


def asked_of(listing: Listing) -> AskedOf:
    """Of this request's address; nonsense is not asked."""
    typed, values = {}, {}
    for each in listing.filters:
        text = " ".join(request.args.get(each.name, "").split())[:_LONGEST]
        value = _value(each, text) if text else None
        if value is not None:
            typed[each.name], values[each.name] = text, value
    order = request.args.get("order", "")
    known = {each.name for each in listing.sorts[1:]}
    return AskedOf(
        typed, values, order if order in known else "", _number("district"), _number("search")
    )


def _value(asks: Filter, text: str) -> object | None:
    """What the query asks for, or None where the text says nothing of the kind."""
    if asks.asks is Asks.CHOICE:
        return text if text in asks.choices else None
    try:
        return _READ[asks.asks](text)
    except (ValueError, NotAnAmount):
        return None


def _year(text: str) -> int:
    if not (text.isascii() and _YEAR.match(text)):
        raise ValueError
    return int(text)


_READ: Final[dict[Asks, Callable[[str], object]]] = {
    Asks.YEAR: _year,
    Asks.DAY: date.fromisoformat,
    Asks.AMOUNT: fen,
    Asks.WORDS: str,
}


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and _NUMBER.match(text) else None


def heads(listing: Listing) -> list[str]:
    """The columns' names."""
    return [called(COLUMNS, each.name, language()) for each in listing.shown]


def cells(listing: Listing, rows: Iterable[dict[str, Any]]) -> Iterator[list[Cell]]:
    """Rows as a file has them."""
    lang = language()
    for row in rows:
        yield [_cell(each, row[each.name], lang) for each in listing.shown]


def _cell(column: Column, value: Any, lang: str) -> Cell:
    if value is None:
        return None
    match column.form:
        case Form.COUNT:
            return Count(int(value))
        case Form.MONEY:
            return int(value)
        case Form.WORD:
            return called(CHOICES, value, lang)
        case _:
            found: Cell = value
            return found


def place_of(listing: Listing, row: dict[str, Any]) -> str:
    """Where a row's own page is."""
    match listing.name:
        case "claims" | "payments" | "recoveries":
            end = "recoveries.of_claim" if listing.name == "recoveries" else "claims.show"
            return url_for(end, member_id=row["member_id"], claim_id=row["claim_id"])
        case "members":
            return url_for("people.show", member_id=row["member_id"])
        case "suspense":
            return url_for("lines.show", line_id=row["line_id"])
        case "rosters":
            return url_for("units.show", unit_id=row["unit_id"], year=row["year"])
        case _:
            return url_for("units.show", unit_id=row["unit_id"])
