"""Which rows of a roster are new, by the covers their people have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.cover.placing import Placing
from app.cover.terms import terms_of
from app.enrolment.elsewhere import covered_already
from app.errors import RowFault
from app.roster.person import RosterRow


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of people who are new, with the day each cover is asked to start on, and others."""

    new: list[RosterRow] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    died: list[int] = field(default_factory=list)
    """Lines of people who were on the roster before and have died since."""
    faults: list[RowFault] = field(default_factory=list)

    def later(self, asked: date) -> dict[int, date]:
        """By line, the days of covers that start later than asked."""
        if self.days.count(asked) == len(self.days):
            return {}
        told = zip(self.new, self.days, strict=True)
        return {row.line: day for row, day in told if day > asked}

    def known(self, member_of: Mapping[int, int]) -> dict[int, int]:
        """By member, the lines of the new who are members already."""
        if not member_of:
            return {}
        lines = [row.line for row in self.new]
        told = zip(map(member_of.get, lines), lines, strict=True)
        return {who: line for who, line in told if who}


def sort_out(
    session: Session,
    starts_on: date,
    rows: Sequence[RosterRow],
    member_of: Mapping[int, int],
    placing: Placing,
    this_year: set[int],
    died: set[int],
) -> Sorted:
    """Sort rows by whether their people have a place for a cover asked to start on `starts_on`.

    `this_year`: who is on the unit's roster of the year already.
    """
    terms = terms_of(session, [*member_of.values()])
    of_newcomers = placing.place(starts_on, [])
    if of_newcomers and not (this_year or died or terms):  # nothing is known that stands in the way
        return Sorted([*rows], [of_newcomers.starts_on] * len(rows))
    found = Sorted()
    for row in rows:
        member_id = member_of.get(row.line)
        if member_id in this_year:
            found.unchanged.append(row.line)
            found.died.extend([row.line] * (member_id in died))
            continue
        if member_id in died:
            found.faults.append(RowFault(row.line, "certno", "PersonDied"))
            continue
        standing = terms.get(member_id, []) if member_id else []
        term = placing.place(starts_on, standing) if standing else of_newcomers
        if term is None:
            paid = [x for x in standing if x.gift is None]
            found.faults.append(covered_already(row, starts_on, paid))
            continue
        found.new.append(row)
        found.days.append(term.starts_on)
    return found
