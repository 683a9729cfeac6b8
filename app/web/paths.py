"""Where a form may send its reader back to: a page of ours, never another host."""

import re
from typing import Final

_LOCAL: Final = re.compile(r"/(?![/\\])[\x21-\x7e]*")
_LONGEST: Final = 500


def local_path(asked: str | None) -> str:
    """`asked` where it is a plain path of this site, else the start page.

    Browsers read "//host", "/\\host" and "/<tab>/host" as another host.
    """
    if asked and len(asked) <= _LONGEST and _LOCAL.fullmatch(asked) and "\\" not in asked:
        return asked
    return "/"
