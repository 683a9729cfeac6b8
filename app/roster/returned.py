"""The roster that goes back to who sent it, with the reason beside each row that was refused."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from app.errors import RowFault
from app.files.cells import Book, Kind
from app.files.marked import Marks, marked_copy
from app.roster.sheet import RosterSheet
from app.texts import say, word

_KINDS: Final[dict[str, Kind]] = {".xlsx": "xlsx", ".csv": "csv"}


def copy_for(
    data: bytes,
    book: Book,
    roster: RosterSheet,
    faults: Sequence[RowFault],
    lang: str,
    *,
    only_refused: bool = False,
    name: str = "",
) -> bytes:
    """A copy of the file `data`, which was read as `book` and `roster`.

    In its own format, or in that of the copy's `name`, where it has another.

    `faults`: of reading and of enrolling. A copy of the refused rows alone can be mended and sent
    by itself: who is on the year's roster already stays.
    """
    by_line: dict[int, str] = {}
    for fault in faults:
        by_line[fault.line] = f"{by_line.get(fault.line, '')} {say(fault, lang)}".strip()
    marks = Marks(
        by_line=by_line,
        heading_line=roster.heading_line,
        heading=word("FaultColumn", lang),
        summary=word(
            "FaultSummary",
            lang,
            total=roster.total,
            good=roster.total - len(by_line),
            refused=len(by_line),
        ),
        last_heading_line=roster.last_heading_line,
        old_column=roster.reasons_column,
    )
    kind = _KINDS.get(PurePath(name).suffix.lower(), book.kind)
    original = data if kind == book.kind else None
    return marked_copy(roster.sheet, kind, marks, original=original, only_refused=only_refused)
