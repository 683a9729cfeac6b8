"""Whether a figure on a photo is crossed out: told by its ink, for a recogniser reads through it.

A pen's line bridges what print leaves white between one sign and the next. So a figure is laid
straight, and lines are tried that run level through its middle or slant through it from edge to
edge: along one of them nearly all is ink. In print alone it is two thirds, at most three quarters.
The rules of a table and what underlines a figure run level along its edge, and
are not tried. What is scribbled over is not read as a figure at all. A pencil's line is seen where
a photo has no grain.
"""

from collections.abc import Callable
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from app.reading.boxes import Box, Row

Grey = np.ndarray[tuple[int, int], np.dtype[np.float64]]

_HIGH: Final = 32
"""Dots that every figure is made high."""
_NEARLY_ALL: Final = 0.87
_ENDS: Final = 0.08
"""Of a figure's width at each end: a pen need not have gone over all of it."""
_DARK, _PENCIL = 0.4, 0.25
"""Of the way from the paper's light to the ink's: what is ink, and what is where paper is even."""
_EVEN: Final = 0.05
"""Of the same way: how much paper differs from paper where a photo has no grain."""
_FAINT: Final = 20
"""Grey levels: where ink and paper differ by less, there is no ink."""
_LEVEL, _TOP, _BOTTOM = 8, 9, 22
"""Dots: a line that falls or rises no more than this must stay in the middle."""
_LINES: Final = np.array(
    [
        (left, right)
        for left, right in product(range(2, _HIGH - 2), repeat=2)
        if abs(left - right) > _LEVEL or (min(left, right) >= _TOP and max(left, right) <= _BOTTOM)
    ]
)
"""How high each line that is tried stands at a figure's left end, and at its right."""


def crossed_out(picture: Image.Image, box: Box) -> bool:
    """Whether a line goes through what stands in a box, on a grey picture."""
    dark = _dark(_laid_straight(picture, box))
    even = float(np.median(np.abs(dark - np.median(dark)))) <= _EVEN
    ink = dark > (_PENCIL if even else _DARK)
    wide = ink.shape[1]
    across = np.arange(round(wide * _ENDS), max(round(wide * (1 - _ENDS)), 1))
    left, right = _LINES[:, :1], _LINES[:, 1:]
    high = np.rint(left + (right - left) * across / wide).astype(int)
    return bool(ink[high, across].mean(axis=1).max() >= _NEARLY_ALL)


def _laid_straight(picture: Image.Image, box: Box) -> Grey:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = box.corners
    high = max(np.hypot(dx - ax, dy - ay), 1)
    wide = max(round(_HIGH * np.hypot(bx - ax, by - ay) / high), 1)
    laid = picture.transform(
        (wide, _HIGH),
        Image.Transform.QUAD,
        (ax, ay, dx, dy, cx, cy, bx, by),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(laid, dtype=np.float64)


def _dark(grey: Grey) -> Grey:
    """How far each dot is from paper (0) to ink (1), by what is around it: a shadow may fall on a
    part."""
    paper = _around(np.percentile(grey, 80, axis=0), np.max)
    ink = _around(np.percentile(grey, 3, axis=0), np.min)
    return (paper - grey) / np.maximum(paper - ink, _FAINT)


def _around(row: Row, least_or_most: Callable[..., Any]) -> Row:
    """Of each dot and those around it."""
    windows = sliding_window_view(np.pad(row, _HIGH, mode="edge"), 2 * _HIGH + 1)
    return np.asarray(least_or_most(windows, axis=1))
