"""How a step of the start marks the lines that are to be shown at once."""

from typing import Final

PROGRESS: Final = "> "
