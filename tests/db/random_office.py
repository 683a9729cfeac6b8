"""A random year of an office: acts drawn by lot, each by the code the doors call.

An act either happens or is refused; whatever else it raises is a fault. What happened is done once
more at once, and changes nothing; and once more later, when other things have happened since.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import as_refusal
from app.errors import Refusal
from tests.db.money_year import Teller
from tests.db.office import Office, keys
from tests.factories import make_uscc

T = TypeVar("T")
Doing = Callable[[], Any]

PEOPLE = 12
UNITS = 5
YEARS = (2024, 2025)
FIRST = date(2023, 11, 1)
PASSWORD = "correct horse battery"


class Lot:
    """Numbers that were drawn, to choose by; when they are used up, the first choice."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = list(numbers)

    def upto(self, most: int) -> int:
        """From nought to just below `most`."""
        return self.numbers.pop(0) % most if self.numbers else 0

    def of(self, some: Sequence[T]) -> T:
        """One of these. Nothing to choose from is an act that cannot be done."""
        if not some:
            raise NothingThere
        return some[self.upto(len(some))]

    def some(self, of: int, most: int) -> list[int]:
        """A few different numbers below `of`."""
        first, step = self.upto(of), 1 + self.upto(3)
        return sorted({(first + step * x) % of for x in range(1 + self.upto(most))})


class NothingThere(Refusal):
    """There is nothing yet that the act could be about."""


@dataclass
class RandomOffice:
    """An office and its books; `day` is where its year has come to."""

    session: Session
    day: date = FIRST
    done: list[tuple[str, Doing]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        keys()
        named = ("clerk", "甲", Role.OFFICER, PASSWORD)
        add_account(self.session, *named, by=None)
        self.office = Office(self.session)
        self.teller = Teller(self.office)
        self.by = self.office.by
        self.second, self.third = self.teller.second(90), self.teller.second(91)
        for seed in (1, 2):
            self.office.unit(seed)
        self.number = 0

    def play(self, name: str, numbers: Sequence[int]) -> None:
        """Do an act, whole or not at all."""
        lot = Lot(numbers)
        self.day += timedelta(days=(0, 1, 3, 10, 30)[lot.upto(5)])
        if name == "again":
            self._later(lot)
            return
        doing: list[Doing] = []
        if self._tried(name, lambda: doing.append(getattr(self, name)(lot))) and doing[0]:
            self._once_more(name, doing[0])

    def _tried(self, name: str, act: Doing) -> bool:
        """Whether it happened. Only a refusal may keep it from happening."""
        before = self.day, self.number, self.teller.balance_fen, self.teller.lines
        try:
            with self.session.begin_nested():
                act()
                # What waits for the commit, as each act has its own.
                self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
                self.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        except (IntegrityError, psycopg.IntegrityError) as fault:
            refused = as_refusal(fault)
            if not isinstance(refused, Refusal):
                raise
        except Refusal as found:
            refused = found
        else:
            self.told[name] += 1
            return True
        _, self.number, self.teller.balance_fen, self.teller.lines = before
        self.told[f"{name}: {refused.name}"] += 1
        return False

    def _once_more(self, name: str, doing: Doing) -> None:
        """The same again at once: refused, or nothing is written."""
        before = self.counts()
        self._tried(f"{name} again", doing)
        after = self.counts()
        grown = {table: (before[table], n) for table, n in after.items() if n != before[table]}
        assert not grown, (name, grown)
        self.done.append((name, doing))

    def _later(self, lot: Lot) -> None:
        """Something of before again, after all that happened since."""
        if self.done:
            name, doing = lot.of(self.done)
            self._tried(f"{name} later", doing)
            self.settle()

    def counts(self) -> dict[str, int]:
        """How many rows each table has, but those that grow by asking."""
        if not self._tables:
            asked = text(
                "SELECT relname FROM pg_stat_user_tables"
                " WHERE schemaname = 'public' AND relname <> 'job' ORDER BY 1"
            )
            self._tables.extend(self.session.scalars(asked))
        each = " UNION ALL ".join(f"SELECT '{x}', count(*) FROM {x}" for x in self._tables)
        return dict(map(tuple, self.session.execute(text(each))))

    _tables: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Do what was promised: fill rosters, look again at bills, determine."""
        self.teller.fill()
        while self.session.scalar(text("SELECT count(*) FROM job WHERE kind = 'look_again'")):
            self.office.look_again()
        self.office.drain()

    # What the acts choose from.

    def ids(self, query: str, **facts: object) -> list[int]:
        return [int(x) for x in self.session.scalars(text(query), facts)]

    def unit(self, lot: Lot) -> int:
        """A unit, also one that has gone into another."""
        return lot.of(self.ids("SELECT id FROM unit ORDER BY id"))

    def seed_of(self, unit_id: int) -> int:
        uscc = self.session.scalar(text("SELECT uscc FROM unit WHERE id = :u"), {"u": unit_id})
        return next(seed for seed in range(1, 30) if make_uscc(seed) == uscc)

    def year(self, lot: Lot) -> int:
        return lot.of((2024, 2024, 2024, 2025))

    def next(self) -> int:
        self.number += 1
        return self.number
