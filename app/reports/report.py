"""What a report consists of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.books.bars import Bars
from app.books.table import Said, Table


@dataclass(frozen=True, slots=True)
class Section:
    """A table, and a chart of it where a picture says it quicker.

    `key` and `lines`, one a row: by what its figures are followed (`app.reports.opens`).
    """

    table: Table
    chart: Bars | None = None
    key: str = ""
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A title, lines about it, and its sections in order."""

    title: Said
    about: Sequence[Said]
    sections: Sequence[Section]
