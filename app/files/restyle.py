"""Add formats to a workbook's styles: the same as others, on red, with lines that wrap.

Styles are changed as text: what is not added to stays as the program wrote it.
"""

import re
from functools import cached_property
from typing import Final

RED: Final = "FFFFC7CE"
_FILLS: Final = re.compile(
    rb"<(\w+:)?fills\b[^<>]*>("
    rb"(?>[^<]*(?:<(?!/?(?:\w+:)?fills\b)[^<]*)*))</(?:\w+:)?fills>"
)
_FILL: Final = re.compile(
    rb"<(?:\w+:)?fill>(?>[^<]*(?:<(?!/?(?:\w+:)?fill\b)[^<]*)*)</(?:\w+:)?fill>|<(?:\w+:)?fill/>"
)
_FORMATS: Final = re.compile(
    rb"<(\w+:)?cellXfs\b[^<>]*>("
    rb"(?>[^<]*(?:<(?!/?(?:\w+:)?cellXfs\b)[^<]*)*))</(?:\w+:)?cellXfs>"
)
_FORMAT: Final = re.compile(
    rb"<(?:\w+:)?xf\b[^<>]*?(?:/>|>"
    rb"(?>[^<]*(?:<(?!/?(?:\w+:)?xf\b)[^<]*)*)</(?:\w+:)?xf>)"
)
_SET: Final = re.compile(rb' (?:fillId|applyFill|applyAlignment)="[^"]*"')
_FILL_NUMBER: Final = re.compile(rb' fillId="([^"]*)"')
_FILLED: Final = re.compile(rb' (?:fillId|applyFill)="[^"]*"')
_ALIGNED: Final = re.compile(rb"<(?:\w+:)?alignment\b[^<>]*/>")


_MOST_TAGS: Final = 400_000
"""The programs themselves take 65,490 formats."""


class NotPatchable(Exception):
    """Written in a way that is not changed here; the copy is written anew."""


class Styles:
    """The formats of a workbook, and those that were added."""

    def __init__(self, content: bytes) -> None:
        if content.count(b"<") > _MOST_TAGS:
            raise NotPatchable
        fills, formats = _FILLS.search(content), _FORMATS.search(content)
        if fills is None or formats is None or b"<!" in content or content.rfind(b"<?") > 0:
            raise NotPatchable
        self._content, self._fills, self._formats = content, fills, formats
        self._prefix = formats[1] or b""
        self._all: list[bytes] = _FORMAT.findall(formats[2])
        self._own = len(self._all)
        all_fills: list[bytes] = _FILL.findall(fills[2])
        red = RED.encode()
        # A copy that comes back has the red of the first one.
        old = [n for n, fill in enumerate(all_fills) if b"solid" in fill and red in fill]
        self._reds = {b"%d" % n for n in old}
        self._red = old[0] if old else len(all_fills)
        self._new_fill = not old
        self._count = len(all_fills)
        self._made: dict[tuple[int, bytes, bool], int] = {}
        self._unmarked: dict[int, int] = {}

    def red(self, style: int, *, wrapped: bool = False) -> int:
        """The style that is like another, on red."""
        return self._like(style, b' fillId="%d" applyFill="1"' % self._red, wrapped=wrapped)

    def wrapped(self, style: int) -> int:
        """The style that is like another, with lines that wrap."""
        fill = b"".join(_FILLED.findall(self._of(style)))
        return self._like(style, fill, wrapped=True)

    def _like(self, style: int, fill: bytes, *, wrapped: bool) -> int:
        key = (style, fill, wrapped)
        if key not in self._made:
            old = self._of(style)
            name = b"<%sxf" % self._prefix
            attributes = _SET.sub(b"", old[: old.index(b">")])[len(name) :].rstrip(b"/ ")
            inside = b"".join(_ALIGNED.findall(old))
            if wrapped:
                inside = b'<%salignment vertical="top" wrapText="1"/>' % self._prefix
            aligned = b' applyAlignment="1"' if inside else b""
            self._made[key] = len(self._all)
            self._all.append(
                b"%s%s%s%s>%s</%sxf>" % (name, attributes, fill, aligned, inside, self._prefix)
            )
        return self._made[key]

    def unmarked(self, style: int) -> int:
        """The style that a red one was made of, as far as can be told."""
        if style not in self._unmarked:
            text = self._of(style)
            like = self._plain.get(_likeness(text), 0) if self._is_red(text) else style
            self._unmarked[style] = like
        return self._unmarked[style]

    def content(self) -> bytes:
        """The styles with what was added."""
        fills = self._fills[2]
        if self._new_fill:
            p = self._fills[1] or b""
            fills += (
                b'<%sfill><%spatternFill patternType="solid"><%sfgColor rgb="%s"/>'
                b'<%sbgColor indexed="64"/></%spatternFill></%sfill>'
            ) % (p, p, p, RED.encode(), p, p, p)
        count = self._count + self._new_fill
        formats = b"".join(self._all)
        parts = [
            (self._fills, b"fills", count, fills),
            (self._formats, b"cellXfs", len(self._all), formats),
        ]
        parts.sort(key=lambda part: part[0].start())
        out, at = b"", 0
        for found, name, number, inside in parts:
            tag = (found[1] or b"") + name
            out += self._content[at : found.start()]
            out += b'<%s count="%d">%s</%s>' % (tag, number, inside, tag)
            at = found.end()
        return out + self._content[at:]

    @cached_property
    def _plain(self) -> dict[bytes, int]:
        """The first of the workbook's own styles of each likeness that is not red."""
        found: dict[bytes, int] = {}
        for style, text in enumerate(self._all[: self._own]):
            if not self._is_red(text):
                found.setdefault(_likeness(text), style)
        return found

    def _of(self, style: int) -> bytes:
        """One of the workbook's own: a cell cannot know those that were added."""
        if style >= self._own:
            raise NotPatchable
        return self._all[style]

    def _is_red(self, text: bytes) -> bool:
        fill = _FILL_NUMBER.search(_attributes(text))
        return fill is not None and fill[1] in self._reds


def _likeness(text: bytes) -> bytes:
    """A format without its fill and without how it is aligned."""
    return _SET.sub(b"", _attributes(text)).rstrip(b"/ ")


def _attributes(text: bytes) -> bytes:
    return text[: text.index(b">")]
