"""What the cells of a plain workbook point to: its shared strings and its number formats."""

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.files.scan import NotPlain

_BEGINS: Final = re.compile(rb"(?:<\?xml [^<>]*\?>)?\s*<sst(?: [^<>]*)?>")
_END: Final = b"</sst>"
_MARK: Final = b"\xef\xbb\xbf"
_HINT: Final = re.compile(r"<phoneticPr[^<>]*/>")
# What has no end is looked through to the next beginning only, so that time stays in proportion.
_ITEM: Final = re.compile(r"<si>((?>[^<]*(?:<(?!/?si>)[^<]*)*))</si>")
_NOTHING: Final = re.compile(r"<(si|t)\s*/>")
_SPOKEN: Final = re.compile(r"<rPh[ >](?>[^<]*(?:<(?!/?rPh[ >])[^<]*)*)</rPh>")
_TEXT: Final = re.compile(r"<t>([^<]*)</t>")
_MOST_ITEMS: Final = 500_000
_REFERENCE: Final = re.compile(r"&([^;&]*);?")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
# What XML may hold, but for a carriage return.
_CHARACTER: Final = re.compile("[\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A carriage return and the like are written in code; readers differ over what it means.
_CODED: Final = re.compile(rb"_x[0-9A-Fa-f]{4}_")


class Shared(NamedTuple):
    """The texts of xl/sharedStrings.xml, in order, None for an empty one; and their lengths."""

    texts: NDArray[np.object_]
    lengths: NDArray[np.int64]


def shared_strings(content: bytes) -> Shared:
    """What that part holds. Raises NotPlain."""
    body = _body(content)
    found = _plain_texts(_decoded(body))
    if found is None:
        # A search that begins with a rare letter is many times faster than one for a bracket.
        if b"xml:space" in body:
            body = body.replace(b'<t xml:space="preserve">', b"<t>")
        decoded = _decoded(body)
        if b"phoneticPr" in body:
            decoded = _HINT.sub("", decoded)
        found = _texts(decoded)
    if b"&" in body:
        if body.count(b"&") > _MOST_ITEMS:
            raise NotPlain
        found = [_REFERENCE.sub(_referred, text) if "&" in text else text for text in found]
    texts, lengths = np.empty(len(found), object), np.fromiter(map(len, found), np.int64)
    texts[:] = found
    texts[lengths == 0] = None
    return Shared(texts, lengths)


def _body(content: bytes) -> bytes:
    """What stands between the ends of the part, looked over while it is still bytes: half as many
    as the text will take."""
    content = content.removeprefix(_MARK)
    if b"\r" in content or (b"!" in content and b"<!" in content):
        raise NotPlain
    if b"_x" in content and _CODED.search(content):
        raise NotPlain
    begins = _BEGINS.match(content)
    if begins is None:
        raise NotPlain
    if begins[0].rstrip(b">").endswith(b"/"):
        return b""
    end = content.rfind(_END)
    if end < begins.end() or content[end + len(_END) :].strip():
        raise NotPlain
    body = content[begins.end() : end]
    if b"?" in body and b"<?" in body:
        raise NotPlain
    return body


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise NotPlain from None


def _plain_texts(body: str) -> list[str] | None:
    """The texts of items that are all written alike, as nearly all are; else None."""
    if not body.startswith("<si><t>") or not body.endswith("</t></si>"):
        return [] if not body else None
    texts = body[7:-9].split("</t></si><si><t>")
    return texts if body.count("<") == 4 * len(texts) else None


def _texts(body: str) -> list[str]:
    texts = _plain_texts(body)
    if texts is not None:
        return texts
    # Some are written in several fonts, or with how they are spoken. Each is taken apart.
    if body.count("<si") > _MOST_ITEMS:
        raise NotPlain
    body = _NOTHING.sub(r"<\1></\1>", body)
    items: list[str] = _ITEM.findall(body)
    if body.count("<si>") != len(items):
        raise NotPlain
    items = [_SPOKEN.sub("", item) for item in items]
    found: list[list[str]] = [_TEXT.findall(item) for item in items]
    # A text with something else in it would be lost.
    if any("<rPh" in x or x.count("<t") != len(y) for x, y in zip(items, found, strict=True)):
        raise NotPlain
    return ["".join(texts) for texts in found]


def _referred(found: re.Match[str]) -> str:
    name = found[1]
    if name in _NAMED:
        return _NAMED[name]
    digits, base = (name[2:], 16) if name[:2] == "#x" else (name[1:], 10)
    try:
        number = int(digits, base)
        if name[0] == "#" and _CHARACTER.match(chr(number)):
            return chr(number)
    except (ValueError, OverflowError, IndexError):
        pass
    raise NotPlain


# The formats every program knows by number that show a number as a number (18.8.30 of the norm).
_PLAIN_FORMATS: Final = frozenset({0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 37, 38, 39, 40, 48, 49})
_LONGEST_ID: Final = 9
_FORMAT: Final = re.compile(rb"<numFmt ([^<>]*?)/?>")
_CELL_FORMATS: Final = re.compile(rb"<cellXfs[ >](?>[^<]*(?:<(?!/?cellXfs[ >])[^<]*)*)</cellXfs>")
_CELL_FORMAT: Final = re.compile(rb"<xf ([^<>]*)>")
_ATTRIBUTE: Final = re.compile(rb'(?<![A-Za-z])([A-Za-z]++)="([^"]*)"')
# No letters, no brackets: nothing that could stand for days or hours.
_SHOWS_NUMBERS: Final = re.compile(rb"[0#.,%@ ();_*+-]*+(?:&quot;[0#.,%@ ();_*+-]*+)*")
_MOST_TAGS: Final = 400_000


def number_styles(content: bytes) -> NDArray[np.bool_]:
    """By style: whether a number in it is a number, and surely no date. Raises NotPlain."""
    if b"<!" in content or content.rfind(b"<?") > 0 or content.count(b"<") > _MOST_TAGS:
        raise NotPlain
    plain = set(_PLAIN_FORMATS)
    for found in _FORMAT.finditer(content):
        given = dict(_ATTRIBUTE.findall(found[1]))
        if _SHOWS_NUMBERS.fullmatch(given.get(b"formatCode", b"d")):
            plain.add(_format_id(given))
        else:
            plain.discard(_format_id(given))
    block = _CELL_FORMATS.search(content)
    if block is None:
        return np.zeros(0, np.bool_)
    formats = [dict(_ATTRIBUTE.findall(x)) for x in _CELL_FORMAT.findall(block[0])]
    return np.array([_format_id(x) in plain for x in formats], np.bool_)


def _format_id(given: dict[bytes, bytes]) -> int:
    text = given.get(b"numFmtId", b"0")
    if not (text.isdigit() and len(text) <= _LONGEST_ID):
        raise NotPlain
    return int(text)
