"""A scheme as it is typed at the terminal: a TOML file, or figures as NAME=VALUE."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import Refusal
from app.files.disk import content_of

if TYPE_CHECKING:
    from app.benefits.scheme import Scheme


class SettingWrong(Refusal):
    """A setting is not written as name=value."""


class FileOrFigures(Refusal):
    """Neither a file nor figures to set, or both."""


class SchemeFileNotText(Refusal):
    """The file of a scheme is no text."""


def text_in(file: Path) -> str:
    """The file's text. Raises SchemeFileNotText, and what `content_of` raises."""
    try:
        return content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SchemeFileNotText from None


def scheme_in(file: Path) -> Scheme:
    """The scheme a file holds, every figure with its source. Raises SchemeFault besides: its field
    is named with the file and the line."""
    from app.benefits.fields import SchemeFault
    from app.benefits.scheme_file import line_of, scheme_of

    text = text_in(file)
    try:
        return scheme_of(text)
    except SchemeFault as fault:
        field = str(fault.facts.get("field", ""))
        line = line_of(text, field)
        there = {"field": f"{file.name}:{line} {field}", "line": line}
        raise type(fault)(**(fault.facts | there)) from None


def setting(given: str) -> tuple[str, object]:
    """ "waiting_days=30" as name and value; a value is TOML, or else a word."""
    from app.benefits.scheme_file import document_of

    name, equals, text = given.partition("=")
    name, text = name.strip(), text.strip()
    if not (name and equals and text):
        raise SettingWrong(given=given)
    try:
        tomllib.loads(f"value = {text}", parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return name, text
    document = document_of(f"value = {text}")
    if set(document) != {"value"}:
        raise SettingWrong(given=given)
    return name, document["value"]
