"""The lines of a bank's statement as values, kept by columns. Pure.

A statement has 100,000 lines, and each step asks of all of them the same two or three fields: a
column is gone through at once, and a line is made a value only where somebody looks at it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import repeat
from typing import NamedTuple, overload


class BankLine(NamedTuple):
    """One line, as the bank wrote it. `line` is the file's; `serial` the bank's own number."""

    line: int
    booked_on: date
    value_day: date | None
    amount_fen: int
    balance_fen: int | None
    serial: str
    payer_name: str
    payer_account: str
    remark: str


class Said(NamedTuple):
    """The same of many lines, a column each."""

    line: Sequence[int]
    booked_on: Sequence[date]
    value_day: Sequence[date | None]
    amount_fen: Sequence[int]
    balance_fen: Sequence[int | None]
    serial: Sequence[str]
    payer_name: Sequence[str]
    payer_account: Sequence[str]
    remark: Sequence[str]


class BankLines(Sequence[BankLine]):
    """Lines, oldest first where they are a statement's."""

    __slots__ = ("said",)

    def __init__(self, said: Said) -> None:
        """Columns of one length."""
        self.said = said

    @classmethod
    def of(cls, lines: Iterable[BankLine]) -> "BankLines":
        """The same lines by columns."""
        if isinstance(lines, BankLines):
            return lines
        columns = list(zip(*lines, strict=True))
        return cls(Said._make(columns or [()] * len(Said._fields)))

    def __len__(self) -> int:
        return len(self.said.line)

    @overload
    def __getitem__(self, at: int) -> BankLine: ...
    @overload
    def __getitem__(self, at: slice) -> "BankLines": ...
    def __getitem__(self, at: int | slice) -> "BankLine | BankLines":
        if isinstance(at, slice):
            return BankLines(Said._make(column[at] for column in self.said))
        return BankLine._make(column[at] for column in self.said)

    def __iter__(self) -> Iterator[BankLine]:
        # What the class itself does, without a call of Python's for each.
        return map(tuple.__new__, repeat(BankLine), zip(*self.said, strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class Proven(NamedTuple):
    """A line with its balance, proven, and the key by which it is never taken twice."""

    said: BankLine
    balance_fen: int
    key: str


class ProvenLines(Sequence[Proven]):
    """Lines of a statement that holds."""

    __slots__ = ("balances", "keys", "lines")

    def __init__(self, lines: BankLines, balances: Sequence[int], keys: Sequence[str]) -> None:
        """Lines, their balances in fen and their keys, of one length."""
        self.lines, self.balances, self.keys = lines, balances, keys

    @property
    def said(self) -> Said:
        """What the bank wrote, by columns."""
        return self.lines.said

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> Proven: ...
    @overload
    def __getitem__(self, at: slice) -> "ProvenLines": ...
    def __getitem__(self, at: int | slice) -> "Proven | ProvenLines":
        if isinstance(at, slice):
            return ProvenLines(self.lines[at], self.balances[at], self.keys[at])
        return Proven(self.lines[at], self.balances[at], self.keys[at])
