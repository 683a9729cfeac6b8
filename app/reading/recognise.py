"""Have one photo read by a child under limits (`limited`): what it saw, and cut-outs of it."""

import base64
import contextlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from app.errors import FileFault
from app.files.workbook import answers
from app.reading.boxes import Box, box_of

CPU_SECONDS: Final = 40
"""Three seconds are enough for a sheet; one that lies upside down is read three times."""
WALL_SECONDS: Final = 120
_WIDEST: Final = 16
"""Heights of a line: a cut-out that is wider shows the value and what stands before it."""
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
        """The JPEG in base64; the value is underlined."""
        around = [*value.corners, *label.corners]
        if _width(around) > _WIDEST * value.height:
            around = list(value.corners)
        x, y = (min(point[at] for point in around) for at in (0, 1))
        right, low = (max(point[at] for point in around) for at in (0, 1))
        margin = value.height / 2
        frame = (int(x - margin), int(y - margin), int(right + margin), int(low + margin))
        strip = self._picture.crop(frame)
        (left, bottom), (end, foot) = value.corners[3], value.corners[2]
        line = (left - frame[0], bottom - frame[1] + 2, end - frame[0], foot - frame[1] + 2)
        ImageDraw.Draw(strip).line(line, 0, 3)
        strip.thumbnail((_SHOWN_PX, _SHOWN_PX), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        strip.save(out, "JPEG", quality=45, optimize=True)
        return base64.b64encode(out.getvalue()).decode()


def _width(points: Iterable[tuple[float, float]]) -> float:
    xs = [x for x, _ in points]
    return max(xs) - min(xs)
