"""Schemes as TOML files that people write and read, the source sentences beside the figures.

A file says `percent = 50` and `2021-01-01`; from there on a scheme is the document of
`app.benefits.scheme`. No float comes near a share: percentages are read as decimals.
"""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.benefits.fields import PercentOutOfRange, SchemeFieldWrong
from app.benefits.scheme import Scheme

LONGEST: Final = 64 * 1024
_ABSURD: Final = 10_000


@cache
def package_schemes() -> tuple[Scheme, ...]:
    """The schemes that come with the program, in the order they start."""
    folder = Path(__file__).parent / "schemes" / "anyang"
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("[0-9]*.toml"))
    return tuple(sorted((scheme_of(text) for text in texts), key=lambda x: x.starts_from))


def scheme_of(toml: str) -> Scheme:
    """The scheme a TOML text holds. Raises SchemeFault."""
    return Scheme.from_document(document_of(toml))


def document_of(toml: str) -> dict[str, Any]:
    """A TOML text as a document of schemes, unchecked but for its grammar. Raises SchemeFault."""
    try:
        written = tomllib.loads(toml, parse_float=Decimal) if len(toml) <= LONGEST else None
        document: dict[str, Any] = _document(written)
    # Also a number of thousands of digits, and tables in tables in tables.
    except (ValueError, ArithmeticError, RecursionError):
        raise SchemeFieldWrong(field="toml") from None
    if written is None:
        raise SchemeFieldWrong(field="toml")
    return document


def _document(written: Any) -> Any:
    """The same with dates as text and shares in basis points."""
    if isinstance(written, date) and not isinstance(written, datetime):
        return written.isoformat()
    if isinstance(written, list):
        return [_document(item) for item in written]
    if isinstance(written, dict):
        document = {name: _document(item) for name, item in written.items()}
        if "percent" in document:
            document["basis_points"] = basis_points(document.pop("percent"))
        return document
    return written


def basis_points(percent: object) -> int:
    """A percentage in basis points. Raises SchemeFieldWrong, PercentOutOfRange."""
    if type(percent) not in {int, Decimal}:
        raise SchemeFieldWrong(field="percent")
    exact = Decimal(str(percent))
    # Its size first: 1e999999 has no hundredths that could be looked at.
    if not exact.is_finite() or abs(exact) > _ABSURD:
        raise PercentOutOfRange(field="percent")
    points = exact * 100
    if points != int(points):
        raise PercentOutOfRange(field="percent")
    return int(points)
