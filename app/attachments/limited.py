"""The child that decodes one photo or PDF, under limits: bytes on stdin, lines of JSON on stdout.

Run by `app.attachments.recode` and by nothing else. Decoders are written in C and have had holes
and bombs: none may work in the web server's or a worker's process.

Lines: ["page", width, height, full, small] (JPEG in base64), or ["fault", name, facts].
"""

import base64
import contextlib
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageOps

from app.attachments.faults import (
    PaperBroken,
    PaperTooHeavy,
    PaperTooManyPixels,
    PaperTooSmall,
)
from app.errors import FileFault

LONGEST_PX: Final = 2_400
"""Of the longer side: small print of an A4 sheet is readable at 200 dots an inch."""
QUALITY: Final = 80
SMALL_PX: Final = 320
SMALL_QUALITY: Final = 70
MOST_PIXELS: Final = 25_000_000
MOST_PIXELS_JPEG: Final = 51_000_000
"""What cameras make, as far as it can be decoded in the memory there is; a JPEG takes less."""
FEWEST_PX: Final = 32
MEMORY_BYTES: Final = 300_000_000
_LINE = list[object]


def main() -> None:
    """Answer for the file on stdin: its format, and how many seconds, are the arguments."""
    kind, seconds = sys.argv[1], int(sys.argv[2])
    _limit(seconds)
    try:
        for line in answer(kind, sys.stdin.buffer.read()):
            sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    except FileFault as fault:
        sys.stdout.buffer.write(json.dumps(["fault", fault.name, fault.facts]).encode() + b"\n")


def answer(kind: str, data: bytes) -> Iterator[_LINE]:
    """The pages of a file. Raises FileFault."""
    try:
        yield from _pages_of_pdf(data) if kind == "PDF" else [_page(_opened(kind, data))]
    except FileFault:
        raise
    except MemoryError as full:
        raise PaperTooHeavy from full
    # Whatever a decoder makes of bytes that it does not understand is the file's fault.
    except Exception as broken:
        raise PaperBroken from broken


def _opened(kind: str, data: bytes) -> Image.Image:
    if kind == "HEIF":
        import pillow_heif

        # A thread takes address space for itself, and is not wanted: there is a process a file.
        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    Image.MAX_IMAGE_PIXELS = None  # ours is an error, and comes before anything is decoded
    picture = Image.open(io.BytesIO(data), formats=[kind])
    width, height = picture.size
    most = MOST_PIXELS_JPEG if kind == "JPEG" else MOST_PIXELS
    if width * height > most:
        raise PaperTooManyPixels(width=width, height=height, limit=most // 1_000_000)
    if max(width, height) < FEWEST_PX:
        raise PaperTooSmall(width=width, height=height)
    # A JPEG is decoded at a fraction of its size where that is enough: a third of the memory.
    picture.draft("RGB", (LONGEST_PX, LONGEST_PX))
    return picture


def _page(picture: Image.Image) -> _LINE:
    """A page as it is kept: reduced first, so that turning it takes little memory."""
    turned = _orientation(picture)
    picture.load()
    picture = _plain(picture)
    picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    if turned is not None:
        picture = picture.transpose(turned)
    small = picture.copy()
    small.thumbnail((SMALL_PX, SMALL_PX), Image.Resampling.LANCZOS)
    return ["page", *picture.size, _jpeg(picture, QUALITY), _jpeg(small, SMALL_QUALITY)]


_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION: Final = 0x0112


def _orientation(picture: Image.Image) -> Image.Transpose | None:
    """How the camera was held; broken EXIF says nothing, and the picture is good all the same."""
    with contextlib.suppress(Exception):
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    return None


def _plain(picture: Image.Image) -> Image.Image:
    """Red, green and blue only, on white paper; nothing that stood beside the pixels goes along."""
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        # Sixteen bits first become eight: converted as they are, all above 255 would be white.
        eight = picture.convert("F").point(lambda value: value * (1 / 257))
        picture = ImageOps.autocontrast(eight.convert("L"))
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
        layered = picture.convert("RGBA")
        plain = Image.new("RGB", layered.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
        return plain
    plain = picture.convert("RGB")
    plain.info = {}
    return plain


def _jpeg(picture: Image.Image, quality: int) -> str:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return base64.b64encode(out.getvalue()).decode()


def _pages_of_pdf(data: bytes) -> Iterator[_LINE]:
    from app.attachments.pdf import pages

    return map(_page, pages(data, LONGEST_PX))


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # macOS does not keep this limit and may refuse to set it; the other two hold there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
