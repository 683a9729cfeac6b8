"""What was asked of a list as an address has it, and its rows as files have them. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final
from unicodedata import normalize

from app.claims.tidy import tidy_amount
from app.lists.listing import Asks, Column, Filter, Form, Listing
from app.lists.tables_out import Cell, Count
from app.money import NotAnAmount, fen
from app.texts.listed import CHOICES, COLUMNS, NAMES, called

_YEAR: Final = re.compile(r"[0-9]{4}\Z")


def value_of(asks: Filter, text: str) -> object | None:
    """What the query asks for, or None where the text says nothing of the kind."""
    if asks.asks is Asks.CHOICE:
        return text if text in asks.choices else None
    try:
        return _READ[asks.asks](text)
    except (ValueError, NotAnAmount):
        return None


def _year(text: str) -> int:
    text = normalize("NFKC", text)
    if not (text.isascii() and _YEAR.match(text)):
        raise ValueError
    return int(text)


_READ: Final[dict[Asks, Callable[[str], object]]] = {
    Asks.YEAR: _year,
    Asks.DAY: date.fromisoformat,
    Asks.AMOUNT: lambda text: fen(tidy_amount(text)),
    Asks.WORDS: str,
}


def list_name(listing: Listing, lang: str) -> str:
    """What the list is called."""
    return called(NAMES, listing.name, lang)


def heads(listing: Listing, lang: str) -> list[str]:
    """The columns' names."""
    return [called(COLUMNS, each.name, lang) for each in listing.shown]


def cells(listing: Listing, rows: Iterable[dict[str, Any]], lang: str) -> Iterator[list[Cell]]:
    """Rows as a file has them."""
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
