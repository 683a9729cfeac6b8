"""A scheme as a TOML text that a person reads and edits; `scheme_file` reads it again."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from app.benefits.scheme import Scheme
from app.texts.amounts import share

_TABLES: Final = ("contribution", "benefit", "source")


def toml_of(scheme: Scheme) -> str:
    """The scheme written out; reading it gives the same scheme."""
    document = json.loads(scheme.canonical())
    return "\n".join(_lines(document)) + "\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"id = {_value(document['id'])}"
    for name, value in document.items():
        if name != "id" and name not in _TABLES:
            yield f"{name} = {_value(value)}"
    yield from _table("contribution", document["contribution"])
    for care, benefit in document["benefit"].items():
        yield from _table(f"benefit.{care}", benefit)
    for source in document["source"]:
        yield ""
        yield "[[source]]"
        yield from (f"{name} = {_value(value)}" for name, value in source.items())


def _table(name: str, fields: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    yield from (f"{field} = {_value(value)}" for field, value in fields.items())


def _value(value: object) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        pairs = (_pair(name, each) for name, each in value.items())
        return "{ " + ", ".join(pairs) + " }"
    text = str(value)
    if _is_day(text):
        return text
    # JSON's strings are TOML's, but for one character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _pair(name: str, value: object) -> str:
    if name == "basis_points" and isinstance(value, int):
        return f"percent = {share(value).rstrip('%')}"
    return f"{name} = {_value(value)}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
