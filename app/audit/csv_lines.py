"""Rows as lines of CSV, many at once: UTF-8, quoted where they must be. Pure."""

import csv
from collections.abc import Iterable, Sequence
from types import SimpleNamespace

Column = Sequence[str | None]


def lines_of(rows: Iterable[Sequence[str | None]]) -> list[bytes]:
    """Rows as lines of CSV, each by itself, with its line feed."""
    listed = list(rows)
    plain = plain_lines(list(zip(*listed, strict=True))) if listed else []
    return written_lines(listed) if plain is None else [line + b"\n" for line in plain]


def written_lines(rows: Iterable[Sequence[str | None]]) -> list[bytes]:
    """Any rows as lines with their line feed."""
    lines: list[str] = []
    csv.writer(SimpleNamespace(write=lines.append), lineterminator="\n").writerows(rows)
    return [line.encode("utf-8") for line in lines]


def plain_lines(columns: Sequence[Column]) -> list[bytes] | None:
    """Lines without their line feed, where no cell has a sign that CSV writes in another way."""
    rows = zip(*map(_filled, columns), strict=True)
    text = "\n".join(map(",".join, rows))
    count, marks = len(columns[0]), len(columns) - 1
    plain = text.count(",") == count * marks and text.count("\n") == count - 1
    if plain and '"' not in text and "\r" not in text and marks:
        return text.encode().split(b"\n")
    return None


def _filled(column: Column) -> Sequence[str]:
    """Nothing is an empty cell."""
    if None in column:
        return [cell or "" for cell in column]
    return column  # type: ignore[return-value]
