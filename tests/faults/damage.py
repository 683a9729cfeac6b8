"""Damage to table files: cells nobody would write, rows out of shape, columns shuffled, bytes hit.

A `random.Random` of a seed that Hypothesis draws decides, so that each file is a function of its
seed: a failing one is shown by the seed, and cheap to make again.
"""

import random
from collections.abc import Sequence

from tests.factories import csv_bytes

NUL: str = "\0"
CELLS = (
    *("", " ", "NaN", "Infinity", "-Infinity", "1e5", "1e400", "0.005", "-0.01", "-1", "+1", "1."),
    *(".5", "00", "9" * 17, "9" * 400, "99999999999999.99", "-99999999999999.99", "0x10", "1,000"),
    *("=1+1", '=HYPERLINK("http://x")', "@x", "-", "--", "\u0661", "\uff11\uff12", "\u00b2"),
    *("2023-02-29", "2023-13-01", "0001-01-01", "9999-12-31 23:59:59", "2023-05-10T24:00"),
    *("2023-05-10 10:00:00+08:00", "20230510", "45056", "1.7E+308", "True", "1", "2"),
    *("\u202eabc", "\ufeff", "\u200b1", "a\nb", 'a"b', "a,b", "'", '"', "\t", "\r", "\x1b[31m"),
    *(
        "\U0001f600",
        "\u4dae\U000310c5",
        "\ue000",
        "x" * 5_000,
        "%s%(a)s",
        "{{7*7}}",
        "HZ-2023-000001",
    ),
)
"""What may stand in a cell without harm to the file around it."""

HARMFUL = (NUL, "x" * 200_000)
"""What makes of a file one that cannot be read as rows."""

ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16", "utf-32", "latin-1")
READABLE = frozenset({"utf-8", "utf-8-sig", "gb18030"})


def spoil(chance: random.Random, cells: list[str]) -> list[str]:
    """The same row with one to three of its cells replaced, or too short, or too long."""
    spoilt = list(cells)
    what = chance.random()
    if what < 0.1:
        return spoilt[: chance.randrange(len(spoilt))]
    if what < 0.2:
        return [*spoilt, *chance.choices(CELLS, k=chance.randint(1, 3))]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        cell = chance.choice(HARMFUL) if chance.random() < 0.01 else chance.choice(CELLS)
        spoilt[chance.randrange(len(spoilt))] = cell
    return spoilt


def encoded(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    """The rows as CSV; what the encoding lacks is written as a question mark."""
    return csv_bytes(rows, "utf-8").decode("utf-8").encode(encoding, errors="replace")


def hit(chance: random.Random, content: bytes) -> bytes:
    """The same bytes with some of them flipped, gone, doubled, cut off, or others in between."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        at = chance.randrange(len(data) + 1)
        some = slice(at, at + chance.choice((1, 2, 16)))
        what = chance.randrange(7)
        if what == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            del data[some]
        elif what == 2:
            data[at:at] = chance.randbytes(chance.choice((1, 2, 16)))
        elif what == 3:
            data[at:at] = chance.choice(
                (b'"', b",", b"\r\n", b"\n", b"\0", b"\xff\xfe", b"''", b"=")
            )
        elif what == 4:
            data[at:at] = data[some]
        elif what == 5 and chance.random() < 0.3:
            del data[at:]
        elif what == 6 and chance.random() < 0.1:
            data += bytes(data)
    return bytes(data)
