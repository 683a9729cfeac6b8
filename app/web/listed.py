"""What a list is asked for in the address, and where it and its rows stand."""

import re
from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for

from app.lists.cells import value_of
from app.lists.listing import Listing

_NUMBER: Final = re.compile(r"[0-9]{1,18}\Z")
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
    """`typed` as the address has it, `values` as a query asks; `search`: whom, kept elsewhere;
    `unread`: filters that say nothing of their kind, and are told."""

    typed: dict[str, str]
    values: dict[str, object]
    order: str
    district: int | None
    search: int | None
    unread: tuple[str, ...] = ()

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
    """Of this request's address; nonsense is not asked, and said."""
    typed, values = {}, {}
    unread = []
    for each in listing.filters:
        text = " ".join(request.args.get(each.name, "").split())[:_LONGEST]
        value = value_of(each, text) if text else None
        if value is not None:
            typed[each.name], values[each.name] = text, value
        elif text:
            unread.append(each.name)
    order = request.args.get("order", "")
    known = {each.name for each in listing.sorts[1:]}
    in_order = order if order in known else ""
    district, search = _number("district"), _number("search")
    return AskedOf(typed, values, in_order, district, search, tuple(unread))


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and _NUMBER.match(text) else None


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
