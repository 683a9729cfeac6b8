"""The templates that come with the program: a TOML file a bank's way, in `payment_formats/`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from app.banking.template import Template, template_of
from app.errors import Refusal

PLAIN: Final = "plain"


class NoSuchFormat(Refusal):
    """No template has this name."""


@cache
def formats() -> dict[str, Template]:
    """Every template by its name, the plain one first."""
    folder = Path(__file__).parent / "payment_formats"
    found = {
        path.stem: template_of(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*.toml"))
    }
    return {PLAIN: found[PLAIN], **found}


def format_named(name: str) -> Template:
    """The template of a name. Raises NoSuchFormat."""
    if name not in formats():
        raise NoSuchFormat(format=name)
    return formats()[name]
