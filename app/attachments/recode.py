"""Make the pictures that are kept of what somebody sent; the decoding is done by `limited`."""

import base64
import contextlib
import json
from dataclasses import dataclass
from typing import Final

from app.attachments import faults
from app.attachments.faults import PaperBroken, PaperTooHeavy
from app.attachments.format import format_of
from app.errors import FileFault
from app.files.faults import WorkbookBroken, WorkbookTooBig
from app.files.workbook import answers

CPU_SECONDS: Final = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is kept: JPEG, and a small one of it for lists."""

    width: int
    height: int
    full: bytes
    small: bytes


def pages_of(data: bytes, *, seconds: int = CPU_SECONDS) -> list[Page]:
    """The page of a photo, the pages of a PDF, in so many seconds of the processor.

    Raises a fault of `app.attachments.faults`.
    """
    pages = []
    try:
        lines = answers("app.attachments.limited", data, format_of(data), str(seconds))
        with contextlib.closing(lines):
            for line in lines:
                match json.loads(line):
                    case ["page", int(width), int(height), str(full), str(small)]:
                        jpeg, small_jpeg = base64.b64decode(full), base64.b64decode(small)
                        pages.append(Page(width, height, jpeg, small_jpeg))
                    case ["fault", str(name), dict(facts)]:
                        kind: type[FileFault] = getattr(faults, name)
                        raise kind(**facts)
    except WorkbookTooBig as ended:
        raise PaperTooHeavy from ended
    except WorkbookBroken as gave_up:
        raise PaperBroken from gave_up
    if not pages:
        raise PaperBroken
    return pages
