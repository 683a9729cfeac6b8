"""What a file that was sent is called: shown, stored, and part of the name it is fetched under.

People name files after people, ID number included. A name is no place for one: it is shown to
others and stays in their folders.
"""

import re
from typing import Final

_LONGEST: Final = 120
# Runs as long as an ID number of either kind, and one written in its groups: place, birth, rest.
_ID_LIKE: Final = re.compile(
    r"\d{15,}[Xx\uff38\uff58]?"
    r"|(?<!\d)\d{6}[ _.-](\d{8}[ _.-]\d{3}[\dXx\uff38\uff58]|\d{6}[ _.-]\d{3})(?!\d)"
)
_MASK: Final = "…"


def plain_name(sent: str) -> str:
    """Without folders, signs that show nothing, and what looks like an ID number."""
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    return without_ids("".join(filter(str.isprintable, last)))[-_LONGEST:] or "roster"


def without_ids(name: str) -> str:
    """The name with a mask where there is what looks like an ID number."""
    return _ID_LIKE.sub(_MASK, name)
