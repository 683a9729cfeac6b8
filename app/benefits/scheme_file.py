"""Schemes as TOML files that people write and read, the source sentences beside the figures.

A file says `percent = 50` and `2021-01-01`; from there on a scheme is the document of
`app.benefits.scheme`. No float comes near a share: percentages are read as decimals.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.benefits.fields import PercentOutOfRange, SchemeFieldWrong, SchemeNotToml
from app.benefits.fields import written as how_written
from app.benefits.scheme import Scheme

LONGEST: Final = 64 * 1024
_ABSURD: Final = 10_000
_HEADING: Final = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]+")
_KEY: Final = re.compile(r"""\s*["']?([\w.-]+)["']?\s*=""")
_AT_LINE: Final = re.compile(r"line (\d+)")


@cache
def package_schemes() -> tuple[Scheme, ...]:
    """The schemes that come with the program, in the order they start."""
    folder = Path(__file__).parent / "schemes" / "anyang"
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("[0-9]*.toml"))
    return tuple(sorted((scheme_of(text) for text in texts), key=lambda x: x.starts_from))


def scheme_of(toml: str) -> Scheme:
    """The scheme a TOML text holds. Raises SchemeFault."""
    return Scheme.from_document(document_of(toml))


def line_of(toml: str, field: str) -> int:
    """The line of a TOML text on which a refused field stands; of what is missing, its table's."""
    if len(toml) > LONGEST:
        return 1
    try:
        tomllib.loads(toml)
    except ValueError as fault:
        said = _AT_LINE.search(str(fault))
        return int(said[1]) if said else max(len(toml.splitlines()), 1)
    except RecursionError:  # tables in tables in tables: where most of them begin
        nested = [line.count("[") + line.count("{") for line in toml.splitlines()]
        return nested.index(max(nested)) + 1
    lines, leaf = dict(_named_lines(toml)), ""
    while field:
        of_field = [line for name, line in lines.items() if f".{name}".endswith(f".{field}")]
        if of_field:
            within = _within(toml, of_field[0], leaf) if leaf else []
            return within[0] if len(within) == 1 else of_field[0]
        leaf = field.rpartition(".")[2]
        field = field.rpartition(".")[0]
    return 1


def _named_lines(toml: str) -> Iterator[tuple[str, int]]:
    """Each table and each field by its dotted name, with its line."""
    table = ""
    for number, line in enumerate(toml.splitlines(), 1):
        if heading := _HEADING.match(line):
            table = heading[1]
            yield table, number
        elif key := _KEY.match(line):
            yield f"{table}.{key[1]}" if table else key[1], number


def _within(toml: str, line: int, leaf: str) -> list[int]:
    """The lines of a table, or of a field written over several lines, that name `leaf` within."""
    named = re.compile(rf"(?<![\w.-]){re.escape(leaf)}[\"']?\s*=")
    found = []
    for number, text in enumerate(toml.splitlines()[line - 1 :], line):
        if number > line and (_HEADING.match(text) or _KEY.match(text)):
            break
        if named.search(text):
            found.append(number)
    return found


def document_of(toml: str) -> dict[str, Any]:
    """A TOML text as a document of schemes, unchecked but for its grammar. Raises SchemeFault."""
    try:
        written = tomllib.loads(toml, parse_float=Decimal) if len(toml) <= LONGEST else None
        document: dict[str, Any] = _document(written)
    # Also a number of thousands of digits, and tables in tables in tables.
    except (ValueError, ArithmeticError, RecursionError):
        raise SchemeNotToml(field="toml", most=LONGEST // 1024) from None
    if written is None:
        raise SchemeNotToml(field="toml", most=LONGEST // 1024)
    return document


def _document(written: Any, place: str = "") -> Any:
    """The same with dates as text and shares in basis points; `place` is its dotted name."""
    if isinstance(written, date) and not isinstance(written, datetime):
        return written.isoformat()
    if isinstance(written, list):
        return [_document(item, place) for item in written]
    if isinstance(written, dict):
        document = {name: _document(item, _under(place, name)) for name, item in written.items()}
        if "percent" in document:
            at = _under(place, "percent")
            document["basis_points"] = basis_points(document.pop("percent"), at)
        return document
    return written


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def basis_points(percent: object, field: str = "percent") -> int:
    """A percentage in basis points. Raises SchemeFieldWrong, PercentOutOfRange of `field`."""
    if type(percent) not in {int, Decimal}:
        raise SchemeFieldWrong(field=field, expected=how_written("percent"))
    exact = Decimal(str(percent))
    # Its size first: 1e999999 has no hundredths that could be looked at, and abs() would round.
    if not exact.is_finite() or exact.copy_abs() > _ABSURD:
        raise PercentOutOfRange(field=field)
    points = exact * 100
    if points != int(points):
        raise PercentOutOfRange(field=field)
    return int(points)
