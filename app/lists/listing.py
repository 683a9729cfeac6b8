"""One description of a list, from which its page, its saved views and its files come.

A list is read from a source by its key, a page at a time (`app.lists.read_listing`). Its words
stand in `app.texts.listed`, by the names given here, so that every door says the same. No filter
holds words that identify a person: who is looked for is kept under a number (`app.lists.searches`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What a column holds. KEY: a number for a link, not shown; WORD: a word of the texts.

    MASKED: read as the member's number, shown as the masked ID.
    """

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    DAY = "day"
    WORD = "word"
    MASKED = "masked"
    KEY = "key"


class Asks(StrEnum):
    """What a filter asks for."""

    CHOICE = "choice"
    YEAR = "year"
    DAY = "day"
    AMOUNT = "amount"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and its SQL."""

    name: str
    sql: str
    form: Form = Form.TEXT


@dataclass(frozen=True, slots=True)
class Filter:
    """What can be asked: `sql` is true of the rows that stay, of the value `:name`.

    Of WORDS also `:named` and `:coded`, the patterns of a name's part and a code's beginning.
    `beside`: the only ones that it needs of a list's joins of that name.
    """

    name: str
    asks: Asks
    sql: str
    choices: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: by an expression that an index holds, then by the key."""

    name: str
    sql: str
    newest_first: bool = False


class Sees(StrEnum):
    """Whose rows they are: of members, of units, or of the whole fund alone."""

    MEMBERS = "members"
    UNITS = "units"
    FUND = "fund"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. `source` with `where` gives its rows, each with its `key`; `joins` what is shown
    beside, for the rows of a page only. Of members the source's alias is `c`, of units `u`.

    `people`: whether rows can be looked for by who they are about. `parts`: each is a list by
    itself, which `where` asks for as `:part`. `beside`: joins that filters need, and columns, none
    of which leaves a row out; they are made for what is looked through only, those that its filters
    need, and go by what is `carried` of the source.
    """

    name: str
    sees: Sees
    source: str
    key: str
    columns: tuple[Column, ...]
    sorts: tuple[Sort, ...]
    filters: tuple[Filter, ...] = ()
    where: str = "true"
    joins: str = ""
    people: bool = False
    parts: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    carried: str = ""

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that people see."""
        return tuple(each for each in self.columns if each.form is not Form.KEY)

    def sort(self, name: str) -> Sort:
        """The order of this name; of any other the usual one."""
        return next((each for each in self.sorts if each.name == name), self.sorts[0])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a list: values by filters' names, its order, the people looked for; of a
    list in parts, which."""

    filters: Mapping[str, object]
    order: str = ""
    people: tuple[int, ...] | None = None
    part: str = ""
