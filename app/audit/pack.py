"""A bundle's zip: files deflated and digested on their way to the disk, then put together.

No database: it knows files alone.

What is digested is the files themselves: a manifest is a function of what they say. Deflate may say
the same in many ways, so that the zip's comment has the digest of all bytes before it: no byte of a
bundle can change unseen. isal's deflate is a third of the work of zlib's at its level 1, and leaves
somewhat less; its bytes depend on how much it is given at once, so that is always so much. `verify`
has the zip's layout.
"""

import hashlib
import io
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from isal import isal_zlib

from app.audit import verify
from app.errors import Refusal

MOST_BYTES: Final = 0xFFFF_FFFF
_BLOCK: Final = 1 << 20
_LEVEL, _RAW = 1, -15
_AHEAD: Final = 8
"""So many blocks are made and not yet packed."""


class BundleTooLarge(Refusal):
    """The bundle is larger than a plain zip can be, 4 GiB."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bundle, written to `path`."""

    name: str
    path: Path
    size: int
    crc: int
    sha256: str
    packed: int


class _Pack:
    """Writes a file deflated, and counts and digests what goes in.

    Deflate's bytes depend on how much is given at once: always so much.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._deflate = out, isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _RAW)
        self._digest, self._left = hashlib.sha256(), bytearray()
        self.size = self.crc = self.packed = 0

    def add(self, more: bytes) -> None:
        self._left += more
        at = 0
        for at in range(_BLOCK, len(self._left) + 1, _BLOCK):
            self._take(self._left[at - _BLOCK : at])
        if at:
            del self._left[: len(self._left) // _BLOCK * _BLOCK]

    def end(self) -> str:
        """Its digest."""
        self._take(self._left)
        self._write(self._deflate.flush())
        return self._digest.hexdigest()

    def _take(self, block: bytearray) -> None:
        self._digest.update(block)
        self.crc = isal_zlib.crc32(block, self.crc)
        self.size += len(block)
        self._write(self._deflate.compress(block))

    def _write(self, packed: bytes) -> None:
        self.packed += len(packed)
        self._out.write(packed)


def deflated(content: bytes) -> bytes:
    """The bytes that a file with this content has in a bundle."""
    out = io.BytesIO()
    pack = _Pack(out)
    pack.add(content)
    pack.end()
    return out.getvalue()


def write_part(folder: Path, name: str, blocks: Iterable[bytes]) -> Part:
    """Write one file into the folder, deflated and digested on the way by a thread of its own."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out, ThreadPoolExecutor(1) as packer:
        pack, waiting = _Pack(out), deque[Future[None]]()
        for block in blocks:
            waiting.append(packer.submit(pack.add, block))
            if len(waiting) > _AHEAD:
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()
        digest = pack.end()
    return Part(name, path, pack.size, pack.crc, digest, pack.packed)


def write_zip(out: BinaryIO, parts: Sequence[Part]) -> str:
    """The parts as a zip, in the order given; its SHA-256. Raises BundleTooLarge."""
    at, directory, digest = 0, b"", hashlib.sha256()

    def put(some: bytes) -> None:
        digest.update(some)
        out.write(some)

    for part in parts:
        if max(at + part.packed + len(directory) + _BLOCK, part.size) > MOST_BYTES:
            raise BundleTooLarge
        head = verify.local_header(part.name, part.crc, part.size, part.packed)
        directory += verify.central_header(part.name, part.crc, part.size, at, part.packed)
        put(head)
        with part.path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                put(block)
        at += len(head) + part.packed
    put(directory)
    put(verify.end_record(len(parts), len(directory), at, digest.hexdigest()))
    return digest.hexdigest()
