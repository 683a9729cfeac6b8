"""A sheet as a phone takes it: on a desk, askew, in somebody's shadow, as a noisy JPEG."""

import io
import random
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.reading.boxes import Box

DESK = 96
CONDITIONS = ("straight", "skewed", "tilted", "shadowed")
POOR = "poor"
"""What no one should send: small, blurred, askew and in the dark."""
STROKES = {
    "level": [(0.02, -0.03)],
    "rising": [(0.4, -0.4)],
    "falling": [(-0.35, 0.4)],
    "twice": [(-0.12, -0.15), (0.15, 0.12)],
    "pencil": [(0.06, -0.06)],
}
"""How a figure is crossed out: how far below its middle each line begins and ends, in heights."""


def photographed(sheet: Image.Image, condition: str, seed: int = 0) -> bytes:
    """The JPEG of one photo. The same arguments are the same picture."""
    draw = random.Random(f"{condition} {seed}")  # noqa: S311 - nothing is kept secret
    width, height = sheet.size
    desk = Image.new("L", (width + 260, height + 260), DESK)
    desk.paste(sheet, (130, 130))
    if condition in ("skewed", "shadowed", POOR):
        angle = draw.choice((-1, 1)) * draw.uniform(2.5, 6)
        desk = desk.rotate(angle, Image.Resampling.BICUBIC, fillcolor=DESK)
    if condition in ("tilted", "shadowed", POOR):
        desk = _tilted(desk, draw)
    if condition in ("shadowed", POOR):
        desk = _shadowed(desk, draw)
    if condition == POOR:
        desk = desk.resize((desk.width * 2 // 5, desk.height * 2 // 5)).filter(
            ImageFilter.GaussianBlur(0.5)
        )
    out = io.BytesIO()
    quality = {"shadowed": 55, POOR: 40}.get(condition, 85)
    desk.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _tilted(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Held not quite above the sheet: its far edge is shorter."""
    width, height = picture.size
    far, lean = draw.uniform(0.03, 0.07) * width, draw.uniform(-0.02, 0.02) * height
    corners = ((-far, lean), (0, height), (width, height), (width + far, -lean))
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _warp(corners, width, height),
        Image.Resampling.BICUBIC,
        fillcolor=DESK,
    )


def _warp(corners: tuple[tuple[float, float], ...], width: int, height: int) -> list[float]:
    """What Pillow wants: where each corner of the new picture comes from, as eight numbers."""
    new = ((0, 0), (0, height), (width, height), (width, 0))
    rows, right = [], []
    for (x, y), (u, v) in zip(new, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(each) for each in np.linalg.solve(np.array(rows), np.array(right))]


def _shadowed(picture: Image.Image, draw: random.Random) -> Image.Image:
    """A hand's shadow over a part, less light to one side, and the grain of a dark corridor."""
    width, height = picture.size
    light = (
        Image.linear_gradient("L")
        .rotate(90)
        .resize(picture.size)
        .point(lambda x: 150 + x * 100 // 255)
    )
    shadow = Image.new("L", picture.size, 255)
    x, y = draw.uniform(0.2, 0.7) * width, draw.uniform(0.2, 0.7) * height
    ImageDraw.Draw(shadow).polygon(
        ((x, 0), (x + width * 0.4, 0), (x + width * 0.1, height), (x - width * 0.4, y)), fill=120
    )
    shadow = shadow.filter(ImageFilter.GaussianBlur(25))
    dark = ImageChops.multiply(ImageChops.multiply(picture, light), shadow)
    grain = Image.effect_noise(picture.size, 18)
    return ImageChops.add(dark, grain, offset=-128).filter(ImageFilter.GaussianBlur(0.6))


def turned(jpeg: bytes, degrees: int) -> bytes:
    """The same held another way, counter-clockwise."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(jpeg)).rotate(degrees, expand=True)
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def crossed(jpeg: bytes, strokes: Iterable[tuple[Box, str]]) -> bytes:
    """The same with a pen's line, or more, through what stands in some boxes."""
    picture = Image.open(io.BytesIO(jpeg))
    pen = ImageDraw.Draw(picture)
    for box, stroke in strokes:
        (x, y), (right, low), high = box.left, box.right, box.height
        ink, wide = ((90, 90, 95), 0.06) if stroke == "pencil" else ((20, 20, 90), 0.09)
        for begin, end in STROKES[stroke]:
            line = (x - high / 6, y + begin * high, right + high / 6, low + end * high)
            pen.line(line, ink, max(round(wide * high), 1))
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=85)
    return out.getvalue()


def together(*jpegs: bytes) -> bytes:
    """Several sheets on one desk, one below the other."""
    pictures = [Image.open(io.BytesIO(jpeg)) for jpeg in jpegs]
    size = max(each.width for each in pictures), sum(each.height for each in pictures)
    desk = Image.new("RGB", size, (DESK, DESK, DESK))
    for at, each in enumerate(pictures):
        desk.paste(each, (0, sum(above.height for above in pictures[:at])))
    out = io.BytesIO()
    desk.save(out, "JPEG", quality=85)
    return out.getvalue()
