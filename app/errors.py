"""Refusals: what cannot be done, as facts. `app.texts` words them, in one place."""

import dataclasses
from dataclasses import dataclass


class Refusal(Exception):
    """Something asked for cannot be done; nothing of it was written.

    Facts are keyword arguments and never hold personal data: they reach logs.
    """

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(type(self).__name__, facts)

    @property
    def name(self) -> str:
        return type(self).__name__


class FileFault(Refusal):
    """A whole file is refused: nothing of it was written (exit 2)."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One row is refused while the others go in (exit 1).

    `line` counts from 1 as the file's editor shows it; `reason` is a key of `app.texts`.
    """

    line: int
    field: str
    reason: str
    facts: dict[str, object] = dataclasses.field(default_factory=dict)
