"""What a list of claims is asked to show: all of it stands in the address, and nothing of it says
who somebody is."""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from flask import request

from app.benefits.care import CARES

_MOST_FEN: Final = 10**13
_YEAR: Final = re.compile(r"[0-9]{4}\Z")
_YUAN: Final = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,2})?\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,18}\Z")


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked, as the address has it; empty is not asked. `order`: the newest first."""

    year: str = ""
    care: str = ""
    district: str = ""
    first: str = ""
    last: str = ""
    least: str = ""
    most: str = ""
    order: str = ""

    @property
    def kept(self) -> dict[str, str]:
        """What the address keeps."""
        every = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in every.items() if value}

    @property
    def any(self) -> bool:
        """Whether it leaves claims out, of those the officer sees."""
        return bool(self.kept.keys() - {"order", "district"})

    @property
    def newest_first(self) -> bool:
        return self.order == "newest"

    @property
    def asked(self) -> dict[str, object]:
        """The values that a query asks for, of those that are asked."""
        found: dict[str, object] = {}
        if self.year:
            found["year"] = int(self.year)
        if self.care:
            found["care"] = self.care
        for name in ("first", "last"):
            if day := getattr(self, name):
                found[name] = date.fromisoformat(day)
        for name in ("least", "most"):
            if amount := getattr(self, name):
                found[name] = _fen(amount)
        return found


def filters_asked() -> Filters:
    """Of this request's address; nonsense is not asked."""
    args = request.args
    return Filters(
        year=_fits(args.get("year"), _YEAR),
        care=care if (care := args.get("care", "")) in CARES else "",
        district=_fits(args.get("district"), _NUMBER),
        first=_day(args.get("first")),
        last=_day(args.get("last")),
        least=_fits(args.get("least"), _YUAN),
        most=_fits(args.get("most"), _YUAN),
        order="newest" if args.get("order") == "newest" else "",
    )


def _fits(text: str | None, form: re.Pattern[str]) -> str:
    text = (text or "").strip()
    return text if text.isascii() and form.match(text) else ""


def _day(text: str | None) -> str:
    try:
        return date.fromisoformat((text or "").strip()).isoformat()
    except ValueError:
        return ""


def _fen(amount: str) -> int:
    whole, _, rest = amount.partition(".")
    return min(int(whole) * 100 + int(rest.ljust(2, "0") or 0), _MOST_FEN)
