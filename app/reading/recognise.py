"""Have one photo read by a child under limits (`limited`): what it saw, and cut-outs of it."""

import base64
import contextlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from app.errors import FileFault
from app.files.workbook import answers
from app.reading.boxes import Box, Point, box_of
from app.reading.strokes import crossed_out

CPU_SECONDS: Final = 40
"""Three seconds are enough for a sheet; one that lies upside down is read three times."""
WALL_SECONDS: Final = 300
"""It is nice to others, and waits long on a busy machine; nobody waits for it."""
_WIDEST: Final = 16
"""Heights of a line: what is wider cannot be read on a phone."""
_SHOWN_PX: Final = 480


class SheetUnreadable(Exception):
    """The child gave up, or a limit ended it. Nobody is told but the step, which goes on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The texts on a photo, and how it was turned to read them (degrees, counter-clockwise)."""

    boxes: tuple[Box, ...]
    turned: int


def recognise(jpeg: bytes, *, seconds: int = CPU_SECONDS) -> Seen:
    """Read a JPEG of ours in so many seconds of the processor. Raises SheetUnreadable."""
    boxes, turned = [], None
    try:
        lines = answers("app.reading.limited", jpeg, str(seconds), wall=WALL_SECONDS)
        with contextlib.closing(lines):
            for line in lines:
                match json.loads(line):
                    case ["turn", int(degrees)]:
                        turned = degrees
                    case ["box", str(text), list(corners), float(score) | int(score)]:
                        boxes.append(box_of(text, corners, score))
    except FileFault as ended:
        raise SheetUnreadable from ended
    if turned is None:
        raise SheetUnreadable
    return Seen(tuple(boxes), turned)


class Cutter:
    """Makes cut-outs of one photo, upright, each around a figure and its label."""

    def __init__(self, jpeg: bytes, turned: int) -> None:
        self._picture = Image.open(io.BytesIO(jpeg), formats=["JPEG"]).convert("L")
        self._picture = self._picture.rotate(turned, expand=True)

    def cut(self, label: Box, value: Box) -> str:
        """The JPEG in base64; a label that stands far off is brought beside its value."""
        whole = self._strip([*label.corners, *value.corners], value.height / 2)
        if whole.width > _WIDEST * value.height:
            parts = [self._strip(each.corners, value.height / 4) for each in (label, value)]
            whole = Image.new("L", (sum(x.width for x in parts), max(x.height for x in parts)), 255)
            whole.paste(parts[0], (0, 0))
            whole.paste(parts[1], (parts[0].width, 0))
        whole.thumbnail((_SHOWN_PX, _SHOWN_PX), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        whole.save(out, "JPEG", quality=45, optimize=True)
        return base64.b64encode(out.getvalue()).decode()

    def crossed_out(self, value: Box) -> bool:
        """Whether a pen's line goes through it."""
        return crossed_out(self._picture, value)

    def _strip(self, corners: Sequence[Point], margin: float) -> Image.Image:
        xs, ys = zip(*corners, strict=True)
        return self._picture.crop(
            (
                int(min(xs) - margin),
                int(min(ys) - margin),
                int(max(xs) + margin),
                int(max(ys) + margin),
            )
        )
