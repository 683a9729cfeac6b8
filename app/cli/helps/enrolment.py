"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {}
