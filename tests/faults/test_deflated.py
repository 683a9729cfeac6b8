"""What the verifier does with a zip whose members lie about themselves, or say things twice."""

import io
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from app.audit import verify
from app.audit.pack import deflated
from tests.faults.forge import ended, zipped

NAME, CONTENT = "data/unit.csv", b"unit_id,uscc,name,unit_percent\n" + b"1,X,Y,50\n" * 2_000
HUGE = 512 << 20


def member(packed: bytes, *, size: int = len(CONTENT), crc: int = zlib.crc32(CONTENT)) -> bytes:
    """A zip of one member that says this of itself; everything around it is right."""
    head = verify.local_header(NAME, crc, size, len(packed))
    return ended(head + packed, verify.central_header(NAME, crc, size, 0, len(packed)), 1)


def read(content: bytes) -> bytes:
    return verify.Zip(io.BytesIO(content)).open(NAME).read()


def refused(content: bytes, check: str = "zip") -> None:
    with pytest.raises(verify.Fault) as found:
        read(content)
    assert found.value.check == check


def bomb() -> bytes:
    deflate, block = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20)
    return b"".join(deflate.compress(block) for _ in range(HUGE >> 20)) + deflate.flush()


def test_a_member_is_what_was_packed() -> None:
    assert read(member(deflated(CONTENT))) == CONTENT
    assert read(zipped([(NAME, CONTENT)])) == CONTENT
    assert read(member(deflated(b""), size=0, crc=0)) == b""


LIES: dict[str, Callable[[], bytes]] = {
    "says that it is shorter": lambda: member(deflated(CONTENT), size=len(CONTENT) - 1),
    "says that it is longer": lambda: member(deflated(CONTENT), size=len(CONTENT) + 1),
    "another CRC": lambda: member(deflated(CONTENT), crc=1),
    "no end": lambda: member(deflated(CONTENT)[:-1]),
    "something behind its end": lambda: member(deflated(CONTENT) + b"x"),
    "a second stream behind its end": lambda: member(deflated(CONTENT) * 2),
    "no deflate": lambda: member(b"\xff" * 100),
    "nothing": lambda: member(b""),
    "nothing, and says so": lambda: member(b"", size=0, crc=0),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_member_that_lies_is_refused(lie: str) -> None:
    refused(LIES[lie]())


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    packed = bomb()
    assert len(packed) < 1 << 20
    tracemalloc.start()
    try:
        for size in (len(CONTENT), verify.SMALL, HUGE):
            refused(member(packed, size=size))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_no_stored_member_and_no_other_way_of_packing() -> None:
    crc, size = zlib.crc32(CONTENT), len(CONTENT)
    stored = verify.local_header(NAME, crc, size) + CONTENT
    refused(ended(stored, verify.central_header(NAME, crc, size, 0), 1))


def test_another_stream_of_the_same_content_is_not_the_one_that_was_digested() -> None:
    """Deflate can say the same in many ways: such a change shows in the zip's comment."""
    once = member(deflated(CONTENT))
    other = zlib.compressobj(9, zlib.DEFLATED, -15)
    again = member(other.compress(CONTENT) + other.flush())
    assert once != again
    assert read(again) == CONTENT  # whoever makes it anew digests it anew
    comment = len(again) - 64
    refused(again[:comment] + once[-64:], "damaged")
    for place in range(0, len(once), 7):
        with pytest.raises(verify.Fault):
            read(once[:place] + bytes([once[place] ^ 1]) + once[place + 1 :])
