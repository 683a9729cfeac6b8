"""Where the covers of one roster can stand: asked of many members, answered once a case. Pure."""

from collections.abc import Sequence
from datetime import date

from app.benefits.scheme import Scheme
from app.cover.place import Term, place


class Placing:
    """`app.cover.place` for one benefit year and scheme, remembering what it said.

    Most people of a roster have the same covers behind them, and only those that still run on the
    day asked for, or come later, say where a cover can stand.
    """

    def __init__(self, year: int, scheme: Scheme, schemes: Sequence[Scheme]) -> None:
        self.year, self.scheme, self.schemes = year, scheme, schemes
        self._known: dict[tuple[date, tuple[Term, ...]], Term | None] = {}

    def place(self, starts_on: date, terms: Sequence[Term]) -> Term | None:
        """The term of a paid cover asked to start on `starts_on`; None where it has no place."""
        ahead = tuple(x for x in terms if x.gift is None and x.ends_on >= starts_on)
        asked = (starts_on, ahead)
        if asked not in self._known:
            self._known[asked] = place(starts_on, self.year, self.scheme, self.schemes, ahead)
        return self._known[asked]
